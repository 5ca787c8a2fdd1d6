"""The server's log: one JSON object or one readable line an event, on stderr or in a file; never a token."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, TextIO

import structlog

from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from contextlib import AsyncExitStack
    from pathlib import Path

    from structlog.typing import FilteringBoundLogger, Processor

    from syncwatch_server.settings import ServerSettings


def open_log(settings: ServerSettings, closing: AsyncExitStack) -> FilteringBoundLogger:
    """A log as the settings say, until ``closing``; nothing global is touched: the server may live in another program.

    Raises ``AppError`` (failed) if its file can't be written.
    """
    file = sys.stderr if settings.log_file is None else closing.enter_context(_file(settings.log_file))
    renderer: list[Processor]
    if settings.log_format == "json":
        renderer = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        plain = structlog.dev.plain_traceback
        renderer = [structlog.dev.ConsoleRenderer(colors=file.isatty(), exception_formatter=plain)]
    log: FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(file),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level.upper()]),
        context_class=dict,
        cache_logger_on_first_use=False,
    )
    return log


def library_logger(log: FilteringBoundLogger) -> logging.Logger:
    """A standard logger for the libraries beneath, whose warnings go to ``log``."""
    logger = logging.Logger("syncwatch.transport", logging.WARNING)  # noqa: LOG001 not in the tree that others configure
    logger.addHandler(_Forward(log))
    return logger


class _Forward(logging.Handler):
    def __init__(self, log: FilteringBoundLogger) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a record on, with its traceback but without the payload it may name."""
        context: dict[str, Any] = {"exc_info": record.exc_info} if record.exc_info else {}
        self._log.log(record.levelno, record.getMessage()[:300], **context)


def _file(path: Path) -> TextIO:
    try:
        return path.open("a", encoding="utf-8", buffering=1)
    except OSError as fault:
        raise AppError(
            ErrorCode.FAILED,
            f"the log {path} can't be written: {fault.strerror}",
            "name another with SYNCWATCH_LOG_FILE, or unset it for stderr",
        ) from None
