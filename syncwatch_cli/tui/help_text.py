"""What a part of the screen says of itself when it is asked for help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class HelpText:
    """A heading, and what it is for."""

    title: str
    words: str


@runtime_checkable
class Helpable(Protocol):
    """A widget or a screen that can say what it is for."""

    help: HelpText
