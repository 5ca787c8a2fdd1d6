"""What goes by WebSocket is framed as RFC 6455 has it, and what comes is understood however it is cut up."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from syncwatch_core import messages as wire
from syncwatch_server.realtime.frames import Kind, close_frame, frame, message_frame, packet_of, payload_of
from tests.server import raw_socket
from tests.server.raw_socket import RawSocket


@pytest.mark.parametrize(
    ("length", "head"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (127, b"\x81\x7e\x00\x7f"),
        (65_535, b"\x81\x7e\xff\xff"),
        (65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_lengths_take_their_shortest_form(length: int, head: bytes) -> None:
    """A frame's length is written in 7 bits, in 16 or in 64, whichever is the shortest that holds it."""
    payload = b"x" * length

    assert frame(Kind.TEXT, payload) == head + payload


def test_closing_frame() -> None:
    """A closing frame carries its code and its words."""
    assert close_frame(1001, b"bye") == b"\x88\x05\x03\xe9bye"


def test_message_is_finished_once() -> None:
    """A message is one frame for all WebSockets, and one packet for all who poll."""
    payload = b'2["reaction",{"emoji":"\xc3\xa9"}]'
    message = message_frame(payload)

    assert message == b"\x81\x1d4" + payload
    assert packet_of(message).encode() == '42["reaction",{"emoji":"é"}]'


@pytest.mark.parametrize("length", [0, 124, 125, 65_534, 65_535])
def test_who_polls_is_sent_the_same(length: int) -> None:
    """A message's packet is found in its frame, whatever form its length takes."""
    payload = b"2" * length

    assert payload_of(message_frame(payload)) == payload


@pytest.mark.parametrize("length", [125, 126, 127, 1000, 65_535])
async def test_events_of_every_length_are_understood(server: Any, length: int) -> None:
    """An event is understood whatever form its length takes, up to the limit of a message."""
    bare = b'421["clock",{"clientSent":1.5}]'
    padded = bare[:-1] + b" " * (length - len(bare)) + b"]"
    async with RawSocket(server.url) as raw:
        await raw.hello()
        raw.writer.write(raw_socket.frame(padded))

        assert json.loads((await raw.until(b"431"))[3:])[0]["clientSent"] == 1.5


@pytest.mark.parametrize("size", [125, 126, 127, 65_536, 300_000])
async def test_messages_of_every_length_arrive(server: Any, ann: Any, size: int) -> None:
    """What the server tells arrives whole, whatever its length."""
    live = await server.service.keeper.find(ann.code)
    live.tell(wire.Notice(code="long", message="é" * size))

    assert (await ann.hear("notice"))["message"] == "é" * size


async def test_fragments_make_one_event(server: Any) -> None:
    """An event in fragments, with a ping between them, is understood, and the ping is answered."""
    async with RawSocket(server.url) as raw:
        await raw.hello()
        raw.writer.write(raw_socket.frame(b'421["clo', last=False))
        raw.writer.write(raw_socket.frame(b"still there?", raw_socket.PING))
        raw.writer.write(raw_socket.frame(b'ck",{"clientS', raw_socket.CONTINUATION, last=False))
        raw.writer.write(raw_socket.frame(b'ent":2}]', raw_socket.CONTINUATION))

        assert await raw.hear() == (raw_socket.PONG, b"still there?")
        assert json.loads((await raw.until(b"431"))[3:])[0]["clientSent"] == 2


async def test_events_byte_by_byte(server: Any) -> None:
    """An event that comes byte by byte is understood."""
    async with RawSocket(server.url) as raw:
        await raw.hello()
        for byte in raw_socket.frame(b'421["clock",{"clientSent":3}]'):
            raw.writer.write(bytes((byte,)))
            await raw.writer.drain()
            await asyncio.sleep(0)

        assert json.loads((await raw.until(b"431"))[3:])[0]["clientSent"] == 3


async def test_many_events_in_one_go(server: Any, ann: Any) -> None:
    """Events that come all at once, the greeting and the join among them, are answered in their order."""
    join = b'421["join-session",{"code":"%b","displayName":"Raw"}]' % ann.code.encode()
    chat = [b'42%d["chat-message",{"text":"%d"}]' % (number, number) for number in range(2, 52)]
    async with RawSocket(server.url) as raw:
        await raw.until(b"0{")
        raw.writer.write(b"".join(raw_socket.frame(text) for text in (raw_socket.HELLO, join, *chat)))
        answers: list[bytes] = []
        while len(answers) < 51:
            kind, payload = await raw.hear()
            if kind == raw_socket.TEXT and payload.startswith(b"43"):
                answers.append(payload)

    assert [int(answer[2 : answer.index(b"[")]) for answer in answers] == list(range(1, 52))
    assert all(json.loads(answer[answer.index(b"[") :])[0]["ok"] for answer in answers)
    assert [(await ann.hear("chat-message"))["text"] for _ in range(50)] == [str(n) for n in range(2, 52)]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (raw_socket.frame(b"42", reserved=0x40), 1002),
        (raw_socket.frame(b"x" * 200, raw_socket.PING), 1002),
        (raw_socket.frame(b"", raw_socket.CONTINUATION), 1002),
        (raw_socket.frame(b"4" + b"x" * 70_000), 1009),
    ],
    ids=["compressed", "long ping", "nothing to continue", "too large"],
)
async def test_who_breaks_the_rules_is_told_which(server: Any, ann: Any, sent: bytes, code: int) -> None:
    """A frame that no WebSocket may send ends the connection with the code for it; the others go on."""
    async with RawSocket(server.url) as raw:
        await raw.hello()
        raw.writer.write(sent)

        assert await raw.closed() == code
    await ann.ok("get-session")


async def test_text_that_is_no_utf8_ends_the_connection(server: Any, ann: Any) -> None:
    """Bytes that are no text end the connection of who sends them."""
    async with RawSocket(server.url) as raw:
        await raw.hello()
        raw.writer.write(raw_socket.frame(b'421["chat-message",{"text":"\xff\xfe"}]'))

        assert await raw.closed() in {1000, None}
    await ann.ok("get-session")


async def test_goodbye_is_answered(server: Any) -> None:
    """Who closes is answered with a closing frame, and then the connection ends."""
    async with RawSocket(server.url) as raw:
        await raw.hello()
        raw.writer.write(raw_socket.frame((1000).to_bytes(2, "big"), raw_socket.CLOSE))

        assert await raw.closed() == 1000
