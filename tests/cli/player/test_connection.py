"""The connection to mpv: order, batches, and what becomes of unanswered commands."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

import pytest

from syncwatch_cli.player.connection import CONNECTION_LOST, Answer, ConnectionLostError, open_connection
from syncwatch_cli.player.ipc import Event
from syncwatch_cli.player.mpv import MpvPlayer
from tests.cli.player.hands import until
from tests.patience import PATIENCE


class SilentServer:
    """Listens at ``path``, and never answers."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._accepted: asyncio.Future[asyncio.StreamWriter] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(
            lambda _reader, writer: self._accepted.set_result(writer), self.path
        )
        return self

    async def hang_up(self) -> None:
        writer = await asyncio.wait_for(self._accepted, PATIENCE)
        writer.close()
        await writer.wait_closed()

    async def __aexit__(self, *_: object) -> None:
        await self.hang_up()
        self._server.close()
        await self._server.wait_closed()


@pytest.fixture
async def silent_server(tmp_path: Path) -> AsyncIterator[SilentServer]:
    async with SilentServer(str(tmp_path / "ipc")) as server:
        yield server


async def connected(player: MpvPlayer, events: list[Event] | None = None):
    heard = events if events is not None else []
    return await open_connection(
        player.ipc_socket, time.monotonic, lambda event, _at: heard.append(event), lambda: None
    )


async def test_a_batch_is_answered_in_order(player: MpvPlayer):
    """Commands written together are answered each in its own place, failures included."""
    connection = await connected(player)
    futures = connection.request(["get_property", "pause"], ["get_property", "nonsense"], ["get_property", "speed"])
    pause, nonsense, speed = await asyncio.gather(*futures)
    connection.close()

    assert (pause.value, pause.error) == (True, None)
    assert nonsense.error == "property not found"
    assert speed.number == 1.0


async def test_answers_are_gathered_for_a_callback(player: MpvPlayer):
    """A callback gets all answers of its batch at once, with the instant of their arrival."""
    connection = await connected(player)
    gathered: asyncio.Future[list[Answer]] = asyncio.get_running_loop().create_future()
    asked_at = time.monotonic()
    connection.ask([["get_time_us"], ["get_property", "idle-active"]], gathered.set_result)
    reading, idle = await gathered
    connection.close()

    assert reading.number is not None
    assert idle.value is True
    assert asked_at <= reading.arrived_at <= time.monotonic()


async def test_events_reach_their_listener(player: MpvPlayer):
    """An observed property's value arrives as an event."""
    events: list[Event] = []
    connection = await connected(player, events)
    connection.post(["observe_property", 1, "speed"])

    async def changed() -> bool:
        return any(event.name == "property-change" for event in events)

    await until(changed)
    connection.close()

    [change] = [event for event in events if event.name == "property-change"]
    assert (change.fields["name"], change.fields["data"]) == ("speed", 1.0)


async def test_all_that_is_unanswered_fails_when_the_peer_goes(silent_server: SilentServer):
    """When the socket dies, every pending future raises, every callback is told, and the loss is reported once."""
    lost: list[str] = []
    connection = await open_connection(
        silent_server.path, time.monotonic, lambda _event, _at: None, lambda: lost.append("lost")
    )
    futures = connection.request(["get_property", "pause"], ["get_property", "speed"])
    answers: list[Answer] = []
    connection.ask([["get_property", "path"]], answers.extend)
    await silent_server.hang_up()

    for future in futures:
        with pytest.raises(ConnectionLostError):
            await asyncio.wait_for(future, PATIENCE)
    await asyncio.sleep(0)
    assert [answer.error for answer in answers] == [CONNECTION_LOST]
    assert lost == ["lost"]


async def test_a_command_to_a_lost_connection_fails_at_once(silent_server: SilentServer):
    """A command on a connection that is closed already fails without waiting for anything."""
    connection = await open_connection(silent_server.path, time.monotonic, lambda _event, _at: None, lambda: None)
    connection.close()
    await asyncio.sleep(0)

    with pytest.raises(ConnectionLostError):
        await asyncio.wait_for(connection.request(["get_property", "pause"])[0], PATIENCE)
    connection.post(["get_property", "pause"])
    assert not connection.is_open
