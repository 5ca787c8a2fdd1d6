"""What goes out to one client: in one piece while something of theirs is taken, bounded, and nothing after the end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from syncwatch_server.realtime.loop_turn import loop_turn
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


async def test_what_is_held_goes_out_in_one_piece() -> None:
    """What is put while the outlet holds goes out in one write and in its order."""
    transport = Transport()
    outlet = Outlet(transport, loop_turn())
    outlet.put(b"a")
    outlet.is_holding = True
    outlet.put(b"b")
    outlet.put(b"c")
    assert transport.written == [b"a"]
    outlet.flush()
    outlet.put(b"d")
    outlet.let_go()
    outlet.put(b"e")
    outlet.is_holding = True
    outlet.let_go()

    assert transport.written == [b"a", b"bc", b"d", b"e"]


async def test_slow_reader_is_cut_off() -> None:
    """Whoever leaves more than the bound unread is cut off, what is held thrown away, and is sent nothing more."""
    transport = Transport()
    outlet = Outlet(transport, loop_turn())
    transport.waiting = BYTES_HELD
    outlet.put(b"read just in time")
    transport.waiting = BYTES_HELD + 1
    outlet.is_holding = True
    outlet.put(b"too late")
    outlet.let_go()
    outlet.put(b"gone")

    assert transport.is_over
    assert transport.written == [b"read just in time"]


async def test_what_is_held_when_all_ends() -> None:
    """An outlet that is aborted sends nothing of what it holds."""
    transport = Transport()
    outlet = Outlet(transport, loop_turn())
    outlet.is_holding = True
    outlet.put(b"never")
    outlet.abort()
    outlet.let_go()

    assert transport.written == []


async def test_first_of_a_turn_goes_out_at_once_and_the_others_at_its_end() -> None:
    """Whoever is told often in one turn is sent the first message at once and the others together, in their order."""
    transport, other = Transport(), Transport()
    outlet, quiet = Outlet(transport, loop_turn()), Outlet(other, loop_turn())
    for message in (b"a", b"b", b"c"):
        outlet.put(message)
    quiet.put(b"x")
    assert (transport.written, other.written) == ([b"a"], [b"x"])
    await asyncio.sleep(0)
    assert (transport.written, other.written) == ([b"a", b"bc"], [b"x"])
    outlet.put(b"d")
    outlet.put(b"e")
    outlet.is_holding = True
    outlet.put(b"f")
    outlet.let_go()
    assert transport.written == [b"a", b"bc", b"d", b"ef"]
    await asyncio.sleep(0)

    assert transport.written == [b"a", b"bc", b"d", b"ef"]


async def test_long_turn_has_the_bound_looked_at() -> None:
    """In a turn of very many messages some go out before its end, so that a slow reader is cut off in time."""
    transport = Transport()
    outlet = Outlet(transport, loop_turn())
    for _ in range(101):
        outlet.put(b".")
    assert [len(frames) for frames in transport.written] == [1, 100]
    transport.waiting = BYTES_HELD + 1
    for _ in range(100):
        outlet.put(b".")

    assert transport.is_over


async def test_one_that_fails_does_not_keep_the_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what was held for one can't be sent, that is reported and the others get theirs."""
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
    broken, transport = Transport(), Transport()
    outlets = [Outlet(broken, loop_turn()), Outlet(transport, loop_turn())]
    for outlet in (*outlets, *outlets):
        outlet.put(b".")
    monkeypatch.setattr(broken, "write", None)
    await asyncio.sleep(0)

    assert transport.written == [b".", b"."]
    assert [type(fault["exception"]) for fault in faults] == [TypeError]


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
