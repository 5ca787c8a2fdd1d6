"""The rows of the accuracy table: what each is called, where its figures stand in a run's, and what is aimed at.

The targets hold for four players of a local file at 24 fps on a symmetric path with a jitter of 10 % of the round trip.
They are the project's own; docs/sync.md says under what conditions and what each rests on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import fmean, median
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Over = Literal["median", "sum", "mean"]
"""What is made of the values of all seeds: counts of what must not happen are summed, shares are averaged."""

_OVER: dict[Over, Callable[[Sequence[float]], float]] = {"median": median, "sum": sum, "mean": fmean}

ANY_RTT = 0.0
"""Key of a target that is the same for every round trip."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a row."""

    name: str
    path: str
    """Where it stands in the figures of a run, with dots."""
    targets: Mapping[float, float] = field(default_factory=dict)
    """RTT in s -> what is aimed at; without one the figure is told only."""
    over: Over = "median"
    at_least: bool = False
    """Whether more is better."""

    def target(self, rtt: float) -> float | None:
        """What is aimed at on such a path."""
        return self.targets.get(round(rtt, 6), self.targets.get(ANY_RTT))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    key: str
    title: str
    unit: str
    cells: tuple[Cell, ...]


def _by_rtt(at_20_ms: float, at_100_ms: float, at_300_ms: float) -> dict[float, float]:
    return {0.02: at_20_ms, 0.1: at_100_ms, 0.3: at_300_ms}


ROWS = (
    Row("steady", "worst-pair skew in steady play", "ms", (
        Cell("p50", "steady.worstPairMs.p50", _by_rtt(1, 1, 1.5)),
        Cell("p95", "steady.worstPairMs.p95", _by_rtt(2, 2.5, 4)),
        Cell("p99", "steady.worstPairMs.p99", _by_rtt(3, 4, 6)),
        Cell("max", "steady.worstPairMs.max"),
    )),
    Row("start", "start dispersion", "ms", (Cell("p95", "commands.play.dispersionMs.p95", _by_rtt(3, 4, 7)),)),
    Row("play", "play command to all playing", "ms", (
        Cell("p95", "commands.play.allPlayingMs.p95", _by_rtt(100, 190, 400)),
    )),
    Row("seek", "seek to all within 10 ms, GOP 48", "s", (
        Cell("p50", "commands.seek.within10MsSeconds.p50", _by_rtt(0.30, 0.40, 0.60)),
        Cell("p95", "commands.seek.within10MsSeconds.p95", _by_rtt(0.45, 0.55, 0.85)),
        Cell("failed", "commands.seek.failed", {ANY_RTT: 0}, over="sum"),
    )),
    Row("join", "join to in sync", "s", (
        Cell("p95", "join.fromConnectionSeconds.p95", _by_rtt(0.7, 1.1, 2.2)),
        Cell("p95 from the start of the process", "join.fromProcessStartSeconds.p95"),
        Cell("failed", "join.failed", {ANY_RTT: 0}, over="sum"),
        Cell("moves of others", "join.othersMoved", {ANY_RTT: 0}, over="sum"),
    )),
    Row("blackout", "added skew in a blackout of 5 s", "ms", (
        Cell("p99", "blackout.addedP99Ms", _by_rtt(0.5, 0.5, 0.5)),
    )),
    Row("current", "state current after the blackout", "s", (
        Cell("p95", "blackout.currentSeconds.p95", _by_rtt(0.5, 1.0, 1.8)),
        Cell("never", "blackout.never", {ANY_RTT: 0}, over="sum"),
    )),
    Row("disturbance", "one player off by 0.9 s, to all within 10 ms", "s", (
        Cell("moved by hand, p95", "disturbance.nudge.within10MsSeconds.p95", {ANY_RTT: 1.5}),
        Cell("frozen, p95", "disturbance.freeze.within10MsSeconds.p95", {ANY_RTT: 1.5}),
        Cell("moves of others by a freeze", "disturbance.freeze.movedOthers", {ANY_RTT: 0}, over="sum"),
        Cell("never", "disturbance.nudge.failed", {ANY_RTT: 0}, over="sum"),
    )),
    Row("pause", "pauses that end on different frames", "", (
        Cell("count", "commands.pause.otherFrame", {ANY_RTT: 0}, over="sum"),
        Cell("of", "commands.pause.trials", over="sum"),
    )),
    Row("speed", "distance of the speed from 1 in steady play", "", (
        Cell("p99", "steady.speedOff.p99", {ANY_RTT: 0.0005}),
        Cell("max", "steady.speedOff.max"),
    )),
    Row("restarts", "restarts in steady play", "", (
        Cell("seeks", "steady.seeks", {ANY_RTT: 0}, over="sum"),
        Cell("pauses", "steady.pauses", {ANY_RTT: 0}, over="sum"),
    )),
    Row("honesty", "status lines whose uncertainty bounds their true error", "", (
        Cell("share", "steady.honesty.withinUncertainty", {ANY_RTT: 0.999}, over="mean", at_least=True),
    )),
    Row("oscillation", "players that oscillate", "", (
        Cell("count", "steady.oscillation.oscillating", {ANY_RTT: 0}, over="sum"),
    )),
)  # fmt: skip


def judged(rtt: float, runs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each row with its figures over all runs of one RTT; a row of which nothing was measured is left out."""
    rows = []
    for row in ROWS:
        cells = [_judged_cell(cell, rtt, runs) for cell in row.cells]
        if any(cell["values"] for cell in cells):
            rows.append({"row": row.key, "title": row.title, "unit": row.unit, "rtt": rtt, "cells": cells})
    return rows


def _judged_cell(cell: Cell, rtt: float, runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    values = [value for run in runs if (value := at_path(run, cell.path)) is not None]
    measured = round(_OVER[cell.over](values), 6) if values else None
    target = cell.target(rtt)
    met = None
    if measured is not None and target is not None:
        met = measured >= target if cell.at_least else measured <= target
    return {
        "name": cell.name, "over": cell.over, "measured": measured, "min": min(values, default=None),
        "max": max(values, default=None), "target": target, "met": met, "values": values,
    }  # fmt: skip


def at_path(run: Mapping[str, Any], path: str) -> float | None:
    """The number at a dotted path; None where there is none."""
    here: Any = run
    for name in path.split("."):
        here = here.get(name) if isinstance(here, dict) else None
    return here if isinstance(here, int | float) and not isinstance(here, bool) else None
