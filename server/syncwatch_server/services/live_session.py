"""One session in the memory of this process: commands in order, stored before anybody hears of what they did.

A command is a *step*. It is applied at once to the newest value, and waits in line until what it changed is stored;
then it is *released*: its messages are told and its answer given. So nothing is told that ``kill -9`` could undo,
and everybody hears of everything in the order in which it was committed.

Where a write fails, that step and all after it are taken back: the session is read again from the database,
and the steps are refused, or, where another writer was merely faster, applied anew.
"""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError
from syncwatch_core.roles import SOMEBODY, Actor
from syncwatch_core.session_parts import Presence
from syncwatch_core.watch_session import Command, Outcome, Wake, WatchSession
from syncwatch_server.database.repository import PARTS, Lineage, RaceLost, Repository, StorageFailed, StoredSession
from syncwatch_server.services.audience import Audience, OnRelease
from syncwatch_server.services.catching_up import what_was_missed
from syncwatch_server.services.presence_reports import PresenceReports
from syncwatch_server.services.steps import Step, change_between, fresh_ids, not_stored
from syncwatch_server.services.wake_timer import WakeTimer
from syncwatch_server.services.whole_session import WholeSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from structlog.typing import FilteringBoundLogger

    from syncwatch_server.server_clock import ServerClock

_WAKE_AGAIN_AFTER = 1.0
"""Seconds until a wake is tried again that could not be stored, or had nothing to do."""


CONCLUSIVE: frozenset[type[wire.ServerEvent]] = frozenset({wire.UserJoined, wire.Kicked, wire.SessionEnded})
"""Messages from which the session itself draws conclusions."""


class LiveSession:
    """A session that this process serves."""

    attempts = 3
    """How often a step is applied when other writers were faster."""

    def __init__(
        self,
        stored: StoredSession,
        *,
        repository: Repository,
        clock: ServerClock,
        audience: Audience,
        log: FilteringBoundLogger,
        on_released: Callable[[LiveSession], None],
    ) -> None:
        self._repository = repository
        self._clock = clock
        self._audience = audience
        self._log = log
        self._on_released = on_released
        self._newest = stored.session
        self._shown = stored.session
        self._version = stored.version
        self._lineage = Lineage()
        self._steps: deque[Step] = deque()
        self._fresh_ids = fresh_ids()
        self._storing = 0
        self._fault: Exception | None = None
        self._recovery: asyncio.Task[None] | None = None
        self._whole = WholeSession()
        self._timer = WakeTimer(clock, self._wake)
        self._reports = PresenceReports(stored.session, partial(self._tell_here, to=None))
        self._arm(0.0)

    # --- asking ------------------------------------------------------------------------------------

    @property
    def newest(self) -> WatchSession:
        """The session with all that was accepted, some of which may not be stored yet: what to decide by."""
        return self._newest

    @property
    def shown(self) -> WatchSession:
        """The session as everybody has been told, and as it would survive: what to answer with."""
        return self._shown

    def whole(self) -> wire.Session:
        """What is shown, encoded for a message, and once for all who ask at the same moment."""
        return self._whole.encoded(self._shown, self._clock.now())

    @property
    def is_ready(self) -> bool:
        """Whether the session may be acted on without waiting for anything."""
        return self._fault is None

    # --- acting ------------------------------------------------------------------------------------

    async def ready(self) -> None:
        """Wait until the session may be acted on; raises ``AppError`` (server-error) while its row can't be read."""
        if self._fault is not None and self._storing == 0 and self._recovery is None:
            self._recover()
        while self._recovery is not None:
            await asyncio.shield(self._recovery)
        if self._fault is not None:
            raise not_stored()

    async def act(self, command: Command, by: Actor = SOMEBODY, *, on_release: OnRelease | None = None) -> wire.Done:
        """Apply a command and give its answer once it would survive; raises the ``AppError`` that refuses it.

        To judge by ``newest`` whether ``by`` may do this, await ``ready`` before.
        """
        if self._fault is not None:
            await self.ready()
        step = self.begin(command, by, on_release=on_release)
        await step.settled()
        return step.answer()

    def begin(self, command: Command, by: Actor = SOMEBODY, *, on_release: OnRelease | None = None) -> Step:
        """Apply a command where ``is_ready``; the step is settled already if nothing has to be stored before."""
        step = Step(command, by, next(self._fresh_ids), on_release)
        before = self._newest
        self._apply(step)
        if self._newest is not before:
            self._arm(0.0)
        self._release()
        return step

    def note(self, command: Command, by: Actor = SOMEBODY) -> None:
        """Apply a command for whose answer nobody waits."""
        if self._fault is None:
            self.begin(command, by)

    def tell(self, message: wire.ServerMessage, to: str | None = None) -> None:
        """Tell everybody here, or one participant, something that changes nothing."""
        self._tell(message, to=to)

    def stop(self) -> None:
        """Leave the session as it is; it is served here no longer."""
        self._reports.stop()
        self._timer.stop()
        if self._recovery is not None:
            self._recovery.cancel()

    def _apply(self, step: Step) -> None:
        now, before = self._clock.now(), self._newest
        step.attempts += 1
        step.before = before
        step.refusal = None
        try:
            step.outcome = before.apply(step.command, now, by=step.by, fresh_id=step.fresh_id)
        except AppError as refusal:
            step.refusal = refusal
            step.outcome = Outcome(before)
        self._newest = step.outcome.session
        if self._newest is before:
            step.change, step.stored = None, True
        else:
            self._store(step, before, now)
        self._steps.append(step)

    def _store(self, step: Step, before: WatchSession, now: float) -> None:
        step.change = change_between(before, self._newest, self._version, now, self._lineage)
        if step.change is None:
            step.stored = True
            return
        writing = self._repository.store(step.change)
        self._version += 1
        self._storing += 1
        step.stored = False
        writing.add_done_callback(partial(self._heard, step))

    def _heard(self, step: Step, writing: asyncio.Future[None]) -> None:
        self._storing -= 1
        fault = writing.exception()
        if fault is None:
            step.stored = True
            self._release()
        elif self._fault is None:
            assert isinstance(fault, Exception)  # noqa: S101 nobody cancels a write
            self._fault = fault
        if self._fault is not None and self._storing == 0 and self._recovery is None:
            self._recover()

    # --- what took effect ----------------------------------------------------------------------------

    def _release(self) -> None:
        while self._steps and self._steps[0].stored and self._fault is None:
            self._take_effect(self._steps.popleft())

    def _take_effect(self, step: Step) -> None:
        assert step.outcome is not None  # noqa: S101 it was applied
        before, self._shown = self._shown, step.outcome.session
        if step.refusal is not None:
            step.settle(step.refusal)
            return
        if step.on_release is not None:
            step.on_release()
        for message, to in step.outcome.messages:
            self._tell(self._whole.shared(message, self._shown), to)
        self._note_effect(step)
        if self._shown is not before:
            self._reports.note(self._shown)
        step.settle()
        if step.change is None:
            # Nobody came or went for good, and nothing else is on.
            return
        if self._shown.settings.ended is not None:
            self.stop()
        self._on_released(self)

    def _note_effect(self, step: Step) -> None:
        """A step was told to everybody, and is about to be answered."""

    def _tell(self, message: wire.ServerMessage, to: str | None) -> None:
        """Tell everybody, wherever they are connected, or one participant."""
        self._tell_here(message, to)

    def _tell_here(self, message: wire.ServerMessage, to: str | None) -> None:
        self._audience.tell(self._shown.session_id, message, to)
        if type(message) in CONCLUSIVE:
            self._draw_conclusions(message, to)

    def _draw_conclusions(self, message: wire.ServerMessage, to: str | None) -> None:
        session_id = self._shown.session_id
        if isinstance(message, wire.UserJoined):
            self._reports.knows(message.participant)
        elif isinstance(message, wire.Kicked):
            self._audience.dismiss(session_id, to, message)
        elif isinstance(message, wire.SessionEnded):
            self._audience.dismiss(session_id, None, message)

    # --- what is due -----------------------------------------------------------------------------------

    def _arm(self, at_least: float) -> None:
        due = self._newest.wakes_at
        self._timer.set(due, at_least=at_least, hold_back=0.0 if due is None else self._hold_back())

    def _hold_back(self) -> float:
        """Seconds by which this process leaves it to another to see to what is due."""
        return 0.0

    def _wake(self) -> None:
        due = self._newest.wakes_at
        if due is not None and due <= self._clock.now():
            self.note(Wake())
        # Timers may be a moment early, and a wake that could not be stored is due at once again.
        self._arm(_WAKE_AGAIN_AFTER if due is not None and due <= self._clock.now() else 0.001)

    # --- where a write failed ----------------------------------------------------------------------------

    def _recover(self) -> None:
        self._recovery = asyncio.get_running_loop().create_task(self._read_again())

    async def _read_again(self) -> None:
        fault = self._fault
        broken = list(self._steps)
        self._steps.clear()
        try:
            stored = await self._repository.load(self._newest.code)
        except StorageFailed as unreadable:
            stored, fault = None, unreadable
        if stored is not None:
            self._fault, self._lineage = None, Lineage()
            self._adopt(stored)
        self._recovery = None
        for step in broken:
            if stored is not None and step.has_happened(stored.session):
                step.settle()
            elif stored is not None and isinstance(fault, RaceLost) and step.attempts < self.attempts:
                self._apply(step)
            else:
                step.settle(not_stored())
        if broken and not isinstance(fault, RaceLost):
            self._log.error("a change could not be stored", session=self._newest.session_id, fault=str(fault))
        self._arm(_WAKE_AGAIN_AFTER)
        self._release()

    def _adopt(self, stored: StoredSession) -> None:
        """Go on from what is stored, and tell people here what others made of it meanwhile."""
        before = self._shown
        self._newest = self._shown = self._as_stored(stored.session)
        self._version = stored.version
        for message, to in what_was_missed(before, self._shown, self._clock.now()):
            self._tell_here(message, to)
        self._reports.note(self._shown)
        if self._shown.settings.ended is not None:
            self.stop()
            self._on_released(self)

    def _as_stored(self, stored: WatchSession) -> WatchSession:
        """The stored session with what is known of who is here; who came or went meanwhile did not."""
        gone = Presence(connected=False, lost_at=self._clock.now(), state="away")
        known = {**self._shown.presence, **self._newest.presence}
        presence = {key: known.get(key, gone) for key, member in stored.members.items() if not member.gone}
        empty_since = self._shown.empty_since if presence else self._clock.now()
        return self._as_durable(stored).replace(presence=presence, empty_since=empty_since)

    def _as_durable(self, stored: WatchSession) -> WatchSession:
        """What is shown, with every durable part as it is stored."""
        return self._shown.replace(chat=stored.chat, **{name: getattr(stored, name) for name in PARTS})
