"""What goes out to one client: in one piece while something of theirs is taken, bounded, and nothing after the end."""

from __future__ import annotations

from typing import Any

import pytest

from syncwatch_server.realtime.outlet import BYTES_HELD, Outlet
from tests.server import raw_socket
from tests.server.raw_socket import RawSocket


class Transport:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.waiting = 0
        self.is_over = False

    def is_closing(self) -> bool:
        """Whether it takes no more."""
        return self.is_over

    def get_write_buffer_size(self) -> int:
        """Bytes that the client has not read."""
        return self.waiting

    def write(self, frames: bytes) -> None:
        """Send."""
        self.written.append(frames)

    def abort(self) -> None:
        """Throw away what waits."""
        self.is_over = True


def test_what_is_held_goes_out_in_one_piece() -> None:
    """What is put while the outlet holds goes out in one write and in its order; before and after, each at once."""
    transport = Transport()
    outlet = Outlet(transport)
    outlet.put(b"a")
    outlet.hold()
    outlet.put(b"b")
    outlet.put(b"c")
    assert transport.written == [b"a"]
    outlet.flush()
    outlet.put(b"d")
    outlet.let_go()
    outlet.put(b"e")
    outlet.hold()
    outlet.let_go()

    assert transport.written == [b"a", b"bc", b"d", b"e"]


def test_slow_reader_is_cut_off() -> None:
    """Whoever leaves more than the bound unread is cut off, what is held thrown away, and is sent nothing more."""
    transport = Transport()
    outlet = Outlet(transport)
    transport.waiting = BYTES_HELD
    outlet.put(b"read just in time")
    transport.waiting = BYTES_HELD + 1
    outlet.hold()
    outlet.put(b"too late")
    outlet.let_go()
    outlet.put(b"gone")

    assert transport.is_over
    assert transport.written == [b"read just in time"]


def test_what_is_held_when_all_ends() -> None:
    """An outlet that is aborted sends nothing of what it holds."""
    transport = Transport()
    outlet = Outlet(transport)
    outlet.hold()
    outlet.put(b"never")
    outlet.abort()
    outlet.let_go()

    assert transport.written == []


async def test_message_and_acknowledgement_are_one_write(
    server: Any, ann: Any, ben: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who acts is sent what everybody was told and the acknowledgement in one write, the others the one as it is."""
    written: list[bytes] = []
    write = Outlet._write  # noqa: SLF001 what goes to the transport, whichever way

    def record(outlet: Outlet, frames: bytes) -> None:
        written.append(frames)
        write(outlet, frames)

    monkeypatch.setattr(Outlet, "_write", record)
    async with RawSocket(server.url) as raw:
        await raw.hello()
        raw.writer.write(raw_socket.frame(b'421["join-session",{"code":"%b","displayName":"Raw"}]' % ann.code.encode()))
        await raw.until(b"431")
        raw.writer.write(raw_socket.frame(b'422["reaction",{"emoji":"x"}]'))
        await raw.until(b"432")
        await ben.hear("reaction")
    told = [frames for frames in written if b'"reaction"' in frames]

    assert len(told) == 3
    assert [frames.index(b"432[") > frames.index(b'"reaction"') for frames in told if b"432[" in frames] == [True]
