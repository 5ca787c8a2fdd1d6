"""A made-up evening, as the runtime would tell of it: four people, a film, some talk."""

from __future__ import annotations

from typing import Any

Event = tuple[str, dict[str, Any]]

SERVER = 1_750_010_400.0
"""Server time at which it begins; 18:00:00 at Greenwich."""

LOCAL = 1000.0
"""The local instant of that, s."""

MEDIA: dict[str, Any] = {
    "mediaId": "film",
    "url": "https://example.org/nosferatu.mp4",
    "file": None,
    "provider": "direct",
    "title": "Nosferatu",
    "duration": 5400.0,
    "live": False,
    "thumbnailUrl": None,
    "startPosition": 0.0,
}


def participant(key: str, name: str, role: str = "controller", **told: Any) -> dict[str, Any]:
    """A participant as the wire has them."""
    return {
        "participantId": key,
        "displayName": name,
        "role": role,
        "platform": "mpv",
        "connected": True,
        "ready": False,
        "state": "playing",
        "currentTime": 600.0,
        "drift": 0.0004,
        "uncertainty": 0.0003,
        "rtt": 0.02,
        **told,
    }


def playback(revision: int = 3, **told: Any) -> dict[str, Any]:
    """The playback: playing since the evening began, from ten minutes in."""
    return {
        "sessionId": "s",
        "mediaId": "film",
        "revision": revision,
        "currentTime": 600.0,
        "isPlaying": True,
        "rate": 1.0,
        "at": SERVER,
        "cause": {"event": "video-play", "participantId": "bo"},
        **told,
    }


def chat(number: int, text: str, key: str = "bo", name: str = "Bob") -> dict[str, Any]:
    """A line of chat as the wire has it, a minute after the one before."""
    return {
        "messageId": f"m{number}",
        "participantId": key,
        "displayName": name,
        "text": text,
        "sentAt": SERVER + 60.0 * number,
    }


def session(**told: Any) -> dict[str, Any]:
    """The session as the wire has it."""
    return {
        "sessionId": "s",
        "code": "ABC-DEF",
        "link": "http://192.168.1.5:8765/s/ABC-DEF",
        "title": "Film night",
        "state": "active",
        "createdAt": SERVER - 60,
        "control": "everyone",
        "bufferWait": "wait",
        "hasPassword": False,
        "locked": False,
        "media": MEDIA,
        "playback": playback(),
        "participants": [
            participant("ada", "Ada", "host"),
            participant("bo", "Bob", drift=-0.0121, rtt=0.087),
            participant("cy", "Cyd", "viewer", state="buffering", drift=None),
            participant("me", "Mia", drift=0.0),
        ],
        "queue": [
            {"itemId": "q1", "url": "https://example.org/m.mp4", "file": None, "title": "M", "duration": 6600.0,
             "addedBy": "ada", "thumbnailUrl": None},
        ],
        "chat": [chat(0, "good evening"), chat(1, "Mia, can you see it?")],
        "serverTime": SERVER,
        "repeat": "off",
        "history": [],
        "tracks": {"audio": None, "subtitles": None},
        **told,
    }  # fmt: skip


STATUS: dict[str, Any] = {
    "state": "playing",
    "currentTime": 600.0,
    "drift": 0.0006,
    "uncertainty": 0.0004,
    "rtt": 0.0213,
    "offset": SERVER - LOCAL,
}


def beginning(**told: Any) -> list[Event]:
    """The first events of the evening."""
    return [
        ("joined", {"code": "ABC-DEF", "participantId": "me"}),
        ("session-joined", {"session": session(**told), "participantId": "me"}),
        ("player-ready", {"ipcSocket": None}),
        ("synced", {"drift": 0.0006, "uncertainty": 0.0004}),
        ("status", STATUS),
    ]
