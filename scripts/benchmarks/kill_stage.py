"""A server that can be killed and started again on the same port and database, a session on it, and who is in that."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from benchmarks.instruments import start_observer
from benchmarks.processes import RigError, Speaker, ask, free_port, private_environment

if TYPE_CHECKING:
    from pathlib import Path

START_LIMIT = 30.0
"""s for a process to come up, or to come back; generous, for a busy machine."""

LOOKED_EVERY = 0.02
"""s between two looks whether all are back."""


@dataclass(slots=True)
class KillStage:
    """The processes of a run."""

    program: tuple[str, ...]
    folder: Path
    file: Path
    random: Random
    port: int
    code: str = ""
    token: str = ""
    server: Speaker | None = None
    observer: Speaker | None = None
    clients: list[Speaker] = field(default_factory=list)
    starts: int = 0
    _exits: AsyncExitStack = field(default_factory=AsyncExitStack)

    @classmethod
    async def set(cls, program: tuple[str, ...], folder: Path, file: Path, players: int, seed: int) -> Self:
        """Start everything and play; raises ``RigError``."""
        stage = cls(program, folder, file, Random(seed), free_port())  # noqa: S311 - repeatable, not secret
        try:
            await stage._set(players)
        except BaseException:
            await stage.clear()
            raise
        return stage

    @property
    def url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def readings(self) -> Path:
        """What the observer wrote down."""
        return self.folder / "readings.csv"

    async def start_server(self) -> float:
        """Start the server; the instant at which it said that it listens, CLOCK_MONOTONIC, s."""
        self.starts += 1
        database = f"sqlite:///{self.folder / 'sessions.db'}"
        command = [*self.program, "serve", "--port", str(self.port), "--database-url", database, "--json"]
        environment = private_environment(self.folder / "server-home", SYNCWATCH_RATE_LIMIT="off")
        self.server = await Speaker.start(f"server-{self.starts}", command, self.folder, environment)
        return (await self.server.heard("listening", within=START_LIMIT)).at

    async def kill_server(self) -> float:
        """``kill -9``; the instant of it, CLOCK_MONOTONIC, s."""
        assert self.server is not None  # noqa: S101 started before
        self.server.process.send_signal(signal.SIGKILL)
        killed_at = asyncio.get_running_loop().time()
        await self.server.process.wait()
        return killed_at

    async def session(self) -> dict[str, Any]:
        """The session object; raises ``RigError``."""
        return await asyncio.to_thread(self._get, f"/api/v1/sessions/{self.code}")

    async def all_back(self) -> float | None:
        """When the server says that everybody is connected again, CLOCK_MONOTONIC, s; None if not in time."""
        clock = asyncio.get_running_loop().time
        gives_up_at = clock() + START_LIMIT
        while clock() < gives_up_at:
            with contextlib.suppress(RigError):
                participants = (await self.session())["participants"]
                if sum(one["connected"] for one in participants) >= len(self.clients):
                    return clock()
            await asyncio.sleep(LOOKED_EVERY)
        return None

    async def clear(self) -> None:
        """End everything; the observer's readings are whole on disk afterwards."""
        if self.observer is not None:
            await self.observer.stop(by_signal=False)
        await self._exits.aclose()
        if self.server is not None:
            await self.server.stop(by_signal=True)

    async def _set(self, players: int) -> None:
        await self.start_server()
        environment = private_environment(self.folder / "server-home")
        command = [*self.program, "create", str(self.file), "--server", self.url, "--json"]
        created = await ask("create", command, environment)
        self.code, self.token = created["code"], created["hostToken"]
        self.observer = await start_observer(self.folder, self.readings, "--rate", "25")
        for number in range(players):
            await self._admit(f"p{number}")
        await self._all_stand()
        play = [*self.program, "play", self.code, "--server", self.url, "--token", self.token, "--json"]
        await ask("play", play, environment)

    async def _admit(self, name: str) -> None:
        """A client whose clock is wrong by up to an hour, as people's are."""
        wrong = f"{self.random.uniform(-3600, 3600):.6f},{self.random.uniform(-100, 100):.3f}"
        home = private_environment(self.folder / f"{name}-home", SYNCWATCH_CLOCK_ERROR=wrong)
        ways = ["--server", self.url, "--no-tui", "--json", "--name", name, "--file", str(self.file)]
        command = [*self.program, "join", self.code, *ways, "--mpv-arg=--vo=null", "--mpv-arg=--ao=null"]
        client = await Speaker.start(name, command, self.folder, home)
        self._exits.push_async_callback(client.stop, by_signal=True)
        self.clients.append(client)
        ready = await client.heard("player-ready", within=START_LIMIT)
        assert self.observer is not None  # noqa: S101 started before
        await self.observer.order({"add": {"name": name, "socket": ready.event["ipcSocket"]}})

    async def _all_stand(self) -> None:
        for _ in range(int(START_LIMIT / 0.1)):
            participants = (await self.session())["participants"]
            if sum(one["state"] == "paused" for one in participants) >= len(self.clients):
                return
            await asyncio.sleep(0.1)
        raise RigError(f"not everybody was ready to play within {START_LIMIT:g} s")

    def _get(self, path: str) -> dict[str, Any]:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=START_LIMIT)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            message = f"GET {path}: {error}"
            raise RigError(message) from error
        finally:
            connection.close()
        if answer.status != http.client.OK:
            message = f"GET {path}: {answer.status} {content.decode(errors='replace')}"
            raise RigError(message)
        result: dict[str, Any] = json.loads(content)
        return result
