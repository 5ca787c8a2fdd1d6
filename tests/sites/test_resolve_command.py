"""``syncwatch resolve`` with sites that answer: what scripts get to read."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sites import fake_vimeo, fake_youtube
from tests.sites.conftest import Web
from tests.sites.site_proxy import Answered, Asked

COMMAND = [sys.executable, "-m", "syncwatch_cli.main", "resolve"]


def resolve(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture
def evening(web: Web) -> Web:
    """Some films, and a list of two."""
    chapters = "0:00 The start\n0:04 The middle\n0:09 The end"
    web.youtube.videos["aaaaaaaaaaa"] = fake_youtube.Video(title="One", description=chapters)
    web.youtube.lists["PLsomelistofit"] = [("aaaaaaaaaaa", "One"), ("bbbbbbbbbbb", "Two")]
    web.vimeo.videos["76979871"] = fake_vimeo.Video(title="映画 🎬")
    web.twitch.live.add("somebody")
    return web


def test_rows(evening: Web):
    """Rows come in the order of the links, with what is behind each; a list has its videos; failures are rows too."""
    links = [
        "https://youtu.be/aaaaaaaaaaa?t=3",
        "https://vimeo.com/404",
        "https://www.youtube.com/playlist?list=PLsomelistofit",
        "https://vimeo.com/76979871",
        "https://www.twitch.tv/somebody",
        "https://example.org/film.mp4",
    ]
    ran = resolve("--json", "--quality", "720", "-", stdin="\n".join(links))
    film, gone, listed, clip, live, direct = (json.loads(line) for line in ran.stdout.splitlines())

    assert (ran.returncode, ran.stderr) == (5, "")
    assert [row["url"] for row in (film, gone, listed, clip, live, direct)] == links
    assert (film["title"], film["duration"], film["live"], film["height"]) == ("One", 12.0, False, 720)
    assert (film["startPosition"], film["subtitles"], film["expiresAt"]) == (3.0, ["en"], fake_youtube.EXPIRES)
    assert film["chapters"][1] == {"start": 4.0, "title": "The middle"}
    assert "itag=136" in film["videoUrl"]
    assert "itag=140" in film["audioUrl"]
    assert film["thumbnailUrl"].startswith("https://i.ytimg.com/")
    assert gone["error"]["code"] == "unresolvable"
    assert (listed["title"], [entry["title"] for entry in listed["entries"]]) == ("An evening", ["One", "Two"])
    assert listed["entries"][0]["url"] == "https://www.youtube.com/watch?v=aaaaaaaaaaa"
    assert (clip["title"], clip["audioUrl"], clip["entries"]) == ("映画 🎬", None, None)
    assert (live["live"], live["duration"]) == (True, None)
    assert (direct["provider"], direct["title"]) == ("direct", None)
    assert {frozenset(row) for row in (film, listed, clip, live, direct)} == {frozenset(film)}
    assert evening.proxy.unknown == ["GET player.vimeo.com/video/404"]


def test_words(evening: Web):
    """Without --json each is a line of words."""
    assert evening.twitch.live
    ran = resolve(
        "https://vimeo.com/76979871",
        "https://www.youtube.com/playlist?list=PLsomelistofit",
        "https://www.twitch.tv/somebody",
        "https://vimeo.com/404",
    )

    assert ran.stdout.splitlines()[:3] == [
        "vimeo video https://vimeo.com/76979871: 映画 🎬, 0:12, 720 lines",
        "youtube playlist https://www.youtube.com/playlist?list=PLsomelistofit: An evening, 2 videos",
        "twitch channel https://www.twitch.tv/somebody: somebody (live), live, 720 lines",
    ]
    assert ran.stdout.splitlines()[3].startswith("error: https://vimeo.com/404: the video is not there")


def test_what_is_set(evening: Web, monkeypatch: pytest.MonkeyPatch):
    """Quality and browser come from the environment as well; what is typed counts more."""
    monkeypatch.setenv("SYNCWATCH_QUALITY", "360")
    low, high = (
        json.loads(resolve("--json", *typed, "https://youtu.be/aaaaaaaaaaa").stdout)
        for typed in ((), ("--quality", "720"))
    )
    monkeypatch.setenv("SYNCWATCH_COOKIES_FROM_BROWSER", "nope")
    refused = resolve("https://youtu.be/aaaaaaaaaaa")

    assert (low["height"], high["height"]) == (360, 720)
    assert (refused.returncode, refused.stdout, "nope" in refused.stderr) == (2, "", True)
    assert evening.proxy.unknown == []


@pytest.fixture
def held(web: Web) -> Iterator[list[Asked]]:
    """What Vimeo is asked, and doesn't answer before the test is over."""
    asked_so_far: list[Asked] = []
    over = threading.Event()

    def never(asked: Asked) -> Answered:
        asked_so_far.append(asked)
        over.wait()
        return Answered(status=404)

    web.proxy.sites["player.vimeo.com"] = never
    yield asked_so_far
    over.set()


def test_interrupted(held: list[Asked], tmp_path: Path):
    """Interrupted while a site takes its time and more links may come, it ends at once, with 130 and without a word."""
    out = tmp_path / "out"
    with (
        out.open("wb") as file,
        subprocess.Popen([*COMMAND, "-"], stdin=subprocess.PIPE, stdout=file, stderr=subprocess.PIPE) as running,
    ):
        assert running.stdin
        assert running.stderr
        running.stdin.write(b"https://vimeo.com/76979871\n")
        running.stdin.flush()
        _until(lambda: held)
        running.send_signal(signal.SIGINT)

        assert running.wait(20) == 130
        assert running.stderr.read() == b""
    assert out.read_bytes() == b""


def test_killed(held: list[Asked]):
    """A worker whose program was killed ends too, however long its site takes."""
    with subprocess.Popen([*COMMAND, "https://vimeo.com/76979871"], stdout=subprocess.DEVNULL) as running:
        _until(lambda: held)
        [worker] = children_of(running.pid)
        running.kill()

    _until(lambda: subprocess.run(["ps", "-p", str(worker)], capture_output=True, check=False).returncode != 0)


def children_of(process: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=True)
    return [int(line) for line in listed.stdout.split()]


def _until(question: Any) -> None:
    ends = time.monotonic() + 30
    while not question():
        assert time.monotonic() < ends
        time.sleep(0.02)
