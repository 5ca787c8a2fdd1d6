"""A server of the standard library that answers in a thread, for as long as a test needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import HTTPServer
from typing import TypeVar

S = TypeVar("S", bound=HTTPServer)

LOOKS_EVERY = 0.02
"""Seconds within which it notices that it is no longer wanted."""


@contextmanager
def serving(server: S) -> Iterator[S]:
    """``server``, while it answers."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": LOOKS_EVERY})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
