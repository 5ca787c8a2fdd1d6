"""The deck: what a person does from outside of their player, in the terminal interface for one.

Play, pause, seek and rate go the way that a hand in the player goes: they act at once on one's own player, and the
session is told with the instant at which it was done. Only where the player has nothing to act on does the session
decide first. All the rest are requests, answered with what the session acknowledges or with its refusal.

Every method may be called from any thread: it is carried out on the runtime's loop, and what comes of it is a future.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from syncwatch_cli.hand import Hand
from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode

_T = TypeVar("_T")

Answer = Future[wire.Done | None]
"""What the session acknowledges; None where one's own player did it. Raises ``AppError`` for a refusal."""


class Deck:
    """What a person may do; see the module."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        hand: Hand,
        send: Callable[[wire.ClientEvent], Awaitable[wire.Done]],
        leave: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._hand = hand
        self._send = send
        self._leave = leave

    # --- playback ------------------------------------------------------------------------------------

    def play_or_pause(self) -> Answer:
        """Pause what plays, else play."""
        return self._act(self._hand.play_or_pause)

    def seek_to(self, position: float) -> Answer:
        """Go to ``position``, s of media."""
        return self._act(lambda: self._hand.seek_to(position))

    def seek_by(self, seconds: float) -> Answer:
        """Go on by so many seconds of media, or back by less than none."""
        return self._act(lambda: self._hand.seek_by(seconds))

    def set_rate(self, rate: float) -> Answer:
        """Play at ``rate``, media seconds a second."""
        return self._act(lambda: self._hand.set_rate(rate))

    def load(self, source: str) -> Answer:
        """Watch something else: a URL or a path."""
        return self._run(self._send_media(source, lambda media: wire.read(wire.VideoLoad, media)))

    # --- the queue -----------------------------------------------------------------------------------

    def queue_next(self) -> Answer:
        """Go on to the first item of the queue."""
        return self._ask(wire.QueueNext())

    def queue_add(self, source: str, *, first: bool = False) -> Answer:
        """Add a URL or a path to the end of the queue, or to its front."""
        return self._run(self._send_media(source, lambda media: wire.read(wire.QueueAdd, media | {"next": first})))

    def queue_remove(self, item_id: str) -> Answer:
        """Take an item out of the queue."""
        return self._ask(wire.QueueRemove(item_id=item_id))

    def queue_move(self, item_id: str, index: int) -> Answer:
        """Move an item to ``index``, counted from 0 in the queue without it."""
        return self._ask(wire.QueueMove(item_id=item_id, index=index))

    def queue_shuffle(self) -> Answer:
        """Put the queue into another order, by lot."""
        return self._ask(wire.QueueShuffle())

    def queue_repeat(self, repeat: wire.Repeat) -> Answer:
        """Say what happens at the end of an item."""
        return self._ask(wire.QueueRepeat(repeat=repeat))

    # --- people --------------------------------------------------------------------------------------

    def chat(self, text: str) -> Answer:
        """Say something to everybody."""
        return self._read_and_ask(wire.SendChat, {"text": text})

    def react(self, emoji: str) -> Answer:
        """Show an emoji to everybody for a moment."""
        return self._read_and_ask(wire.SendReaction, {"emoji": emoji})

    def set_ready(self, *, ready: bool) -> Answer:
        """Set one's own ready flag."""
        return self._ask(wire.SetReady(ready=ready))

    def set_role(self, participant_id: str, role: wire.Role) -> Answer:
        """Give a participant a role; ``host`` hands the session over."""
        return self._ask(wire.SetRole(participant_id=participant_id, role=role))

    def kick(self, participant_id: str, *, ban: bool = False) -> Answer:
        """Remove a participant, with ``ban`` for good."""
        return self._ask(wire.Kick(participant_id=participant_id, ban=ban))

    def update_session(self, **settings: Any) -> Answer:
        """Change settings, by their names on the wire."""
        return self._read_and_ask(wire.UpdateSession, settings)

    def leave(self) -> None:
        """Leave the session; the runtime ends in good order."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._leave)

    # --- how -----------------------------------------------------------------------------------------

    def _act(self, act: Callable[[], wire.ClientEvent | None]) -> Answer:
        """Act with one's own hand; what it can't do itself the session is asked for."""

        async def acted() -> wire.Done | None:
            request = act()
            return None if request is None else await self._send(request)

        return self._run(acted())

    def _ask(self, event: wire.ClientEvent) -> Answer:
        async def asked() -> wire.Done | None:
            return await self._send(event)

        return self._run(asked())

    def _read_and_ask(self, kind: type[wire.ClientEvent], payload: dict[str, Any]) -> Answer:
        """Ask with what a person typed, which may be more than the wire takes."""

        async def asked() -> wire.Done | None:
            return await self._send(wire.read(kind, payload))

        return self._run(asked())

    async def _send_media(self, source: str, request: Callable[[dict[str, Any]], wire.ClientEvent]) -> wire.Done | None:
        from syncwatch_cli.media.sources import parse_source

        # A file's fingerprint is read from the disk, which must hold up nothing else.
        media = await asyncio.to_thread(lambda: parse_source(source.strip()).as_media())
        return await self._send(request(media))

    def _run(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        if self._loop.is_closed():
            work.close()
            over: Future[_T] = Future()
            over.set_exception(AppError(ErrorCode.ENDED, "you are no longer in the session"))
            return over
        return asyncio.run_coroutine_threadsafe(work, self._loop)
