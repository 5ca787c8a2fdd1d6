"""What a run of ``scripts/bench table`` is asked to do, and the conditions under which a row is measured."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from benchmarks.link import Link
from benchmarks.settings import STANDARD, Oddities, Settings, add_shared, program_of

ROWS = ("steady", "commands", "disturbance", "join", "blackout")
"""The parts of a run; each gives one or more rows of the table."""

JITTER = 0.1
"""Mean queueing delay each way, as a share of the round trip."""

STALL = 0.01
"""Probability that a chunk is lost in steady play."""

DAC_SKEW = 100.0
"""ppm by which a sound device plays fast or slow at most; a client's clock is off by as much (and by up to an hour)."""

QUICK = {
    "rtt": "0.02",
    "seeds": "1",
    "players": 2,
    "steady": 3.0,
    "commands": 1,
    "joins": 1,
    "pauses": 1,
    "disturbances": 1,
    "dark": 2.0,
}
"""A run that shows that everything works, and measures nothing."""


@dataclass(frozen=True, slots=True)
class TableSettings:
    """All parameters of a table; times in seconds."""

    rtts: tuple[float, ...]
    seeds: tuple[int, ...]
    players: int = STANDARD.players
    steady: float = 120.0
    commands: int = 8
    """Trials of a pause, a play and a seek in each run."""
    pauses: int = 12
    """Trials of a pause and a play on top of these."""
    stalled: int = 1
    """Plays in which one player's path is held up as by a lost packet; reported apart."""
    disturbances: int = 2
    """Nudges by hand, and as many freezes, of one player by 0.9 s."""
    joins: int = 3
    blackouts: int = 1
    dark: float = 5.0
    """Length of a blackout."""
    rows: tuple[str, ...] = ROWS
    floor: bool = False
    """Whether each client is given a perfect clock."""
    player: str = STANDARD.player
    file: Path | None = None
    csv: Path | None = None
    plot: Path | None = None
    markdown: Path | None = None
    keep: bool = False
    syncwatch: tuple[str, ...] = ()

    def run(self, rtt: float, seed: int) -> Settings:
        """The settings of one run, for as many players as take part at one time or another."""
        return Settings(
            players=self.players + self.joins, link=Link(rtt, JITTER * rtt, stall=STALL), seconds=self.steady,
            seed=seed, commands=self.commands, dac_skew=DAC_SKEW, player=self.player, file=self.file,
            syncwatch=self.syncwatch,
        )  # fmt: skip

    def oddities(self, rtt: float, seed: int) -> dict[str, Oddities]:
        """What is wrong with each machine: of the players first, then of those who come later."""
        names = self.names() + self.newcomers()
        return dict(zip(names, self.run(rtt, seed).oddities(0), strict=True))

    def names(self) -> list[str]:
        """What the players are called."""
        return [f"p{number}" for number in range(self.players)]

    def newcomers(self) -> list[str]:
        """What those are called who come while the others play."""
        return [f"j{number}" for number in range(self.joins)]

    def film_needed(self) -> float:
        """How long the video must be, s: the steady play, then trials that begin anywhere in its length."""
        return self.steady + 150.0

    def described(self) -> dict[str, object]:
        """The parameters as they stand in the result."""
        machine = Settings()
        return {
            "players": self.players, "rtts": list(self.rtts), "seeds": list(self.seeds), "steadySeconds": self.steady,
            "commands": self.commands, "pauses": self.pauses, "stalledCommands": self.stalled,
            "disturbances": self.disturbances, "joins": self.joins,
            "blackouts": self.blackouts, "blackoutSeconds": self.dark, "rows": list(self.rows), "floor": self.floor,
            "player": self.player, "file": self.file.name if self.file else None, "jitterOfRtt": JITTER,
            "stall": STALL, "dacSkewPpm": DAC_SKEW, "clockOffset": machine.clock_offset,
            "clockSkewPpm": machine.clock_skew,
        }  # fmt: skip


def parser() -> argparse.ArgumentParser:
    """The command line of ``scripts/bench table``."""
    made = argparse.ArgumentParser(
        prog="scripts/bench table",
        description="Measures each row of the accuracy table: per RTT one run a seed, with real players.",
        epilog="Prints one JSON object; what goes on is told on stderr.",
    )
    standard = TableSettings((), ())
    made.add_argument("--rtt", default="0.02,0.1,0.3", metavar="S,…", help="round trips, each a column")
    made.add_argument("--seeds", default="1,2,3,4,5", metavar="N,…", help="each a run; the median of all counts")
    add_shared(made, "--players", "--player")
    made.add_argument("--steady", type=float, default=standard.steady, metavar="S", help="length of the steady play")
    made.add_argument(
        "--commands", type=int, default=standard.commands, metavar="K", help="trials of a pause, a play and a seek"
    )
    made.add_argument("--pauses", type=int, default=standard.pauses, metavar="K", help="more pauses and plays")
    made.add_argument(
        "--stalled", type=int, default=standard.stalled, metavar="K", help="plays with one path held up, told apart"
    )
    made.add_argument(
        "--disturbances", type=int, default=standard.disturbances, metavar="K",
        help="one player moved by hand by 0.9 s, and frozen for 0.9 s",
    )  # fmt: skip
    made.add_argument("--joins", type=int, default=standard.joins, metavar="K", help="who come while the others play")
    made.add_argument("--blackouts", type=int, default=standard.blackouts, metavar="K")
    made.add_argument("--dark", type=float, default=standard.dark, metavar="S", help="length of a blackout")
    made.add_argument("--rows", default=",".join(ROWS), metavar="ROW,…", help=f"of {', '.join(ROWS)}")
    made.add_argument("--floor", action="store_true", help="give each client a perfect clock: what is left is not its")
    add_shared(made, "--file")
    made.add_argument("--csv", type=Path, metavar="DIR", help="keep every run's raw readings and events")
    made.add_argument("--plot", type=Path, metavar="DIR", help="draw skew over time, and its distribution")
    made.add_argument("--markdown", type=Path, metavar="FILE", help="write the table")
    add_shared(made, "--keep", "--syncwatch")
    made.add_argument("--quick", action="store_true", help="a short run of two players, to see that it works")
    return made


def from_typed(arguments: list[str] | None = None) -> TableSettings:
    """The settings that were typed; raises ``ValueError`` for what can't be measured."""
    made = parser()
    if made.parse_args(arguments).quick:
        made.set_defaults(**QUICK)
    typed = made.parse_args(arguments)
    rows = tuple(typed.rows.split(","))
    if unknown := [row for row in rows if row not in ROWS]:
        message = f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}"
        raise ValueError(message)
    if typed.players < 2 or typed.steady <= 0:  # noqa: PLR2004 - a pair
        message = "at least two players, and some steady play"
        raise ValueError(message)
    return TableSettings(
        rtts=tuple(float(rtt) for rtt in typed.rtt.split(",")), seeds=tuple(int(s) for s in typed.seeds.split(",")),
        players=typed.players, steady=typed.steady, commands=typed.commands, pauses=typed.pauses,
        stalled=typed.stalled, disturbances=typed.disturbances, joins=typed.joins, blackouts=typed.blackouts,
        dark=typed.dark, rows=rows,
        floor=typed.floor, player=typed.player, file=typed.file, csv=typed.csv, plot=typed.plot,
        markdown=typed.markdown, keep=typed.keep,
        syncwatch=program_of(typed),
    )  # fmt: skip
