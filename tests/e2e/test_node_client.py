"""A Socket.IO client from npm, which shares no code with this project, finds what the contract says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from syncwatch_server.app import RunningServer, start_server
from syncwatch_server.settings import ServerSettings

NODE = Path(__file__).parent / "node"


async def run(*command: str) -> str:
    """What a command prints; fails the test, with its words, unless it ends well."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=NODE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(120):
        printed, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return printed.decode()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningServer]:
    server = await start_server(ServerSettings(port=0, database_url=f"sqlite:///{tmp_path / 'sessions.db'}"))
    yield server
    await server.stop()


@pytest.fixture
async def told(server: RunningServer) -> Any:
    """What the strangers saw."""
    if not (NODE / "node_modules" / "socket.io-client").exists():
        await run("npm", "ci", "--no-audit", "--no-fund")
    return json.loads(await run("node", "watch.mjs", server.url))


async def test_strangers_watch_together(told: Any) -> None:
    """Two clients of another make create, join, load and play, and what they hear has the contract's fields exactly."""
    sync, ann, ben = told["sync"], told["created"]["participantId"], told["joined"]["participantId"]
    session_id = told["created"]["session"]["sessionId"]
    assert sync == told["played"]["playback"]
    assert sync == {
        "sessionId": session_id,
        "mediaId": told["loaded"]["media"]["mediaId"],
        "revision": 2,
        "currentTime": 12.5,
        "isPlaying": True,
        "rate": 1,
        "at": sync["at"],
        "cause": {"event": "video-play", "participantId": ann},
    }
    assert set(told["created"]) == {"ok", "session", "participantId", "participantToken", "hostToken"}
    assert set(told["joined"]) == {"ok", "session", "participantId", "participantToken"}
    assert told["joined"]["session"]["sessionId"] == session_id
    assert [
        event["payload"]["participant"]["participantId"]
        for event in told["heard"]["ann"]
        if event["event"] == "user-joined"
    ][-1] == ben
    assert set(told["clock"]) == {"ok", "clientSent", "serverReceived", "serverSent"}
    assert told["clock"]["clientSent"] == 1.25
    assert told["refused"]["error"]["code"] == "forbidden"
    assert told["wrong"]["data"] == {"code": "protocol", "protocols": [1]}
    assert told["heard"]["ben"][0]["event"] == "session-joined"
    assert told["heard"]["ben"][-1]["event"] == "session-ended"
