"""Links to playlists on the command line: real yt-dlp, a real server, and the commands as a person types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sites.conftest import Web

LIST = "https://www.youtube.com/playlist?list=PLsomelistofit"
WATCH = "https://www.youtube.com/watch?v="

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(computer: Path, tmp_path: Path) -> Iterator[Run]:  # noqa: ARG001 it is this computer's environment
    """A command on a computer with a server, which looks nothing up itself."""
    folder = tmp_path / "syncwatch"
    environment = os.environ | {
        "SYNCWATCH_STATE_DIR": str(folder),
        "SYNCWATCH_CONFIG": str(folder / "config.toml"),
        "SYNCWATCH_FETCH_METADATA": "off",
        "SYNCWATCH_RATE_LIMIT": "off",
    }
    program = [sys.executable, "-m", "syncwatch_cli.main"]
    serve = [*program, "serve", "--port", "0", "--json", "--database-url", f"sqlite:///{tmp_path / 'sessions.db'}"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, env=environment, text=True) as server:
        assert server.stdout is not None
        environment["SYNCWATCH_SERVER"] = json.loads(server.stdout.readline())["url"]

        def run(*arguments: str) -> subprocess.CompletedProcess[str]:
            command = [*program, *arguments]
            return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False)

        yield run
        server.terminate()


def queued(run: Run, code: str) -> list[Any]:
    """What the queue holds."""
    queue = json.loads(run("queue", "list", code, "--json").stdout)
    return [(item["url"], item["title"], item["duration"]) for item in queue]


def test_a_playlist_fills_a_session(web: Web, run: Run):
    """`create LIST` loads its first video and queues the others; `queue add` takes all, in the list's order."""
    web.youtube.lists["PLsomelistofit"] = [
        ("aaaaaaaaaaa", "First"),
        ("bbbbbbbbbbb", "[Private video]"),
        ("ccccccccccc", "第三集 🎬"),
    ]
    created = run("create", LIST, "--json")
    session = json.loads(created.stdout)
    added = run("queue", "add", session["code"], LIST)

    assert (created.stderr, added.returncode, added.stderr) == ("", 0, "")
    assert session["media"]["url"] == f"{WATCH}aaaaaaaaaaa"
    assert [item["title"] for item in session["queue"]] == ["第三集 🎬"]
    assert queued(run, session["code"]) == [
        (f"{WATCH}ccccccccccc", "第三集 🎬", 12.0),
        (f"{WATCH}aaaaaaaaaaa", "First", 12.0),
        (f"{WATCH}ccccccccccc", "第三集 🎬", 12.0),
    ]


def test_a_long_playlist_comes_in_several_messages(web: Web, run: Run):
    """A list of two hundred and thirty arrives whole and in its order, also before what is queued already."""
    web.youtube.lists["PLsomelistofit"] = [(f"{number:011}", f"Part {number} {'影' * 200}") for number in range(230)]
    code = run("create", "https://example.org/film.mp4").stdout.strip()
    run("queue", "add", code, "https://example.org/last.mp4")
    added = run("queue", "add", code, LIST, "--next")
    titles = [title for _, title, _ in queued(run, code)]

    assert (added.returncode, added.stderr) == (0, "")
    assert [title.split()[1] for title in titles[:-1]] == [str(number) for number in range(230)]
    assert titles[-1] == "last.mp4"


def test_of_a_video_in_a_list_only_the_video_is_taken(web: Web, run: Run):
    """A link to a video within a list is that video, and it is said how to have the list; then all are loaded."""
    web.youtube.lists["PLsomelistofit"] = [("aaaaaaaaaaa", "First"), ("ccccccccccc", "Third")]
    link = f"{WATCH}ccccccccccc&list=PLsomelistofit"
    code = run("create", link).stdout.strip()
    loaded = run("load", code, link, "--json")
    assert json.loads(loaded.stdout)["currentTime"] == 0
    assert "--playlist takes the list" in loaded.stderr
    assert queued(run, code) == []
    whole = run("load", code, link, "--playlist")
    session = json.loads(run("status", code, "--json").stdout)

    assert (whole.returncode, whole.stderr) == (0, "")
    assert session["media"]["url"] == f"{WATCH}aaaaaaaaaaa"
    assert [item["title"] for item in session["queue"]] == ["Third"]


def test_a_list_that_is_not_there_changes_nothing(run: Run):
    """A list that can't be looked up fails with the reason, as media does, and nothing is queued."""
    code = run("create", "https://example.org/film.mp4").stdout.strip()
    failed = run("queue", "add", code, "https://example.org/a.mp4", LIST)

    assert (failed.returncode, failed.stdout) == (5, "")
    assert failed.stderr.startswith("syncwatch: error: ")
    assert queued(run, code) == []
