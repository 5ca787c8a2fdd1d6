"""A TCP proxy that is a bad network: it delays, jitters, stalls and goes dark, but never reorders or alters a byte.

In a test: ``async with DelayProxy("127.0.0.1", port, Link(rtt=0.1)) as proxy: connect(proxy.port)``.
As a process: ``python -m benchmarks.delay_proxy --to 127.0.0.1:8765 --rtt 0.1``; it prints its address as JSON.

A connection costs what it costs on a real path: the client's first byte moves only one round trip after it connected.
An attempt to connect that was begun in a blackout comes through at the first of its retransmissions after it.
What a byte stream cannot show: after a blackout an open connection of real TCP waits for its own retransmission timer,
this proxy does not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import selectors
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, Self

from benchmarks.accepting import accept_no_more, turns
from benchmarks.lane import Conditions, Lane, Side, reset
from benchmarks.link import Direction, Link, Path, next_attempt

COARSE_TIMER = 0.002
"""s; epoll and libuv wake up to a millisecond or two late, so a delivery is awaited from this much earlier."""

FINE_TIMER = 0.0003
"""s; the same for a loop on select(2), whose timeout is in microseconds."""

Afterwards = Literal["release", "drop"]
"""What follows a blackout: what was held goes on its way, or the connections of before are reset."""


class Connection:
    """A client's socket, the server's socket, and a lane each way."""

    def __init__(self, proxy: DelayProxy, number: int) -> None:
        """Number ``number`` in the order of coming, which is also what its fate is drawn from."""
        self.opened_at = asyncio.get_running_loop().time()
        self._proxy = proxy
        self._lanes = [self._lane(number, "forward"), self._lane(number, "backward")]
        self._forward, self._backward = self._lanes
        self._open_sockets = 0
        self._connecting: asyncio.Task[None] | None = None

    def client_side(self) -> Side:
        """The protocol of the accepted socket."""
        return Side(self._forward, self._backward, self._client_came, self._socket_lost)

    def abort(self) -> None:
        """Reset both sockets."""
        if self._connecting is not None:
            self._connecting.cancel()
        for lane in self._lanes:
            lane.close()
        for transport in (self._forward.source, self._backward.source):
            if transport is not None:
                reset(transport)

    def resume(self, now: float) -> None:
        """Carry on after a blackout that ended at ``now``; one begun in it shakes hands at its next attempt."""
        if self._forward.sink is None:
            self._shake_hands(next_attempt(self.opened_at, now))
        for lane in self._lanes:
            lane.deliver()

    def _lane(self, number: int, direction: Direction) -> Lane:
        return Lane(
            self._proxy.conditions, Path(direction, f"{self._proxy.seed}/{number}/{direction}"), self._lane_ended
        )

    def _client_came(self) -> None:
        self._open_sockets += 1
        self._proxy.connections.add(self)
        if not self._proxy.is_dark:
            self._shake_hands(self.opened_at)

    def _shake_hands(self, begun_at: float) -> None:
        self._forward.opens_at = begun_at + self._proxy.link.rtt
        if self._connecting is None:
            self._connecting = asyncio.get_running_loop().create_task(self._reach_server())

    async def _reach_server(self) -> None:
        def server_side() -> Side:
            return Side(self._backward, self._forward, self._server_came, self._socket_lost)

        try:
            await asyncio.get_running_loop().create_connection(server_side, *self._proxy.target)
        except OSError:
            self.abort()

    def _server_came(self) -> None:
        self._open_sockets += 1

    def _lane_ended(self) -> None:
        if all(lane.ended for lane in self._lanes):
            for transport in (self._forward.source, self._backward.source):
                if transport is not None:
                    transport.close()

    def _socket_lost(self) -> None:
        self._open_sockets -= 1
        self._lane_ended()
        if self._open_sockets == 0:
            self._proxy.connections.discard(self)


class DelayProxy:
    """Listens on a port of loopback and carries each connection to the target over a ``Link``.

    ``link`` may be replaced at any time and holds for every chunk that enters from then on.
    """

    def __init__(
        self,
        target_host: str,
        target_port: int,
        link: Link,
        *,
        seed: int = 0,
        listen: int = 0,
        granularity: float = COARSE_TIMER,
        report: Callable[[dict[str, object]], None] | None = None,
    ) -> None:
        """``listen`` 0 picks a free port; equal seeds give equal fates to equal traffic.

        ``report`` is told of each connection (``accepted``) and each blackout (``dark``, ``light``), with the instant.
        """
        self.target = (target_host, target_port)
        self.conditions = Conditions(link, granularity)
        self.seed = seed
        self.connections: set[Connection] = set()
        self.accepted = 0
        self._listen = listen
        self._report = report
        self._dark_since = 0.0
        self._server: asyncio.Server | None = None
        self._dawn: asyncio.TimerHandle | None = None
        self._light: asyncio.Future[None] | None = None

    async def __aenter__(self) -> Self:
        """Listen; raises ``OSError`` where the port is taken."""
        self._server = await asyncio.get_running_loop().create_server(self._accept, "127.0.0.1", self._listen)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        """Reset what is open and listen no more."""
        if self._dawn is not None:
            self._dawn.cancel()
        if self._light is not None and not self._light.done():
            self._light.set_result(None)
        if self._server is not None:
            await accept_no_more(self._server)
        self.reset()
        await turns()

    @property
    def link(self) -> Link:
        """The path that holds for every chunk that enters from now on."""
        return self.conditions.link

    @link.setter
    def link(self, link: Link) -> None:
        self.conditions.link = link

    @property
    def is_dark(self) -> bool:
        """Whether a blackout is on."""
        return self.conditions.is_dark

    @property
    def port(self) -> int:
        """The port that clients connect to."""
        if self._server is None:
            message = "the proxy listens only inside its `async with`"
            raise RuntimeError(message)
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        """The address for clients of an HTTP server behind the proxy."""
        return f"http://127.0.0.1:{self.port}"

    def blackout(self, seconds: float, then: Afterwards = "release") -> asyncio.Future[None]:
        """Carry nothing for ``seconds``; returns at once, with a future that is done when it is over.

        Then ``release`` sends on what was held, in order, and ``drop`` resets every connection that is older than the
        blackout.
        A connection attempt made in the dark comes through after it, either way, when it is made again.
        """
        loop = asyncio.get_running_loop()
        if not self.is_dark:
            self.conditions.is_dark = True
            self._dark_since = loop.time()
            self._tell("dark", self._dark_since)
            self._light = loop.create_future()
        if self._dawn is not None:
            self._dawn.cancel()
        self._dawn = loop.call_later(seconds, self.restore, then) if math.isfinite(seconds) else None
        assert self._light is not None  # noqa: S101 - made when the dark began
        return self._light

    def restore(self, then: Afterwards = "release") -> None:
        """End a blackout now."""
        if not self.is_dark:
            return
        self.conditions.is_dark = False
        now = asyncio.get_running_loop().time()
        self._tell("light", now)
        for connection in list(self.connections):
            if then == "drop" and connection.opened_at < self._dark_since:
                connection.abort()
            else:
                connection.resume(now)
        if self._light is not None and not self._light.done():
            self._light.set_result(None)

    def reset(self) -> None:
        """Reset every open connection, as a router that lost its state does."""
        for connection in list(self.connections):
            connection.abort()

    def _accept(self) -> Side:
        self.accepted += 1
        self._tell("accepted", asyncio.get_running_loop().time())
        return Connection(self, self.accepted).client_side()

    def _tell(self, event: str, at: float) -> None:
        if self._report is not None:
            self._report({"event": event, "at": at})


async def serve(proxy: DelayProxy) -> None:
    """Print the address as one JSON line, then obey JSON lines on stdin until it ends.

    They are ``{"blackout": SECONDS, "then": "release" | "drop"}``, ``{"reset": true}``, and ``{"link": {"stall": 0}}``
    with whatever of a ``Link`` shall be otherwise from now on.
    """
    orders = asyncio.StreamReader()
    async with proxy:
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
        print_event({"event": "listening", "port": proxy.port, "url": proxy.url})
        while line := await orders.readline():
            obey(proxy, json.loads(line))


def obey(proxy: DelayProxy, order: dict[str, Any]) -> None:
    """Do what one order says."""
    if "link" in order:
        proxy.link = replace(proxy.link, **order["link"])
    if "blackout" in order:
        proxy.blackout(order["blackout"], order.get("then", "release"))
    if order.get("reset"):
        proxy.reset()


def print_event(event: dict[str, object]) -> None:
    """Write one JSON line to stdout."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run one proxy as a process of its own, so that nobody else's work delays its timers."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench proxy", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--listen", type=int, default=0, metavar="PORT", help="0 picks a free one")
    parser.add_argument("--to", required=True, metavar="HOST:PORT", help="the server behind the proxy")
    parser.add_argument("--rtt", type=float, default=0.0, metavar="S", help="constant delay there and back")
    parser.add_argument("--jitter", type=float, default=0.0, metavar="S", help="mean queueing delay added each way")
    parser.add_argument("--asymmetry", type=float, default=0.0, metavar="S", help="forward delay minus backward delay")
    parser.add_argument("--stall", type=float, default=0.0, metavar="P", help="probability that a chunk is lost")
    parser.add_argument("--bandwidth", type=float, metavar="BYTES", help="bytes a second, each way")
    parser.add_argument("--seed", type=int, default=0)
    typed = parser.parse_args()
    host, _, port = typed.to.rpartition(":")
    link = Link(typed.rtt, typed.jitter, typed.asymmetry, typed.stall, typed.bandwidth)
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        proxy = DelayProxy(
            host, int(port), link, seed=typed.seed, listen=typed.listen, granularity=FINE_TIMER, report=print_event
        )
        runner.run(serve(proxy))


if __name__ == "__main__":
    main()
