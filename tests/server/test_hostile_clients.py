"""Clients that send what no client should: they are refused or cut off, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Self

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncwatch_core import messages as wire
from syncwatch_server.realtime import outlet
from tests.patience import PATIENCE

SOCKET = "/socket.io/?EIO=4&transport=websocket"
HELLO = '40{"protocol":1,"client":"raw","platform":"bot"}'


class Raw:
    """A WebSocket on which anything can be sent."""

    def __init__(self, url: str) -> None:
        self.url = url.replace("http", "ws", 1) + SOCKET
        self.session = aiohttp.ClientSession()
        self.socket: aiohttp.ClientWebSocketResponse

    async def __aenter__(self) -> Self:
        self.socket = await self.session.ws_connect(self.url)
        await self.until("0")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()
        await self.session.close()

    async def until(self, start: str) -> str | None:
        """The next text that begins so; None if the server closes before."""
        async with asyncio.timeout(PATIENCE):
            async for message in self.socket:
                if message.type is aiohttp.WSMsgType.TEXT and message.data.startswith(start):
                    return message.data
        return None

    async def hello(self) -> Raw:
        """Connect as a client of the protocol does."""
        await self.socket.send_str(HELLO)
        assert await self.until("40")
        return self


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param('42["chat-message",{"text":"x"}', id="broken JSON"),
        pytest.param('421["chat-message",{"text":NaN}]', id="NaN"),
        pytest.param("42" + "[" * 5000, id="deep nesting"),
        pytest.param('451-["chat-message",{"_placeholder":true,"num":0}]', id="binary attachment"),
        pytest.param("4", id="empty message"),
        pytest.param("49", id="unknown packet"),
        pytest.param(b"\x00\x01\x02", id="binary frame"),
        pytest.param('42["chat-message",{"text":"' + "x" * 70_000 + '"}]', id="too large"),
    ],
)
async def test_what_is_no_packet_ends_the_connection(server: Any, ann: Any, frame: str | bytes) -> None:
    """Who sends what is no packet of the protocol is cut off, and everybody else goes on."""
    async with Raw(server.url) as raw:
        await raw.hello()
        await (raw.socket.send_str(frame) if isinstance(frame, str) else raw.socket.send_bytes(frame))

        assert await raw.until("42") is None
    await ann.ok("get-session")


async def test_events_before_the_greeting_end_the_connection(server: Any) -> None:
    """Who sends events before connecting is cut off."""
    async with Raw(server.url) as raw:
        await raw.socket.send_str('421["get-session",{}]')

        assert await raw.until("43") is None


@pytest.mark.parametrize(
    "frame",
    [
        '421["nonsense",{}]',
        "421[]",
        "421[null]",
        "421[5,{}]",
        '421{"a":1}',
        '421["chat-message",[]]',
        '421["video-seek"]',
    ],
)
async def test_event_that_means_nothing_is_refused(server: Any, frame: str) -> None:
    """An event without meaning is acknowledged as a bad request."""
    async with Raw(server.url) as raw:
        await raw.hello()
        await raw.socket.send_str(frame)
        answer = await raw.until("431")
        assert answer is not None

        assert json.loads(answer[3:])[0]["error"]["code"] == "bad-request"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def field_names() -> list[str]:
    return sorted({field.encode_name for kind in wire.CLIENT_EVENTS.values() for field in wire_fields(kind)})


def wire_fields(kind: Any) -> Any:
    """The fields of a message."""
    import msgspec

    return msgspec.structs.fields(kind)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_no_payload_breaks_the_server(ann: Any, field_names: list[str], data: st.DataObject) -> None:
    """Whatever an event carries, it is answered as accepted or refused in words, never as a fault of the server."""
    event = data.draw(st.sampled_from(sorted(wire.CLIENT_EVENTS.keys() - {"status", "leave-session", "end-session"})))
    payload = data.draw(st.dictionaries(st.sampled_from(field_names), json_values, max_size=4) | json_values)
    try:
        text = json.dumps(payload, allow_nan=False)
    except ValueError:
        return
    answer = await ann.call(event, json.loads(text))

    assert answer["ok"] or answer["error"]["code"] not in {"server-error", "ended", "kicked"}, (event, payload, answer)


async def test_events_faster_than_they_are_handled_wait(bench: Any, server: Any) -> None:
    """A flood of events from one client is worked off in order, none is lost."""
    client = await (await bench.connect(server)).create(url="https://media.example/a.mp4")
    numbers = range(400)
    answers = await asyncio.gather(*(client.call("video-seek", {"currentTime": n}) for n in numbers))

    assert [answer["playback"]["currentTime"] for answer in answers] == list(numbers)
    assert [answer["playback"]["revision"] for answer in answers] == [n + 2 for n in numbers]


async def test_reader_that_stands_still_is_cut_off(server: Any, ann: Any) -> None:
    """A client that reads nothing is cut off once too much waits for it, and the others lose nothing."""
    async with Raw(server.url) as raw:
        await raw.hello()
        await raw.socket.send_str(f'421["join-session",{{"code":"{ann.code}","displayName":"Still"}}]')
        assert await raw.until("431")
        live = await server.service.keeper.find(ann.code)
        told = 0
        async with asyncio.timeout(PATIENCE):
            while len(live.shown.connected()) == 2:
                live.tell(wire.Notice(code=str(told), message="x" * 200_000))
                await ann.hear("notice", code=str(told))
                told += 1

    assert told * 200_000 > outlet.BYTES_HELD
    await ann.ok("get-session")
