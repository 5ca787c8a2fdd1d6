"""The one error that crosses a boundary: a code that programs branch on, and words for the person.

Every refusal that reaches the wire, a terminal or a script is an ``AppError``.
What a code means for a process (exit code) or for HTTP (status) is decided by whoever speaks that language.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syncwatch_core.messages import Playback


class ErrorCode(StrEnum):
    """What went wrong, in the words of the protocol; fixed, since programs branch on them."""

    # refusals by the session or the server
    BAD_REQUEST = "bad-request"
    NOT_FOUND = "not-found"
    WRONG_PASSWORD = "wrong-password"  # noqa: S105 a name, not a secret
    FORBIDDEN = "forbidden"
    LOCKED = "locked"
    CONFLICT = "conflict"
    RATE_LIMITED = "rate-limited"
    ENDED = "ended"
    KICKED = "kicked"
    SERVER_ERROR = "server-error"
    PROTOCOL = "protocol"

    # media
    UNSUPPORTED_URL = "unsupported-url"
    BLOCKED_URL = "blocked-url"
    UNREACHABLE_URL = "unreachable-url"
    FILE_NOT_FOUND = "file-not-found"
    UNRESOLVABLE = "unresolvable"

    # this computer
    USAGE = "usage"
    FAILED = "failed"
    SERVER_UNREACHABLE = "server-unreachable"
    PLAYER_MISSING = "player-missing"
    PLAYER_DIED = "player-died"


class AppError(Exception):
    """A refusal or failure that a person or a program is meant to see.

    ``message`` says what and why; ``hint`` says what to do, or is None where there is nothing to do.
    ``playback`` is the playback in force, for the loser of a race.
    ``retry_after`` is in seconds, for who was too fast.
    """

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        hint: str | None = None,
        *,
        playback: Playback | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.playback = playback
        self.retry_after = retry_after

    def __repr__(self) -> str:
        return f"AppError({self.code.value!r}, {self.message!r})"
