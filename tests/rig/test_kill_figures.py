"""What the kill bench takes for lost, and what for kept."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.command_stream import Acknowledged

PLAYBACK = {"revision": 7, "currentTime": 20.0, "at": 1.0, "isPlaying": True, "rate": 1.0, "mediaId": "m"}


def session(chat: list[str], queue: list[str], playback: dict[str, Any] = PLAYBACK) -> dict[str, Any]:
    """A session object with these in it."""
    return {
        "chat": [{"text": text} for text in chat],
        "queue": [{"title": title} for title in queue],
        "playback": playback,
    }


def known() -> Acknowledged:
    """Two messages, two items and a seek were acknowledged; a third item had no answer."""
    return Acknowledged(chats=["a", "b"], queue=["x", "y"], playback=PLAYBACK, in_doubt={"z"})


@pytest.mark.parametrize(
    "found",
    [
        session(["a", "b"], ["x", "y"]),
        session(["0", "a", "b", "c"], ["x", "y", "z"]),
        session(["a", "b"], ["x", "y"], PLAYBACK | {"revision": 8, "currentTime": 30.0}),
    ],
)
def test_what_is_there_is_not_lost(found: dict[str, Any]):
    """All that was acknowledged is there; what had no answer may be there or not."""
    assert known().lost(found) == []


@pytest.mark.parametrize(
    "found",
    [
        session(["a"], ["x", "y"]),
        session(["a", "b"], ["x"]),
        session(["a", "b"], ["y", "x"]),
        session(["a", "b"], ["w", "x", "y"]),
        session(["a", "b"], ["x", "y"], PLAYBACK | {"revision": 6}),
        session(["a", "b"], ["x", "y"], PLAYBACK | {"currentTime": 19.0}),
    ],
)
def test_what_is_missing_is_lost(found: dict[str, Any]):
    """A message, an item, the order, a removal or a seek that is not as acknowledged is one thing lost."""
    assert len(known().lost(found)) == 1
