"""What is remembered of this person's files: how folders were last listed, and the fingerprints of files.

It is a cache: whatever happens to it costs time and nothing else, and nothing here ever raises for it.
Several processes may use it at once; what one can't write, since another is writing, it goes without.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from syncwatch_cli.file_lock import FileLock

T = TypeVar("T")

NAME = "media-1.db"
"""The number is that of the tables below: another version of them is another file."""

FINGERPRINTS_KEPT = 20_000
"""The ones kept last; 5 MB, and more films than people have."""

PATIENCE = 2.0
"""Seconds to wait for another process that writes; a folder with 50,000 files is written in less than one."""

_TABLES = """
CREATE TABLE IF NOT EXISTS folders (path BLOB PRIMARY KEY, mtime_ns INTEGER NOT NULL, subfolders BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS files (
    folder BLOB, name BLOB, folded TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (folder, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fingerprints (
    path BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, fingerprint TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS fingerprint_paths ON fingerprints (fingerprint);
"""

_USE_ANEW = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISMATCH)
"""What SQLite says of a file that is damaged, no database at all, or one with other tables."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a folder."""

    name: str
    folded: str
    """The name without what people can't tell apart."""
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in a folder."""

    folder: Path
    mtime_ns: int
    """The folder's own, from before it was listed; it changes whenever something in it comes or goes."""
    subfolders: tuple[str, ...]
    files: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what a file is known to be as it was."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """The file's stamp now; raises ``OSError``."""
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns)


def cache_directory() -> Path:
    """Where the cache is: in ``SYNCWATCH_STATE_DIR``, as all that is remembered, or the place usual here."""
    named = os.environ.get("SYNCWATCH_STATE_DIR")
    if named:
        return Path(named) / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("syncwatch", appauthor=False)


@contextmanager
def remembering() -> Iterator[FileMemory]:
    """The memory of this person's files, for one thread, until the block ends."""
    memory = FileMemory(cache_directory() / NAME)
    try:
        yield memory
    finally:
        memory.close()


class FileMemory:
    """The memory in one file; see the module."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tables, self._number = _opened(path)

    def close(self) -> None:
        """Let go of the file."""
        self._tables.close()

    # --- fingerprints --------------------------------------------------------------------------------

    def fingerprint_of(self, path: Path, stamp: Stamp) -> str | None:
        """The fingerprint of a file that still is as it was; None where it isn't known."""
        where = "SELECT fingerprint FROM fingerprints WHERE path = ? AND size = ? AND mtime_ns = ?"
        rows = self._rows(where, (os.fsencode(path), stamp.size, stamp.mtime_ns))
        return rows[0][0] if rows else None

    def files_with(self, fingerprint: str) -> list[Path]:
        """The files that had this fingerprint and still are as they were; others are forgotten."""
        sought = "SELECT path, size, mtime_ns FROM fingerprints WHERE fingerprint = ? ORDER BY rowid DESC"
        found = []
        for name, size, mtime_ns in self._rows(sought, (fingerprint,)):
            path = Path(os.fsdecode(name))
            if _is_still(path, Stamp(size, mtime_ns)):
                found.append(path)
            else:
                self._write([("DELETE FROM fingerprints WHERE path = ?", [(name,)])])
        return found

    def keep_fingerprint(self, path: Path, stamp: Stamp, fingerprint: str) -> None:
        """Remember what a file's fingerprint is."""
        keep = "INSERT OR REPLACE INTO fingerprints (path, size, mtime_ns, fingerprint) VALUES (?, ?, ?, ?)"
        bound = "DELETE FROM fingerprints WHERE rowid <= (SELECT max(rowid) FROM fingerprints) - ?"
        row = (os.fsencode(path), stamp.size, stamp.mtime_ns, fingerprint)
        self._write([(keep, [row]), (bound, [(FINGERPRINTS_KEPT,)])])

    # --- folders -------------------------------------------------------------------------------------

    def subfolders(self, folder: Path, mtime_ns: int) -> tuple[str, ...] | None:
        """The folders in a folder that still is as it was listed; None where it must be listed."""
        where = "SELECT subfolders FROM folders WHERE path = ? AND mtime_ns = ?"
        rows = self._rows(where, (os.fsencode(folder), mtime_ns))
        return tuple(os.fsdecode(name) for name in rows[0][0].split(b"\0") if name) if rows else None

    def entries(self, folder: Path, size: int, folded: str) -> tuple[Entry, ...]:
        """The files in a folder, as it was listed, that have this size or this name."""
        where = "SELECT name, folded, size FROM files WHERE folder = ? AND (size = ? OR folded = ?)"
        rows = self._rows(where, (os.fsencode(folder), size, folded))
        return tuple(Entry(os.fsdecode(name), written, length) for name, written, length in rows)

    def keep_listings(self, listings: Iterable[Listing], only: Iterable[Path] | None = None) -> None:
        """Remember listings in place of the earlier ones; with ``only``, forget all folders but these."""
        listings = list(listings)
        names = [(os.fsencode(listing.folder),) for listing in listings]
        heads = [
            (os.fsencode(each.folder), each.mtime_ns, b"\0".join(os.fsencode(name) for name in each.subfolders))
            for each in listings
        ]
        files = (
            (os.fsencode(each.folder), os.fsencode(file.name), file.folded, file.size)
            for each in listings
            for file in each.files
        )
        work: list[tuple[str, Iterable[tuple[object, ...]]]] = [
            ("DELETE FROM files WHERE folder = ?", names),
            ("INSERT OR REPLACE INTO folders (path, mtime_ns, subfolders) VALUES (?, ?, ?)", heads),
            ("INSERT OR REPLACE INTO files (folder, name, folded, size) VALUES (?, ?, ?, ?)", files),
        ]
        if only is not None:
            kept = {os.fsencode(folder) for folder in only}
            gone = [(path,) for (path,) in self._rows("SELECT path FROM folders", ()) if path not in kept]
            work += [("DELETE FROM folders WHERE path = ?", gone), ("DELETE FROM files WHERE folder = ?", gone)]
        if listings or only is not None:
            self._write(work)

    # --- the file ------------------------------------------------------------------------------------

    def _rows(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        return self._try(lambda: self._tables.execute(query, values).fetchall(), [])

    def _write(self, work: list[tuple[str, Iterable[tuple[object, ...]]]]) -> None:
        def write() -> None:
            with self._tables:
                for statement, rows in work:
                    self._tables.executemany(statement, rows)

        self._try(write, None)

    def _try(self, work: Callable[[], T], otherwise: T) -> T:
        """What ``work`` gives; ``otherwise`` where the file lets nobody read or write it, or had to be made anew."""
        try:
            return work()
        except sqlite3.Error as fault:
            if _is_beyond_use(fault):
                self._tables.close()
                self._tables, self._number = _opened(self._path, instead_of=self._number)
            return otherwise


def _is_still(path: Path, stamp: Stamp) -> bool:
    try:
        return Stamp.of(path) == stamp and path.is_file()
    except OSError:
        return False


def _is_beyond_use(fault: sqlite3.Error) -> bool:
    # Some faults carry a finer code, with the plain one in its lowest byte.
    return getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF in _USE_ANEW


def _opened(path: Path, instead_of: int | None = None) -> tuple[sqlite3.Connection, int]:
    """The tables in ``path`` and the file's inode; in working memory where there can be no such file.

    A file that is damaged is replaced, and so is the one with the inode ``instead_of``.
    Only one process does so at a time, and none removes what another has just made.
    """
    lock = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(OSError):
            # A file system without locks is no reason not to remember.
            lock = FileLock.take(path.with_suffix(".lock"), wait=True)
        if instead_of is not None and path.exists() and path.stat().st_ino == instead_of:
            path.unlink()
        try:
            return _connected(path)
        except sqlite3.Error as fault:
            if not _is_beyond_use(fault):
                raise
            path.unlink(missing_ok=True)
            return _connected(path)
    except (OSError, sqlite3.Error):
        tables = sqlite3.connect(":memory:")
        tables.executescript(_TABLES)
        return tables, 0
    finally:
        if lock is not None:
            lock.release()


def _connected(path: Path) -> tuple[sqlite3.Connection, int]:
    # What films people have is nobody's business; SQLite itself would make the file readable by all.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    tables = sqlite3.connect(path, timeout=PATIENCE)
    try:
        tables.executescript(_TABLES)
        # A cache may lose its last seconds with the power.
        tables.execute("PRAGMA synchronous = OFF")
    except sqlite3.Error:
        tables.close()
        raise
    return tables, path.stat().st_ino
