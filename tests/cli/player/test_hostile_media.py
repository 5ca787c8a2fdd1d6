"""What a stranger loads leads mpv to the web and nowhere else: no file of this computer is opened by it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_core.controller_events import PlayerFailed, PlayerPrimed
from tests.cli.player.hands import SILENT_AND_DARK, Diary, started
from tests.cli.player.odd_origin import Answer, OddOrigin, moved
from tests.cli.player.trap import Trap

WAYS = (
    "file://{}",
    "{}",
    "file:{}",
    "concat:{}",
    "subfile,,start,0,end,0,,:{}",
    "edl://{}",
    "crypto:file:{}",
    "async:file:{}",
)
"""Names for a file of this computer."""

HLS = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n{}\n#EXT-X-ENDLIST\n"
DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT8S" '
    'profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType="video/mp4">'
    '<Representation id="0" codecs="avc1.42c00b" bandwidth="1000" width="192" height="108"><BaseURL>{}</BaseURL>'
    "</Representation></AdaptationSet></Period></MPD>"
)
DOCUMENTS = {
    "segment.m3u8": HLS.format("#EXTINF:4,\n{}"),
    "second.m3u8": HLS.format("#EXTINF:4,\nfirst.ts\n#EXTINF:4,\n{}"),
    "key.m3u8": HLS.format(
        '#EXT-X-KEY:METHOD=AES-128,URI="{}",IV=0x00000000000000000000000000000000\n#EXTINF:4,\nfirst.ts'
    ),
    "map.m3u8": HLS.format('#EXT-X-MAP:URI="{}"\n#EXTINF:4,\nfirst.ts'),
    "master.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\n{}\n",
    "sound.m3u8": (
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",DEFAULT=YES,URI="{}"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=1000,AUDIO="a"\nsegment.m3u8\n'
    ),
    "base.mpd": DASH,
    "plain.m3u": "#EXTM3U\n{}\n",
    "list.pls": "[playlist]\nFile1={}\nNumberOfEntries=1\n",
    "list.edl": "# mpv EDL v0\n{},0,5\n",
    "list.cue": 'FILE "{}" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n',
    "list.ffconcat": "ffconcat version 1.0\nfile '{}'\n",
}
"""What can name another thing to open, by the name under which it is served."""


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Trap]:
    trap = Trap(tmp_path / "secret.ts")
    yield trap
    trap.close()


@pytest.fixture
async def player(diary: Diary) -> AsyncIterator[MpvPlayer]:
    """An mpv whose owner trusts playlists, as far as they are asked."""
    trusting = "--load-unsafe-playlists=yes"
    player = MpvPlayer(diary.write, lambda: 0.0, extra_args=[*SILENT_AND_DARK, trusting])
    async with started(player):
        yield player


async def _outcome(player: MpvPlayer, diary: Diary, source: str) -> PlayerPrimed | PlayerFailed:
    diary.clear()
    player.load(source, 0.0)
    return await diary.next_of(PlayerPrimed, PlayerFailed)


@pytest.mark.parametrize("way", WAYS)
async def test_no_document_leads_to_a_file(
    player: MpvPlayer, diary: Diary, origin: OddOrigin, streams: dict[str, Path], trap: Trap, way: str
):
    """Nothing that a playlist of whichever kind names on this computer is opened, by whichever name."""
    origin.put("first.ts", streams["ts"] / "film0.ts")
    name_of_file = way.format(trap.path)
    for name, document in DOCUMENTS.items():
        origin.put(name, document.format(name_of_file).encode())
    origin.put("nested.m3u", f"{origin.url_of('plain.m3u')}\n".encode())
    for name in (*DOCUMENTS, "nested.m3u"):
        await _outcome(player, diary, origin.url_of(name))

        assert not trap.sprung, f"{name} led to the file"


@pytest.mark.parametrize("way", WAYS)
async def test_no_redirect_leads_to_a_file(player: MpvPlayer, diary: Diary, origin: OddOrigin, trap: Trap, way: str):
    """An origin that says that the film lies on this computer is not believed."""
    url = origin.put("film.mp4", moved(way.format(trap.path)))

    assert isinstance(await _outcome(player, diary, url), PlayerFailed)
    assert not trap.sprung


async def test_a_playlist_is_told_from_a_film(player: MpvPlayer, diary: Diary, origin: OddOrigin):
    """A playlist is refused as what it is, whatever it is said to be."""
    url = origin.put("film.mp4", Answer(b"#EXTM3U\nhttp://127.0.0.1:1/a.mp4\nhttp://127.0.0.1:1/b.mp4\n"))
    failed = await _outcome(player, diary, url)

    assert failed == PlayerFailed("this is a playlist or a folder, not a video")


async def test_the_persons_own_file_is_opened(player: MpvPlayer, diary: Diary, trap: Trap):
    """A file that the person names is opened: so the trap works, and so do their films."""
    await _outcome(player, diary, str(trap.path))

    assert trap.sprung


async def test_a_persons_own_stream_on_disk_is_played(player: MpvPlayer, diary: Diary, streams: dict[str, Path]):
    """HLS on the person's own disk leads to its pieces there."""
    primed = await _outcome(player, diary, str(streams["ts"] / "film.m3u8"))

    assert isinstance(primed, PlayerPrimed)


async def test_picture_and_sound_from_two_addresses_are_played_as_one(
    player: MpvPlayer, diary: Diary, origin: OddOrigin, media: dict[str, Path]
):
    """What our own resolver makes of a site that serves picture and sound apart is played."""
    picture, sound = origin.put("a.mp4", media["silent"]), origin.put("b.m4a", media["sound"])
    source = (
        f"edl://!no_clip;!no_chapters;%{len(picture)}%{picture};!new_stream;!no_clip;!no_chapters;%{len(sound)}%{sound}"
    )
    player.load(source, 20.0)
    primed = await diary.next(PlayerPrimed)

    assert primed.position == pytest.approx(20.0)
    assert primed.seekable
