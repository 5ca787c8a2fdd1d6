"""The invitation: the join link as a QR code for phones, in letters for voices, and copied for the keyboard."""

from __future__ import annotations

from typing import ClassVar

import segno
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from syncwatch_cli.tui.help_text import HelpText

QUIET_ZONES = (4, 2, 1)
"""Modules of white around the code: 4 as ISO/IEC 18004 has it; phones read it with 2 and with 1 where it is bright."""

WORDS_WIDE = 30
"""Cells for what stands beside the code, at least: its letters, the link, what was copied."""

AROUND = 5
"""Cells that the frame takes from the width, with the gap between the code and the words; of the height it is two."""


def qr_lines(text: str, width: int, height: int) -> list[str] | None:
    """The text as a QR code in half blocks, at most so many cells wide and rows high; None where it doesn't fit.

    Dark modules are blank and light ones are drawn, for a style of white on black.
    """
    code = segno.make(text, error="l", micro=False)
    for border in QUIET_ZONES:
        side, _ = code.symbol_size(border=border)
        if side <= width and (side + 1) // 2 <= height:
            return _half_blocks([list(row) for row in code.matrix_iter(border=border)])
    return None


def _half_blocks(modules: list[list[int]]) -> list[str]:
    if len(modules) % 2:
        # The last row has but one half; the other is as light as the quiet zone.
        modules = [*modules, [0] * len(modules[0])]
    blocks = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    return [
        "".join(blocks[bool(upper), bool(lower)] for upper, lower in zip(*pair, strict=True))
        for pair in zip(modules[::2], modules[1::2], strict=True)
    ]


class InviteScreen(ModalScreen[None]):
    """The invitation, above the session."""

    help = HelpText("Invitation", "Whoever opens the link, scans the code or types its letters is in the session.")
    DEFAULT_CSS = """
    InviteScreen { align: center middle; }
    InviteScreen #page { width: auto; height: auto; border: round $primary; background: $surface; padding: 0 1; }
    InviteScreen #qr { width: auto; height: auto; color: #ffffff; background: #000000; }
    InviteScreen #words { height: auto; margin-left: 1; }
    InviteScreen #words Label { width: 100%; margin-top: 1; }
    InviteScreen #letters { text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,i,q", "dismiss", "Close the invitation", id="close-invitation"),
        Binding("c", "copy", "Copy the link again", id="copy-link"),
    ]

    def __init__(self, link: str, code: str, *, note: str = "") -> None:
        """``note``: whom the link reaches, in words."""
        super().__init__()
        self._link = link
        self._code = code
        self._note = note

    def compose(self) -> ComposeResult:
        """The code, the letters, the link."""
        with Horizontal(id="page") as page:
            page.border_title = "Invite"
            yield Static(id="qr")
            with Vertical(id="words"):
                yield Label(self._code, id="letters", markup=False)
                yield Label(self._link, id="link", markup=False)
                yield Label("For a QR code of the link this terminal is too small.", id="too-small", markup=False)
                yield Label("", id="copied", markup=False)
                if self._note:
                    yield Label(self._note, id="note", markup=False)
                yield Label("c copies the link again, esc closes this", id="keys", markup=False)

    def on_mount(self) -> None:
        """Copy it at once: that is what most have come for."""
        self._draw()
        self.action_copy()

    def on_resize(self) -> None:
        """The code fits, or is left out."""
        self._draw()

    def action_copy(self) -> None:
        """Copy the link, by way of the terminal (OSC 52)."""
        self.app.copy_to_clipboard(self._link)
        self.query_one("#copied", Label).update("The link was given to your terminal's clipboard.")

    def _draw(self) -> None:
        screen = self.app.size
        lines = qr_lines(self._link, screen.width - WORDS_WIDE - AROUND, screen.height - 2)
        place = self.query_one("#qr", Static)
        place.display = lines is not None
        place.update(Text("\n".join(lines or ()), no_wrap=True))
        self.query_one("#too-small", Label).display = lines is None
        # A link that is broken in two is hard to read out, and to copy with a mouse.
        room = screen.width - AROUND - (len(lines[0]) if lines else 0)
        self.query_one("#words").styles.width = max(WORDS_WIDE, min(len(self._link), room))
