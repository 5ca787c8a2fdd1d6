"""What ``scripts/bench startup`` times, beside what, and what it may take."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field
from typing import Any

SMALLEST_TYPER = '''\
import typer

app = typer.Typer()


@app.command()
def hello(name: str) -> None:
    """Say hello to somebody."""
    print(f"hello {name}")


@app.command()
def goodbye(name: str, formal: bool = False) -> None:
    """Say goodbye to somebody."""
    print(f"goodbye {name}{'.' if formal else '!'}")


app()
'''
"""A bare application of two commands: what Typer itself costs."""

SMALLEST_TEXTUAL = """\
from textual.app import App, ComposeResult
from textual.widgets import Static


class Smallest(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("the first screen")


Smallest().run()
"""
"""An application of one line of text: what Textual itself costs."""


@dataclass(slots=True)
class Row:
    """One thing that is started again and again."""

    name: str
    command: list[str]
    """Its command line."""
    against: str | None = None
    """The row whose median it is compared with; None: it is measured for its own time."""
    limit: float | None = None
    """What the ratio, or the time in seconds, may be at most; None: it is only told."""
    environment: dict[str, str] = field(default_factory=dict)
    """What it needs beside everybody's."""
    shows: str | None = None
    """What its terminal shows when it is there; None: it is timed to its end, and has no terminal."""
    times: list[float] = field(default_factory=list)
    """From its start to its end, or to what it was waited for, s."""

    @property
    def median(self) -> float:
        """Of its times, s; not a number where there is none."""
        return statistics.median(self.times) if self.times else math.nan

    def told(self, rows: dict[str, Row]) -> dict[str, Any]:
        """What is printed of it."""
        ratio = None if self.against is None else self.median / rows[self.against].median
        found = self.median if ratio is None else ratio
        return {
            "name": self.name,
            "medianMs": round(self.median * 1000, 1),
            "bestMs": round(min(self.times) * 1000, 1),
            "runs": len(self.times),
            "against": self.against,
            "ratio": None if ratio is None else round(ratio, 2),
            "limit": self.limit,
            "holds": None if self.limit is None else found <= self.limit,
        }


def result(rows: list[Row]) -> dict[str, Any]:
    """All of it; ``passed`` is false where one limit was not kept."""
    by_name = {row.name: row for row in rows}
    told = [row.told(by_name) for row in rows]
    return {"rows": told, "passed": all(row["holds"] is not False for row in told)}
