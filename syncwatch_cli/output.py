"""The only writer to stdout. stdout is data, and nothing else: each line is complete and flushed when it is written."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType


class ReaderGone(Exception):  # noqa: N818 it is no error: who read has read enough
    """Whoever read our stdout has closed it."""


def text(line: str) -> None:
    """Write words, a line at least."""
    _write(line)


def json_object(value: Any) -> None:
    """Write one JSON value, indented on a terminal and on one line for programs."""
    _write(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def json_line(value: dict[str, Any]) -> None:
    """Write one JSON object as one line of a stream."""
    _write(json.dumps(value, ensure_ascii=False))


def drawn(*parts: RenderableType, color: bool = True) -> None:
    """Write tables and the like, in colour on a terminal, and never cut off where there is none."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 200
    console = Console(file=sys.stdout, width=width, no_color=not color, highlight=False, markup=False)
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    _write("\n".join(line.rstrip() for line in capture.get().splitlines()))


def is_terminal() -> bool:
    """Whether a person reads stdout."""
    return sys.stdout.isatty()


def _write(line: str) -> None:
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except OSError as fault:
        # Python flushes once more at its end, which must not complain a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(fault, BrokenPipeError):
            raise ReaderGone from None
        raise
