"""A session's password: asked for, from a file or from the environment, and never on the command line."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from syncwatch_cli import diagnostics
from syncwatch_core.errors import AppError, ErrorCode

_given: ContextVar[str | None] = ContextVar("password given", default=None)


@contextmanager
def given(password: str | None) -> Iterator[None]:
    """Meanwhile this is the password, typed where no command line was; None: there is none but what is set."""
    before = _given.set(password)
    try:
        yield
    finally:
        _given.reset(before)


def password_of(*, ask: bool, file: str | None) -> str | None:
    """The password, or None if there is none; raises ``AppError`` (usage) where it can't be had."""
    if ask and file is not None:
        raise AppError(ErrorCode.USAGE, "--password asks and --password-file reads; give one of them")
    if ask:
        return prompt("Password of the session: ")
    if file is not None:
        return _read(Path(file))
    return _given.get() or os.environ.get("SYNCWATCH_PASSWORD") or None


def prompt(words: str) -> str:
    """Ask on the terminal, without showing what is typed."""
    if not diagnostics.is_terminal():
        raise AppError(
            ErrorCode.USAGE,
            "there is no terminal to ask for the password on",
            "put it into SYNCWATCH_PASSWORD, or into a file for --password-file",
        )
    return getpass.getpass(words)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as fault:
        reason = getattr(fault, "strerror", None) or "it is not text"
        raise AppError(ErrorCode.USAGE, f"can't read the password from {path}: {reason}") from None
