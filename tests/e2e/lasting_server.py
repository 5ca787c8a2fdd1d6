"""A server that is killed and comes back where it was."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass, field
from typing import Any
from urllib.request import urlopen

from tests.e2e.people import Person, Running
from tests.e2e.two_guests import serve


@dataclass(slots=True)
class LastingServer:
    """A server on a fixed port and database, which can be killed and started again."""

    keeper: Person
    port: int
    running: Running | None = field(default=None)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        database = f"sqlite:///{self.keeper.home / 'sessions.db'}"
        self.running = serve(self.keeper, self.port, "--database-url", database)

    def kill(self) -> None:
        """End it without a warning."""
        assert self.running is not None
        self.running.signal(signal.SIGKILL)
        self.running.ended()

    def session(self, code: str) -> dict[str, Any]:
        """The session as the server has it."""
        with urlopen(f"{self.url}/api/v1/sessions/{code}", timeout=10) as answer:  # noqa: S310 the test's own server
            told: dict[str, Any] = json.load(answer)
            return told
