"""The threads that speak to SQLite: one writes, one reads, one folds the log into the file.

The writer commits together whatever has gathered since its last commit.

*What survives*: WAL with ``synchronous=NORMAL``. A commit is in the system's page cache before anybody hears of it,
so it survives ``kill -9`` and any crash of the program; a power cut may take the last moments before the last
checkpoint, and never damages the file. For a watch party an fsync a command would buy nothing that people miss.

*Checkpoints* are PASSIVE and in a thread of their own, since SQLite's automatic ones stalled commits for up to 850 ms.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from syncwatch_server.database.repository import CodeTaken, RaceLost, StorageFailed

_GROUP_LIMIT = 1000
"""Jobs in one transaction."""

_CHECKPOINT_EVERY = 1.0
"""Seconds between checkpoints while something is written."""

_WAL_LIMIT = 32 * 2**20
"""Bytes; only a checkpoint between two transactions lets a log under constant load begin anew."""

_T = TypeVar("_T")


class _Job(NamedTuple):
    work: Callable[[sqlite3.Connection], Any]
    done: asyncio.Future[Any]


class _Result(NamedTuple):
    done: asyncio.Future[Any]
    value: Any
    fault: Exception | None


def connect(path: Path) -> sqlite3.Connection:
    """A connection as the server uses it; transactions are begun and ended by hand."""
    connection = sqlite3.connect(path, timeout=2.0, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    return connection


class SqliteThreads:
    """One open database file."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._wal = path.with_name(path.name + "-wal")
        self._loop = loop
        self._connection = connect(path)
        self._reading = connect(path)
        self._checkpoints = connect(path)
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="syncwatch-reader")
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._written = threading.Event()
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, name="syncwatch-writer", daemon=True),
            threading.Thread(target=self._checkpoint, name="syncwatch-checkpoint", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    async def read(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Have ``work`` read what was committed; it sees what is written by no job that is still under way.

        Raises ``StorageFailed``. Works on while nothing can be written.
        """
        try:
            return await self._loop.run_in_executor(self._reader, work, self._reading)
        except sqlite3.Error as fault:
            raise StorageFailed(str(fault)) from fault

    def write(self, work: Callable[[sqlite3.Connection], _T]) -> asyncio.Future[_T]:
        """Have ``work`` done within the next transaction; futures are done after its commit, in the order of calls."""
        done: asyncio.Future[_T] = self._loop.create_future()
        self._jobs.put(_Job(work, done))
        return done

    async def close(self) -> None:
        """Do what was asked, then stop and fold the log into the file."""
        self._jobs.put(None)
        self._closing.set()
        self._written.set()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        self._reader.shutdown()
        try:
            self._reading.close()
            self._checkpoints.close()
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error:
            # The log is complete as it is; the next start folds it in.
            pass
        finally:
            self._connection.close()

    # --- the writing thread -------------------------------------------------------------------------

    def _write(self) -> None:
        closing = False
        while not closing:
            first = self._jobs.get()
            jobs = [] if first is None else [first]
            closing = first is None
            while not closing and len(jobs) < _GROUP_LIMIT:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                closing = job is None
                if job is not None:
                    jobs.append(job)
            if jobs:
                self._answer(self._commit(jobs))
                self._written.set()
                self._begin_log_anew()

    def _commit(self, jobs: list[_Job]) -> list[_Result]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            results = [self._run(job) for job in jobs]
            self._connection.execute("COMMIT")
        except Exception as fault:  # noqa: BLE001 whatever it is, whoever waits must hear of it
            self._roll_back()
            if len(jobs) > 1:
                # One job must not take the others down with it.
                return [result for job in jobs for result in self._commit([job])]
            failed = StorageFailed(str(fault))
            failed.__cause__ = fault
            return [_Result(jobs[0].done, None, failed)]
        return results

    def _run(self, job: _Job) -> _Result:
        try:
            return _Result(job.done, job.work(self._connection), None)
        except (RaceLost, CodeTaken) as fault:
            return _Result(job.done, None, fault)

    def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            # SQLite has rolled back by itself, as it does when the disk is full.
            pass

    def _answer(self, results: list[_Result]) -> None:
        try:
            self._loop.call_soon_threadsafe(_settle, results)
        except RuntimeError:
            # The loop is gone, and with it whoever waited.
            return

    # --- checkpoints ----------------------------------------------------------------------------------

    def _begin_log_anew(self) -> None:
        try:
            if self._wal.stat().st_size > _WAL_LIMIT:
                self._connection.execute("PRAGMA wal_checkpoint(RESTART)")
        except (OSError, sqlite3.Error):
            # It is tried again after the next transaction.
            return

    def _checkpoint(self) -> None:
        while not self._closing.wait(_CHECKPOINT_EVERY):
            self._written.wait()
            self._written.clear()
            try:
                self._checkpoints.execute("PRAGMA wal_checkpoint(PASSIVE)")
            except sqlite3.Error:
                # A full disk, most likely; the writer says so to whoever writes.
                continue


def _settle(results: list[_Result]) -> None:
    for result in results:
        if result.done.done():
            continue
        if result.fault is None:
            result.done.set_result(result.value)
        else:
            result.done.set_exception(result.fault)
