"""Codes that this person has used: the server of each, and the tokens that say who they are there.

The file is for its owner alone (mode 0600 in a directory of mode 0700) and is replaced whole, under a lock.
Nothing here ever stops a command: what can't be read or written is warned about, and the command goes on without it.

A seat in a session belongs to one running process at a time.
``take_seat`` locks it, so that a second ``join`` of the same code on the same machine becomes a participant of its
own instead of pushing the first one off its seat.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncwatch_cli import diagnostics
from syncwatch_cli.file_lock import FileLock

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT = 200
"""Codes; the ones used last. Sessions that nobody is in are over long before 200 others were used."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of one code."""

    server: str | None = None
    link: str | None = None
    """The link that was given to others; it leads to the same server."""
    host_token: str | None = None
    participant_id: str | None = None
    participant_token: str | None = None
    title: str | None = None
    """What the session was called, for a person to know it again."""
    used_at: float = 0.0
    """When it was used last, s since the epoch."""

    def is_of(self, server: str) -> bool:
        """Whether the tokens were given out by this server; to another one they must never be shown."""
        at = server.rstrip("/")
        return at == self.server or (self.link or "").startswith(f"{at}/s/")


_NAMES = {
    "server": "server",
    "link": "link",
    "host_token": "hostToken",
    "participant_id": "participantId",
    "participant_token": "participantToken",
    "title": "title",
    "used_at": "usedAt",
}


def state_directory() -> Path:
    """Where state of this person is kept: ``SYNCWATCH_STATE_DIR``, or the place usual on this system."""
    named = os.environ.get("SYNCWATCH_STATE_DIR")
    if named:
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("syncwatch", appauthor=False)


def state_file() -> Path:
    """Where codes and tokens are remembered."""
    return state_directory() / "sessions.json"


def recall(code: str) -> Remembered:
    """What is known of a code written ``ABC-DEF``; an empty answer if nothing is."""
    return _read().get(code, Remembered())


def recent(most: int = KEPT) -> list[tuple[str, Remembered]]:
    """The codes used last and what is known of each, the latest first; at most so many."""
    return _last_used(_read())[:most]


def remember(code: str, **changes: str | None) -> None:
    """Remember more of a code: any of the fields of ``Remembered``."""
    if changes.get("server"):
        changes["server"] = str(changes["server"]).rstrip("/")

    def more(known: dict[str, Remembered]) -> None:
        known[code] = replace(known.get(code, Remembered()), **changes, used_at=time.time())

    _change(more)


def forget(code: str) -> None:
    """Forget a code whose session is over."""
    _change(lambda known: known.pop(code, None))


# --- the seat --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Seat:
    """One's place in a session, locked against other processes of the same person."""

    code: str
    server: str
    mine: bool
    """False if another running process sits there: this one is then a newcomer, and is not remembered."""
    known: Remembered = field(default_factory=Remembered)
    lock: FileLock | None = None

    @property
    def participant_token(self) -> str | None:
        """The token that gives the seat of last time back; None for a newcomer."""
        return self.known.participant_token

    @property
    def host_token(self) -> str | None:
        """The token that makes one host; None for a newcomer."""
        return self.known.host_token

    def keep(self, participant_id: str, participant_token: str, title: str | None = None) -> None:
        """Remember the seat that the session gave, for the next time, and what the session is called."""
        if self.mine:
            remember(
                self.code,
                server=self.server,
                participant_id=participant_id,
                participant_token=participant_token,
                title=title,
            )

    def release(self) -> None:
        """Let another process sit here."""
        if self.lock is not None:
            self.lock.release()


def take_seat(code: str, server: str) -> Seat:
    """Take one's seat in a session for as long as this process lives, or until ``release``."""
    known = recall(code)
    known = known if known.is_of(server) else Remembered()
    try:
        seats = _own_directory() / "seats"
        seats.mkdir(mode=0o700, exist_ok=True)
        lock = FileLock.take(seats / f"{code}.lock", wait=False)
    except OSError:
        # Without locks the seat can't be told taken; it is far more often free.
        return Seat(code, server, mine=True, known=known)
    if lock is None:
        return Seat(code, server, mine=False)
    return Seat(code, server, mine=True, known=known, lock=lock)


# --- the file --------------------------------------------------------------------------------------


def _own_directory() -> Path:
    directory = state_directory()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


def _read() -> dict[str, Remembered]:
    path = state_file()
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        return {code: _from_plain(entry) for code, entry in written.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as fault:
        reason = getattr(fault, "strerror", None) or "it is not what was written there"
        diagnostics.warn(
            f"can't read the remembered sessions in {path}: {reason}",
            "delete the file if it is of no use; until then give --server and --token",
        )
        return {}


def _change(change: Callable[[dict[str, Remembered]], object]) -> None:
    """Read what is known, let it be changed, and write it back, all under the lock."""
    path = state_file()
    lock = None
    try:
        _own_directory()
        with suppress(OSError):
            # A file system without locks is no reason not to remember.
            lock = FileLock.take(path.with_suffix(".lock"), wait=True)
        known = _read()
        change(known)
        _replace(path, known)
    except OSError as fault:
        diagnostics.warn(
            f"can't remember this session in {path}: {fault.strerror}",
            "commands for it will need --server and --token",
        )
    finally:
        if lock is not None:
            lock.release()


def _replace(path: Path, known: dict[str, Remembered]) -> None:
    import tempfile  # brings compression and chance along, of which a command that only reads has no use

    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".sessions.")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({code: _as_plain(entry) for code, entry in _last_used(known)[:KEPT]}, file, indent=1)
        Path(draft).replace(path)
    except OSError:
        with suppress(OSError):
            Path(draft).unlink()
        raise


def _last_used(known: dict[str, Remembered]) -> list[tuple[str, Remembered]]:
    return sorted(known.items(), key=lambda item: item[1].used_at, reverse=True)


def _as_plain(entry: Remembered) -> dict[str, Any]:
    plain = {written: getattr(entry, name) for name, written in _NAMES.items()}
    return {name: value for name, value in plain.items() if value is not None}


def _from_plain(entry: dict[str, Any]) -> Remembered:
    texts = {
        name: entry.get(written) if isinstance(entry.get(written), str) else None
        for name, written in _NAMES.items()
        if name != "used_at"
    }
    used_at = entry.get("usedAt")
    return Remembered(**texts, used_at=float(used_at) if isinstance(used_at, int | float) else 0.0)
