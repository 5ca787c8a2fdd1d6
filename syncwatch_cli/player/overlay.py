"""What we draw on mpv's picture: a few lines in its upper left corner, and the line that is being typed above them.

It is an overlay of our own (mpv's ``osd-overlay``), so that mpv's own messages and ours don't take each other's place:
ours begin below theirs, and are smaller. It has the person's own font and colour for the OSD.
mpv removes it when our connection ends.
"""

from __future__ import annotations

from collections.abc import Sequence

from syncwatch_cli.player.ass_text import escaped
from syncwatch_cli.player.chat_line import ChatLine
from syncwatch_cli.player.connection import IpcConnection
from syncwatch_cli.player.interface import OsdLine

HEIGHT = 720
"""Of the picture, in the units below, whatever its true size."""
LEFT, TOP = 26, 96
"""Where the text begins: beneath one line of mpv's own OSD text as 0.35 draws it."""
FONT_SIZE = 28.0
"""At the person's ``osd-scale`` of 1. A choice: some 90 letters fit in a line of a wide picture."""

ID = 720
"""Of the overlay. mpv counts those of each client by themselves."""
_SHOWN_OF_LONG_LINE = 150
"""Characters of a line that is typed, those around the cursor."""
_ACCENT = r"{\1c&H66CCFF&}"
"""Amber, as blue, green and red. Besides the colour a name has a colon behind it, and the cursor its shape."""
_PLAIN = r"{\1c}"


class Overlay:
    """Draws on one mpv; ``scale`` is the person's ``osd-scale``."""

    def __init__(self, connection: IpcConnection) -> None:
        self._connection = connection
        self.scale = 1.0
        self._lines: tuple[OsdLine, ...] = ()
        self._typed: str | None = None
        self._drawn = ""

    def show_lines(self, lines: Sequence[OsdLine]) -> None:
        """Show these lines, and no others."""
        self._lines = tuple(lines)
        self._draw()

    def show_typed(self, line: ChatLine | None) -> None:
        """Show a line that is being typed; None: there is none."""
        self._typed = None if line is None else _typed(line)
        self._draw()

    def _draw(self) -> None:
        rows = [*([self._typed] if self._typed is not None else ()), *map(_row, self._lines)]
        style = rf"{{\an7\pos({LEFT},{TOP})\q0\fs{FONT_SIZE * self.scale:g}\bord2\shad0}}"
        drawn = style + r"\N".join(rows) if rows else ""
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self._connection.post(overlay_command(drawn))


def overlay_command(drawn: str) -> dict[str, object]:
    """The command that draws this, in libass' own language; an empty text takes it away."""
    return {
        "name": "osd-overlay",
        "id": ID,
        "format": "ass-events" if drawn else "none",
        "data": drawn,
        "res_x": 0,
        "res_y": HEIGHT,
        "z": 0,
        "hidden": False,
        "compute_bounds": False,
    }


def _row(line: OsdLine) -> str:
    name = f"{_ACCENT}{escaped(line.name)}:{_PLAIN} " if line.name else ""
    return name + escaped(line.text)


def _typed(line: ChatLine) -> str:
    first = max(0, min(line.cursor - _SHOWN_OF_LONG_LINE // 2, len(line.text) - _SHOWN_OF_LONG_LINE))
    last = first + _SHOWN_OF_LONG_LINE
    before, after = line.text[first : line.cursor], line.text[line.cursor : last]
    before = ("…" if first else "") + _spaced(before)
    after = _spaced(after) + ("…" if last < len(line.text) else "")
    return f"{_ACCENT}say:{_PLAIN} {before}{_ACCENT}|{_PLAIN}{after}"


def _spaced(text: str) -> str:
    """``text`` with all its spaces, which libass would swallow at the end of a line."""
    return r"\h".join(map(escaped, text.split(" ")))
