"""Sets up one run: a server, a session, an observer, and clients, each behind a bad network of its own."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from benchmarks.instruments import start_network, start_observer
from benchmarks.processes import RigError, Speaker, ask, private_environment
from benchmarks.steering import Steering

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from benchmarks.settings import Oddities
    from benchmarks.steering import Command

START_LIMIT = 30.0
"""s for a process to come up; generous, for a busy machine."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How one client came; instants on CLOCK_MONOTONIC, s."""

    player: str
    started_at: float
    joined_at: float
    player_ready_at: float
    connected_at: float | None = None
    """When its first connection reached the proxy; None where nobody looked."""


@dataclass(frozen=True, slots=True)
class Network:
    """The path of one client to the server."""

    proxy: Speaker
    url: str
    """Where the server is found at the end of this path."""


@dataclass(slots=True)
class Stage:
    """A running server with one session, and everybody who is in it."""

    program: tuple[str, ...]
    folder: Path
    file: Path
    seed: str
    readings: Path
    steering: Steering
    observer: Speaker
    server_url: str
    code: str
    clients: list[Speaker] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    networks: dict[str, Network] = field(default_factory=dict)
    """Player -> its path."""
    _exits: AsyncExitStack = field(default_factory=AsyncExitStack)

    @classmethod
    async def set(cls, program: tuple[str, ...], folder: Path, file: Path, seed: str) -> Self:
        """Start a server and an observer and create the session; raises ``RigError``."""
        exits = AsyncExitStack()
        try:
            # A clock that knows nothing of anybody else's, and no limit on how often the rig may ask.
            environment = private_environment(folder / "server-home", SYNCWATCH_RATE_LIMIT="off")
            command = [*program, "serve", "--port", "0", "--json"]
            server = await Speaker.start("server", command, folder, environment)
            exits.push_async_callback(server.stop, by_signal=True)
            url = (await server.heard("listening", within=START_LIMIT)).event["url"]
            created = await ask("create", [*program, "create", str(file), "--server", url, "--json"], environment)
            steering = Steering(url, created["code"], created["hostToken"])
            exits.callback(steering.close)
            readings = folder / "readings.csv"
            observer = await start_observer(folder, readings)
            exits.push_async_callback(observer.stop, by_signal=False)
        except BaseException:
            await exits.aclose()
            raise
        return cls(program, folder, file, seed, readings, steering, observer, url, created["code"], _exits=exits)

    async def clear(self) -> None:
        """End everything, the clients first; the observer's readings are whole on disk afterwards."""
        await self._exits.aclose()

    async def admit(self, name: str, odd: Oddities) -> Arrival:
        """Start a client behind a delay proxy of its own and wait until its player runs and is observed."""
        network = await self.network(name, odd)
        client = await Speaker.start(name, self._join(name, odd, network.url), self.folder, self._home(name, odd))
        self._exits.push_async_callback(client.stop, by_signal=True)
        self.clients.append(client)
        joined = await client.heard("joined", within=START_LIMIT)
        ready = await client.heard("player-ready", within=START_LIMIT)
        await self.observer.order({"add": {"name": name, "socket": ready.event["ipcSocket"]}})
        # The client was heard by now, so the proxy told of its connection before; its line may still be on the way.
        accepted = await network.proxy.heard("accepted", within=START_LIMIT, after=client.started_at)
        arrival = Arrival(name, client.started_at, joined.at, ready.at, accepted.event["at"])
        self.arrivals.append(arrival)
        return arrival

    async def ipc_socket_of(self, name: str) -> str:
        """Where that player's mpv listens."""
        client = next(client for client in self.clients if client.name == name)
        return str((await client.heard("player-ready", within=START_LIMIT)).event["ipcSocket"])

    async def dismiss(self, name: str) -> None:
        """Let a client leave the session, and wait until it is gone."""
        client = next(client for client in self.clients if client.name == name)
        self.clients.remove(client)
        await client.stop(by_signal=True)

    async def all_primed(self) -> None:
        """Wait until the session says that nobody is loading or buffering any more; raises ``RigError``."""
        for _ in range(int(START_LIMIT / 0.1)):
            participants = (await asyncio.to_thread(self.steering.session))["participants"]
            seated = [one for one in participants if one["connected"]]
            if len(seated) >= len(self.clients) and all(one["state"] in {"paused", "playing"} for one in seated):
                return
            await asyncio.sleep(0.1)
        raise RigError(f"not everybody was ready to play within {START_LIMIT:g} s")

    async def command(self, event: str, position: float | None = None) -> Command:
        """Give a command, by a hand at the server itself."""
        return await asyncio.to_thread(self.steering.command, event, position)

    async def sampled_at(self, rate: float) -> None:
        """Let the observer hold that many rounds a second from now on."""
        await self.observer.order({"rate": rate})

    async def order_networks(self, order: Mapping[str, object], names: Iterable[str] | None = None) -> None:
        """Send an order to the proxies of these players, or of all."""
        for name in list(self.networks) if names is None else names:
            await self.networks[name].proxy.order(order)

    async def network(self, name: str, odd: Oddities) -> Network:
        """The path of a client, laid at the first call."""
        if name not in self.networks:
            self.networks[name] = await self._lay(name, odd)
        return self.networks[name]

    async def _lay(self, name: str, odd: Oddities) -> Network:
        server = self.server_url.removeprefix("http://").rstrip("/")
        proxy = await start_network(name, server, odd.link, self.seed, self.folder)
        self._exits.push_async_callback(proxy.stop, by_signal=False)
        return Network(proxy, (await proxy.heard("listening", within=START_LIMIT)).event["url"])

    def _join(self, name: str, odd: Oddities, url: str) -> list[str]:
        players = ["--vo=null", "--ao=null"]
        if odd.dac_skew:
            players.append(f"--ao-null-speed={1 + odd.dac_skew / 1e6:.9f}")
        delay = [f"--device-delay={odd.device_delay}"] if odd.device_delay else []
        ways = ["--no-tui", "--json", "--player", odd.player, "--name", name, "--file", str(self.file), *delay]
        return [
            *self.program,
            "join",
            self.code,
            "--server",
            url,
            *ways,
            *(f"--mpv-arg={option}" for option in players),
        ]

    def _home(self, name: str, odd: Oddities) -> dict[str, str]:
        return private_environment(self.folder / f"{name}-home", SYNCWATCH_CLOCK_ERROR=odd.clock_error)
