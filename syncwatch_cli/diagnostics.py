"""The only writer to stderr, and the only map from what went wrong to an exit code.

stderr is words for people; with ``--json`` each of its lines is one object: ``{"error": …}``, ``{"warning": …}``
or ``{"note": …}``.
A traceback is shown with ``--debug`` and never without.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from syncwatch_cli import output
from syncwatch_cli.refusals import hint_for
from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console


class ExitCode(IntEnum):
    """What the process answers to whoever started it."""

    OK = 0
    FAILED = 1
    USAGE = 2
    SERVER_UNREACHABLE = 3
    PLAYER = 4
    MEDIA = 5
    REFUSED = 6
    INTERRUPTED = 130


EXIT_CODES: dict[ErrorCode, ExitCode] = {
    ErrorCode.BAD_REQUEST: ExitCode.USAGE,
    ErrorCode.NOT_FOUND: ExitCode.REFUSED,
    ErrorCode.WRONG_PASSWORD: ExitCode.REFUSED,
    ErrorCode.FORBIDDEN: ExitCode.REFUSED,
    ErrorCode.LOCKED: ExitCode.REFUSED,
    ErrorCode.CONFLICT: ExitCode.REFUSED,
    ErrorCode.RATE_LIMITED: ExitCode.REFUSED,
    ErrorCode.ENDED: ExitCode.REFUSED,
    ErrorCode.KICKED: ExitCode.REFUSED,
    ErrorCode.SERVER_ERROR: ExitCode.FAILED,
    ErrorCode.PROTOCOL: ExitCode.FAILED,
    ErrorCode.UNSUPPORTED_URL: ExitCode.MEDIA,
    ErrorCode.BLOCKED_URL: ExitCode.MEDIA,
    ErrorCode.UNREACHABLE_URL: ExitCode.MEDIA,
    ErrorCode.FILE_NOT_FOUND: ExitCode.MEDIA,
    ErrorCode.UNRESOLVABLE: ExitCode.MEDIA,
    ErrorCode.USAGE: ExitCode.USAGE,
    ErrorCode.FAILED: ExitCode.FAILED,
    ErrorCode.SERVER_UNREACHABLE: ExitCode.SERVER_UNREACHABLE,
    ErrorCode.PLAYER_MISSING: ExitCode.PLAYER,
    ErrorCode.PLAYER_DIED: ExitCode.PLAYER,
}

EXIT_CODES_IN_WORDS = (
    "Exit codes: 0 ok · 1 failed · 2 usage or configuration · 3 server unreachable · 4 player missing or died · "
    "5 media · 6 refused by the session · 130 interrupted"
)


@dataclass(slots=True)
class Manner:
    """How this process speaks; set once, before anything is said."""

    use_json: bool = False
    debug: bool = False
    color: bool = True


manner = Manner()


def speak(*, use_json: bool, debug: bool, color: bool) -> None:
    """Settle how this process speaks from here on."""
    manner.use_json = use_json
    manner.debug = debug
    manner.color = color and not os.environ.get("NO_COLOR")


# --- saying ----------------------------------------------------------------------------------------


def note(message: str) -> None:
    """Say something that is good to know; may be several lines."""
    _say({"note": {"message": message}}, message)


def warn(message: str, hint: str | None = None) -> None:
    """Say that something is not as it should be, and that it goes on all the same."""
    words = f"syncwatch: warning: {message}"
    _say({"warning": {"message": message, "hint": hint}}, f"{words}\nhint: {hint}" if hint else words)


def trace(line: str) -> None:
    """Say what goes over the wire; only with ``--debug``."""
    if manner.debug:
        _write(f"syncwatch: {line}")


def console() -> Console:
    """A Rich console on stderr, for what is drawn rather than said."""
    from rich.console import Console

    return Console(stderr=True, no_color=not manner.color, highlight=False, markup=False)


def is_terminal() -> bool:
    """Whether a person reads stderr and can be asked on stdin."""
    return sys.stderr.isatty() and sys.stdin is not None and sys.stdin.isatty()


def draws() -> bool:
    """Whether a line that comes and goes is of use: on a terminal that can take one back, and in words."""
    able = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return able and not manner.use_json and not manner.debug


def draw_line(line: str) -> None:
    """Show ``line`` in place of what this drew before; an empty one takes it away."""
    _write(f"\r\x1b[K{line}", end="")


def _say(plain: dict[str, Any], words: str) -> None:
    _write(json.dumps(plain, ensure_ascii=False) if manner.use_json else words)


def _write(line: str, end: str = "\n") -> None:
    try:
        sys.stderr.write(line + end)
        sys.stderr.flush()
    except (OSError, ValueError):
        # Nobody listens any more; there is nobody left to tell.
        return


# --- failing ---------------------------------------------------------------------------------------


def error_object(error: AppError) -> dict[str, Any]:
    """What ``--json`` prints of a failure: ``{"error": {"code", "message", "hint"}}``."""
    body: dict[str, Any] = {"code": error.code.value, "message": error.message, "hint": hint_for(error)}
    if error.retry_after is not None:
        body["retryAfter"] = error.retry_after
    return {"error": body}


def report(error: AppError) -> ExitCode:
    """Say what went wrong and what to do about it; gives the exit code that it means."""
    words, hint = f"syncwatch: error: {error.message}", hint_for(error)
    _say(error_object(error), f"{words}\n\nhint: {hint}" if hint else words)
    return EXIT_CODES[error.code]


def guarded(call: Callable[[], object]) -> int:
    """Run ``call``, turn whatever leaves it into words and an exit code, and give that code."""
    try:
        answer = call()
    except output.ReaderGone:
        return ExitCode.OK
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as fault:  # noqa: BLE001 the last guard: from here on there are only words
        if manner.debug:
            _write(traceback.format_exc().rstrip())
        return report(as_app_error(fault))
    return answer if isinstance(answer, int) else ExitCode.OK


def listen_to(arguments: Sequence[str]) -> None:
    """Settle the manner from what was typed, before it is parsed: a wrong command line is answered in it too."""
    typed = set(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    speak(use_json="--json" in typed, debug="--debug" in typed, color="--no-color" not in typed)


def as_app_error(fault: Exception) -> AppError:
    """Any failure as one with a code, words and a hint."""
    import typer

    if isinstance(fault, AppError):
        return fault
    # The class is not public, its heir is.
    usage_error = typer.BadParameter.__mro__[1]
    if isinstance(fault, usage_error):
        return _as_usage(fault)
    if isinstance(fault, typer.Abort):
        return AppError(ErrorCode.FAILED, "stopped before the question was answered")
    if isinstance(fault, OSError):
        place = f": {fault.filename}" if fault.filename else ""
        return AppError(
            ErrorCode.FAILED, f"{fault.strerror or fault}{place}", "with --debug it says where this happened"
        )
    return AppError(
        ErrorCode.FAILED,
        f"an unforeseen {type(fault).__name__}: {fault}",
        "this is a fault of syncwatch; with --debug it says where it happened, which belongs in a bug report",
    )


def _as_usage(fault: Any) -> AppError:
    message = fault.format_message().rstrip(".")
    context = fault.ctx
    path = context.command_path if context is not None else "syncwatch"
    return AppError(ErrorCode.USAGE, message[:1].lower() + message[1:], f"{path} --help shows what it takes")
