"""Draws what the servers cost as a PNG: a bar for each server and scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.server_scenarios import figure_of

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

PANELS = (
    ("cpuPerDeliveryUs", "CPU of a delivered message (µs)", "sessions-"),
    ("deliveryMs.p99", "latency, p99 (ms)", "sessions-"),
    ("connectionKiB", "memory of a connection (KiB)", "sessions-"),
    ("serverCpuShare", "share of one core", ""),
)
"""Figure, what it is called, and which scenarios it is drawn of."""

COLOURS = {"syncwatch": "tab:blue", "node": "tab:green", "syncplay": "tab:orange"}


def draw(out: Path, results: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Write the picture to ``out``; ``results`` is scenario -> server -> medians."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, grid = plt.subplots(2, 2, figsize=(12, 8))
    for axes, (name, words, begins) in zip(grid.flat, PANELS, strict=True):
        _bars(axes, name, {key: of for key, of in results.items() if key.startswith(begins)})
        axes.set(title=words)
        axes.grid(visible=True, axis="y", alpha=0.3)
    figure.tight_layout()
    figure.savefig(out, dpi=110)
    plt.close(figure)


def _bars(axes: Axes, figure: str, results: dict[str, dict[str, dict[str, Any]]]) -> None:
    servers = [name for name in COLOURS if any(name in of for of in results.values())]
    width = 0.8 / max(1, len(servers))
    for place, server in enumerate(servers):
        heights = [figure_of(of.get(server, {}), figure) or 0.0 for of in results.values()]
        left = [index + place * width for index in range(len(heights))]
        axes.bar(left, heights, width, label=server, color=COLOURS[server])
    axes.set_xticks([index + 0.4 - width / 2 for index in range(len(results))], list(results), rotation=20, ha="right")
    if servers:
        axes.legend(fontsize="small")
