"""``resolve``: one row for each source, in order, failures included; here without any site, as in ``--offline``."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CASES = json.loads((Path(__file__).parents[1] / "vectors" / "media_url_cases.json").read_text(encoding="utf-8"))


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch):
    """What somebody pipes into the command."""

    def pipe(content: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

    return pipe


def rows(ran: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def test_a_link(syncwatch: Any) -> None:
    """A link is one object with provider, kind, id, canonical URL, start and list."""
    ran = syncwatch("resolve", "--offline", "--json", "https://youtu.be/uWyaPkt-VOI?list=PL9D9FC436B881BA21&t=2m51s")

    assert (ran.code, ran.err) == (0, "")
    assert rows(ran) == [
        {
            "url": "https://youtu.be/uWyaPkt-VOI?list=PL9D9FC436B881BA21&t=2m51s",
            "provider": "youtube",
            "kind": "video+playlist",
            "id": "uWyaPkt-VOI",
            "canonicalUrl": "https://www.youtube.com/watch?v=uWyaPkt-VOI&list=PL9D9FC436B881BA21",
            "startPosition": 171.0,
            "playlist": "PL9D9FC436B881BA21",
        }
    ]


def test_real_links_from_stdin(syncwatch: Any, stdin: Any) -> None:
    """Labelled links on stdin come out one a line, in order, each with its provider, kind and id."""
    stdin("".join(case["url"] + "\n" for case in CASES).encode())
    told = rows(syncwatch("resolve", "--offline", "--json", "-"))

    assert [row["url"] for row in told] == [case["url"] for case in CASES]
    for row, case in zip(told, CASES, strict=True):
        if case["provider"] is None:
            assert row.get("provider", "other") == "other"
        else:
            assert (row["provider"], row["kind"], row["id"]) == (case["provider"], case["kind"], case["id"])


def test_failures_are_rows(syncwatch: Any, stdin: Any) -> None:
    """What is no media is a row with its error, the others go on, and the exit code is 5."""
    stdin(b"ftp://example.org/film.mp4\r\n\n  https://example.org/film.mp4  \n\xff\xfe\n")
    ran = syncwatch("resolve", "--offline", "-", "--json")

    first, second, third = rows(ran)
    assert (ran.code, ran.err) == (5, "")
    assert (first["url"], first["error"]["code"]) == ("ftp://example.org/film.mp4", "unsupported-url")
    assert (second["url"], second["provider"]) == ("https://example.org/film.mp4", "direct")
    assert third["error"]["message"]


def test_words(syncwatch: Any) -> None:
    """Without --json each source is a line of words, an error too, and nothing of it steers the terminal."""
    ran = syncwatch("resolve", "--offline", "https://vimeo.com/76979871#t=65", "\x1b[31mhello")

    assert ran.code == 5
    assert ran.out.splitlines()[0] == "vimeo video https://vimeo.com/76979871 from 65 s"
    assert ran.out.splitlines()[1].startswith("error: ")
    assert "\x1b" not in ran.out


def test_which_link_failed(syncwatch: Any) -> None:
    """A failure says in words, too, which of the sources it is about, once."""
    ran = syncwatch("resolve", "--offline", "https://example.org/a b:c?d e", "gone.mkv")

    spaced, gone = ran.out.splitlines()
    assert spaced.startswith("error: https://example.org/a b:c?d e: ")
    assert gone.count("gone.mkv") == 1


def test_files(syncwatch: Any, home: Path) -> None:
    """A file that is there is one, whatever it is called; one that is not is told as such."""
    (home / "film.mkv").write_bytes(b"film")
    (home / "no ending").write_bytes(b"film")
    ran = syncwatch(
        "resolve", "--offline", "--json", "film.mkv", "no ending", "./gone.mkv", "~", "~nobody-here/a.mkv", "a\x00b"
    )

    film, plain, gone, folder, stranger, odd = rows(ran)
    assert ran.code == 5
    assert (film["provider"], film["kind"], film["canonicalUrl"]) == ("file", "video", "film.mkv")
    assert plain["provider"] == "file"
    assert {row["error"]["code"] for row in (gone, folder, stranger)} == {"file-not-found"}
    assert odd["error"]["code"] == "unsupported-url"


def test_an_empty_source(syncwatch: Any) -> None:
    """An empty argument is a failure, not nothing."""
    ran = syncwatch("resolve", "--offline", "--json", "")

    assert ran.code == 5
    assert [row["url"] for row in rows(ran)] == [""]


def test_what_a_player_opens_itself(syncwatch: Any, stdin: Any, home: Path) -> None:
    """Direct links and files are not looked up: what is behind them is not known, and each fact about it is null."""
    (home / "film.mkv").write_bytes(b"film")
    stdin(b"https://example.org/film.mp4\nfilm.mkv\nhttps://example.org/live.m3u8\nftp://example.org/a")
    ran = syncwatch("resolve", "--json", "-")

    told = rows(ran)
    assert ran.code == 5
    assert [row.get("provider") for row in told] == ["direct", "file", "hls", None]
    assert {name for name, value in told[0].items() if value is not None} == {"url", "provider", "kind", "canonicalUrl"}
    assert told[3]["error"]["code"] == "unsupported-url"


def test_a_quality_that_is_none(syncwatch: Any) -> None:
    """A quality that is no height, best or audio is a mistake in the usage, with the ones that there are."""
    ran = syncwatch("resolve", "--quality", "good", "https://example.org/film.mp4")

    assert (ran.code, ran.out) == (2, "")
    assert "best, audio or a height such as 1080" in ran.err


@pytest.mark.parametrize("key", ["quality", "cookies-from-browser"])
def test_a_setting_that_can_not_be(syncwatch: Any, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """What was not typed is called as what sets it."""
    variable = f"SYNCWATCH_{key.upper().replace('-', '_')}"
    monkeypatch.setenv(variable, "none of these")
    ran = syncwatch("resolve", "https://example.org/film.mp4")

    assert ran.code == 2
    assert f"{key} ({variable})" in ran.err
    assert f"--{key} is" not in ran.err


def test_offline_is_light() -> None:
    """Recognising loads neither an event loop nor an extractor."""
    script = (
        "import sys\n"
        "from syncwatch_cli import main\n"
        "main.run(['resolve', '--offline', 'https://vimeo.com/76979871'])\n"
        "print([name for name in ('asyncio', 'yt_dlp', 'aiohttp') if name in sys.modules])\n"
    )
    # Without the variable by which a measured test run measures its subprocesses too: that loads much by itself.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, "-c", script]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)

    assert ran.stdout.splitlines()[-1] == "[]"
