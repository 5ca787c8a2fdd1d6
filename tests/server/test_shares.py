"""What the host shares, and its bytes, by real HTTP: docs/contract.md, 4."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from syncwatch_server.services.session_service import Caller
from tests.server.share_shelf import FILM, SUBTITLES, Shelf

# --- what is shared ---


async def test_nothing_is_shared_unless_it_is_offered(http: Any, ann: Any) -> None:
    """Without an offer the list of what is shared is empty."""
    status, body = await http("GET", f"/api/v1/sessions/{ann.code}/shares", token=ann.token)

    assert (status, body) == (200, {"shares": [], "readers": [], "serverTime": body["serverTime"]})


async def test_a_share_is_described_without_its_folder(shelf: Shelf, ben: Any) -> None:
    """A shared file is listed by kind, name, size and type, with the path that reads it, and never by its folder."""
    share = (await shelf.listed(ben.token))["shares"][0]

    assert share.pop("shareId") in share["path"]
    assert share.pop("path").startswith(f"/api/v1/sessions/{ben.code}/shares/")
    assert share == {
        "kind": "media",
        "name": "film.mp4",
        "size": len(FILM),
        "source": None,
        "mediaType": "video/mp4",
        "language": None,
    }


async def test_a_share_says_what_it_belongs_to(shelf: Shelf, ben: Any) -> None:
    """Subtitles that were offered with a video are listed with that video's URL or file."""
    live, session = await shelf.server.service.get_active_session(shelf.code, Caller(ben.token, None, ""))
    shelf.server.shares.offer(shelf.session_id, shelf.path, "subtitles", session.media)

    assert (await shelf.listed(ben.token))["shares"][1]["source"] == {"url": live.newest.stage.media.url, "file": None}


async def test_the_language_of_subtitles_is_in_their_name(shelf: Shelf, ben: Any, tmp_path: Path) -> None:
    """Subtitles are listed with the language that their name tells, or null."""
    for name in ("film.pt-BR.srt", "film.srt"):
        (tmp_path / name).write_text(SUBTITLES)
        shelf.offer(tmp_path / name, "subtitles")
    shares = (await shelf.listed(ben.token))["shares"][1:]

    assert [(share["kind"], share["language"]) for share in shares] == [("subtitles", "pt-BR"), ("subtitles", None)]


async def test_each_session_has_its_own_shares(shelf: Shelf, bench: Any, server: Any, ben: Any) -> None:
    """What one session shares can neither be listed nor read in another, whatever ticket is shown."""
    cleo = await (await bench.connect(server)).create("Cleo")
    path = await shelf.path_of(ben.token)
    listed = await shelf.http("GET", f"/api/v1/sessions/{cleo.code}/shares", token=cleo.token)
    elsewhere = await shelf.get(path.replace(ben.code, cleo.code))

    assert listed[1]["shares"] == []
    assert elsewhere.status == 403


# --- bytes ---


async def test_the_whole_file_is_sent(shelf: Shelf, ben: Any) -> None:
    """Without a range the whole file comes, with its type and length, and says that it has ranges."""
    answer = await shelf.read(ben.token)

    assert (answer.status, answer.body) == (200, FILM)
    expected = {
        "Content-Type": "video/mp4",
        "Content-Length": str(len(FILM)),
        "Accept-Ranges": "bytes",
        "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    assert {name: answer.headers.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-", 0, 1_000_000),
        ("bytes=0-0", 0, 1),
        ("bytes=300000-799999", 300_000, 800_000),
        ("bytes=999999-", 999_999, 1_000_000),
        ("bytes=999000-2000000", 999_000, 1_000_000),
        ("bytes=-500", 999_500, 1_000_000),
        ("bytes=-2000000", 0, 1_000_000),
    ],
)
async def test_a_range_is_that_part(shelf: Shelf, ben: Any, asked: str, first: int, end: int) -> None:
    """A single range is answered with 206, those bytes, and where they lie."""
    answer = await shelf.read(ben.token, Range=asked)

    assert (answer.status, answer.body) == (206, FILM[first:end])
    assert answer.headers["Content-Range"] == f"bytes {first}-{end - 1}/1000000"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-9", "bytes=9-5", "bytes=-", "bytes=x-y", "lines=1-2", "bytes 0-1"])
async def test_what_is_no_single_range_is_the_whole(shelf: Shelf, ben: Any, asked: str) -> None:
    """Several ranges at once, and what is no range, are answered with the whole file."""
    answer = await shelf.read(ben.token, Range=asked)

    assert (answer.status, len(answer.body)) == (200, len(FILM))


@pytest.mark.parametrize("asked", ["bytes=1000000-", "bytes=5000000-6000000", "bytes=-0"])
async def test_a_range_beyond_the_end_is_refused(shelf: Shelf, ben: Any, asked: str) -> None:
    """Where the file has none of the bytes the answer is 416, and how long the file is."""
    answer = await shelf.read(ben.token, Range=asked)

    assert answer.status == 416
    assert answer.headers["Content-Range"] == "bytes */1000000"
    assert b'"bad-request"' in answer.body


async def test_head_is_get_without_the_bytes(shelf: Shelf, ben: Any) -> None:
    """HEAD answers as GET does, without a body, and nobody counts as having read."""
    path = await shelf.path_of(ben.token)
    head = await shelf.get(path, "HEAD", Range="bytes=10-19")

    assert (head.status, head.body, head.headers["Content-Length"]) == (206, b"", "10")
    assert (await shelf.listed(ben.token))["readers"] == []


async def test_if_range_gives_the_whole_of_another_file(shelf: Shelf, ben: Any) -> None:
    """A range of what is still the same file is that part; of another file, the whole."""
    whole = await shelf.read(ben.token, Range="bytes=0-0")
    for mark in (whole.headers["ETag"], whole.headers["Last-Modified"]):
        assert (await shelf.read(ben.token, Range="bytes=0-9", If_Range=mark)).status == 206
    other = await shelf.read(ben.token, Range="bytes=0-9", If_Range='"another"')

    assert (other.status, len(other.body)) == (200, len(FILM))


async def test_pages_of_other_origins_are_let_in_as_everywhere(bench: Any, tmp_path: Path) -> None:
    """An allowed origin may read what is shared, and sees the headers that a player in a page needs."""
    server = await bench.start(allowed_origins=("https://watch.example",))
    ann = await (await bench.connect(server)).create("Ann")
    session_id = (await ann.ok("get-session"))["session"]["sessionId"]
    (tmp_path / "film.mp4").write_bytes(FILM)
    shelf = Shelf(server, bench.http(server), tmp_path / "film.mp4", session_id, ann.code)
    shelf.offer(shelf.path)
    answers = [
        await shelf.read(ann.token, Origin=origin) for origin in ("https://watch.example", "https://other.example")
    ]

    assert [each.headers.get("Access-Control-Allow-Origin") for each in answers] == ["https://watch.example", None]
    assert "Content-Range" in answers[0].headers["Access-Control-Expose-Headers"]


# --- subtitles for browsers ---


async def test_subrip_is_had_as_webvtt(shelf: Shelf, ben: Any, tmp_path: Path) -> None:
    """Subtitles are read as they are by players, and as WebVTT by who asks for that."""
    (tmp_path / "film.srt").write_text(SUBTITLES, encoding="utf-8")
    shelf.offer(tmp_path / "film.srt", "subtitles")
    path = await shelf.path_of(ben.token, "film.srt")
    as_it_is, as_vtt, film = [
        await shelf.get(each) for each in (path, path + "?as=vtt", await shelf.path_of(ben.token) + "?as=vtt")
    ]

    assert (as_it_is.body.decode(), as_it_is.headers["Content-Type"]) == (SUBTITLES, "application/x-subrip")
    assert as_vtt.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert as_vtt.body.decode() == "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nHé &amp; <i>you</i>\n\n"
    assert film.status == 400
