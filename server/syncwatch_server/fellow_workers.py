"""What the workers of one port count, where each can read it: whoever is asked for ``/metrics`` answers for all.

Each writes what it counts to a file of its own once a second, in a folder that its parent has made for them alone. The
parent keeps what a worker had counted that has ended, so that no sum ever falls. Nobody asks anybody: a worker that is
busy, or hangs, keeps nobody waiting.
"""

from __future__ import annotations

import asyncio
import os
import pickle
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from syncwatch_core import __version__
from syncwatch_server.ending import end
from syncwatch_server.live.counts import Counts

if TYPE_CHECKING:
    from collections.abc import Callable

TOLD_EVERY = 1.0
"""Seconds between two notes of a worker; Prometheus asks every 15 s or so."""

_GONE = "gone"


class Place(NamedTuple):
    """Where a worker's files are."""

    folder: Path
    """Nobody but this user may write there."""
    number: int
    """Of this worker, from 1."""


class Seats(NamedTuple):
    """Of one session."""

    here: int
    """Participants who are connected to this process."""
    away: int


class Told(NamedTuple):
    """What one worker says of itself."""

    number: int
    pid: int
    counts: Counts
    sessions: dict[str, Seats]
    version: str = __version__


class Gone(NamedTuple):
    """What those had counted that have ended."""

    pids: frozenset[int]
    counts: Counts
    version: str = __version__


class FellowWorkers:
    """One worker among the others of its port."""

    def __init__(self, place: Place, counts: Counts, sessions: Callable[[], dict[str, Seats]]) -> None:
        self._place = place
        self._counts = counts
        self._sessions = sessions
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Tell the others from now on."""
        self._task = asyncio.get_running_loop().create_task(self._tell_for_ever(), name="syncwatch-worker-counts")

    async def close(self) -> None:
        """Say a last word."""
        if self._task is not None:
            await end(self._task)
            with suppress(OSError):
                _write(self._file, self.own())

    def own(self) -> Told:
        """What this worker says now."""
        return Told(self._place.number, os.getpid(), self._counts, self._sessions())

    def everybody(self) -> tuple[list[Told], Counts]:
        """Each worker that runs, in their order, and what those had counted that have ended."""
        others = [told for file in self._place.folder.glob("worker-*") if file != self._file and (told := _read(file))]
        # After the others: who ends meanwhile is found here, and not twice.
        gone: Gone = _read(self._place.folder / _GONE) or Gone(frozenset(), Counts())
        running = [self.own(), *(told for told in others if told.pid not in gone.pids)]
        return sorted(running, key=lambda told: told.number), gone.counts

    @property
    def _file(self) -> Path:
        return _file_of(self._place.folder, self._place.number)

    async def _tell_for_ever(self) -> None:
        while True:
            # A full disk leaves the others with what was said before.
            with suppress(OSError):
                packed = pickle.dumps(self.own())
                await asyncio.to_thread(_put, self._file, packed)
            await asyncio.sleep(TOLD_EVERY)


def bury(folder: Path, number: int) -> None:
    """Keep what a worker had counted that has ended; its parent says so, before another takes its number."""
    file = _file_of(folder, number)
    told: Told | None = _read(file)
    if told is None:
        return
    gone: Gone = _read(folder / _GONE) or Gone(frozenset(), Counts())
    told.counts.connections = 0
    gone.counts.add(told.counts)
    with suppress(OSError):
        # One that ended long ago is in no file any more.
        _write(folder / _GONE, Gone(frozenset({told.pid}), gone.counts))
        file.unlink()


def _file_of(folder: Path, number: int) -> Path:
    return folder / f"worker-{number}"


def _write(file: Path, what: Told | Gone) -> None:
    _put(file, pickle.dumps(what))


def _put(file: Path, packed: bytes) -> None:
    """Never half of it: whoever reads has the one before, or this one."""
    new = file.with_name(f"new-{file.name}")
    new.write_bytes(packed)
    new.replace(file)


def _read(file: Path) -> Any:
    """What is there; None if nothing is, or it is of another version of this program."""
    with suppress(OSError):
        # It comes from a worker of the same parent, in a folder that no other user may write to.
        what = pickle.loads(file.read_bytes())  # noqa: S301
        return what if what.version == __version__ else None
    return None
