"""What a run of ``scripts/bench sync`` is asked to do."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks.link import Link
from benchmarks.processes import own_syncwatch

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTLING = 3.0
"""s after a declared event (a command, a join) that do not count as steady play."""

TOGETHER = 0.010
"""s; players that are no farther apart than this are together."""


@dataclass(frozen=True, slots=True)
class Oddities:
    """What is wrong with one client's machine."""

    clock_offset: float
    """s by which its clock is off."""
    clock_skew: float
    """ppm by which its clock runs fast."""
    dac_skew: float
    """ppm by which its sound device plays fast."""
    link: Link
    """Its path to the server."""
    device_delay: float = 0.0
    """s; what it is told of its sound device's own delay."""
    player: str = "mpv"
    """What plays there: mpv or libmpv."""

    @property
    def clock_error(self) -> str:
        """The environment variable by which a client is given a wrong clock."""
        return f"{self.clock_offset:.6f},{self.clock_skew:.3f}"


@dataclass(frozen=True, slots=True)
class Settings:
    """All parameters of a run; times in seconds, skews in ppm."""

    players: int = 4
    link: Link = field(default_factory=Link)
    seconds: float = 60.0
    seed: int = 1
    runs: int = 1
    commands: int = 5
    clock_offset: float = 3600.0
    clock_skew: float = 100.0
    dac_skew: float = 0.0
    device_delay: float = 0.0
    """Told to the last client only: the positive control."""
    file: Path | None = None
    plot: Path | None = None
    csv: Path | None = None
    keep: bool = False
    player: str = "mpv"
    """What plays: mpv or libmpv."""
    syncwatch: tuple[str, ...] = ()
    """The command that is measured."""

    def oddities(self, run: int) -> list[Oddities]:
        """One for each player of that run, drawn by the seed.

        The asymmetry changes sign from player to player: what all have alike would keep them together.
        """
        random = Random(f"{self.seed}/{run}")  # noqa: S311 - repeatable, not secret
        return [self._one(random, number) for number in range(self.players)]

    def described(self) -> dict[str, object]:
        """The parameters as they stand in the result."""
        return {
            "players": self.players, "rtt": self.link.rtt, "jitter": self.link.jitter, "stall": self.link.stall,
            "asymmetry": self.link.asymmetry, "seconds": self.seconds, "seed": self.seed, "runs": self.runs,
            "commands": self.commands, "clockOffset": self.clock_offset, "clockSkewPpm": self.clock_skew,
            "dacSkewPpm": self.dac_skew, "deviceDelay": self.device_delay,
            "player": self.player, "file": self.file.name if self.file else None, "settlingExcluded": SETTLING,
        }  # fmt: skip

    def _one(self, random: Random, number: int) -> Oddities:
        link, sign = self.link, 1 if number % 2 == 0 else -1
        return Oddities(
            random.uniform(-self.clock_offset, self.clock_offset),
            random.uniform(-self.clock_skew, self.clock_skew),
            random.uniform(-self.dac_skew, self.dac_skew),
            Link(link.rtt, link.jitter, sign * link.asymmetry, link.stall, link.bandwidth),
            self.device_delay if number == self.players - 1 else 0.0,
            self.player,
        )


STANDARD = Settings()

SHARED: Mapping[str, Mapping[str, Any]] = {
    "--players": {"type": int, "default": STANDARD.players, "metavar": "N"},
    "--player": {"choices": ("mpv", "libmpv"), "default": STANDARD.player, "help": "what plays"},
    "--rtt": {"type": float, "default": 0.0, "metavar": "S", "help": "each client's round trip to the server"},
    "--jitter": {"type": float, "default": 0.0, "metavar": "S", "help": "mean queueing delay added each way"},
    "--stall": {"type": float, "default": 0.0, "metavar": "P", "help": "probability that a chunk is lost"},
    "--asymmetry": {
        "type": float, "default": 0.0, "metavar": "S", "help": "forward delay minus backward delay, by turns + and -",
    },
    "--seconds": {
        "type": float, "default": STANDARD.seconds, "metavar": "S", "help": "length of the steady play",
    },
    "--commands": {
        "type": int, "default": STANDARD.commands, "metavar": "K", "help": "trials of play and of seek",
    },
    "--seed": {"type": int, "default": STANDARD.seed},
    "--runs": {"type": int, "default": 1, "metavar": "R", "help": "whole runs, each with a seed of its own"},
    "--dac-skew": {
        "type": float, "default": 0.0, "metavar": "PPM", "help": "sound devices play fast by up to ±PPM",
    },
    "--file": {"type": Path, "metavar": "VIDEO", "help": "default: a picture made by ffmpeg, kept in the cache"},
    "--plot": {"type": Path, "metavar": "PNG", "help": "draw skew over time (the last run's)"},
    "--csv": {"type": Path, "metavar": "CSV", "help": "keep the observer's raw readings (the last run's)"},
    "--keep": {"action": "store_true", "help": "keep the folder with every process's log"},
    "--syncwatch": {"metavar": "PROGRAM", "help": "what is measured; default: the checkout's own"},
}  # fmt: skip
"""The options that mean the same to several benches."""

PATH = ("--rtt", "--jitter", "--stall", "--asymmetry")
"""The options that make up each client's path to the server."""


def add_shared(made: argparse.ArgumentParser, *names: str) -> None:
    """Give a command line these options of ``SHARED``, in this order."""
    for name in names:
        made.add_argument(name, **SHARED[name])


def link_of(typed: argparse.Namespace) -> Link:
    """The path that was typed; raises ``ValueError`` for what no network can do."""
    return Link(typed.rtt, typed.jitter, typed.asymmetry, typed.stall)


def program_of(typed: argparse.Namespace) -> tuple[str, ...]:
    """The command that is to be measured."""
    return (typed.syncwatch,) if typed.syncwatch else own_syncwatch()


def parser() -> argparse.ArgumentParser:
    """The command line of ``scripts/bench sync``."""
    made = argparse.ArgumentParser(
        prog="scripts/bench sync",
        description="How tightly real clients with real players are kept together, seen from outside.",
        epilog="Prints one JSON object.",
    )
    add_shared(made, "--players", "--player", *PATH, "--seconds", "--commands", "--seed", "--runs")
    made.add_argument(
        "--clock-offset", type=float, default=STANDARD.clock_offset, metavar="S", help="clocks are off by up to ±S"
    )
    made.add_argument(
        "--clock-skew", type=float, default=STANDARD.clock_skew, metavar="PPM", help="clocks run fast by up to ±PPM"
    )
    add_shared(made, "--dac-skew", "--file", "--plot", "--csv", "--keep", "--syncwatch")
    control = made.add_mutually_exclusive_group()
    control.add_argument("--null-test", action="store_true", help="two observers of one player must agree")
    control.add_argument(
        "--positive-control", action="store_true", help="a client told to be 20 ms off must be seen so"
    )
    return made


def from_typed(typed: argparse.Namespace) -> Settings:
    """The settings that were typed; raises ``ValueError`` for what no network can do."""
    return Settings(
        players=typed.players, link=link_of(typed),
        seconds=typed.seconds, seed=typed.seed, runs=typed.runs, commands=typed.commands,
        clock_offset=typed.clock_offset, clock_skew=typed.clock_skew, dac_skew=typed.dac_skew, player=typed.player,
        file=typed.file, plot=typed.plot, csv=typed.csv, keep=typed.keep,
        syncwatch=program_of(typed),
    )  # fmt: skip
