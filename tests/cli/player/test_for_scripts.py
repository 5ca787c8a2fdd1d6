"""The session as the person's mpv scripts may read it, where mpv has ``user-data``."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

from syncwatch_cli.player.connection import open_connection
from syncwatch_cli.player.for_scripts import PROPERTY, ForScripts
from syncwatch_cli.player.mpv import MpvPlayer
from tests.cli.player.hands import Diary, Person
from tests.patience import PATIENCE


async def test_an_mpv_without_it_is_left_alone(player: MpvPlayer, person: Person, diary: Diary):
    """An mpv that has no ``user-data`` goes on as before, and one that has it lets others read it."""
    player.publish({"code": "ABC-DEF"})
    answer = await person.does("get_property", PROPERTY)
    properties = await person.sees("property-list")
    assert isinstance(properties, list)

    assert answer.value == ({"code": "ABC-DEF"} if "user-data" in properties else None)
    assert diary.entries == []


async def test_it_is_written_when_it_changes(tmp_path: Path):
    """Where mpv has it, by its own list, it is written once it differs, and taken away at the end."""
    heard: list[list[Any]] = []
    done, gone = asyncio.Event(), asyncio.Event()

    async def newer_mpv(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            asked = json.loads(line)
            heard.append(asked["command"])
            value = ["pause", "user-data"] if asked["command"][1] == "property-list" else None
            writer.write(json.dumps({"request_id": asked["request_id"], "error": "success", "data": value}).encode())
            writer.write(b"\n")
            if asked["command"][0] == "del":
                done.set()
        writer.close()
        gone.set()

    path = str(tmp_path / "ipc")
    server = await asyncio.start_unix_server(newer_mpv, path)
    connection = await open_connection(path, time.monotonic, lambda _event, _at: None, lambda: None)
    told = ForScripts(connection)
    told.begin()
    told.publish({"waiting": []})
    [answered] = connection.request(["get_property", "pause"])
    await asyncio.wait_for(answered, PATIENCE)
    for waiting in ([], ["Ada"], ["Ada"]):
        told.publish({"waiting": waiting})
    told.withdraw()
    await asyncio.wait_for(done.wait(), PATIENCE)
    connection.close()
    await asyncio.wait_for(gone.wait(), PATIENCE)
    server.close()
    await server.wait_closed()

    written = [command for command in heard if command[0] != "get_property"]
    assert written == [
        ["set_property", PROPERTY, {"waiting": []}],
        ["set_property", PROPERTY, {"waiting": ["Ada"]}],
        ["del", PROPERTY],
    ]
