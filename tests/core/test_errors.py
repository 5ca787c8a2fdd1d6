"""The one error that crosses a boundary."""

from __future__ import annotations

from syncwatch_core.errors import AppError, ErrorCode

PROMISED = {
    "bad-request",
    "not-found",
    "wrong-password",
    "forbidden",
    "locked",
    "conflict",
    "rate-limited",
    "unsupported-url",
    "blocked-url",
    "unreachable-url",
    "ended",
    "kicked",
    "server-error",
    "protocol",
    "usage",
    "server-unreachable",
    "player-missing",
    "player-died",
    "file-not-found",
    "unresolvable",
}

ADDED = {"failed"}


def test_the_codes_are_those_of_the_contract():
    """Programs branch on the codes, so there are exactly those that the contract names, and one for all else."""
    assert {code.value for code in ErrorCode} == PROMISED | ADDED


def test_an_error_carries_what_people_and_programs_need():
    """An error has a code, words and a hint, and says so where it is logged."""
    error = AppError(ErrorCode.LOCKED, "the door is shut", "knock", retry_after=2.0)

    assert (error.code, error.message, error.hint) == ("locked", "the door is shut", "knock")
    assert (error.playback, error.retry_after) == (None, 2.0)
    assert str(error) == "the door is shut"
    assert repr(error) == "AppError('locked', 'the door is shut')"
