"""The messages on the wire: what is taken, what is refused, and how it is written."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec
import pytest

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.timeline import Timeline

PLAYBACK = wire.Playback(
    session_id="s1",
    media_id="m1",
    revision=3,
    current_time=12.5,
    is_playing=True,
    rate=1.5,
    at=1000.0,
    cause=wire.Cause(event="video-play", participant_id="p1"),
)

FILE = {"name": "film.mkv", "size": 1, "duration": None, "fingerprint": None}


@pytest.mark.parametrize(
    ("event", "payload", "expected"),
    [
        ("clock", {"clientSent": 1}, wire.Clock(client_sent=1.0)),
        ("get-session", {}, wire.GetSession()),
        ("video-play", {}, wire.VideoPlay()),
        ("video-play", {"currentTime": None, "at": None}, wire.VideoPlay()),
        ("video-pause", {"currentTime": 5, "at": 99.5}, wire.VideoPause(current_time=5.0, at=99.5)),
        ("video-seek", {"currentTime": 0, "from": "a later version"}, wire.VideoSeek(current_time=0.0)),
        ("video-rate", {"rate": 0.25}, wire.VideoRate(rate=0.25)),
        ("video-rate", {"rate": 4}, wire.VideoRate(rate=4.0)),
        ("video-load", {"file": FILE}, wire.VideoLoad(file=wire.MediaFile(name="film.mkv", size=1))),
        ("status", {"state": "playing", "drift": -0.002}, wire.Status(state="playing", drift=-0.002)),
        ("kick", {"participantId": "p1", "ban": True}, wire.Kick(participant_id="p1", ban=True)),
        ("chat-message", {"text": "映画 🎬"}, wire.SendChat(text="映画 🎬")),
    ],
)
def test_what_the_contract_allows_is_read(event: str, payload: dict[str, Any], expected: wire.ClientEvent):
    """Names are camelCase on the wire, null is as good as absent, and fields of a later version are passed over."""
    assert wire.read(wire.CLIENT_EVENTS[event], payload) == expected


@pytest.mark.parametrize(
    ("event", "payload", "words"),
    [
        ("video-play", [], "Expected `object`"),
        ("video-play", {"currentTime": "5"}, r"\$\.currentTime"),
        ("video-play", {"currentTime": -1}, r"\$\.currentTime"),
        ("video-play", {"currentTime": math.nan}, r"\$\.currentTime"),
        ("video-play", {"currentTime": math.inf}, r"\$\.currentTime"),
        ("video-play", {"at": -math.inf}, r"\$\.at"),
        ("video-seek", {}, "missing required field `currentTime`"),
        ("video-rate", {"rate": 0}, r"\$\.rate"),
        ("video-rate", {"rate": 4.01}, r"\$\.rate"),
        ("clock", {"clientSent": math.nan}, r"\$\.clientSent"),
        ("status", {"state": "dancing"}, r"\$\.state"),
        ("status", {"state": "paused", "drift": math.inf}, r"\$\.drift"),
        ("chat-message", {"text": ""}, r"\$\.text"),
        ("chat-message", {"text": "x" * 501}, r"\$\.text"),
        ("chat-message", {"text": "\ud83c"}, "surrogates not allowed"),
        ("video-load", {"url": "http://h/\udc00"}, "surrogates not allowed"),
        ("queue-move", {"itemId": "i", "index": -1}, r"\$\.index"),
        ("queue-move", {"itemId": "i", "index": 10**400}, r"\$\.index"),
        ("join-session", {"code": "ABC-DEF", "displayName": ""}, r"\$\.displayName"),
        ("video-load", {"file": FILE | {"size": -1}}, r"\$\.file\.size"),
        ("video-load", {"file": FILE | {"size": 2**53}}, r"\$\.file\.size"),
    ],
)
def test_what_it_does_not_allow_is_refused_by_name(event: str, payload: Any, words: str):
    """A wrong, missing, endless or unwritable field is a bad request that names it."""
    with pytest.raises(AppError, match=words) as refusal:
        wire.read(wire.CLIENT_EVENTS[event], payload)

    assert refusal.value.code is ErrorCode.BAD_REQUEST


@pytest.mark.parametrize("name", ["film.mkv", "映画.mkv", ".hidden", "...", "a b (2020) [x].mkv", "🎬"])
def test_a_file_is_named_by_a_name(name: str):
    """Any name that a file can have on every system is taken."""
    assert wire.read(wire.MediaFile, FILE | {"name": name}).name == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "/etc/passwd", "../film.mkv", "a/b", "C:\\film.mkv", "a\nb", "film\n", "a\x00b", "a\x1bb"]
)
def test_a_file_is_never_named_by_a_path(name: str):
    """What could lead a joiner to another folder, or write on their terminal, is no name."""
    with pytest.raises(AppError):
        wire.read(wire.MediaFile, FILE | {"name": name})


def test_a_number_too_large_for_json_does_not_get_in():
    """Endless numbers, which Python's own reader of JSON lets through, never reach a session."""
    with pytest.raises(AppError):
        wire.read(wire.VideoSeek, json.loads('{"currentTime": 1e999}'))


def test_playback_is_a_timeline():
    """A playback says where the media stands at any instant."""
    assert PLAYBACK.timeline == Timeline(12.5, 1.5, 1000.0, playing=True)


def test_a_message_is_written_with_nulls():
    """What is unknown is null, never absent, and what is written is read as the same."""
    media = wire.Media(
        media_id="m1",
        url="http://h/a.mp4",
        file=None,
        provider="direct",
        title=None,
        duration=None,
        live=None,
        thumbnail_url=None,
        start_position=0.0,
    )
    plain = wire.write(media)

    assert set(plain) == {
        "mediaId", "url", "file", "provider", "title", "duration", "live", "thumbnailUrl", "startPosition"
    }  # fmt: skip
    assert plain["thumbnailUrl"] is None
    assert wire.read(wire.Media, plain) == media


def test_an_acceptance_says_ok():
    """Whatever is accepted is acknowledged with ``ok: true`` beside what was asked for."""
    assert wire.write(wire.Done()) == {"ok": True}
    assert wire.write(wire.ClockReply(client_sent=1.0, server_received=2.0, server_sent=3.0)) == {
        "ok": True,
        "clientSent": 1.0,
        "serverReceived": 2.0,
        "serverSent": 3.0,
    }


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (AppError(ErrorCode.LOCKED, "no"), {"ok": False, "error": {"code": "locked", "message": "no"}}),
        (
            AppError(ErrorCode.RATE_LIMITED, "slow down", retry_after=2.0),
            {"ok": False, "error": {"code": "rate-limited", "message": "slow down", "retryAfter": 2.0}},
        ),
        (
            AppError(ErrorCode.CONFLICT, "late", playback=PLAYBACK),
            {"ok": False, "error": {"code": "conflict", "message": "late"}, "playback": wire.write(PLAYBACK)},
        ),
    ],
)
def test_a_refusal_says_why(error: AppError, expected: dict[str, Any]):
    """A refusal has a code and words; a conflict the playback in force; who was too fast, how long to wait."""
    assert wire.write(wire.refusal(error)) == expected


def test_every_event_but_status_is_acknowledged():
    """Each client event has one acknowledgement, and ``status`` alone has none."""
    unacknowledged = {name for name, kind in wire.CLIENT_EVENTS.items() if not kind.acknowledged}

    assert unacknowledged == {"status"}
    assert set(wire.ACKNOWLEDGEMENTS) == set(wire.CLIENT_EVENTS) - unacknowledged


def test_messages_cannot_be_changed():
    """What has been sent can't be changed under the feet of who sends it."""
    with pytest.raises(AttributeError):
        PLAYBACK.revision = 4  # type: ignore[misc]


def test_video_sync_is_the_playback():
    """The payload of ``video-sync`` has the fields of a playback, in the same order."""
    told = wire.VideoSync(**msgspec.structs.asdict(PLAYBACK))

    assert list(wire.write(told).items()) == list(wire.write(PLAYBACK).items())
