"""One run of the table: all come, play steadily, go through a blackout, follow commands, and let others join."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from benchmarks.figures import first_together, same_frame, time_to_together
from benchmarks.media import film_of
from benchmarks.reference_clock import ReferenceClock, reference_clock
from benchmarks.scenario import QUICK, STEADY, collect, status_lines, steady_play
from benchmarks.settings import SETTLING
from benchmarks.stage import START_LIMIT, Stage
from benchmarks.table_disturbance import freeze, nudge
from benchmarks.table_figures import current_at
from benchmarks.table_record import Blackout, Newcomer, TableRecord, Trial
from benchmarks.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.processes import Speaker
    from benchmarks.settings import Oddities
    from benchmarks.skew import Moment
    from benchmarks.steering import Command, Steering
    from benchmarks.table_settings import TableSettings

FIRST_START = 15.0
"""s for all to play together for the first time."""

SETTLING_IN = 12.0
"""s of play after the last has come that do not count as steady: a clock estimate is young for ten."""

LONGEST = 5.0
"""s for a play or a seek to be followed; what takes longer has failed."""

STANDING = 0.5
"""s for which all stand on one frame before the next play."""

BEFORE = 10.0
"""s of play that a blackout is compared with."""

RETURN_LIMIT = 10.0
"""s for everybody to be current again after a blackout."""

JOIN_LIMIT = 10.0
"""s for a newcomer to be with the others."""

APART = 1.0
"""s between one newcomer's going and the next one's coming, and after a join in which nobody may move."""

DRAWS = 10
"""Positions drawn for each seek, of which the first that will do is taken."""

NEAR = 3.0
"""s; a seek by less is not tried."""

LATE = 1.2
"""Round trips after which a message that answers a command has surely entered the path that is held up."""

RETRANSMISSION = 0.2
"""s; what a lost packet costs at least (see ``link``)."""


class TableStage(Stage):
    """A stage whose clients may be given a perfect clock."""

    given: ReferenceClock | None = None

    def _home(self, name: str, odd: Oddities) -> dict[str, str]:
        home = super()._home(name, odd)
        return home if self.given is None else home | {"SYNCWATCH_CLOCK_GIVEN": f"{self.given.offset:.7f}"}


async def hold(settings: TableSettings, rtt: float, seed: int, folder: Path, say: Callable[[str], None]) -> TableRecord:
    """Hold one run, its logs and readings below ``folder``; raises ``RigError``."""
    file = await film_of(settings.file, settings.film_needed())
    stage = await TableStage.set(settings.syncwatch, folder, file.resolve(), f"{seed}/0")
    record = TableRecord(settings.names())
    try:
        record.clock = await asyncio.to_thread(reference_clock, stage.server_url)
        stage.given = record.clock if settings.floor else None
        with Watch(stage.readings) as watch:
            run = Run(settings, settings.oddities(rtt, seed), stage, watch, record)
            await run.hold(Random(f"{seed}/trials"), say)  # noqa: S311 - repeatable, not secret
    finally:
        await stage.clear()
    record.arrivals = stage.arrivals
    collect(record, stage.readings, stage.observer)
    record.lines = {player: speaker.lines for player, speaker in run.speakers.items()}
    record.status = {player: status_lines(speaker) for player, speaker in run.speakers.items()}
    return record


class Run:
    """The parts of a run, one after the other."""

    def __init__(
        self,
        settings: TableSettings,
        oddities: dict[str, Oddities],
        stage: TableStage,
        watch: Watch,
        record: TableRecord,
    ) -> None:
        """Everything is set up; nobody has come yet."""
        self.speakers: dict[str, Speaker] = {}
        self._settings = settings
        self._oddities = oddities
        self._stage = stage
        self._watch = watch
        self._record = record
        self._players = list(record.players)
        """Who is there."""

    async def hold(self, random: Random, say: Callable[[str], None]) -> None:
        """Hold the parts that were asked for."""
        rows, settings = self._settings.rows, self._settings
        with self._timed("coming", say, f"{len(self._players)} players come"):
            await self._come()
        if "steady" in rows:
            with self._timed("steady", say, f"steady play, {settings.steady:g} s"):
                await steady_play(self._record, settings.steady)
        await self._stage.sampled_at(QUICK)
        if "blackout" in rows:
            with self._timed("blackouts", say, f"blackouts of {settings.dark:g} s: {settings.blackouts}"):
                for _ in range(settings.blackouts):
                    await self._blackout()
        await self._stage.order_networks({"link": {"stall": 0.0}})
        if "commands" in rows:
            with self._timed("commands", say, f"commands: {settings.commands}, more pauses: {settings.pauses}"):
                await self._commands(random)
        if "disturbance" in rows:
            with self._timed("disturbances", say, f"nudges by hand and freezes: {settings.disturbances}"):
                for _ in range(settings.disturbances):
                    for disturb in (nudge, freeze):
                        await self._disturbance(disturb)
        if "join" in rows:
            with self._timed("joins", say, f"joins: {settings.joins}"):
                for newcomer in settings.newcomers():
                    await self._join(newcomer)

    @contextmanager
    def _timed(self, part: str, say: Callable[[str], None], words: str) -> Iterator[None]:
        say(words)
        began_at = time.monotonic()
        yield
        self._record.seconds[part] = round(time.monotonic() - began_at, 1)
        self._record.loads[part] = round(os.getloadavg()[0], 2)

    async def _come(self) -> None:
        for name in self._players:
            await self._stage.admit(name, self._oddities[name])
        self.speakers = {client.name: client for client in self._stage.clients}
        await self._stage.all_primed()
        await self._resume()
        await self._stage.sampled_at(STEADY)
        await asyncio.sleep(SETTLING_IN)

    async def _resume(self) -> None:
        """Let all play, by a hand at the server itself."""
        await self._stage.sampled_at(QUICK)
        command = await self._give("video-play", self._stage.steering)
        await self._watch.until(_followed(command), self._players, within=FIRST_START)

    async def _give(self, event: str, by: Steering, position: float | None = None) -> Command:
        command = await asyncio.to_thread(by.command, event, position)
        self._record.commands.append(command)
        return command

    # --- blackouts -----------------------------------------------------------------------------------

    async def _blackout(self) -> None:
        stage, before = self._stage, min(BEFORE, self._settings.steady)
        if self._record.blackouts or "steady" not in self._settings.rows:
            await asyncio.sleep(before)
        # Else the end of the steady play is what came before.
        ordered_at = time.monotonic()
        await stage.order_networks({"blackout": self._settings.dark, "then": "drop"})
        await asyncio.sleep(self._settings.dark / 2)
        command = await self._give("video-pause", stage.steering)
        proxies = {name: stage.networks[name].proxy for name in self._players}
        darks = [await proxy.heard("dark", within=START_LIMIT, after=ordered_at) for proxy in proxies.values()]
        light = {
            name: (await proxy.heard("light", within=START_LIMIT, after=ordered_at)).event["at"]
            for name, proxy in proxies.items()
        }
        await self._watch.until(self._all_current(command, light), self._players, within=RETURN_LIMIT)
        until = time.monotonic()
        dark_at = max(dark.event["at"] for dark in darks)
        self._record.blackouts.append(Blackout(ordered_at - before, dark_at, light, command, until))
        await self._resume()
        await asyncio.sleep(SETTLING)

    def _all_current(self, command: Command, light: dict[str, float]) -> Callable[[Sequence[Moment]], bool]:
        def done(seen: Sequence[Moment]) -> bool:
            revision = command.playback["revision"]
            told = all(current_at(self.speakers[name].lines, revision, at) for name, at in light.items())
            return told and self._stand(seen)

        return done

    # --- commands ------------------------------------------------------------------------------------

    async def _commands(self, random: Random) -> None:
        settings = self._settings
        near = self._stage.steering
        far = await asyncio.to_thread(near.over, self._stage.networks[self._players[0]].url)
        try:
            for number in range(settings.commands + settings.pauses):
                await self._pause_and_play(far)
                if number < settings.commands:
                    await self._trial("video-seek", far, self._elsewhere(random))
            for _ in range(settings.stalled):
                await self._pause_and_play(far, stalled=self._players[-1])
        finally:
            far.close()

    def _elsewhere(self, random: Random) -> float:
        """Where to seek to: not to where they play just now, for then nobody could tell whether they followed."""
        now = self._record.commands[-1].playback
        here = now["currentTime"] + time.monotonic() - self._record.commands[-1].sent_at
        drawn = [round(random.uniform(2.0, 2.0 + self._settings.steady), 3) for _ in range(DRAWS)]
        return next((position for position in drawn if abs(position - here) > NEAR), drawn[-1])

    async def _pause_and_play(self, by: Steering, stalled: str | None = None) -> None:
        command = await self._give("video-pause", by)
        stood = await self._watch.until(self._stand, self._players, within=LONGEST)
        if stood:
            await asyncio.sleep(STANDING)
        self._record.trials.append(Trial(command, time.monotonic()))
        if stalled is not None:
            rtt = self._oddities[stalled].link.rtt
            held = LATE * rtt + max(RETRANSMISSION, rtt)
            await self._stage.order_networks({"blackout": held, "then": "release"}, [stalled])
        await self._trial("video-play", by, stalled=stalled)

    async def _trial(self, event: str, by: Steering, position: float | None = None, stalled: str | None = None) -> None:
        command = await self._give(event, by, position)
        await self._watch.until(_followed(command), self._players, within=LONGEST)
        self._record.trials.append(Trial(command, time.monotonic(), stalled))

    def _stand(self, seen: Sequence[Moment]) -> bool:
        return bool(seen) and same_frame(seen[-1], self._players)

    # --- disturbances --------------------------------------------------------------------------------

    async def _disturbance(self, disturb: Callable[[str, str], Awaitable[Command]]) -> None:
        player = self._players[-1]
        command = await disturb(player, await self._stage.ipc_socket_of(player))
        # Until it is felt, all are together still.
        await asyncio.sleep(APART)
        await self._watch.until(_followed(command), self._players, within=LONGEST)
        self._record.disturbances.append(Trial(command, time.monotonic()))
        await asyncio.sleep(SETTLING)

    # --- joins ---------------------------------------------------------------------------------------

    async def _join(self, newcomer: str) -> None:
        """One leaves, and another comes in their place while the others play."""
        odd = self._oddities[newcomer]
        odd = replace(odd, link=replace(odd.link, stall=0.0))
        await self._stage.network(newcomer, odd)
        await self._stage.dismiss(self._players.pop())
        others = list(self._players)
        self._players.append(newcomer)
        await asyncio.sleep(APART)
        arrival = await self._stage.admit(newcomer, odd)
        self.speakers[newcomer] = self._stage.clients[-1]
        await self._watch.until(
            lambda seen: first_together(seen, newcomer) is not None,
            self._players, within=JOIN_LIMIT, since=arrival.started_at,
        )  # fmt: skip
        await asyncio.sleep(APART)
        self._record.newcomers.append(Newcomer(arrival, others, time.monotonic()))


def _followed(command: Command) -> Callable[[Sequence[Moment]], bool]:
    """Whether what was seen since the command shows that all follow it."""

    def done(seen: Sequence[Moment]) -> bool:
        return time_to_together(command, [moment for moment in seen if moment.at >= command.sent_at]) is not None

    return done
