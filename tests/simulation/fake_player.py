"""A player in virtual time that behaves as mpv was measured to.

- It plays whole frames; an exact seek lands on the next one, after a while.
- It starts a little after it is told to, and its sound device runs a little fast or slow.
- Another rate is heard only when the sound that is buffered has played out, and meanwhile its report is off.
- After a pause the picture stands on the frame after the one that is heard.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from syncwatch_core import controller_events as told
from tests.simulation.virtual_time import Agenda, LocalClock

FRAMES_A_SECOND = 24
FRAME = 1 / FRAMES_A_SECOND
"""Seconds."""

SEEK_TOLERANCE = 0.005
"""Seconds that an exact seek may land before its target."""

Listener = Callable[[told.PlayerEvent | told.PersonEvent], None]


@dataclass(frozen=True)
class Make:
    """What kind of player it is; s."""

    seek_cost: tuple[float, float] = (0.03, 0.13)
    start_latency: float = 0.0005
    start_noise: float = 0.0001
    load_cost: float = 0.08
    buffer: float = 0.38
    """Sound that is written but not heard yet."""
    device_ppm: float = 0.0
    report_noise: float = 0.0001
    duration: float = 5400.0
    plays: bool = True
    """Whether it can play the media at all."""


class FakePlayer:
    """See the module; ``heard()`` is the truth, ``sample()`` what it reports."""

    def __init__(self, agenda: Agenda, clock: LocalClock, random: Random, listener: Listener, make: Make) -> None:
        self.make = make
        self.obeyed: list[tuple[float, told.ControllerCommand]] = []
        """What it was told, and when (true time)."""
        self._agenda = agenda
        self._clock = clock
        self._random = random
        self._listener = listener
        # the media
        self.loaded: str | None = None
        self.paused = True
        self.stalled = False
        self._seeking: tuple[float, bool] | None = None
        # where it stands: at a true instant, and the rates that are still to be heard
        self._position = 0.0
        self._as_of = agenda.now
        self._heard_rate = self.rate = 1.0
        self._to_be_heard: list[tuple[float, float]] = []
        self._starts = self._seeks = self._moves = self._loads = 0

    # --- the truth ---------------------------------------------------------------------------------

    @property
    def is_moving(self) -> bool:
        return self.loaded is not None and not self.paused and not self.stalled and self._seeking is None

    @property
    def is_seeking(self) -> bool:
        return self._seeking is not None

    def heard(self) -> float:
        """The position that is heard now, s."""
        self._settle()
        return self._position

    def frame(self) -> int:
        """The number of the frame that is shown now, standing."""
        return min(math.ceil(self.heard() * FRAMES_A_SECOND - 1e-6), self._last_frame)

    def frame_at(self, position: float) -> int:
        """The number of the frame that an exact seek to ``position`` lands on."""
        return max(0, min(math.ceil((position - SEEK_TOLERANCE) * FRAMES_A_SECOND), self._last_frame))

    def sample(self) -> told.PlayerSampled | None:
        """What it reports while playing: what was written less what it takes to be buffered."""
        if not self.is_moving:
            return None
        self._settle()
        left, before = 0.0, self._as_of
        rate = self._heard_rate
        for instant, next_rate in self._to_be_heard:
            left += (rate - self.rate) * (instant - before)
            before, rate = instant, next_rate
        noise = self._random.gauss(0.0, self.make.report_noise)
        return told.PlayerSampled(self._position + left + noise, self._clock.local(self._agenda.now))

    # --- what it is told -----------------------------------------------------------------------------

    def obey(self, command: told.ControllerCommand) -> None:
        """Do what the controller says; what is not for a player is passed over."""
        self.obeyed.append((self._agenda.now, command))
        match command:
            case told.LoadMedia():
                self._load(command.media.media_id, command.position)
            case told.UnloadMedia():
                self._stop_starts()
                self.loaded, self._seeking, self.paused = None, None, True
                self._loads += 1
            case told.PauseNow():
                self._stop_starts()
                self._set_paused(paused=True)
            case told.SeekTo():
                self._stop_starts()
                self._seek(command.position, by_person=False)
            case told.StartAt():
                self._stop_starts()
                self._start_at(self._clock.true(command.at))
            case told.SetRate():
                self._set_rate(command.rate)

    # --- what a person does to it ------------------------------------------------------------------------

    def person_pauses(self) -> None:
        """A person presses space while it plays."""
        if self.loaded is None or self.paused:
            return
        self._stop_starts()
        self._set_paused(paused=True)
        self._listener(told.PersonPaused(self.frame() * FRAME))

    def person_plays(self) -> None:
        """A person presses space while it stands."""
        if self.loaded is None or not self.paused:
            return
        self._stop_starts()
        self._set_paused(paused=False)
        self._listener(told.PersonPlayed(self.heard()))

    def person_presses_space(self) -> None:
        """A person pauses or plays, whichever it is."""
        if self.paused:
            self.person_plays()
        else:
            self.person_pauses()

    def person_seeks(self, position: float) -> None:
        """A person goes elsewhere."""
        if self.loaded is not None:
            self._seek(position, by_person=True)

    def person_sets_rate(self, rate: float) -> None:
        """A person changes the speed."""
        if self.loaded is not None:
            self._set_rate(rate)
            self._listener(told.PersonChangedRate(rate))

    def stall(self, seconds: float) -> None:
        """It runs out of buffered media for a while."""
        self._settle()
        self.stalled = True
        self._moved()
        self._listener(told.PlayerStalled())
        self._agenda.at(self._agenda.now + seconds, self._resume)

    # --- within --------------------------------------------------------------------------------------

    @property
    def _last_frame(self) -> int:
        return math.ceil(self.make.duration * FRAMES_A_SECOND) - 1

    def _resume(self) -> None:
        self._settle()
        self.stalled = False
        self._moved()
        self._listener(told.PlayerResumed())

    def _load(self, media_id: str, position: float) -> None:
        self._stop_starts()
        self._settle()
        self._loads += 1
        self._seeks += 1
        self.loaded, self._seeking, self.paused = None, None, True
        load = self._loads

        def primed() -> None:
            if load != self._loads:
                return
            if not self.make.plays:
                self._listener(told.PlayerFailed("no such file"))
                return
            self.loaded, self.stalled = media_id, False
            self._place(position)
            self._listener(told.PlayerPrimed(self._position, self.make.duration, FRAME))

        self._agenda.at(self._agenda.now + self.make.load_cost, primed)

    def _start_at(self, instant: float) -> None:
        start = self._starts

        def unpause() -> None:
            if start == self._starts and self.loaded is not None:
                self._set_paused(paused=False)

        latency = max(0.0, self.make.start_latency + self._random.gauss(0.0, self.make.start_noise))
        self._agenda.at(max(instant, self._agenda.now) + latency, unpause)

    def _stop_starts(self) -> None:
        self._starts += 1

    def _seek(self, position: float, *, by_person: bool) -> None:
        if self.loaded is None:
            return
        self._settle()
        self._seeks += 1
        self._seeking = (position, by_person)
        self._moved()
        seek = self._seeks
        self._agenda.at(self._agenda.now + self._random.uniform(*self.make.seek_cost), lambda: self._land(seek))

    def _land(self, seek: int) -> None:
        if seek != self._seeks or self._seeking is None:
            return
        if self.stalled:
            self._agenda.at(self._agenda.now + 0.05, lambda: self._land(seek))
            return
        position, by_person = self._seeking
        self._seeking = None
        self._place(position)
        self._moved()
        self._listener(told.PersonSought(self._position) if by_person else told.PlayerLanded(self._position))

    def _place(self, position: float) -> None:
        """Stand on the frame that a seek to ``position`` finds, with nothing buffered at another rate."""
        self._position = self.frame_at(position) * FRAME
        self._as_of, self._heard_rate = self._agenda.now, self.rate
        self._to_be_heard.clear()

    def _set_paused(self, *, paused: bool) -> None:
        self._settle()
        self.paused = paused
        self._moved()

    def _set_rate(self, rate: float) -> None:
        self._settle()
        self.rate = rate
        self._to_be_heard.append((self._agenda.now + self.make.buffer, rate))

    def _settle(self) -> None:
        """Bring the position up to now; what stands still shifts what is to be heard."""
        now = self._agenda.now
        if not self.is_moving:
            shift = now - self._as_of
            self._to_be_heard = [(instant + shift, rate) for instant, rate in self._to_be_heard]
            self._as_of = now
            return
        pace = 1 + self.make.device_ppm * 1e-6
        while self._to_be_heard and self._to_be_heard[0][0] <= now:
            instant, rate = self._to_be_heard.pop(0)
            self._position += (instant - self._as_of) * self._heard_rate * pace
            self._as_of, self._heard_rate = instant, rate
        self._position += (now - self._as_of) * self._heard_rate * pace
        self._as_of = now

    def _moved(self) -> None:
        """Look out for the end anew."""
        self._moves += 1
        if self.is_moving:
            self._watch_for_end(self._moves)

    def _watch_for_end(self, move: int) -> None:
        if move != self._moves:
            return
        self._settle()
        left = self.make.duration - self._position
        if left > 1e-6:
            # A higher rate may come meanwhile: look again well before the end could have passed.
            self._agenda.at(self._agenda.now + max(1e-3, min(left / 4, 60.0)), lambda: self._watch_for_end(move))
            return
        self.paused, self._position = True, self._last_frame * FRAME
        self._moved()
        self._listener(told.PlayerEnded(self._position))
