"""Sets up one run of Syncplay: its server, its clients each behind a bad network of its own, and our observer."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from benchmarks.instruments import start_network, start_observer
from benchmarks.processes import RigError, Speaker, free_port, private_environment
from benchmarks.stage import START_LIMIT, Arrival
from benchmarks.syncplay_player import LOOKS, Hand

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.settings import Oddities
    from benchmarks.steering import Command
    from benchmarks.syncplay_setup import Installation

ROOM = "bench"

CONFIGURATION = {"readyAtStart": "True"}
"""What differs from a fresh configuration.

Who is not ready can't start a film for others: Syncplay makes the first press of the key a "ready" instead.
"""

CLIENT_OPTIONS = ("--no-gui", "--no-store", "--language", "en")
"""Without these Syncplay opens a window, and writes down what it was started with."""

PLAYER_LIMIT = 15.0
"""s for a client's player; Syncplay itself waits for 10 s."""

LOGGED = ("sh", "-c", 'exec "$0" "$@" >&2')
"""Syncplay tells people on stdout what goes on; this puts it into the log of its process."""


@dataclass(slots=True)
class SyncplayStage:
    """A running Syncplay server with one room, and everybody who is in it."""

    syncplay: Installation
    folder: Path
    file: Path
    seed: str
    readings: Path
    observer: Speaker
    port: int
    hands: dict[str, Hand] = field(default_factory=dict)
    """Player -> the rig's own hand on it."""
    arrivals: list[Arrival] = field(default_factory=list)
    _exits: AsyncExitStack = field(default_factory=AsyncExitStack)

    @classmethod
    async def set(cls, syncplay: Installation, folder: Path, file: Path, seed: str) -> Self:
        """Start a server and an observer; raises ``RigError``."""
        exits = AsyncExitStack()
        try:
            port = free_port()
            environment = _environment(folder / "server-home", syncplay)
            server = await Speaker.start("server", [*LOGGED, *syncplay.server, f"--port={port}"], folder, environment)
            exits.push_async_callback(server.stop, by_signal=True)
            await _listening(server, port)
            readings = folder / "readings.csv"
            observer = await start_observer(folder, readings)
            exits.push_async_callback(observer.stop, by_signal=False)
        except BaseException:
            await exits.aclose()
            raise
        return cls(syncplay, folder, file, seed, readings, observer, port, _exits=exits)

    async def clear(self) -> None:
        """End everything, the clients first; the observer's readings are whole on disk afterwards."""
        await self._exits.aclose()

    async def admit(self, name: str, odd: Oddities) -> Arrival:
        """Start a client behind a delay proxy of its own and wait until its player has the film open."""
        network = await start_network(name, f"127.0.0.1:{self.port}", odd.link, self.seed, self.folder)
        self._exits.push_async_callback(network.stop, by_signal=False)
        port = (await network.heard("listening", within=START_LIMIT)).event["port"]
        ipc = self.folder / f"{name}.ipc"
        client, hand = await self._start(name, self._join(name, odd, port, ipc), ipc)
        listening_at = asyncio.get_running_loop().time()
        await self.observer.order({"add": {"name": name, "socket": str(ipc)}})
        self.hands[name] = hand
        await hand.loaded(within=START_LIMIT)
        loaded_at = asyncio.get_running_loop().time()
        # Syncplay tells nobody but the screen when it has joined; its connection and its player come before that.
        connected_at = (await network.heard("accepted", within=START_LIMIT, after=client.started_at)).event["at"]
        arrival = Arrival(name, client.started_at, listening_at, loaded_at, connected_at)
        self.arrivals.append(arrival)
        return arrival

    async def command(self, event: str, position: float | None = None) -> Command:
        """Give a command, in the player of the client that came first."""
        return await next(iter(self.hands.values())).command(event, position)

    async def sampled_at(self, rate: float) -> None:
        """Let the observer hold that many rounds a second from now on."""
        await self.observer.order({"rate": rate})

    async def _start(self, name: str, command: list[str], ipc: Path) -> tuple[Speaker, Hand]:
        """Start a client until it has a player, at most twice: a player that comes late Syncplay gives up for good."""
        lost = ""
        for within in (PLAYER_LIMIT, START_LIMIT):
            client = await Speaker.start(name, command, self.folder, self._home(name))
            self._exits.push_async_callback(client.stop, by_signal=True)
            try:
                hand = await Hand.on(name, ipc, within=within)
            except RigError as error:
                lost = f"{error}\n{client.last_words()}"
                await client.stop(by_signal=True)
            else:
                self._exits.push_async_callback(hand.quit)
                return client, hand
        raise RigError(lost)

    def _join(self, name: str, odd: Oddities, port: int, ipc: Path) -> list[str]:
        place = [f"--host=127.0.0.1:{port}", f"--name={name}", f"--room={ROOM}", "--player-path=mpv"]
        options = ["--vo=null", "--ao=null", f"--input-ipc-server={ipc}"]
        if odd.dac_skew:
            options.append(f"--ao-null-speed={1 + odd.dac_skew / 1e6:.9f}")
        return [*LOGGED, *self.syncplay.client, *CLIENT_OPTIONS, *place, str(self.file), "--", *options]

    def _home(self, name: str) -> dict[str, str]:
        environment = _environment(self.folder / f"{name}-home", self.syncplay)
        write_configuration(self.folder / f"{name}-home" / "config")
        return environment


def _environment(home: Path, syncplay: Installation) -> dict[str, str]:
    return private_environment(home, PYTHONPATH=syncplay.modules, PYTHONUNBUFFERED="1")


def write_configuration(folder: Path) -> None:
    """Write a ``syncplay.ini`` that says what is not left at its default."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{name} = {value}" for name, value in CONFIGURATION.items()]
    (folder / "syncplay.ini").write_text("\n".join(["[client_settings]", *lines, ""]))


def peer_settings() -> dict[str, object]:
    """What Syncplay was told; all else stands as it comes."""
    return {
        "client": [*CLIENT_OPTIONS, "--player-path=mpv"],
        "configuration": CONFIGURATION,
        "player": ["--vo=null", "--ao=null", "--input-ipc-server=…"],
        "server": ["--port=…"],
        "commands": "given in the first client's player, as a person does, behind that client's own network",
        "clocks": "all clients have the same right clock: Syncplay measures none",
    }


async def _listening(server: Speaker, port: int) -> None:
    gives_up_at = asyncio.get_running_loop().time() + START_LIMIT
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError as error:
            if server.process.returncode is not None or asyncio.get_running_loop().time() > gives_up_at:
                message = f"Syncplay's server does not listen\n{server.last_words()}"
                raise RigError(message) from error
            await asyncio.sleep(LOOKS)
        else:
            writer.close()
            return
