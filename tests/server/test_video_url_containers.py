"""What files and manifests say of themselves, byte by byte: what is written by hand, broken, or made to confuse."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncwatch_server.services.container_sniffing import sniff
from syncwatch_server.services.manifests import Manifest, read_dash, read_hls
from syncwatch_server.services.matroska_elements import matroska_duration
from syncwatch_server.services.mp4_boxes import IndexAt, mp4_duration
from syncwatch_server.services.sound_lengths import flac_duration, wav_duration


def box(name: bytes, content: bytes, size: int | None = None) -> bytes:
    """A box of MP4; ``size`` may be a lie."""
    return struct.pack(">I", len(content) + 8 if size is None else size) + name + content


def header(scale: int, duration: int, *, is_long: bool = False) -> bytes:
    """The header of an index, in either version."""
    if is_long:
        return box(b"mvhd", struct.pack(">IQQIQ", 1 << 24, 0, 0, scale, duration) + bytes(80))
    return box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, scale, duration) + bytes(80))


START = box(b"ftyp", b"isom\0\0\0\0")


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (START + box(b"moov", header(600, 1500)), 2.5),
        (START + box(b"moov", header(600, 1500, is_long=True)), 2.5),
        (START + struct.pack(">I4sQ", 1, b"moov", 16 + 108) + header(600, 1500), 2.5),
        (box(b"moov", header(600, 1500), size=0), 2.5),
        (START + box(b"moov", header(600, 0xFFFF_FFFF)), None),
        (START + box(b"moov", header(0, 1500)), None),
        (START + box(b"moov", header(600, 0) + box(b"mvex", box(b"mehd", struct.pack(">II", 0, 1200)))), 2.0),
        (START + box(b"moov", header(600, 0) + box(b"mvex", box(b"mehd", struct.pack(">IQ", 1 << 24, 1200)))), 2.0),
        (START + box(b"moov", header(600, 0) + box(b"mvex", box(b"trex", b""))), None),
        (START + box(b"moov", header(600, 1500))[:20], None),
        (START + box(b"mdat", b"film", size=5000), IndexAt(len(START) + 5000)),
        (START + box(b"mdat", b"film", size=3), None),
        (START + box(b"mdat", b"film", size=0), None),
        (box(b"free", b"") * 1000 + box(b"moov", header(600, 1500)), None),
        (START, None),
        (b"", None),
    ],
)
def test_mp4_index(part: bytes, expected: float | IndexAt | None) -> None:
    """An index gives the duration in all its forms; one further on gives its place; what is broken, nothing."""
    assert mp4_duration(part) == expected


def element(number: bytes, content: bytes) -> bytes:
    """An element of Matroska, with a size of eight bytes."""
    return number + struct.pack(">Q", (1 << 56) | len(content)) + content


INFO, SCALE, DURATION, SEGMENT = b"\x15\x49\xa9\x66", b"\x2a\xd7\xb1", b"\x44\x89", b"\x18\x53\x80\x67"


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        (element(INFO, element(DURATION, struct.pack(">d", 2500.0))), 2.5),
        (element(INFO, element(SCALE, b"\x98\x96\x80") + element(DURATION, struct.pack(">f", 250.0))), 2.5),
        (element(b"\xec", b"void") + element(INFO, element(DURATION, struct.pack(">d", 2500.0))), 2.5),
        (element(INFO, element(DURATION, struct.pack(">d", float("nan")))), None),
        (element(INFO, element(DURATION, struct.pack(">d", -1.0))), None),
        (element(INFO, element(DURATION, b"123")), None),
        (element(INFO, b""), None),
        (element(b"\x1f\x43\xb6\x75", b"clusters first"), None),
        (b"\0\0\0\0", None),
    ],
)
def test_matroska_header(segment: bytes, expected: float | None) -> None:
    """The segment's header gives the duration in its own units; a live stream, or one that is broken, has none."""
    start = element(b"\x1a\x45\xdf\xa3", b"\x42\x82\x84webm")

    assert matroska_duration(start + element(SEGMENT, segment)) == expected
    assert matroska_duration(start + SEGMENT + b"\xff" + segment) == expected
    assert sniff(start) == "webm"


@pytest.mark.parametrize(
    ("head", "media_type", "expected"),
    [
        (b"\xef\xbb\xbf  #EXTM3U\n", "", "hls"),
        (b'<?xml version="1.0"?><!-- words --><MPD type="static">', "text/plain", "dash"),
        (b"\n <!DOCTYPE HTML>", "video/mp4", "page"),
        (b"<p>words", "text/html", "page"),
        (b"\xff\xfe<\0h\0t\0m\0l\0", "", None),
        (b"\xff\xfb\x90\x00", "", "mp3"),
        (b"\xff\xf1\x50\x80", "", "aac"),
        (b"\xff\xff\xff\xff", "", None),
        ((b"\x47" + bytes(187)) * 3, "", "mpeg-ts"),
        ((bytes(4) + b"\x47" + bytes(187)) * 3, "", "mpeg-ts"),
        (b"G, plainly a letter " * 30, "", None),
        (b"RIFF\0\0\0\0WEBP", "", None),
        (b"", "video/mp4", None),
    ],
)
def test_beginnings(head: bytes, media_type: str, expected: str | None) -> None:
    """Beginnings that are easily taken for something else are not."""
    assert sniff(head, media_type) == expected


def test_endless_sound_has_no_length() -> None:
    """A recording that was written without knowing its end says no duration, nor does one without samples."""
    wav = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0\x01\0\x80\xbb\0\0\0\x77\x01\0\x02\0\x10\0data"
    assert wav_duration(wav + struct.pack("<I", 192_000)) == 2.0
    assert wav_duration(wav + struct.pack("<I", 0)) is None
    assert wav_duration(wav + b"\xff\xff\xff\xff") is None

    flac = b"fLaC\0\0\0\x22" + bytes(10)
    assert flac_duration(flac + struct.pack(">Q", (48_000 << 44) | 96_000)) == 2.0
    assert flac_duration(flac + struct.pack(">Q", 48_000 << 44)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#EXTM3U\r\n#EXTINF:2.5,\r\na.ts\r\n#EXTINF:3,\r\nb.ts\r\n#EXT-X-ENDLIST\r\n", Manifest(5.5, live=False)),
        ("#EXTM3U\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:2,\na.ts\n", Manifest(2.0, live=False)),
        ("#EXTM3U\n#EXT-X-PLAYLIST-TYPE:EVENT\n#EXTINF:2,\na.ts\n", Manifest(live=True)),
        ("#EXTM3U\n#EXT-X-ENDLIST\n", Manifest(live=False)),
        ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n\n# x\n a.m3u8 \nb.m3u8\n", Manifest(variant="a.m3u8")),
        ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", Manifest()),
    ],
)
def test_playlists(text: str, expected: Manifest) -> None:
    """A playlist ends or is live; one of variants says where the first of them is."""
    assert read_hls(text) == expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('mediaPresentationDuration="PT1H2M3.5S"', Manifest(3723.5, live=False)),
        ("mediaPresentationDuration='P1DT1S' type='static'", Manifest(86_401.0, live=False)),
        ('type="dynamic" mediaPresentationDuration="PT5S"', Manifest(live=True)),
        ('mediaPresentationDuration="PT0S"', Manifest(live=False)),
        ('mediaPresentationDuration="soon"', Manifest(live=False)),
        ('minBufferTime="PT2S"', Manifest(live=False)),
    ],
)
def test_presentations(attributes: str, expected: Manifest) -> None:
    """The root of a presentation says its length, or that it is live."""
    assert read_dash(f'<?xml version="1.0"?>\n<MPD xmlns="x"\n {attributes}>\n<Period/></MPD>') == expected


def test_presentation_without_a_root_says_nothing() -> None:
    """What only its server calls a presentation says nothing."""
    assert read_dash("<nothing/>") == Manifest()


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", START, b"\x1a\x45\xdf\xa3\x80" + SEGMENT + b"\xff", b"RIFF1234WAVE", b"fLaC\0\0\0\x22"]),
)
def test_no_bytes_are_an_accident(content: bytes, beginning: bytes) -> None:
    """Whatever bytes there are, they are something or nothing, and never an exception."""
    head = beginning + content
    sniff(head)

    assert isinstance(mp4_duration(head), float | IndexAt | None)
    for reader in (matroska_duration, flac_duration, wav_duration):
        duration = reader(head)
        assert duration is None or duration > 0


@given(st.text(max_size=300))
def test_no_text_is_an_accident(text: str) -> None:
    """Whatever text there is, it is read as a manifest that says something or nothing."""
    for manifest in (read_hls("#EXTM3U\n" + text), read_dash("<MPD " + text)):
        assert manifest.duration is None or manifest.duration > 0


def test_long_text_is_read_at_once() -> None:
    """Two megabytes that are made to slow a reader down are read in passing; quadratic work would take minutes."""
    size = 2 * 1024 * 1024
    for text in ("#EXT-X-STREAM-INF:\n", "#EXTINF:", "#EXTINF:9.", "\n", " \n"):
        read_hls(("#EXTM3U\n" + text * size)[:size])
    for text in ("<MPD ", '<MPD type="', "<MPD type ", " type='", "\t"):
        read_dash(("<MPD " + text * size)[:size])
