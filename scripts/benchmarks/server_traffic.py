"""What the clients of a measurement send, and when: every frame is made before the first is sent."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.server_frames import event_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

MARKS = {
    "reaction": (b'2["reaction",', b'"emoji":"'),
    "chat-message": (b'2["chat-message",', b'"text":"'),
    "video-seek": (b'2["video-sync",', b'"currentTime":'),
}
"""Event -> how what everybody hears of it begins, and what stands before the number of the command in it."""

CLOCK_EVERY = 5.0
"""s between two clock exchanges of a client that has settled."""

STATUS_EVERY = 5.0
"""s; syncwatch_core.controller has the same."""

_PLAIN = 1 << 30
"""Numbers of acknowledgements from here on are of the clock's exchanges."""


class Sending(NamedTuple):
    """A frame and when it is due."""

    at: float
    """s after the beginning."""
    who: int
    number: int
    """Of the command; of an exchange of the clock beyond ``_PLAIN``, -1 of what is not answered."""
    frame: bytes


def payload_of(event: str, number: int) -> dict[str, Any]:
    """What a command carries; the number can be told from what is heard of it."""
    if event == "reaction":
        return {"emoji": str(number)}
    if event == "chat-message":
        return {"text": f"{number} and some words as people write them"}
    return {"currentTime": number}


def commands(event: str, clients: int, rate: float, seconds: float, first: int = 1) -> list[Sending]:
    """So many commands a second, each by another client; numbered from ``first`` on."""
    step = _coprime(clients)
    return [
        Sending(n / rate, n * step % clients, first + n, event_frame(first + n, event, payload_of(event, first + n)))
        for n in range(int(rate * seconds))
    ]


def evening(media: Sequence[str | None], seconds: float, began: float, seed: int = 0) -> list[Sending]:
    """What players send while all is well, ``began`` s into the film; ``media`` is the id of each one's media."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    sendings: list[Sending] = []
    for who, media_id in enumerate(media):
        phase = chance.uniform(0, CLOCK_EVERY)
        for n in range(int((seconds - phase) / CLOCK_EVERY) + 1):
            at = phase + n * CLOCK_EVERY
            number = _PLAIN + len(sendings)
            sendings.append(Sending(at, who, number, event_frame(number, "clock", {"clientSent": 1e6 + at})))
        phase = chance.uniform(0, STATUS_EVERY)
        for n in range(int((seconds - phase) / STATUS_EVERY) + 1):
            at = phase + n * STATUS_EVERY
            frame = event_frame(None, "status", _status(chance, media_id, began + at))
            sendings.append(Sending(at, who, -1, frame))
    return sendings


def is_exchange(number: int) -> bool:
    """Whether that acknowledgement is of the clock's exchanges."""
    return number >= _PLAIN


def _status(chance: random.Random, media_id: str | None, position: float) -> dict[str, Any]:
    return {
        "state": "playing",
        "currentTime": round(position, 4),
        "drift": round(chance.gauss(0, 0.001), 6),
        "uncertainty": round(chance.uniform(0.0005, 0.002), 6),
        "rtt": round(chance.uniform(0.02, 0.1), 6),
        "jitter": round(chance.uniform(0.001, 0.01), 6),
        "seekCost": 0.05,
        "bufferedFor": round(chance.uniform(5, 60), 3),
        "duration": 7200.0,
        "mediaId": media_id,
    }


def _coprime(count: int) -> int:
    """A step by which all of ``count`` are visited, neighbours far apart."""
    from math import gcd

    step = max(1, int(count * 0.618))
    while gcd(step, count) != 1:
        step += 1
    return step
