"""A disk that fills up while people watch."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.command_stream import CommandStream
from tests.e2e.people import People
from tests.faults.full_disk import on_a_full_disk
from tests.patience import PATIENCE

ROOM = 160 * 1024
"""Bytes: enough to begin with, and for no more than a second of commands."""


def test_a_disk_that_fills_up(people: People, tmp_path: Path) -> None:
    """When the disk is full, a command that can't be kept is refused; all that was acknowledged is there to be read."""
    folder = tmp_path / "disk"
    folder.mkdir()
    keeper = people("Keeper")
    database = f"sqlite:///{folder / 'sessions.db'}"
    arguments = ("serve", "--port", "0", "--database-url", database, "--json")
    server = keeper.follow(*arguments, before=on_a_full_disk(folder, ROOM))
    url = server.heard("listening")["url"]
    created = json.loads(keeper.runs("create", "--server", url, "--json").out)
    stream = CommandStream(url, created["code"], created["hostToken"], "full", seeks=[], held=[])
    stream.start()
    stream.join(PATIENCE)

    assert not stream.is_alive()
    assert "500" in (stream.fault or "the server went away")
    assert '"server-error"' in (stream.fault or "")
    assert stream.known.chats
    assert stream.known.lost(json.loads(keeper.runs("status", created["code"], "--json").out)) == []
    assert server.runs
