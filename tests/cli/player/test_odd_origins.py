"""What origins really serve: each of it plays and is sought in exactly, or says in clear words why it can't."""

from __future__ import annotations

import gzip
import socket
from pathlib import Path

import pytest

from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_core.controller_events import PlayerFailed, PlayerLanded, PlayerPrimed
from tests.cli.player.hands import FRAME, Diary
from tests.cli.player.odd_origin import Answer, OddOrigin, moved


@pytest.fixture
def player_class() -> type[MpvPlayer]:
    """What is served is the same to mpv and to libmpv."""
    return MpvPlayer


async def _plays_everywhere(player: MpvPlayer, diary: Diary, url: str) -> None:
    """It stands where it was asked to, and goes where it is asked to."""
    player.load(url, 12.51)
    primed = await diary.next(PlayerPrimed)
    assert primed.duration == pytest.approx(60, abs=0.1)
    assert 12.5 <= primed.position <= 12.51 + 2 * FRAME
    player.seek(33.3)
    landed = await diary.next(PlayerLanded)
    assert 33.29 <= landed.position <= 33.3 + 2 * FRAME


async def _fails(player: MpvPlayer, diary: Diary, url: str) -> str:
    diary.clear()
    player.load(url, 0.0)
    return (await diary.next(PlayerFailed)).message


@pytest.mark.parametrize(
    "name",
    ["ts/film.m3u8", "aes/film.m3u8", "dash/film.mpd", "dash-files/film.mpd"],
    ids=lambda name: name.split("/")[0],
)
async def test_streams_in_pieces_play(
    player: MpvPlayer, diary: Diary, origin: OddOrigin, streams: dict[str, Path], name: str
):
    """HLS in TS, plain and encrypted, and DASH in pieces and in single files, as ffmpeg makes them."""
    kind, document = name.split("/")
    origin.put_folder(streams[kind])

    await _plays_everywhere(player, diary, origin.url_of(document))


async def test_hls_in_fragmented_mp4_plays_from_its_beginning(
    player: MpvPlayer, diary: Diary, origin: OddOrigin, streams: dict[str, Path]
):
    """HLS in fragmented MP4 plays; a seek comes to its place, or where mpv's ffmpeg can't do that, it is said."""
    origin.put_folder(streams["fmp4"])
    player.load(origin.url_of("film.m3u8"), 0.0)
    assert (await diary.next(PlayerPrimed)).position == pytest.approx(0, abs=FRAME)
    diary.clear()
    player.seek(33.3)
    outcome = await diary.next_of(PlayerLanded, PlayerFailed)

    assert "can't go to a place" in outcome.message if isinstance(outcome, PlayerFailed) else outcome.position < 33.5


async def test_a_live_stream_plays_and_says_that_it_is_one(
    player: MpvPlayer, diary: Diary, origin: OddOrigin, streams: dict[str, Path]
):
    """A playlist without an end has no length, and is not brought to a place."""
    origin.put_folder(streams["ts"])
    pieces = "".join(f"#EXTINF:4,\nfilm{number}.ts\n" for number in range(4))
    playlist = f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:0\n{pieces}"
    player.load(origin.put("live.m3u8", playlist.encode()), 0.0)
    primed = await diary.next(PlayerPrimed)

    assert (primed.duration, primed.seekable) == (None, False)


@pytest.mark.parametrize("kind", ["video/mp4", "text/html", "text/plain", "application/vnd.apple.mpegurl"])
async def test_a_film_is_known_by_what_it_is(
    player: MpvPlayer, diary: Diary, origin: OddOrigin, media: dict[str, Path], kind: str
):
    """An MP4 with its index at the end plays, whatever its server takes it for."""
    url = origin.put("film", Answer(media["film"].read_bytes(), kind))

    await _plays_everywhere(player, diary, url)


async def test_a_slow_origin_plays(player: MpvPlayer, diary: Diary, origin: OddOrigin, media: dict[str, Path]):
    """A server that takes its time until the first byte, and sends little more than the film needs."""
    url = origin.put("film.mp4", Answer(media["streamed"].read_bytes(), pace=100_000, silent_for=1.0))
    player.load(url, 12.51)

    assert (await diary.next(PlayerPrimed)).position == pytest.approx(12.51, abs=2 * FRAME)


@pytest.mark.parametrize("tells_length", [True, False])
async def test_an_origin_without_ranges_plays_from_the_beginning(
    player: MpvPlayer, diary: Diary, origin: OddOrigin, media: dict[str, Path], tells_length: bool
):
    """Without ranges a film has its length, but can't be brought to a place."""
    body = media["streamed"].read_bytes()
    player.load(origin.put("film.mp4", Answer(body, has_ranges=False, tells_length=tells_length)), 0.0)
    primed = await diary.next(PlayerPrimed)

    assert (primed.position, primed.seekable) == (0.0, False)
    assert primed.duration == pytest.approx(60, abs=0.1)


async def test_a_film_that_has_come_whole_keeps_its_length(
    player: MpvPlayer, diary: Diary, origin: OddOrigin, media: dict[str, Path]
):
    """Where the last byte is in and the server hasn't hung up yet, a film's length is not taken for a live stream's."""
    answer = Answer(media["brief"].read_bytes(), has_ranges=False, tells_length=False, lingers_for=0.2)
    player.load(origin.put("film.mp4", answer), 0.0)
    primed = await diary.next(PlayerPrimed)

    assert primed.duration == pytest.approx(2, abs=0.1)


async def test_redirects_are_followed(player: MpvPlayer, diary: Diary, origin: OddOrigin, media: dict[str, Path]):
    """Five redirects, of each kind, lead to the film."""
    url = origin.put("film.mp4", media["film"])
    for status in (301, 302, 303, 307, 308):
        url = origin.put(f"by-{status}", moved(url, status))

    await _plays_everywhere(player, diary, url)


async def test_a_circle_of_redirects_is_left(player: MpvPlayer, diary: Diary, origin: OddOrigin):
    """A redirect to itself is given up, with a bounded number of requests."""
    assert "can't open" in await _fails(player, diary, origin.put("circle", moved("/circle")))
    assert len(origin.asked) < 100


async def test_odd_headers_do_no_harm(player: MpvPlayer, diary: Diary, origin: OddOrigin, media: dict[str, Path]):
    """A header of a hundred kilobytes, and hundreds of headers, are put up with."""
    headers = {"X-Long": "x" * 100_000, **{f"X-{number}": "y" * 1000 for number in range(300)}}
    url = origin.put("film.mp4", Answer(media["film"].read_bytes(), headers=headers))

    await _plays_everywhere(player, diary, url)


async def test_a_zipped_answer_plays(player: MpvPlayer, diary: Diary, origin: OddOrigin, media: dict[str, Path]):
    """A server that zips what it sends, as none should with a film, is understood."""
    zipped = Answer(gzip.compress(media["streamed"].read_bytes(), 1), has_ranges=False)
    zipped.headers = {"Content-Encoding": "gzip"}
    player.load(origin.put("film.mp4", zipped), 0.0)

    assert (await diary.next(PlayerPrimed)).duration == pytest.approx(60, abs=0.1)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "refuses it (HTTP 403)"),
        (404, "doesn't have it (HTTP 404)"),
        (410, "no longer has it (HTTP 410)"),
        (418, "refuses it (HTTP 418)"),
        (429, "asked too often"),
        (500, "in trouble (HTTP 500)"),
        (503, "in trouble (HTTP 503)"),
    ],
)
async def test_a_refusal_is_told_in_words(player: MpvPlayer, diary: Diary, origin: OddOrigin, status: int, words: str):
    """What a server answers instead of a film is told, with its number."""
    assert words in await _fails(player, diary, origin.put("film.mp4", Answer(status=status)))


@pytest.mark.parametrize(
    "body", [b"", b"<!doctype html><html><body>a page</body></html>" * 50], ids=["nothing", "a page"]
)
async def test_what_is_no_film_is_told(player: MpvPlayer, diary: Diary, origin: OddOrigin, body: bytes):
    """Nothing at all, and a web page, are no video."""
    assert "not a video" in await _fails(player, diary, origin.put("film.mp4", Answer(body, "text/html")))


async def test_a_server_that_is_not_there_is_told(player: MpvPlayer, diary: Diary):
    """A port on which nobody listens is told as that."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]

    assert "connection refused" in await _fails(player, diary, f"http://127.0.0.1:{port}/film.mp4")
