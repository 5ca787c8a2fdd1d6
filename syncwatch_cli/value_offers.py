"""What may be typed for a value, by the name that help gives the value: CODE, PATH, ``everyone|host``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_WORDS = 70
"""Characters of an explanation; shells show it beside the value, on one line."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One value."""

    value: str
    words: str = ""
    """What it means, or nothing where it speaks for itself."""

    @property
    def line(self) -> str:
        """As a shell is told."""
        return f"{self.value}\t{self.words}" if self.words else self.value


def offers_for(metavar: str, before: Sequence[str]) -> list[Offer] | None:
    """What may stand there; None: a file, which the shell finds itself. ``before``: the arguments typed already."""
    if metavar in ("PATH", "SOURCE"):
        return None
    if metavar == "CODE":
        return _codes()
    if metavar == "BROWSER":
        from syncwatch_cli.media.links.browsers import BROWSERS

        return [Offer(name) for name in BROWSERS]
    if metavar in ("KEY", "VALUE"):
        return _settings() if metavar == "KEY" else _values_of(before[0])
    # What is typed as it stands is written small, a name for something in capitals: HEIGHT|best|audio.
    return [Offer(word) for word in metavar.split("|") if word.islower()] if "|" in metavar else []


def explained(words: str | None) -> str:
    """The first sentence of a help text, on one line."""
    first = " ".join((words or "").partition("\n\n")[0].partition("  [")[0].split())
    sentence = first.partition(". ")[0].rstrip(".")
    return sentence if len(sentence) <= LONGEST_WORDS else sentence[: LONGEST_WORDS - 1].rstrip() + "…"


def _codes() -> list[Offer]:
    """Codes that were used here, the latest first."""
    from syncwatch_cli import remembered

    return [Offer(code, f"on {urlsplit(known.server or '').netloc or '?'}") for code, known in remembered.recent()]


def _settings() -> list[Offer]:
    from syncwatch_cli.config import SETTINGS

    return [Offer(key, explained(setting.words)) for key, setting in SETTINGS.items()]


def _values_of(key: str) -> list[Offer]:
    from syncwatch_cli.config import SETTINGS

    return [Offer("on"), Offer("off")] if key in SETTINGS and SETTINGS[key].kind == "switch" else []
