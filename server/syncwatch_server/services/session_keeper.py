"""Which sessions this process serves: found by code, read from the database when first asked for, ended when unused."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.join_code import CODES, join_code, join_link, parse_code
from syncwatch_core.session_parts import Presence
from syncwatch_core.watch_session import WatchSession
from syncwatch_server.database.repository import CodeTaken, Repository, StorageFailed, StoredSession
from syncwatch_server.database.tables import KEEP_CHAT_FOR, KEEP_ENDED_FOR
from syncwatch_server.ending import end
from syncwatch_server.services.live_session import LiveSession

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from syncwatch_server.server_clock import ServerClock
    from syncwatch_server.services.audience import Audience
    from syncwatch_server.services.node_message import Note
    from syncwatch_server.services.nodes import Nodes
    from syncwatch_server.services.session_link import SessionLink

_SWEEP_EVERY = 60.0
"""Seconds between two looks for what is over."""

_TOUCH_EVERY = 600.0
"""Seconds between two notes in the database that somebody is in a session."""

_GRACE_AFTER_START = 600.0
"""Seconds in which people may come back after the server was away for long, before their session counts as unused."""

_DRAWS = 20
"""Codes tried for a new session; of 2**30 codes the first is as good as always free."""


class SessionKeeper:
    """The sessions in the memory of this process, by their codes."""

    def __init__(
        self,
        *,
        repository: Repository,
        clock: ServerClock,
        audience: Audience,
        log: FilteringBoundLogger,
        public_url: str,
        expiry: float,
        nodes: Nodes | None = None,
    ) -> None:
        """``nodes``: the way to other processes that serve the same sessions; None: this one is alone."""
        self.public_url = public_url
        self._repository = repository
        self._clock = clock
        self._audience = audience
        self._log = log
        self._expiry = expiry
        self._nodes = nodes
        self._started_at = clock.now()
        self._touched_at = clock.now()
        self._live: dict[str, LiveSession] = {}
        self._used_at: dict[str, float] = {}
        self._reading: dict[str, asyncio.Task[LiveSession]] = {}
        self._occupied: set[str] = set()
        self._emptied = asyncio.Event()
        self._sweeper: asyncio.Task[None] | None = None
        self._watchers: list[Callable[[LiveSession], None]] = []

    # --- finding and making ----------------------------------------------------------------------------

    async def find(self, code: str) -> LiveSession:
        """The session of a code as a person typed it.

        Raises ``AppError``: not-found, ended, or server-error while the database can't be read.
        """
        code = parse_code(code)
        live = self._live.get(code)
        if live is not None:
            self._used_at[code] = self._clock.now()
            return live
        reading = self._reading.get(code)
        if reading is None:
            reading = self._reading[code] = asyncio.get_running_loop().create_task(self._read(code))
            reading.add_done_callback(lambda _: self._reading.pop(code, None))
        return await asyncio.shield(reading)

    async def create(self, furnish: Callable[[str, str], WatchSession]) -> LiveSession:
        """Store and serve a new session; ``furnish`` makes it of a code and its join link.

        Raises ``AppError`` (server-error) if it can't be stored.
        """
        for _ in range(_DRAWS):
            code = join_code(secrets.randbelow(CODES))
            session = furnish(code, join_link(self.public_url, code))
            try:
                await self._repository.create(session, self._clock.now())
            except CodeTaken:
                continue
            except StorageFailed as fault:
                self._log.error("a new session could not be stored", fault=str(fault))
                raise AppError(ErrorCode.SERVER_ERROR, "the server could not store the session; try again") from fault
            link = None if self._nodes is None else self._nodes.link(code)
            notes = {} if link is None else await link.open()
            live = self._serve(StoredSession(session, 1, self._clock.now()), link, notes)
            if link is not None:
                link.begin_with(session.presence)
            return live
        raise AppError(ErrorCode.SERVER_ERROR, "no free session code was found; try again")

    def all(self) -> list[LiveSession]:
        """Every session in memory."""
        return list(self._live.values())

    def watch(self, watcher: Callable[[LiveSession], None]) -> None:
        """Have ``watcher`` called with every session that begins to be served here, and whenever one has changed."""
        self._watchers.append(watcher)

    # --- living and ending -------------------------------------------------------------------------------

    async def open(self) -> None:
        """Begin to look for what is over."""
        self._clock.never_before(await self._repository.latest_instant())
        self._started_at = self._touched_at = self._clock.now()
        self._sweeper = asyncio.get_running_loop().create_task(self._sweep_for_ever())

    async def close(self) -> None:
        """Serve no session any longer; all stay as they are stored."""
        if self._sweeper is not None:
            await end(self._sweeper)
        for live in self.all():
            live.stop()

    async def empty(self) -> None:
        """Wait until the last participant of all sessions has left, after one has come."""
        await self._emptied.wait()

    def _serve(self, stored: StoredSession, link: SessionLink | None, notes: dict[str, Note]) -> LiveSession:
        served: dict[str, Any] = {
            "repository": self._repository,
            "clock": self._clock,
            "audience": self._audience,
            "log": self._log,
            "on_released": self._released,
        }
        code = stored.session.code
        self._used_at[code] = self._clock.now()
        if link is None or self._nodes is None:
            live = LiveSession(stored, **served)
        else:
            live = self._nodes.serve(stored, link, notes, served)
        self._live[code] = live
        self._released(live)
        return live

    def let_go(self, unused_since: float, is_needed: Callable[[LiveSession], bool]) -> None:
        """Serve no longer what nobody asked for since that instant, and is not needed."""
        for code, live in list(self._live.items()):
            if self._used_at[code] < unused_since and not is_needed(live):
                del self._live[code]
                live.stop()
                self._occupied.discard(code)
        self._used_at = {code: at for code, at in self._used_at.items() if code in self._live}

    async def _read(self, code: str) -> LiveSession:
        if self._nodes is None:
            stored = await self._stored(code)
            return self._serve(stored._replace(session=self._awaiting(stored, {})), None, {})
        # First it is followed, then read: what is committed in between is not missed.
        link = self._nodes.link(code)
        try:
            notes = await link.open()
            stored = await self._stored(code)
        except BaseException:
            link.close()
            raise
        return self._serve(stored._replace(session=self._awaiting(stored, notes)), link, notes)

    async def _stored(self, code: str) -> StoredSession:
        try:
            stored = await self._repository.load(code)
        except StorageFailed as fault:
            self._log.error("a session could not be read", fault=str(fault))
            raise AppError(ErrorCode.SERVER_ERROR, "the server could not read the session; try again") from fault
        if stored is None:
            raise AppError(
                ErrorCode.NOT_FOUND, f"there is no session {code}", "check the code with whoever invited you"
            )
        if stored.session.settings.ended is not None:
            raise AppError(ErrorCode.ENDED, f"the session is over: {stored.session.settings.ended}")
        return stored

    def _awaiting(self, stored: StoredSession, notes: dict[str, Note]) -> WatchSession:
        """A session as it comes from the database: whoever was in it has a moment to come back, or is elsewhere."""
        session, now = stored.session, self._clock.now()
        away = Presence(connected=False, lost_at=now, state="away")
        ends_at = max(stored.updated_at + self._expiry, self._started_at + min(_GRACE_AFTER_START, self._expiry))
        here = [key for key, member in session.members.items() if not member.gone]
        presence = {key: notes[key].seat if key in notes else away for key in here}
        return session.replace(
            link=join_link(self.public_url, session.code),
            presence=presence,
            empty_since=None if any(seat.connected for seat in presence.values()) else ends_at - self._expiry,
            keep_empty_for=self._expiry,
        )

    def _released(self, live: LiveSession) -> None:
        """Note who is where after a step took effect."""
        session = live.shown
        if session.settings.ended is not None:
            self._live.pop(session.code, None)
        if session.presence and session.settings.ended is None:
            self._occupied.add(session.code)
            self._emptied.clear()
        elif session.code in self._occupied:
            self._occupied.remove(session.code)
            if not self._occupied:
                self._emptied.set()
        for watcher in self._watchers:
            watcher(live)

    async def _sweep_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_EVERY)
            try:
                await self.sweep()
            except (StorageFailed, AppError) as fault:
                self._log.warning("looking for sessions that are over failed", fault=str(fault))

    async def sweep(self) -> None:
        """End what nobody used for too long, forget what is past its retention."""
        now = self._clock.now()
        # Where others may find a session unused, they have to know in time that it is not.
        every = _TOUCH_EVERY if self._nodes is None else min(_TOUCH_EVERY, self._expiry / 4)
        if now >= self._touched_at + every:
            self._touched_at = now
            await self._repository.touch([live.shown.session_id for live in self.all() if live.shown.presence], now)
        for code in await self._repository.unused_since(now - self._expiry):
            # To be read is enough: its own timer ends it.
            await self.find(code)
        await self._repository.purge(ended_before=now - KEEP_ENDED_FOR, chat_before=now - KEEP_CHAT_FOR)
