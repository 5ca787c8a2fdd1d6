"""What is missed of the session is asked for, and shown, once a gap in its revisions gives it away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from syncwatch_cli.from_session import FromSession
from syncwatch_cli.session_client import Heard, Seated
from syncwatch_cli.tasks import Tasks
from syncwatch_cli.watched import Watched
from syncwatch_core import messages as wire
from tests.tui.made_up import MEDIA, playback, session


class Anything:
    """Takes whatever it is told."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


class Desk:
    """What came in, and where it went; ``now`` is what the session answers when it is asked for."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, dict[str, Any]]] = []
        self.told: list[Any] = []
        self.asked = 0
        self.now = made()
        anything: Any = Anything()
        options: Any = type("Options", (), {"seat": anything})()
        self.tasks = Tasks(self.told.append)
        screen: Any = type("Screen", (), {"emit": lambda _, event, payload: self.shown.append((event, payload))})()
        client: Any = type("Client", (), {"send": lambda _, __: self._answer()})()
        self.incoming = FromSession(
            options, screen, client, anything, anything, anything, Watched(), anything, anything, anything,
            self.tasks, tell=self.told.append,
        )  # fmt: skip
        self.incoming.take(Seated(self.now, "me", "token"))
        self.shown.clear()

    async def _answer(self) -> wire.SessionReply:
        self.asked += 1
        return wire.SessionReply(session=self.now)

    async def hears(self, message: wire.ServerMessage) -> list[str]:
        """The events that are shown once a message has come."""
        self.incoming.take(Heard(message))
        for _ in range(10):
            await asyncio.sleep(0)
        return [event for event, _ in self.shown]


def made(**told: Any) -> wire.Session:
    return wire.read(wire.Session, session(**told))


def sync(revision: int, **told: Any) -> wire.VideoSync:
    return wire.read(wire.VideoSync, playback(revision, **told))


@pytest.fixture
async def desk() -> Desk:
    return Desk()


async def test_without_a_gap_nothing_is_asked(desk: Desk) -> None:
    """A change that follows on the last one is shown, and that is all."""
    assert await desk.hears(sync(4)) == ["video-sync"]
    assert desk.asked == 0


async def test_a_change_of_the_media_was_missed(desk: Desk) -> None:
    """Where the session watches something else by now, that is shown, and with it all the rest but the chat."""
    other = MEDIA | {"mediaId": "other", "title": "Faust"}
    desk.now = made(media=other, playback=playback(6, mediaId="other"), title="Later")

    assert await desk.hears(sync(6, mediaId="other")) == ["video-sync", "video-url-updated", "session-updated"]
    assert desk.shown[1][1]["media"]["title"] == "Faust"
    assert (desk.shown[2][1]["session"]["title"], list(desk.shown[2][1]["session"]["chat"])) == ("Later", [])


async def test_something_else_was_missed(desk: Desk) -> None:
    """Where the media is the same and its playback known, only the session is shown."""
    desk.now = made(playback=playback(6))

    assert await desk.hears(sync(6)) == ["video-sync", "session-updated"]


async def test_an_answer_that_is_older_than_what_came_since(desk: Desk) -> None:
    """An answer that was overtaken by a later change takes nothing back."""
    desk.now = msgspec.structs.replace(desk.now)

    assert await desk.hears(sync(6)) == ["video-sync"]
    assert desk.asked == 1
