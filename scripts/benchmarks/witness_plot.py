"""Draws what a witness saw over what the observer read, and beneath it their difference, as a PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.skew import percentile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.witness import Comparison

LEAST_SHOWN = 1.0
"""ms; the scale never shows less than this to either side."""


def draw(
    out: Path, both: Sequence[Comparison], steady: tuple[float, float] | None = None, title: str = "Two methods"
) -> None:
    """Write the picture to ``out``; ``steady`` is shaded, and sets the scale: what is beyond is cut off at the edge."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    start = min((one.at for one in both), default=steady[0] if steady else 0.0)
    figure, (upper, lower) = plt.subplots(2, 1, sharex=True, figsize=(12, 7), height_ratios=(3, 2))
    for player in sorted({one.player for one in both}):
        theirs = [one for one in both if one.player == player]
        times = [one.at - start for one in theirs]
        upper.plot(times, [one.observed * 1000 for one in theirs], linewidth=2.5, alpha=0.4, label=f"{player} observer")
        upper.plot(times, [one.witnessed * 1000 for one in theirs], linewidth=0.9, label=f"{player} witness")
        lower.plot(times, [one.disagreement * 1000 for one in theirs], linewidth=0.9, label=player)
    counted = [one for one in both if steady is None or steady[0] <= one.at <= steady[1]]
    upper.set(ylim=_scale([lead for one in counted for lead in (one.witnessed, one.observed)]))
    lower.set(ylim=_scale([one.disagreement for one in counted]))
    upper.set(ylabel="ahead of the first player (ms)", title=title)
    lower.set(ylabel="witness minus observer (ms)", xlabel="time (s)")
    for axes in (upper, lower):
        axes.grid(visible=True, alpha=0.3)
        if steady is not None:
            axes.axvspan(steady[0] - start, steady[1] - start, color="tab:green", alpha=0.07)
    if both:
        upper.legend(loc="upper left", fontsize="small")
    figure.tight_layout()
    figure.savefig(out, dpi=110)
    plt.close(figure)


def _scale(seconds: Iterable[float]) -> tuple[float, float]:
    """The lowest and highest ms shown: nearly all of what was seen, with room."""
    values = [second * 1000 for second in seconds]
    low, high = percentile(values, 0.005) or 0.0, percentile(values, 0.995) or 0.0
    middle, reach = (low + high) / 2, max(LEAST_SHOWN, 0.75 * (high - low))
    return middle - reach, middle + reach
