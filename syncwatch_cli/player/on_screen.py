"""All that an mpv shows of the session, and all that is typed in it: the overlay, the chat's keys, ``user-data``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from syncwatch_cli.player.chat_keys import ChatKeys
from syncwatch_cli.player.connection import Answer, IpcConnection
from syncwatch_cli.player.for_scripts import ForScripts
from syncwatch_cli.player.interface import OsdLine, PersonSaid, PlayerNotice
from syncwatch_cli.player.ipc import Event
from syncwatch_cli.player.overlay import Overlay


class OnScreen:
    """One mpv's; ``chat_key`` begins a line of chat, ``tell`` hears what was said."""

    def __init__(
        self, connection: IpcConnection, chat_key: str | None, tell: Callable[[PersonSaid | PlayerNotice], None]
    ) -> None:
        self._connection = connection
        self._overlay = Overlay(connection)
        self._keys = ChatKeys(connection, chat_key, self._overlay.show_typed, tell)
        self._for_scripts = ForScripts(connection)

    def begin(self) -> None:
        """Ask mpv for what is needed of it."""
        self._connection.ask([["get_property", "osd-scale"], ["client_name"]], self._known)
        self._for_scripts.begin()

    def draw(self, lines: Sequence[OsdLine]) -> None:
        """Show these lines, and no others."""
        self._overlay.show_lines(lines)

    def publish(self, session: Mapping[str, object]) -> None:
        """Tell the person's scripts how the session stands."""
        self._for_scripts.publish(session)

    def heard(self, event: Event) -> None:
        """A ``client-message`` came from mpv."""
        self._keys.heard(event)

    def end(self) -> None:
        """Take it all away; what was typed is dropped."""
        self._keys.end()
        self._overlay.show_lines(())
        self._for_scripts.withdraw()

    def _known(self, answers: list[Answer]) -> None:
        scale, client = answers
        if scale.number is not None and scale.number > 0:
            self._overlay.scale = scale.number
        if isinstance(client.value, str):
            self._keys.begin(client.value)
