"""The server's log: one JSON object or one readable line an event, on stderr or in a file; never a secret.

A line has the id of the HTTP request in whose course it was written (``request``), or of the request that opened
the Socket.IO connection (``connection``).
"""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from logging.handlers import WatchedFileHandler
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp.http import HttpProcessingError

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.redaction import redact

if TYPE_CHECKING:
    from contextlib import AsyncExitStack
    from pathlib import Path

    from structlog.typing import FilteringBoundLogger, Processor

    from syncwatch_server.settings import ServerSettings


def open_log(settings: ServerSettings, closing: AsyncExitStack) -> FilteringBoundLogger:
    """A log as the settings say, until ``closing``; nothing global is touched: the server may live in another program.

    Raises ``AppError`` (failed) if its file can't be written.
    """
    renderer: Processor = structlog.processors.JSONRenderer(default=str)
    if settings.log_format == "text":
        plain = structlog.dev.plain_traceback
        colors = settings.log_file is None and sys.stderr.isatty()
        renderer = structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)
    file: Any = sys.stderr if settings.log_file is None else _LogFile(settings.log_file, closing)
    log: FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(file),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # As text before secrets are looked for: an exception quotes what it stumbled over.
            structlog.processors.format_exc_info,
            redact,
            renderer,
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
        if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError):
            # What speaks no HTTP was answered with 400; anybody can send that.
            self._log.debug("not HTTP", fault=str(record.exc_info[1])[:300])
            return
        self._log.log(record.levelno, record.getMessage()[:300], **context)


class _LogFile:
    """A file to write to that is opened anew when somebody has moved it away, as logrotate does."""

    def __init__(self, path: Path, closing: AsyncExitStack) -> None:
        try:
            self._handler = WatchedFileHandler(path, encoding="utf-8")
        except OSError as fault:
            raise AppError(
                ErrorCode.FAILED,
                f"the log {path} can't be written: {fault.strerror}",
                "name another with SYNCWATCH_LOG_FILE, or unset it for stderr",
            ) from None
        closing.callback(self._handler.close)

    def write(self, text: str) -> int:
        """Write a line; a disk that is full must not stop what was to be logged."""
        with suppress(OSError, ValueError):
            self._handler.reopenIfNeeded()
            stream = self._handler.stream
            assert stream is not None  # noqa: S101 it was opened at once, and again if it was moved
            stream.write(text)
            stream.flush()
        return len(text)

    def flush(self) -> None:
        """Nothing waits to be written."""
