"""Typing a line of chat in mpv's own window: the key that begins it, and the keyboard while it is typed.

The keys are bound through mpv's IPC (``define-section``, the way that mpv's own scripts bind theirs), and come back to
us as messages: no file of the person's is touched, mpv needs no Lua, and when our connection ends mpv drops them by
itself. Tried with 0.35.1; the same commands carry mpv's scripts to this day.

mpv itself gives the keyboard to the line and takes it back as it does what the key means, without waiting for us: the
next letter, unless it comes within the same turn of mpv's loop, is no command to mpv, and Escape frees the keyboard
even if we should hang.

The key that begins is bound weakly: a line of the person's input.conf stands above it, and so does a script that
binds the same key later. One that was bound by a script before is looked for, and left to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from syncwatch_cli.player.chat_line import ChatLine
from syncwatch_cli.player.clipboard import copied_text
from syncwatch_cli.player.connection import Answer, IpcConnection
from syncwatch_cli.player.interface import PersonSaid, PlayerNotice
from syncwatch_cli.player.ipc import Event

MESSAGE = "syncwatch-chat"
"""What a line of input.conf may say to begin a line of chat: ``KEY script-message syncwatch-chat``."""

TYPING = "syncwatch-chat-line"
"""The section of mpv's bindings that stands while a line is typed."""
_OPENING = "syncwatch-chat"
_LETTER, _KEY, _SAY, _DROP = "syncwatch-letter", "syncwatch-key", "syncwatch-say", "syncwatch-drop"

_AS_BEFORE = "allow-hide-cursor+allow-vo-dragging"
"""Without these flags a section keeps mpv from hiding the mouse and from moving its window."""

_KEYPAD = {**{f"KP{digit}": str(digit) for digit in range(10)}, "KP_DEC": "."}
"""Keys that mpv doesn't take for letters."""
_ENDING = ("ENTER", "KP_ENTER", "Shift+ENTER")
_EDITING = (
    *("LEFT", "RIGHT", "HOME", "END", "UP", "DOWN", "BS", "Shift+BS", "DEL"),
    *("Ctrl+LEFT", "Ctrl+RIGHT", "Ctrl+BS", "Ctrl+DEL", "Ctrl+a", "Ctrl+e", "Ctrl+k", "Ctrl+u", "Ctrl+w"),
)
_LEAVING = ("ESC", "Ctrl+c", "Ctrl+[")
_PASTING = ("Ctrl+v", "Shift+INS")
_NOTHING = ("TAB", "PGUP", "PGDWN", "INS")
"""Keys next to those in use, which shall not seek while somebody types."""


class ChatKeys:
    """Follows the keyboard of one mpv; ``draw`` shows the line that is typed, ``tell`` hears what was said."""

    def __init__(
        self,
        connection: IpcConnection,
        key: str | None,
        draw: Callable[[ChatLine | None], None],
        tell: Callable[[PersonSaid | PlayerNotice], None],
    ) -> None:
        self._connection = connection
        self._key = key
        self._draw = draw
        self._tell = tell
        self._client = ""
        self._line = ChatLine()
        self._is_typing = False
        self._paste: asyncio.Task[None] | None = None

    def begin(self, client: str) -> None:
        """Bind the key; ``client`` is mpv's name for our connection."""
        self._client = client
        self._connection.post(["define-section", TYPING, _keyboard(client), "force"])
        if self._key is None:
            return
        # A key is one word: what stands behind it would be a command.
        if len(self._key.split()) != 1:
            self._refuse(f"{self._key!r} is not a key")
            return
        opening = f"{self._key} enable-section {TYPING} {_AS_BEFORE}; script-binding {client}/{_OPENING}\n"
        self._connection.post(
            ["define-section", _OPENING, opening, "default"], ["enable-section", _OPENING, _AS_BEFORE]
        )
        self._connection.ask([["get_property", "input-bindings"]], self._looked)

    def heard(self, event: Event) -> None:
        """A ``client-message`` came from mpv."""
        match event.fields.get("args"):
            case [str(message)] if message == MESSAGE:
                self._open()
            case ["key-binding", str(binding), str(state), str(key), *rest] if state[:1] in {"d", "p", "r"}:
                self._pressed(binding, state, key, str(rest[0]) if rest else "")

    def end(self) -> None:
        """Let go of the keyboard."""
        if self._paste is not None:
            self._paste.cancel()
        if self._is_typing:
            self._close(said=False)
        if self._client and self._key is not None:
            self._connection.post(["disable-section", _OPENING])

    # --- the key that begins ---------------------------------------------------------------------------

    def _looked(self, answers: list[Answer]) -> None:
        """See whether the key has come to be ours, and whose it is else."""
        bindings = answers[0].value
        rows: list[dict[str, Any]] = bindings if isinstance(bindings, list) else []
        ours = [row for row in rows if row.get("section") == _OPENING and row.get("owner") == self._client]
        if not ours:
            if rows:
                self._refuse(f"mpv knows no key {self._key!r}")
            return
        same = [row for row in rows if row.get("key") == ours[0].get("key") and row not in ours]
        if any(_is_persons(row) for row in same):
            self._connection.post(["disable-section", _OPENING])
            if self._is_typing:  # it was pressed before we saw whose it is
                self._close(said=False)
            self._refuse(f"in your mpv {ours[0].get('key')} does something else, which stays")

    def _refuse(self, why: str) -> None:
        words = f"{why}; so no key begins a line of chat there: set another with --chat-key, or none"
        self._tell(PlayerNotice("chat-key", words))

    # --- the line --------------------------------------------------------------------------------------

    def _pressed(self, binding: str, state: str, key: str, text: str) -> None:
        if binding == _OPENING and state[:1] != "r":
            self._open()
        elif not self._is_typing:
            return
        elif binding == _LETTER:
            self._line.insert(_KEYPAD.get(key, text))
            self._draw(self._line)
        elif binding in {_SAY, _DROP}:
            self._close(said=binding == _SAY)
        elif binding == _KEY and key in _PASTING:
            self._paste = asyncio.get_running_loop().create_task(self._insert_copied())
        elif binding == _KEY:
            self._line.press(key)
            self._draw(self._line)

    async def _insert_copied(self) -> None:
        text = await copied_text(self._connection)
        if self._is_typing:
            self._line.insert(text)
            self._draw(self._line)

    def _open(self) -> None:
        if self._is_typing or not self._client:
            return
        self._is_typing = True
        self._connection.post(["enable-section", TYPING, _AS_BEFORE])
        self._draw(self._line)

    def _close(self, *, said: bool) -> None:
        self._is_typing = False
        text = self._line.finish() if said else ""
        self._line.clear()
        self._connection.post(["disable-section", TYPING])
        self._draw(None)
        if text:
            self._tell(PersonSaid(text))


def _keyboard(client: str) -> str:
    """What the keys do while a line is typed, as an input.conf has it."""
    letters = ("any_unicode", "SPACE", "Shift+SPACE", *_KEYPAD)
    lines = [f"{key} script-binding {client}/{_LETTER}" for key in letters]
    lines += [f"{key} script-binding {client}/{_KEY}" for key in (*_EDITING, *_PASTING)]
    for keys, binding in ((_ENDING, _SAY), (_LEAVING, _DROP)):
        lines += [f"{key} disable-section {TYPING}; script-binding {client}/{binding}" for key in keys]
    lines += [f"{key} ignore" for key in _NOTHING]
    return "\n".join(lines) + "\n"


def _is_persons(row: dict[str, Any]) -> bool:
    """Whether a binding is not one of mpv's own defaults: a line of input.conf, or an active one of a script."""
    is_active = row.get("priority", 0) >= 0
    return is_active and (row.get("is_weak") is False or bool(row.get("owner")))
