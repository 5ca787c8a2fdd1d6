"""This computer as its own network sees it: an address for the link, and a port that is free."""

from __future__ import annotations

import socket

from syncwatch_core.errors import AppError, ErrorCode

FIRST_PORT = 8765
PORTS_TRIED = 50


def lan_address() -> str | None:
    """The address at which others in this network reach this computer; None where there is no network.

    Asks the system for the way to a public address; nothing is sent there.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address that belongs to nobody (RFC 5737)
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address


def free_port(first: int = FIRST_PORT) -> int:
    """``first``, or the next port that nobody listens on; raises ``AppError`` (failed)."""
    for port in range(first, first + PORTS_TRIED):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("", port))
                probe.listen(1)
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AppError(ErrorCode.FAILED, f"no port from {first} on is free", "name one with --port")


def any_port() -> int:
    """A port of the system's choice that nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])
