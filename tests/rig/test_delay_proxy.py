"""The proxy on real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.delay_proxy import DelayProxy, obey
from benchmarks.link import Link

EchoThrough = Callable[..., AbstractAsyncContextManager[DelayProxy]]


@asynccontextmanager
async def connected(proxy: DelayProxy) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def echoed(proxy: DelayProxy, chunks: list[bytes]) -> bytes:
    async with connected(proxy) as (reader, writer):
        for chunk in chunks:
            writer.write(chunk)
            await asyncio.sleep(0)
        writer.write_eof()
        return await reader.read()


@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(1, 70_000), min_size=1, max_size=12), seed=st.integers(0, 1000))
def test_bytes_come_through_unaltered_and_in_order(sizes: list[int], seed: int, echo_through: EchoThrough):
    """Whatever the sizes of the chunks, jitter and stalls, what comes out is what went in."""
    chunks = [random.Random(f"{seed}/{index}").randbytes(size) for index, size in enumerate(sizes)]

    async def through() -> bytes:
        async with echo_through(Link(rtt=0.004, jitter=0.003), seed) as proxy:
            return await echoed(proxy, chunks)

    assert asyncio.run(through()) == b"".join(chunks)


async def test_much_more_than_it_holds_comes_through(echo_through: EchoThrough):
    """A sender faster than the path is held back, and loses nothing."""
    many = [random.Random(0).randbytes(65536)] * 200

    async with echo_through(Link(rtt=0.02)) as proxy:
        assert await echoed(proxy, many) == b"".join(many)


async def test_delay_is_at_least_the_round_trip(echo_through: EchoThrough):
    """An echo takes no less than the round trip, once the connection stands."""
    clock = asyncio.get_running_loop().time
    async with echo_through(Link(rtt=0.08)) as proxy, connected(proxy) as (reader, writer):
        await asyncio.sleep(0.2)
        sent_at = clock()
        writer.write(b"x")
        await reader.readexactly(1)

        assert clock() - sent_at >= 0.08


async def test_a_new_connection_costs_a_round_trip_more(echo_through: EchoThrough):
    """The first byte of a connection waits for the handshake that a real path would need."""
    clock = asyncio.get_running_loop().time
    async with echo_through(Link(rtt=0.08)) as proxy:
        began_at = clock()
        async with connected(proxy) as (reader, writer):
            writer.write(b"x")
            await reader.readexactly(1)

            assert clock() - began_at >= 0.16


async def test_a_half_closed_connection_still_answers(echo_through: EchoThrough):
    """After the client has ended its direction the server's bytes still reach it, then the server's end."""
    async with echo_through(Link(rtt=0.01)) as proxy:
        assert await echoed(proxy, [b"all of it"]) == b"all of it"


async def test_a_released_blackout_holds_and_then_delivers(echo_through: EchoThrough):
    """Nothing passes in the dark, and all that was sent passes after it."""
    async with echo_through(Link()) as proxy, connected(proxy) as (reader, writer):
        writer.write(b"before")
        assert await reader.readexactly(6) == b"before"
        light = proxy.blackout(60, "release")
        writer.write(b"in the dark")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.readexactly(1), 0.1)
        proxy.restore()
        await light

        assert await reader.readexactly(11) == b"in the dark"


async def test_a_blackout_ends_by_itself(echo_through: EchoThrough):
    """A blackout lasts as long as was asked."""
    async with echo_through(Link()) as proxy:
        await proxy.blackout(0.02)

        assert not proxy.is_dark


async def test_a_dropped_blackout_resets_the_connections_of_before(echo_through: EchoThrough):
    """After a blackout that drops, a connection of before is reset and a new one works."""
    async with echo_through(Link()) as proxy:
        async with connected(proxy) as (reader, writer):
            writer.write(b"x")
            await reader.readexactly(1)
            await proxy.blackout(0.02, "drop")

            with pytest.raises(ConnectionResetError):
                await reader.readexactly(1)
        assert await echoed(proxy, [b"anew"]) == b"anew"


async def test_a_connection_begun_in_the_dark_comes_through_after_it(echo_through: EchoThrough):
    """A client that connects during a blackout waits, and is served when it is over, even where others are dropped."""
    async with echo_through(Link()) as proxy:
        proxy.blackout(60)
        answer = asyncio.create_task(echoed(proxy, [b"patient"]))
        await asyncio.sleep(0.05)
        assert not answer.done()
        proxy.restore("drop")

        assert await answer == b"patient"


async def test_reset_is_seen_by_both_sides():
    """A reset of the path reaches the client and the server."""
    server_saw: asyncio.Future[type[BaseException]] = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(await reader.readexactly(1))
            await reader.read()
        except OSError as error:
            server_saw.set_result(type(error))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, DelayProxy("127.0.0.1", server.sockets[0].getsockname()[1], Link()) as proxy:
        async with connected(proxy) as (reader, writer):
            writer.write(b"x")
            await reader.readexactly(1)
            proxy.reset()

            with pytest.raises(ConnectionResetError):
                await reader.read()
        assert await server_saw is ConnectionResetError


async def test_no_server_is_a_reset():
    """A client behind the proxy of a server that isn't there is reset."""
    async with DelayProxy("127.0.0.1", 1, Link()) as proxy, connected(proxy) as (reader, _):
        with pytest.raises(ConnectionResetError):
            await reader.read()


async def test_connections_are_forgotten_when_they_end(echo_through: EchoThrough):
    """A connection that ended in order leaves nothing behind."""
    async with echo_through(Link()) as proxy:
        await echoed(proxy, [b"x"])
        for _ in range(200):
            if not proxy.connections:
                break
            await asyncio.sleep(0.01)

        assert not proxy.connections
        assert proxy.accepted == 1


async def test_an_order_changes_the_path(echo_through: EchoThrough):
    """An order names what of the path shall be otherwise; the rest stays."""
    async with echo_through(Link(rtt=0.02, stall=0.5)) as proxy:
        obey(proxy, {"link": {"stall": 0.0}})

        assert proxy.link == Link(rtt=0.02, stall=0.0)


async def test_what_happens_is_told_with_its_instant():
    """Connections and blackouts are reported, in order, at instants of the event loop's clock."""
    told: list[dict[str, object]] = []
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, DelayProxy("127.0.0.1", port, Link(), report=told.append) as proxy:
        async with connected(proxy) as (reader, _):
            await reader.read()
        await proxy.blackout(0.02)
    instants = [event["at"] for event in told]

    assert [event["event"] for event in told] == ["accepted", "dark", "light"]
    assert instants == sorted(instants)  # type: ignore[type-var]


async def test_the_process_prints_its_address_and_obeys(echo_through: EchoThrough):
    """As a process it says where it listens, carries bytes, resets when told, and ends with its stdin."""
    async with echo_through(Link()) as behind:
        command = [sys.executable, "-m", "benchmarks.delay_proxy", "--to", f"127.0.0.1:{behind.port}", "--rtt", "0.01"]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, env={"PYTHONPATH": ":".join(sys.path)}
        )
        assert process.stdin is not None
        assert process.stdout is not None
        said = json.loads(await process.stdout.readline())
        reader, writer = await asyncio.open_connection("127.0.0.1", said["port"])
        writer.write(b"x")
        assert await reader.readexactly(1) == b"x"
        process.stdin.write(b'{"reset": true}\n')
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
        process.stdin.close()

        assert await process.wait() == 0
