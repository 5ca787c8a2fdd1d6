"""The session, told to the person's own mpv scripts: ``user-data/syncwatch``, where mpv has such a thing (from 0.36).

An on-screen controller reads it as any property, and may observe it. An mpv without it is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from syncwatch_cli.player.connection import Answer, IpcConnection

PROPERTY = "user-data/syncwatch"


class ForScripts:
    """Writes what scripts may read, when it has changed."""

    def __init__(self, connection: IpcConnection) -> None:
        self._connection = connection
        self._is_there = False
        self._wanted: Mapping[str, object] | None = None
        self._written: Mapping[str, object] | None = None

    def begin(self) -> None:
        """See whether this mpv has it."""
        self._connection.ask([["get_property", "property-list"]], self._found)

    def publish(self, session: Mapping[str, object]) -> None:
        """This is how the session stands; values are those of JSON."""
        self._wanted = session
        if self._is_there and session != self._written:
            self._written = session
            self._connection.post(["set_property", PROPERTY, session])

    def withdraw(self) -> None:
        """There is no session any more."""
        if self._written is not None:
            self._written = None
            self._connection.post(["del", PROPERTY])

    def _found(self, answers: list[Answer]) -> None:
        properties = answers[0].value
        self._is_there = isinstance(properties, list) and "user-data" in properties
        if self._wanted is not None:
            self.publish(self._wanted)
