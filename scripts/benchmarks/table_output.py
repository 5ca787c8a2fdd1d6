"""What is kept of a table besides its JSON object: Markdown, raw readings, pictures."""

from __future__ import annotations

import gzip
import json
import shutil
from typing import TYPE_CHECKING, Any

from benchmarks import plot
from benchmarks.skew import moments
from benchmarks.table_targets import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.table_record import TableRecord

PLACES = 3
"""Digits that a figure is told with; more are noise."""


def markdown(of_rtt: Mapping[float, Sequence[dict[str, Any]]]) -> str:
    """The table with a column for each RTT: measured (lowest-highest of the seeds) / target; what is missed is bold."""
    head = "".join(f" RTT {rtt * 1000:g} ms |" for rtt in of_rtt)
    lines = [f"| |{head}", "|---|" + "---|" * len(of_rtt)]
    for row in ROWS:
        judged = [next((one for one in rows if one["row"] == row.key), None) for rows in of_rtt.values()]
        if any(judged):
            title = f"{row.title} ({row.unit})" if row.unit else row.title
            lines.append(f"| {title} |" + "".join(f" {_cells(one)} |" for one in judged))
    return "\n".join(lines) + "\n"


def _cells(row: dict[str, Any] | None) -> str:
    return "" if row is None else "<br>".join(_cell(cell) for cell in row["cells"] if cell["values"])


def _cell(cell: dict[str, Any]) -> str:
    measured = _number(cell["measured"])
    measured = f"**{measured}**" if cell["met"] is False else measured
    between = f" ({_number(cell['min'])}-{_number(cell['max'])})" if len(cell["values"]) > 1 else ""
    aimed = "" if cell["target"] is None else f" / {_number(cell['target'])}"
    return f"{cell['name']} {measured}{between}{aimed}"


def _number(value: float) -> str:
    return f"{value:.{PLACES}g}" if abs(value) < 10**PLACES else f"{value:.0f}"


def name_of(rtt: float, seed: int) -> str:
    """What the files of one run are called."""
    return f"rtt-{rtt * 1000:g}ms-seed-{seed}"


def keep_raw(folder: Path, name: str, readings: Path, record: TableRecord) -> None:
    """Keep the observer's readings as they are, and beside them all that was done and told, both packed."""
    folder.mkdir(parents=True, exist_ok=True)
    with readings.open("rb") as raw, gzip.open(folder / f"readings-{name}.csv.gz", "wb") as packed:
        shutil.copyfileobj(raw, packed)
    with gzip.open(folder / f"events-{name}.json.gz", "wt") as packed_events:
        json.dump(record.events(), packed_events)


def draw_run(folder: Path, name: str, record: TableRecord, words: str) -> None:
    """Draw one run's skew over time, as long as all who came at first were there."""
    folder.mkdir(parents=True, exist_ok=True)
    # Then somebody leaves, so that another may come.
    ends_at = max([record.steady[1], *(b.until for b in record.blackouts), *(t.until for t in record.trials)])
    begins_at = record.arrivals[-1 - len(record.newcomers)].player_ready_at
    seen = [m for m in moments(record.samples, record.players) if begins_at <= m.at < ends_at]
    steady = record.steady if record.steady[1] > record.steady[0] else None
    commands = [command for command in record.commands if begins_at <= command.sent_at < ends_at]
    plot.draw(folder / f"skew-{name}.png", seen, record.players, commands, steady, words)


def steady_pairs(record: TableRecord) -> list[float]:
    """The worst pair's skew at every moment of steady play, ms."""
    everyone = moments(record.samples, record.players)
    began_at, ended_at = record.steady
    return [m.worst_pair * 1000 for m in everyone if m.complete and began_at <= m.at < ended_at]


def draw_distribution(out: Path, of_seed: Mapping[int, Sequence[float]], title: str) -> None:
    """Draw which share of the moments of steady play has no more than so much skew, for each seed and for all."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    out.parent.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(figsize=(8, 5))
    for seed, pairs in of_seed.items():
        axes.plot(*_shares(pairs), linewidth=0.8, alpha=0.6, label=f"seed {seed}")
    axes.plot(*_shares([pair for pairs in of_seed.values() for pair in pairs]), color="black", label="all")
    axes.set(xlabel="skew of the worst pair (ms)", ylabel="share of moments with no more", title=title, ylim=(0, 1))
    axes.set_xlim(left=0)
    axes.grid(visible=True, alpha=0.3)
    axes.legend(loc="lower right", fontsize="small")
    figure.tight_layout()
    figure.savefig(out, dpi=110)
    plt.close(figure)


def _shares(pairs: Iterable[float]) -> tuple[list[float], list[float]]:
    ordered = sorted(pairs)
    return ordered, [(place + 1) / len(ordered) for place in range(len(ordered))]
