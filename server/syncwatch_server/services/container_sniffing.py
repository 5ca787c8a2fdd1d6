"""What a file is by its first bytes, whatever its name or its server say: no decoder, no ffprobe.

Each signature is from the format's own specification; only what a player of a session may be given is known here.
"""

from __future__ import annotations

from typing import Literal

Container = Literal[
    "mp4", "webm", "matroska", "mpeg-ts", "mpeg-ps", "ogg", "avi", "flv", "asf", "mp3", "aac", "flac", "wav"
]

Found = Container | Literal["hls", "dash", "page"]

IN_BROWSERS: frozenset[Found] = frozenset({"mp4", "webm", "ogg", "mp3", "aac", "flac", "wav"})
"""What ``<video>`` takes in every current browser; the codecs inside are for the browser itself to judge."""

SOUND_ONLY: frozenset[Found] = frozenset({"mp3", "aac", "flac", "wav"})

MANIFESTS: frozenset[Found] = frozenset({"hls", "dash"})
"""Text that says where the media is."""

_TS_PACKETS = ((0, 188), (4, 192))
"""Where the first packet of a transport stream begins, and the length of each: plain, and as on a Blu-ray."""

_HTML_BEGINNINGS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")


def sniff(head: bytes, media_type: str = "") -> Found | None:
    """What begins with ``head``; None: nothing known. ``media_type`` decides only what bytes leave open."""
    for test in (_by_magic, _by_structure, _by_text):
        if found := test(head):
            return found
    return "page" if media_type in ("text/html", "application/xhtml+xml") else None


def _by_magic(head: bytes) -> Found | None:
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"moof", b"styp"):
        return "mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        # EBML; the document type stands within its short header (RFC 8794, 11.2.5).
        return "webm" if b"webm" in head[:64] else "matroska"
    if head.startswith(b"RIFF"):
        return {b"WAVE": "wav", b"AVI ": "avi"}.get(head[8:12])  # type: ignore[return-value]
    return next((found for magic, found in _MAGIC if head.startswith(magic)), None)


_MAGIC: tuple[tuple[bytes, Container], ...] = (
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"FLV\x01", "flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"\x00\x00\x01\xba", "mpeg-ps"),
    (b"ID3", "mp3"),
)


def _by_structure(head: bytes) -> Found | None:
    for start, length in _TS_PACKETS:
        marks = head[start : start + 3 * length : length]
        if len(head) >= start + 2 * length + 1 and set(marks) == {0x47}:
            return "mpeg-ts"
    if len(head) < 3 or head[0] != 0xFF:  # noqa: PLR2004 eleven bits of one begin a frame of MPEG audio
        return None
    if head[1] & 0xF6 == 0xF0:  # noqa: PLR2004 ADTS: twelve bits of one, layer 0
        return "aac"
    is_layer_3, is_known_version = head[1] & 0xE6 == 0xE2, head[1] & 0x18 != 0x08  # noqa: PLR2004 ISO 11172-3, 2.4.1.3
    return "mp3" if is_layer_3 and is_known_version and head[2] & 0xF0 != 0xF0 else None  # noqa: PLR2004 no such bit rate


def _by_text(head: bytes) -> Found | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"#EXTM3U"):
        return "hls"
    if b"<MPD" in text[:2048]:
        return "dash"
    return "page" if text[:16].lower().startswith(_HTML_BEGINNINGS) else None
