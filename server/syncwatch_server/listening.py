"""The port that a server listens on, and in words why it can't."""

from __future__ import annotations

import errno
import socket
import sys

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.settings import ServerSettings

_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 compared with, not bound to
"""Addresses that mean all interfaces, and how this machine itself reaches them."""


def listen(settings: ServerSettings, *, shared: bool = False) -> socket.socket:
    """A socket that accepts connections; ``shared`` with other processes of this user. Raises ``AppError``."""
    listener = bound(settings, shared=shared)
    listener.listen(1024)
    listener.setblocking(False)  # noqa: FBT003 its only argument
    return listener


def bound(settings: ServerSettings, *, shared: bool = False) -> socket.socket:
    """A socket that has the port and accepts nothing yet; raises ``AppError`` (failed, usage)."""
    family = socket.AF_INET6 if ":" in settings.bind else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((settings.bind, settings.port))
    except OSError as fault:
        listener.close()
        raise _cannot_listen(settings, fault) from None
    except OverflowError:
        listener.close()
        raise AppError(ErrorCode.USAGE, f"{settings.port} is no port", "a port is a number from 0 to 65535") from None
    return listener


def _cannot_listen(settings: ServerSettings, fault: OSError) -> AppError:
    if fault.errno == errno.EADDRINUSE:
        return AppError(
            ErrorCode.FAILED,
            f"port {settings.port} is in use",
            "another server may be running already; --port names another port, --port 0 picks a free one",
        )
    if fault.errno == errno.EACCES:
        return AppError(
            ErrorCode.FAILED,
            f"this user may not listen on port {settings.port}",
            "ports below 1024 are the system's; use another with --port",
        )
    words = fault.strerror or str(fault)
    return AppError(
        ErrorCode.FAILED, f"can't listen on {settings.bind}: {words}", "--bind takes an address of this machine"
    )


def url_of(settings: ServerSettings, port: int) -> str:
    """How this machine itself reaches the server."""
    host = _WILDCARDS.get(settings.bind, settings.bind)
    scheme = "http" if settings.tls_cert is None else "https"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
