"""How a widget has something done: it posts ``Do``, and the application hands that to the deck.

A refusal is shown by the application, in the words that came with it; a widget needs to know of it only where it
passes ``after``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from syncwatch_cli.deck import Answer, Deck
    from syncwatch_core import messages as wire
    from syncwatch_core.errors import AppError


class Do(Message):
    """Something is to be done: ``post_message(Do(lambda deck: deck.chat(text)))``."""

    def __init__(
        self,
        act: Callable[[Deck], Answer],
        *,
        after: Callable[[wire.Done | AppError | None], None] | None = None,
    ) -> None:
        """``after`` is told, in the application's thread, what was answered."""
        super().__init__()
        self.act = act
        self.after = after
