"""Which files in this person's folders could be the one that is sought: an index that keeps itself up to date.

A folder is listed again when its own time of change is another than it was; else what it held last time holds.
That overlooks a file that was written over in place, so a search that finds nothing looks ``anew`` at every folder.
"""

from __future__ import annotations

import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from syncwatch_cli.media.files.file_memory import Entry, FileMemory, Listing
from syncwatch_core.display_text import folded
from syncwatch_core.messages import MediaFile

_MEDIA = re.compile(
    r"\.(3gp|aac|ac3|aiff|ape|asf|avi|divx|dts|dv|f4v|flac|flv|iso|m2ts|m2v|m4[abv]|mk[av]|mov|mp[234]|mpe?g|mts|mxf"
    r"|og[agmv]|opus|rm|rmvb|ts|vob|wav|webm|wm[av]|wv|y4m)",
    re.IGNORECASE,
)
"""Endings of what people watch and hear; of other files only those with the very size that is sought are looked at."""

WITHIN = 20.0
"""Seconds for one search; 50,000 files on a disk take one, on a slow network drive a minute, and the next goes on."""

LOOK_UP_EVERY = 500
"""Files between two looks at the time."""

NEARBY_DEPTH = 1
"""Folders below the current one: a season within a series, but not all that lies in a home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where to look, and for how long."""

    folders: Sequence[Path] = ()
    """Searched with all that is in them."""
    nearby: Sequence[Path] = ()
    """Searched with what is directly in them, and in the folders there."""
    within: float = WITHIN
    """Seconds."""
    stopped: Callable[[], bool] = lambda: False
    """Whether to give up; asked from the searching thread."""


@dataclass(slots=True)
class Candidates:
    """What could be the file that is sought."""

    same_size: list[Path] = field(default_factory=list)
    same_name: list[Path] = field(default_factory=list)
    """Those of another size."""
    is_complete: bool = True
    """False where the search was stopped, or out of time."""
    is_fresh: bool = True
    """Whether all that is said is of now, and nothing from the index."""


@dataclass(frozen=True, slots=True)
class _Place:
    folder: Path
    depth: int | None
    """Folders to go down below it; None: all."""


class FolderIndex:
    """Searches folders for files; blocks, so it runs in a thread."""

    def __init__(self, memory: FileMemory, where: Where, clock: Callable[[], float] = time.monotonic) -> None:
        self._memory = memory
        self._where = where
        self._clock = clock
        self._until = clock() + where.within
        self._looked_at = 0

    def candidates(self, file: MediaFile, *, anew: bool = False) -> Candidates:
        """The files that have the size or the name of ``file``; ``anew`` trusts nothing that is remembered."""
        found = Candidates()
        listed: list[Listing] = []
        visited: list[Path] = []
        sought = folded(file.name)
        try:
            for listing, is_new in self._listings(file, anew=anew):
                visited.append(listing.folder)
                if is_new:
                    listed.append(listing)
                found.is_fresh &= is_new
                for entry in listing.files:
                    if entry.size == file.size:
                        found.same_size.append(listing.folder / entry.name)
                    elif entry.folded == sought:
                        found.same_name.append(listing.folder / entry.name)
        finally:
            found.is_complete = not self.is_over
            self._memory.keep_listings(listed, only=visited if found.is_complete else None)
        # Those that are called alike come first, since one of them it mostly is.
        found.same_size.sort(key=lambda path: folded(path.name) != sought)
        return found

    @property
    def is_over(self) -> bool:
        """Whether the time is up, or nobody waits any more."""
        return self._where.stopped() or self._clock() >= self._until

    def _listings(self, file: MediaFile, *, anew: bool) -> Iterator[tuple[Listing, bool]]:
        """Each folder once, those further up first; with True where it was listed just now."""
        seen: set[tuple[int, int]] = set()
        # What is searched to its ground goes first: a nearby folder may be within, and is then done.
        for folders, depth in ((self._where.folders, None), (self._where.nearby, NEARBY_DEPTH)):
            yield from self._below([_Place(folder, depth) for folder in folders], seen, file, anew=anew)

    def _below(
        self, places: list[_Place], seen: set[tuple[int, int]], file: MediaFile, *, anew: bool
    ) -> Iterator[tuple[Listing, bool]]:
        waiting = deque(places)
        while waiting and not self.is_over:
            place = waiting.popleft()
            try:
                found = place.folder.stat()
                # A link may lead back to where we come from.
                if (found.st_dev, found.st_ino) in seen:
                    continue
                seen.add((found.st_dev, found.st_ino))
                listing = None if anew else self._remembered(place.folder, found.st_mtime_ns, file)
                is_new = listing is None
                listing = listing or self._listed(place.folder, found.st_mtime_ns, file)
            except OSError:
                continue  # it is gone, or not ours to read
            if listing is None:
                return
            yield listing, is_new
            if place.depth != 0:
                below = None if place.depth is None else place.depth - 1
                waiting.extend(_Place(place.folder / name, below) for name in listing.subfolders)

    def _remembered(self, folder: Path, mtime_ns: int, file: MediaFile) -> Listing | None:
        subfolders = self._memory.subfolders(folder, mtime_ns)
        if subfolders is None:
            return None
        return Listing(folder, mtime_ns, subfolders, self._memory.entries(folder, file.size, folded(file.name)))

    def _listed(self, folder: Path, mtime_ns: int, file: MediaFile) -> Listing | None:
        """What is in a folder now, without what is hidden; None where the time is up before it is known."""
        subfolders, files = [], []
        with os.scandir(folder) as entries:
            for entry in entries:
                self._looked_at += 1
                if self._looked_at % LOOK_UP_EVERY == 0 and self.is_over:
                    return None
                if entry.name.startswith("."):
                    continue
                if _is(entry.is_dir):
                    subfolders.append(entry.name)
                elif (size := _size(entry)) is not None and (_is_media(entry.name) or size == file.size):
                    files.append(Entry(entry.name, folded(_sayable(entry.name)), size))
        return Listing(folder, mtime_ns, tuple(subfolders), tuple(files))


def _is_media(name: str) -> bool:
    dot = name.rfind(".")
    return dot > 0 and _MEDIA.fullmatch(name, dot) is not None


def _sayable(name: str) -> str:
    """The name as ``describe`` tells it; what is no UTF-8 has question marks."""
    return name.encode(errors="replace").decode()


def _is(asked: Callable[[], bool]) -> bool:
    try:
        return asked()
    except OSError:
        return False


def _size(entry: os.DirEntry[str]) -> int | None:
    """The size of a regular file; None of anything else."""
    try:
        return entry.stat().st_size if entry.is_file() else None
    except OSError:
        return None
