"""The page's engine without a page: two participants in Node, as an application without a document has it."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from syncwatch_server.app import RunningServer, start_server
from syncwatch_server.settings import ServerSettings
from tests.e2e.test_node_client import NODE, run

WEB = Path(__file__).parents[2] / "server" / "syncwatch_server" / "web"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningServer]:
    """A server on a free port."""
    server = await start_server(ServerSettings(port=0, database_url=f"sqlite:///{tmp_path / 'sessions.db'}"))
    yield server
    await server.stop()


async def test_two_runtimes_watch_together(server: RunningServer, tmp_path: Path) -> None:
    """Two who use the page's client and runtime as they stand play, seek and pause together, one by a broken link."""
    if not (NODE / "node_modules" / "socket.io-client").exists():
        await run("npm", "ci", "--no-audit", "--no-fund")
    modules = tmp_path / "web"
    ignored = shutil.ignore_patterns("vendor", "components", "icons", "styles")
    shutil.copytree(WEB, modules, ignore=ignored)
    (modules / "package.json").write_text('{"type": "module"}')

    seen = json.loads(await run("node", "two_runtimes.mjs", server.url, str(modules)))

    assert seen["playing"] < 0.01
    assert seen["stands"][0] == seen["stands"][1] > 300
    assert seen["notices"] == [[], []]
