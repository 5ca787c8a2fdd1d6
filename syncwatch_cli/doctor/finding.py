"""What one check found, and the mend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncwatch_cli.diagnostics import EXIT_CODES, ExitCode
from syncwatch_cli.refusals import hint_for

if TYPE_CHECKING:
    from syncwatch_core.errors import AppError


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    check: str
    """What was looked at, in a word or two."""
    ok: bool | None
    """Whether it is as it should be; None where there was nothing to look at."""
    found: str
    """What is there, in words."""
    mend: str | None = None
    """What the person can do about it."""
    exit_code: ExitCode = ExitCode.OK
    """What a command that needs this would end with."""
    fix: Callable[[], object] | None = None
    """Does the mend, where nothing can be lost by it; may raise ``OSError``."""


def good(check: str, found: str) -> Finding:
    """It is as it should be."""
    return Finding(check, ok=True, found=found)


def nothing(check: str, found: str, mend: str | None = None) -> Finding:
    """There was nothing to look at, and nothing hangs on it."""
    return Finding(check, ok=None, found=found, mend=mend)


def fault(check: str, found: str, mend: str, exit_code: ExitCode, fix: Callable[[], object] | None = None) -> Finding:
    """It is not as it should be."""
    return Finding(check, ok=False, found=found, mend=mend, exit_code=exit_code, fix=fix)


def refused(check: str, error: AppError) -> Finding:
    """It fails in the way in which a command would fail."""
    return fault(check, error.message, hint_for(error) or "see the documentation", EXIT_CODES[error.code])
