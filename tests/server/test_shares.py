"""What the host shares, by real HTTP: docs/contract.md, 4."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from syncwatch_server.services.session_service import Caller
from syncwatch_server.services.share_readers import BURST
from syncwatch_server.services.shared_content import SharedContent

FILM = os.urandom(1_000_000)
SUBTITLES = "1\n00:00:01,000 --> 00:00:02,500\nHé & <i>you</i>\n"
PATIENCE = 20.0


@dataclass
class Answer:
    """What came of one request for bytes."""

    status: int
    headers: Any
    body: bytes


@dataclass
class Shelf:
    """A film that Ann shares, and who reads it."""

    server: Any
    http: Any
    path: Path
    session_id: str
    code: str

    def offer(self, path: Path, kind: Any = "media") -> None:
        """Share one more file."""
        self.server.shares.offer(self.session_id, path, kind)

    async def listed(self, token: str | None) -> dict[str, Any]:
        """The answer to GET /shares."""
        status, body = await self.http("GET", f"/api/v1/sessions/{self.code}/shares", token=token)
        assert status == 200, body
        return body

    async def path_of(self, token: str, name: str = "film.mp4") -> str:
        """Where a file is read, ticket included."""
        return next(share["path"] for share in (await self.listed(token))["shares"] if share["name"] == name)

    async def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for bytes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.session.request(method, self.server.url + path, headers=named) as response:
            return Answer(response.status, response.headers, await response.read())

    async def read(self, token: str, **headers: str) -> Answer:
        """Ask for bytes of the film."""
        return await self.get(await self.path_of(token), **headers)


def ticket_in(path: str) -> str:
    """The ticket of a path; the file's name comes after it."""
    return path.split("/")[-2]


@pytest.fixture
async def shelf(server: Any, http: Any, ann: Any, tmp_path: Path) -> Shelf:
    film = tmp_path / "film.mp4"
    film.write_bytes(FILM)
    session_id = (await ann.ok("get-session"))["session"]["sessionId"]
    shelf = Shelf(server, http, film, session_id, ann.code)
    shelf.offer(film)
    return shelf


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


# --- who may ---


async def test_whoever_has_only_the_code_gets_no_ticket(shelf: Shelf) -> None:
    """Who knows the code sees what is shared, but the path that reads it is for seats and the host's token."""
    listed = await shelf.listed(None)

    assert [share["path"] for share in listed["shares"]] == [None]


async def test_the_host_token_reads_without_a_seat(shelf: Shelf, ann: Any) -> None:
    """A program with the host's token gets a ticket, and is a reader without a name."""
    answer = await shelf.read(ann.host_token, Range="bytes=0-9")
    reader = (await shelf.listed(ann.host_token))["readers"][0]

    assert answer.body == FILM[:10]
    assert (reader["participantId"], reader["displayName"]) == (None, None)


@pytest.mark.parametrize("spoil", [lambda ticket: ticket[:-2] + "xx", lambda _: "none", lambda _: "%C3%A9.%ED%A0%80"])
async def test_a_bad_ticket_reads_nothing(shelf: Shelf, ben: Any, spoil: Any) -> None:
    """With a ticket that is not right to the last letter the answer is 403."""
    path = await shelf.path_of(ben.token)
    answer = await shelf.get(path.replace(ticket_in(path), spoil(ticket_in(path))))

    assert answer.status == 403
    assert b'"forbidden"' in answer.body


async def test_a_ticket_is_good_for_one_file_and_one_reader(shelf: Shelf, ann: Any, ben: Any, tmp_path: Path) -> None:
    """A ticket opens no other file, and can't be passed off as somebody else's."""
    (tmp_path / "other.mkv").write_bytes(b"other")
    shelf.offer(tmp_path / "other.mkv")
    film, other = await shelf.path_of(ben.token), await shelf.path_of(ben.token, "other.mkv")
    swapped = other.replace(ticket_in(other), ticket_in(film))
    anns = film.replace(f"/{ben.participant_id}.", f"/{ann.participant_id}.")

    assert [(await shelf.get(path)).status for path in (film, other, swapped, anns)] == [200, 200, 403, 403]


async def test_a_token_in_the_address_is_no_ticket(shelf: Shelf, ben: Any) -> None:
    """A participant's token does not stand in the URL, and is not taken there."""
    path = await shelf.path_of(ben.token)

    assert ben.token not in path
    assert (await shelf.get(path.replace(ticket_in(path), ben.token))).status == 403


async def test_who_was_removed_reads_no_further(shelf: Shelf, ann: Any, ben: Any) -> None:
    """After a kick the ticket is refused, and so is the token's wish for another."""
    path = await shelf.path_of(ben.token)
    await ann.ok("kick", participantId=ben.participant_id)
    status, _ = await shelf.http("GET", f"/api/v1/sessions/{shelf.code}/shares", token=ben.token)

    assert (await shelf.get(path)).status == 403
    assert status == 403


async def test_who_is_removed_meanwhile_is_cut_off(shelf: Shelf, ann: Any, ben: Any) -> None:
    """A film that is being sent breaks off when its reader is removed."""
    shelf.server.shares.set_limit(200_000)
    shelf.path.write_bytes(big := os.urandom(BURST + 2_000_000))
    shelf.offer(shelf.path)
    path = (await shelf.listed(ben.token))["shares"][-1]["path"]
    async with asyncio.timeout(PATIENCE), shelf.http.session.get(shelf.server.url + path) as response:
        got = await response.content.readexactly(1000)
        await ann.ok("kick", participantId=ben.participant_id)
        with pytest.raises(aiohttp.ClientPayloadError):
            got += await response.read()

    assert len(got) < len(big)


async def test_nothing_is_read_in_a_session_that_is_over(shelf: Shelf, ann: Any, ben: Any) -> None:
    """When the session has ended its tickets are worth nothing."""
    path = await shelf.path_of(ben.token)
    await ann.ok("end-session")

    assert (await shelf.get(path)).status == 410


async def test_tickets_are_not_in_the_log(shelf: Shelf, ben: Any, settings: Any) -> None:
    """Neither a good ticket nor a bad one is written to the log, even of a file that is gone."""
    path = await shelf.path_of(ben.token)
    shelf.path.unlink()
    await shelf.get(path)
    await shelf.get(path.replace(ticket_in(path), ticket_in(path) + "x"))
    log = settings.log_file.read_text()

    assert "a shared file is read no further" in log
    assert ticket_in(path) not in log


async def test_a_reader_who_goes_away_is_no_fault(shelf: Shelf, ben: Any, settings: Any, tmp_path: Path) -> None:
    """A player that breaks off a film at every seek is freed of its place, and leaves nothing in the log."""
    big = tmp_path / "big.mp4"
    big.write_bytes(bytes(40_000_000))
    shelf.offer(big)
    path = await shelf.path_of(ben.token, "big.mp4")
    address = urlsplit(shelf.server.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await reader.readexactly(100_000)
    # With bytes of its own unread a connection is reset, and not merely closed.
    writer.transport.abort()
    async with asyncio.timeout(PATIENCE):
        while await _is_read(shelf, ben):
            pass

    assert "rror" not in settings.log_file.read_text()


async def _is_read(shelf: Shelf, ben: Any) -> bool:
    """Whether some more of the big file was sent within a moment."""
    sent = [reader["bytesSent"] for reader in (await shelf.listed(ben.token))["readers"]]
    await asyncio.sleep(0.2)
    return sent != [reader["bytesSent"] for reader in (await shelf.listed(ben.token))["readers"]]


async def test_what_should_not_happen_is_logged_without_the_ticket(
    shelf: Shelf, ben: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the server itself is told and logged with its reason, and without the path, which holds the ticket."""
    path = await shelf.path_of(ben.token)
    monkeypatch.setattr(SharedContent, "open", lambda _: 1 / 0)
    answer = await shelf.get(path)
    log = settings.log_file.read_text()

    assert answer.status == 500
    assert "division by zero" in log
    assert ticket_in(path) not in log


# --- a file that is not what it was ---


def _put_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(FILM[:1000]),
        lambda path: path.write_bytes(FILM + b"more"),
        lambda path: os.utime(path, (1, 1)),
        _put_a_pipe,
    ],
    ids=["gone", "shorter", "longer", "written", "a pipe"],
)
async def test_another_file_in_its_place_is_not_sent(shelf: Shelf, ben: Any, spoil: Any) -> None:
    """A file that is no longer what was offered is refused with words, before a byte of it is sent."""
    path = await shelf.path_of(ben.token)
    spoil(shelf.path)
    answer = await shelf.get(path)

    assert answer.status == 404
    assert b"no longer the file that was shared" in answer.body


async def test_a_file_that_changes_meanwhile_breaks_off(shelf: Shelf, ben: Any, settings: Any) -> None:
    """What is cut short while it is sent ends the connection before its promised end, and the log says why."""
    shelf.server.shares.set_limit(1_000_000)
    shelf.path.write_bytes(big := os.urandom(BURST + 2_000_000))
    shelf.offer(shelf.path)
    path = (await shelf.listed(ben.token))["shares"][-1]["path"]
    async with asyncio.timeout(PATIENCE), shelf.http.session.get(shelf.server.url + path) as response:
        got = await response.content.readexactly(1000)
        os.truncate(shelf.path, BURST)
        while not response.content.exception() and (chunk := await _next_part(response)):
            got += chunk

    assert isinstance(response.content.exception(), aiohttp.ClientPayloadError)
    assert got == big[: len(got)]
    assert "it was changed meanwhile" in settings.log_file.read_text()


async def _next_part(response: aiohttp.ClientResponse) -> bytes:
    """What comes next; nothing where the connection broke off."""
    with suppress(aiohttp.ClientPayloadError):
        return await response.content.readany()
    return b""


# --- how fast, and who ---


async def test_a_reader_is_held_to_the_limit(shelf: Shelf, ben: Any) -> None:
    """After a first burst a reader gets no more bytes a second than the limit."""
    shelf.server.shares.set_limit(1_000_000)
    shelf.path.write_bytes(os.urandom(BURST + 1_000_000))
    shelf.offer(shelf.path)
    path = (await shelf.listed(ben.token))["shares"][-1]["path"]
    loop = asyncio.get_running_loop()
    began = loop.time()
    answer = await shelf.get(path)

    assert len(answer.body) == BURST + 1_000_000
    assert loop.time() - began > 0.9


async def test_two_readers_are_seen_and_do_not_share_a_limit(shelf: Shelf, ann: Any, ben: Any) -> None:
    """Each reader has a limit of their own, and is listed by name with how far they are, the latest first."""
    await shelf.read(ann.token)
    await shelf.read(ben.token, Range="bytes=0-499999")
    await shelf.read(ben.token, Range="bytes=100-199")
    readers = (await shelf.listed(ben.token))["readers"]

    seen = [(each["displayName"], each["position"], each["bytesSent"]) for each in readers]
    assert seen == [("Ben", 200, 500_100), ("Ann", 1_000_000, 1_000_000)]
    assert readers[0]["participantId"] == ben.participant_id
    assert (readers[0]["name"], readers[0]["size"]) == ("film.mp4", 1_000_000)
    assert all(each["rate"] > 0 and each["updatedAt"] > 1e9 for each in readers)


async def test_one_reader_s_oldest_connection_makes_room(shelf: Shelf, ben: Any) -> None:
    """Of too many connections of one reader the oldest is cut off, and the newest is served."""
    shelf.server.shares.set_limit(200_000)
    shelf.path.write_bytes(os.urandom(BURST + 4_000_000))
    shelf.offer(shelf.path)
    path = (await shelf.listed(ben.token))["shares"][-1]["path"]
    async with asyncio.timeout(PATIENCE):
        held = [await shelf.http.session.get(shelf.server.url + path) for _ in range(8)]
        newest = await shelf.http.session.get(shelf.server.url + path, headers={"Range": "bytes=0-9"})
        assert newest.status == 206
        with pytest.raises(aiohttp.ClientPayloadError):
            await held[0].read()
        for response in (*held, newest):
            response.close()


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
