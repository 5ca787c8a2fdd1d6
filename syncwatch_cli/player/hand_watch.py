"""Whose hand it was: whether a person was at the player just now, or a script within it acted by itself.

mpv doesn't say who sent a command. Its log does enough, at level ``debug``, alike from 0.35.1 to 0.41 (read in mpv's
``player/command.c``, and tried with 0.35.1): each command is logged with its flags before it is carried out.

- A key, a mouse button or a wheel runs a line of an ``input.conf`` (mpv's own, the person's, or one that a script made,
  as mpv's own on-screen controls and uosc do), and such lines have properties expanded in them. A script's own calls
  (``mp.commandv``, ``mp.set_property``) and JSON IPC don't. A script that writes its command as a line
  (``mp.command("seek 60")``) passes for a key.
- Mouse moves are not logged, but ``mouse-pos`` shows them: a bar can be dragged for a long time.
- Another program on the IPC socket is logged as it comes and goes. Whoever attached it has chosen to.
  One may come between our own connecting and our asking for the log, which then says nothing of it: it is looked for.
- ``mpv-mpris`` is a script for mpv, but carries the desktop's media keys, which pause and play.

While mpv plays nothing of that is logged; a seek makes some ten lines of it. Level ``trace`` names the keys themselves,
at some hundred lines for each frame.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from syncwatch_cli.player.connection import Answer, IpcConnection
from syncwatch_cli.player.ipc import Event

LOG_LEVEL = "debug"
"""What has to be asked for of mpv's log."""
WORDS = frozenset({"warn", "error", "fatal"})
"""The levels of the log that are meant for people."""

AT_HAND_FOR = 1.0
"""Seconds after a key or a move of the mouse within which what happens is the person's doing. A choice."""

MOUSE_OBSERVER = 102
"""The id under which ``mouse-pos`` is observed."""

COME_MEANWHILE_AT_MOST = 16
"""Programs that may connect between our connecting and our asking for the log: mpv is up for as long as a join takes.

mpv numbers the connections to its socket. A choice, far above what has been seen.
"""

_EXPANDED = 8
"""mpv's ``MP_EXPAND_PROPERTIES``: set for lines of an ``input.conf`` and not for calls. mpv's ``input/cmd.h``."""
_COMMAND = re.compile(r"Run command: (?P<name>[\w-]+), flags=(?P<flags>\d+)")
_OTHER_PROGRAM = re.compile(r"ipc_?\d*")
_LONG_AGO = float("-inf")


class HandWatch:
    """Follows mpv's log and its mouse; instants are on the participant's own clock, s."""

    def __init__(self, connection: IpcConnection, on_step: Callable[[float], None]) -> None:
        self._connection = connection
        self._on_step = on_step
        self.seeks_run = 0
        """Seeks that mpv was told to make so far, by us or by anybody."""
        self._seen_at = _LONG_AGO
        self._programs: set[str] = set()
        self._program_left_at = _LONG_AGO
        self._has_media_keys = False
        self._mouse: object = None

    def begin(self) -> None:
        """Ask mpv for what is to be followed."""
        self._connection.post(["observe_property", MOUSE_OBSERVER, "mouse-pos"])
        self._connection.ask([["request_log_messages", LOG_LEVEL], ["client_name"]], self._named)

    def media_came(self) -> None:
        """Scripts are loaded by now: see whether one carries media keys. It overlooks the message."""
        self._connection.ask([["script-message-to", "mpris", "syncwatch"]], self._found_media_keys)

    def logged(self, event: Event, arrived_at: float) -> None:
        """Mpv logged something."""
        prefix, text = str(event.fields.get("prefix")), str(event.fields.get("text"))
        if prefix == "cplayer":
            command = _COMMAND.match(text)
            if command is not None:
                self._ran(command["name"], int(command["flags"]), arrived_at)
        elif _OTHER_PROGRAM.fullmatch(prefix):
            if text.startswith("Client connected"):
                self._programs.add(prefix)
            elif text.startswith("Client disconnected"):
                self._programs.discard(prefix)
                self._program_left_at = arrived_at

    def mouse_at(self, place: object, arrived_at: float) -> None:
        """``mouse-pos`` changed."""
        if self._mouse is not None:
            self._seen_at = arrived_at
        self._mouse = place

    def was_there(self, at: float, *, media_keys: bool) -> bool:
        """Whether what happened at that instant is the person's doing; ``media_keys``: media keys could do it."""
        if self._programs or (media_keys and self._has_media_keys):
            return True
        # What a hand does is logged as it is done, and may reach us a little after what it leads to.
        return max(self._seen_at, self._program_left_at) > at - AT_HAND_FOR

    # Within.

    def _ran(self, name: str, flags: int, at: float) -> None:
        if flags & _EXPANDED:
            self._seen_at = at
        if name == "seek":
            self.seeks_run += 1
        if name == "frame-step":
            self._on_step(at)

    def _named(self, answers: list[Answer]) -> None:
        """Our own name has our number; who came before us may still be there, and who came since is looked for."""
        found = re.search(r"\d+", str(answers[-1].value))
        if found is None:
            return
        own = int(found[0])
        self._programs.update(f"ipc_{before}" for before in range(own))
        later = [f"ipc_{own + nth}" for nth in range(1, COME_MEANWHILE_AT_MOST + 1)]
        # It overlooks the message; where there is no such program mpv answers with an error.
        asked = [["script-message-to", name, "syncwatch"] for name in later]
        self._connection.ask(asked, partial(self._found_programs, later))

    def _found_programs(self, names: list[str], answers: list[Answer]) -> None:
        self._programs.update(name for name, answer in zip(names, answers, strict=True) if answer.error is None)

    def _found_media_keys(self, answers: list[Answer]) -> None:
        self._has_media_keys = answers[0].error is None
