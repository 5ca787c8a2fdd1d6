"""What is said of a session in the player: what happened, in the words of the screen, and nothing of oneself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from syncwatch_cli.osd import Osd, Wanted
from syncwatch_cli.player.interface import OsdLine
from syncwatch_cli.player.none import NoPlayer
from syncwatch_core.controller_view import ControllerView
from tests.patience import PATIENCE

ME, ADA, BOB = "1", "2", "3"
VIEW = ControllerView(
    "playing", 1.0, 0.000_12, 0.000_34, 0.02, 0.001, 0.0, 0.0, in_sync=True, seek_cost=0.1, duration=60.0,
    live=False, media_id="m", restarts=0,
)  # fmt: skip


def person(key: str, name: str, **more: Any) -> dict[str, Any]:
    seat = {"role": "controller", "state": "playing", "connected": True, "drift": 0.000_56}
    return {"participantId": key, "displayName": name} | seat | more


SESSION = {"title": "Film night", "participants": [person(ME, "Me"), person(ADA, "Ada\x1b")], "media": None}


def moved(event: str, by: str | None, **more: Any) -> dict[str, Any]:
    """A ``video-sync``."""
    standing = {"isPlaying": False, "currentTime": 61.0, "rate": 1.0, "at": 0.0}
    return standing | {"cause": {"event": event, "participantId": by}} | more


def said(by: str, text: str) -> dict[str, Any]:
    return {"participantId": by, "displayName": {ME: "Me", ADA: "Ada"}[by], "text": text}


class Picture(NoPlayer):
    """A player that shows nothing, and remembers what it was to show."""

    def __init__(self) -> None:
        super().__init__(lambda _: None)
        self.drawn: list[tuple[OsdLine, ...]] = []
        self.published: list[Mapping[str, object]] = []

    def draw(self, lines: Sequence[OsdLine]) -> None:
        self.drawn.append(tuple(lines))

    def publish(self, session: Mapping[str, object]) -> None:
        self.published.append(session)


async def rows(wanted: Wanted, *events: tuple[str, dict[str, Any]]) -> list[str]:
    """What the picture comes to show of these events, once they have happened at once."""
    picture = Picture()
    osd = Osd(picture, wanted, "ABC-DEF", time.monotonic, lambda: VIEW)
    osd.open()
    osd.take("session-joined", {"session": SESSION, "participantId": ME})
    for event, payload in (*events, ("chat-message", said(ADA, "end"))):
        osd.take(event, payload)
    if wanted != "none":
        async with asyncio.timeout(PATIENCE):
            while not picture.drawn:  # noqa: ASYNC110 it is drawn by a timer
                await asyncio.sleep(0.01)
    osd.close()
    shown = [f"{line.name}: {line.text}" if line.name else line.text for line in (picture.drawn or [()])[-1]]
    return [row for row in shown if row != "Ada: end"]


JOINED = ("user-joined", {"participant": person(BOB, "Bob")})


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        ([JOINED], ["Bob is here"]),
        ([("user-joined", {"participant": person(str(n), f"P{n}")}) for n in (4, 5)], ["P4 and P5 are here"]),
        (
            [("user-joined", {"participant": person(str(n), f"P{n}")}) for n in range(10, 20)],
            ["P10, P11 and 8 others are here"],
        ),
        ([("user-left", {"participantId": ADA, "displayName": "Ada", "reason": "left"})], ["Ada has gone (left)"]),
        ([("video-sync", moved("video-pause", ADA))], ["Ada pauses"]),
        ([JOINED, ("video-sync", moved("video-pause", BOB))], ["Bob is here", "Bob pauses"]),
        ([("video-sync", moved("video-seek", ADA)), ("video-sync", moved("video-play", ADA))], ["Ada plays"]),
        ([("video-sync", moved("video-rate", None, rate=1.5))], ["a script sets the speed to 1.5"]),
        (
            [
                ("notice", {"code": "waiting", "message": "waiting for Ada", "participantId": ADA}),
                ("notice", {"code": "going-on", "message": "everybody is ready again", "participantId": ADA}),
            ],
            ["everybody is ready again"],
        ),
        ([("chat-message", said(ADA, "hi\nthere"))], ["Ada: hi there"]),
        ([("reaction", {"participantId": ADA, "emoji": "🎉"})], ["Ada 🎉"]),
        # nothing of oneself
        ([("video-sync", moved("video-pause", ME))], []),
        ([("user-joined", {"participant": person(ME, "Me")})], []),
        ([("chat-message", said(ME, "hi"))], []),
        ([("notice", {"code": "cannot-play", "message": "Me can't play this", "participantId": ME})], []),
        # nothing that is no news
        ([("status", {}), ("queue-updated", {"queue": []})], []),
    ],
)
async def test_what_is_said(events: list[tuple[str, dict[str, Any]]], shown: list[str]) -> None:
    """Each event is said in the words of the screen; several of a kind in one line; one's own acts not at all."""
    assert await rows("all", *events) == shown


@pytest.mark.parametrize(
    ("wanted", "shown"), [("all", ["Bob is here", "Ada: hi"]), ("chat", ["Ada: hi"]), ("none", [])]
)
async def test_as_much_as_is_wanted(wanted: Wanted, shown: list[str]) -> None:
    """A person has all of it, only what people write, or nothing."""
    assert await rows(wanted, JOINED, ("chat-message", said(ADA, "hi"))) == shown


async def test_nothing_is_drawn_before_a_start_is_over() -> None:
    """Who plays is named after the start, which is on the server's clock."""
    picture = Picture()
    offset = 1000.0
    osd = Osd(picture, "all", "ABC-DEF", time.monotonic, lambda: replace(VIEW, offset=offset))
    osd.open()
    starts_at = time.monotonic() + 0.5
    osd.take("video-sync", moved("video-play", ADA, isPlaying=True, at=starts_at + offset))
    async with asyncio.timeout(PATIENCE):
        while not picture.drawn:  # noqa: ASYNC110 it is drawn by a timer
            await asyncio.sleep(0.01)
    osd.close()

    assert time.monotonic() > starts_at


async def test_scripts_are_told_how_the_session_stands() -> None:
    """Scripts in the player may read the code, who is here and how, who is waited for, and how well in sync one is."""
    picture = Picture()
    osd = Osd(picture, "none", "ABC-DEF", time.monotonic, lambda: VIEW)
    osd.take("session-joined", {"session": SESSION, "participantId": ME})
    osd.take("participants", {"changed": [person(BOB, "Bob", state="buffering")], "left": []})
    osd.take("notice", {"code": "waiting", "message": "waiting", "participantId": BOB})
    telling = asyncio.ensure_future(osd.go_on())
    await asyncio.sleep(0)
    telling.cancel()
    [told] = picture.published

    assert told["code"] == "ABC-DEF"
    assert told["waiting"] == ["Bob"]
    assert [each["name"] for each in told["participants"]] == ["Me", "Ada", "Bob"]  # type: ignore[attr-defined]
    assert (told["drift"], told["uncertainty"], told["inSync"]) == (0.0001, 0.0003, True)
