"""The servers that are measured, each started as its users start it, on loopback and with nothing kept from before."""

from __future__ import annotations

import asyncio
import json
import resource
import shutil
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.processes import RigError, Speaker, own_syncwatch, private_environment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NODE = Path(__file__).with_name("node")

_STARTS_WITHIN = 30.0
"""s."""

_INSTALLS_WITHIN = 300.0
"""s."""


class Server(NamedTuple):
    """A server that accepts."""

    url: str
    pid: int
    redis: int | None = None
    """The process of its Redis, if it has one."""


def more_files() -> None:
    """Let this process and those that it starts have as many sockets as the machine grants."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@asynccontextmanager
async def syncwatch(folder: Path) -> AsyncIterator[Server]:
    """Our server with its release settings, but for the limits: a thousand clients of one address would be refused."""
    environment = private_environment(
        folder / "home", SYNCWATCH_RATE_LIMIT="off", SYNCWATCH_DATABASE_URL=f"sqlite:///{folder / 'sessions.db'}"
    )
    async with started("syncwatch", [*own_syncwatch(), "serve", "--port", "0", "--json"], folder, environment) as up:
        yield up


@asynccontextmanager
async def node(folder: Path) -> AsyncIterator[Server]:
    """A Node server of Socket.IO's makers that does the same work."""
    await installed()
    environment = private_environment(folder / "home", NODE_ENV="production")
    async with started("node", ["node", str(NODE / "server.mjs")], folder, environment) as up:
        yield up


async def installed() -> None:
    """Install what the Node server needs, as its lock file says; raises ``RigError``."""
    if (NODE / "node_modules" / "socket.io").exists():
        return
    if shutil.which("npm") is None:
        raise RigError("the Node server needs npm: scripts/need node npm")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        "npm", "ci", "--no-audit", "--no-fund", cwd=NODE, stdout=pipe, stderr=pipe
    )
    async with asyncio.timeout(_INSTALLS_WITHIN):
        _, errors = await process.communicate()
    if process.returncode != 0:
        message = f"npm ci failed: {errors.decode(errors='replace')[-1000:]}"
        raise RigError(message)


async def versions() -> dict[str, str]:
    """Of what is compared."""
    process = await asyncio.create_subprocess_exec("node", "--version", stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    lock = json.loads((NODE / "package-lock.json").read_text())
    return {
        "python": sys.version.split()[0],
        "node": out.decode().strip().removeprefix("v"),
        "socket.io": lock["packages"]["node_modules/socket.io"]["version"],
    }


@asynccontextmanager
async def started(name: str, command: list[str], folder: Path, environment: dict[str, str]) -> AsyncIterator[Server]:
    """A server of that command, which says as JSON where it listens."""
    speaker = await Speaker.start(name, command, folder, environment)
    try:
        line = await speaker.heard("listening", within=_STARTS_WITHIN)
        yield Server(line.event["url"], speaker.process.pid)
    finally:
        await speaker.stop(by_signal=True)


SERVERS = {"syncwatch": syncwatch, "node": node}
