"""A database that an older version has written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from syncwatch_server.app import start_server
from syncwatch_server.database.migrate import MIGRATIONS
from syncwatch_server.database.repository import part_text
from syncwatch_server.database.sqlite_repository import SqliteRepository
from syncwatch_server.settings import ServerSettings
from tests.server.conftest import Bench

PLAYBACK = {
    "sessionId": "one",
    "mediaId": "m",
    "revision": 3,
    "currentTime": 12.5,
    "isPlaying": False,
    "rate": 1.0,
    "at": 1000.0,
    "cause": {"event": "video-pause", "participantId": None},
}
MEDIA = {
    "mediaId": "m",
    "url": "https://h/a.mp4",
    "file": None,
    "provider": "direct",
    "title": "a.mp4",
    "duration": 60.0,
    "live": None,
    "thumbnailUrl": None,
    "startPosition": 0.0,
}
ITEM = {"itemId": "i", "url": "https://h/b.mp4", "file": None, "title": "b.mp4", "duration": None, "addedBy": None}
ROW = {
    "session_id": "one",
    "code": "ABC-DEF",
    "version": 3,
    "created_at": 1000.0,
    "updated_at": 9e9,
    "ended": False,
    "settings": json.dumps({"hostTokenHash": "hash"}),
    "stage": json.dumps({"media": MEDIA, "playback": PLAYBACK, "actedAt": 1000.0}),
    "members": "{}",
    "queue": json.dumps([ITEM]),
}
"""A session as version 0.1 wrote it."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The database of version 0.1 with one session in it."""
    path = tmp_path / "sessions.db"
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        columns = ", ".join(ROW)
        values = ", ".join(f":{name}" for name in ROW)
        connection.execute(text(f"INSERT INTO sessions ({columns}) VALUES ({values})"), ROW)  # noqa: S608 names of ours
    engine.dispose()
    return path


async def test_an_older_session_is_read_with_what_it_lacks_empty(old: Path):
    """The tables are brought up to date, and a session of before has no history, repeats nothing, waits for nobody."""
    repository = SqliteRepository(old)
    await repository.open()
    stored = await repository.load("ABC-DEF")
    await repository.close()

    assert stored is not None
    session = stored.session
    assert (session.history, session.settings.repeat, session.stage.gathering) == ((), "off", None)
    assert (session.queue[0].title, session.queue[0].thumbnail_url) == ("b.mp4", None)
    assert json.loads(part_text(session, "history")) == []


@pytest.mark.usefixtures("old")
async def test_an_older_session_goes_on(settings: ServerSettings, bench: Bench):
    """A server of this version serves it: the next item comes on, and the history begins."""
    server = await start_server(settings)
    bench.servers.append(server)
    http = bench.http(server)
    status, _ = await http.command("ABC-DEF", "queue-next")
    _, session = await http("GET", "/api/v1/sessions/ABC-DEF")

    assert (status, session["media"]["title"], session["queue"]) == (200, "b.mp4", [])
    assert [(item["title"], item["outcome"]) for item in session["history"]] == [("a.mp4", "skipped")]
