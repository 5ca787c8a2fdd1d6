"""``resolve --offline``: one row for each source, in order, failures included."""

import io
import json
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


def test_the_network_is_still_to_come(syncwatch: Any) -> None:
    """Without --offline the command says what it can do, and prints nothing."""
    ran = syncwatch("resolve", "https://vimeo.com/76979871")

    assert (ran.code, ran.out) == (2, "")
    assert "--offline" in ran.err
