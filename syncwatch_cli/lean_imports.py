"""Leaving out what a library imports only in case it is there, and we never use."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

OTHER_TRANSPORTS = ("requests", "websocket", "redis")
"""What Socket.IO's blocking client and its servers in a fleet of their own would use; 45 and 55 ms of the start of a
``join``, wherever they are installed for something else."""


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Modules of these names are not there for what is imported meanwhile."""
    kept_out = [name for name in names if name not in sys.modules]
    for name in kept_out:
        sys.modules[name] = None  # type: ignore[assignment] # Python's own way to say that there is none
    try:
        yield
    finally:
        for name in kept_out:
            del sys.modules[name]
