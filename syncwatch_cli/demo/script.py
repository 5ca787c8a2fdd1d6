"""What happens in the demo, and what the narrator says to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from syncwatch_cli import figures
from syncwatch_cli.demo.delayed_line import DelayedLine

FRAMES = 25
"""A second, of the film that is shown."""

READY_WITHIN = 20.0
"""Seconds in which both players stand on the first frame."""

DARK = 0.08
"""Of the whole: how long Bob's line goes dark."""


REAL_THING = "For the real thing: syncwatch host FILM-OR-LINK"

LAST_WORDS_FOR = 5.0
"""Seconds in which the last words can be read; a choice."""


class Session(Protocol):
    """What the script does in the session; payloads as docs/contract.md writes them."""

    async def act(self, event: str, **payload: Any) -> dict[str, Any]:
        """Give a command."""

    async def say(self, text: str) -> None:
        """Say it to everybody, in the narrator's name."""

    async def participants(self) -> list[dict[str, Any]]:
        """Who is here, with their latest figures."""


class Script:
    """The demo, told in ``seconds``."""

    def __init__(self, session: Session, bobs_line: DelayedLine, seconds: float, lines: str) -> None:
        self._session = session
        self._bobs_line = bobs_line
        self._seconds = seconds
        self._lines = lines

    async def perform(self) -> None:
        """From the first word to the last."""
        await self._until(_both_stand)
        await self._say(f"Two people, one film, each in an mpv of their own. {self._lines}")
        await self._session.act("video-play")
        await self._say("Play: the server names an instant, and both start at it, however long their lines are.")
        await self._pass(0.2)
        await self._say(f"Playing: {await self._drifts()}. A frame lasts 40 ms.")
        await self._pass(0.05)
        await self._session.act("video-pause")
        await self._pass(0.03)
        await self._say(f"Pause: {await self._frames()}.")
        await self._pass(0.05)
        await self._session.act("video-seek", currentTime=40.0)
        await self._say("A seek to 0:40, for both.")
        await self._session.act("video-play")
        await self._pass(0.15)
        await self._say(f"Both are there: {await self._drifts()}.")
        await self._session.act("video-rate", rate=1.25)
        await self._say("A quarter faster, for both.")
        await self._pass(0.15)
        await self._say(f"Still together: {await self._drifts()}.")
        await self._session.act("video-rate", rate=1.0)
        await self._say("Bob's line goes dark. He plays on: while a film plays, nothing needs to be sent.")
        self._bobs_line.go_dark()
        await self._pass(DARK)
        self._bobs_line.light()
        await self._say("It is back.")
        await self._pass(0.15)
        await self._say(f"And nobody has lost a frame: {await self._drifts()}.")
        await self._pass(0.05)
        await self._say(f"That is all. {REAL_THING}")
        await asyncio.sleep(max(LAST_WORDS_FOR, 0.08 * self._seconds))
        await self._session.act("end-session")

    async def _say(self, text: str) -> None:
        await self._session.say(text)

    async def _pass(self, part: float) -> None:
        await asyncio.sleep(part * self._seconds)

    async def _until(self, holds: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """Who is here, once ``holds`` of them; raises ``TimeoutError``."""
        async with asyncio.timeout(READY_WITHIN):
            while not holds(there := await self._session.participants()):  # noqa: ASYNC110 they tell only their own screens
                await asyncio.sleep(0.1)
        return there

    async def _drifts(self) -> str:
        """How far off each is, by their own measurement; soon after a start there is none yet."""
        there = await self._until(lambda all_of: all(each["drift"] is not None for each in all_of))
        return ", ".join(f"{each['displayName']} {figures.drift(each['drift'], each['uncertainty'])}" for each in there)

    async def _frames(self) -> str:
        there = await self._until(_both_stand)
        frames = [round(each["currentTime"] * FRAMES) for each in there]
        if len(set(frames)) == 1:
            return f"both stand on frame {frames[0]}"
        return ", ".join(f"{each['displayName']} on frame {frame}" for each, frame in zip(there, frames, strict=True))


def _both_stand(there: list[dict[str, Any]]) -> bool:
    return len(there) == 2 and all(each["state"] == "paused" for each in there)  # noqa: PLR2004 Ada and Bob
