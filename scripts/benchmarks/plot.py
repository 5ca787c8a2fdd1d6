"""Draws skew over time as a PNG: every player against the median of all, and the worst pair beneath."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.skew import percentile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from benchmarks.skew import Moment
    from benchmarks.steering import Command

LEAST_SHOWN = 2.0
"""ms; the scale never shows less than this, so that silence looks like silence."""

GAP = 0.3
"""s without a position after which a line is broken off."""


def draw(
    out: Path,
    moments: Sequence[Moment],
    players: Sequence[str],
    commands: Sequence[Command] = (),
    steady: tuple[float, float] | None = None,
    title: str = "Skew of the players",
) -> None:
    """Write the picture to ``out``; ``steady`` is shaded, and sets the scale: what is beyond is cut off at the edge."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    start = moments[0].at if moments else 0.0
    figure, (upper, lower) = plt.subplots(2, 1, sharex=True, figsize=(12, 7), height_ratios=(3, 2))
    for player in players:
        upper.plot(*_line(start, [(m.at, m.from_median(player)) for m in moments]), linewidth=0.9, label=player)
    worst = [(m.at, m.worst_pair) for m in moments if len(m.positions) == len(players)]
    lower.plot(*_line(start, worst), linewidth=0.9, color="black")
    scale = _scale([pair for at, pair in worst if steady is None or steady[0] <= at <= steady[1]])
    upper.set(ylim=(-scale, scale), ylabel="ahead of the median (ms)", title=title)
    lower.set(ylim=(0, scale), ylabel="worst pair (ms)", xlabel="time (s)")
    for axes in (upper, lower):
        _mark(axes, start, commands, steady)
    _name_commands(upper, start, commands)
    upper.legend(loc="upper left", ncols=min(8, max(1, len(players))), fontsize="small")
    figure.tight_layout()
    figure.savefig(out, dpi=110)
    plt.close(figure)


def _line(start: float, points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Seconds since the start against ms, broken where there was nothing to see."""
    times: list[float] = []
    values: list[float] = []
    for at, skew in points:
        if times and at - start - times[-1] > GAP:
            times.append(times[-1])
            values.append(float("nan"))
        times.append(at - start)
        values.append(skew * 1000)
    return times, values


def _scale(pairs: Sequence[float]) -> float:
    seen = percentile([pair for pair in pairs if pair == pair], 0.99)  # noqa: PLR0124 - NaN is unequal to itself
    return max(LEAST_SHOWN, 1.5 * 1000 * (seen or 0.0))


def _mark(axes: Axes, start: float, commands: Sequence[Command], steady: tuple[float, float] | None) -> None:
    axes.grid(visible=True, alpha=0.3)
    if steady is not None:
        axes.axvspan(steady[0] - start, steady[1] - start, color="tab:green", alpha=0.07)
    for command in commands:
        axes.axvline(command.sent_at - start, color="grey", linewidth=0.7, linestyle=":")


def _name_commands(axes: Axes, start: float, commands: Sequence[Command]) -> None:
    for command in commands:
        axes.annotate(
            command.event.removeprefix("video-"), (command.sent_at - start, 0.02),
            xycoords=("data", "axes fraction"), rotation=90, fontsize="x-small", color="grey", ha="right", va="bottom",
        )  # fmt: skip
