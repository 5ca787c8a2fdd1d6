"""What the runtime asks of a player, whichever it is.

A player reports what happens to it as the core's events, through the ``listener`` that it is given.
It tells a person's own act from the effect of a command of ours: only the first becomes a ``Person…`` event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from syncwatch_core.controller_events import PersonEvent, PlayerEvent, PlayerSampled


@dataclass(frozen=True, slots=True)
class PlayerGone:
    """The player is no more."""

    by_person: bool
    """True if the person closed it; False if it died."""
    message: str = ""


@dataclass(frozen=True, slots=True)
class PlayerNotice:
    """Something that the person should know of what their player does."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PersonSaid:
    """The person has typed a line of chat in their player."""

    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """Where a part of the media begins."""

    title: str
    """As the media has it; empty where it names none."""
    position: float
    """Seconds of media."""


@dataclass(frozen=True, slots=True)
class PlayerChapters:
    """The chapters of what the player shows now, in their order; empty where it has none, or shows nothing."""

    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class OsdLine:
    """One line on the player's picture."""

    text: str
    name: str = ""
    """Who says it; empty where nobody does."""


PlayerFact = PlayerEvent | PersonEvent | PlayerGone | PlayerNotice | PlayerChapters | PersonSaid
"""Whatever a player reports."""

PlayerListener = Callable[[PlayerFact], None]


class Player(Protocol):
    """One media player under our control.

    ``prepare``, ``start`` and ``close`` frame its life; the other methods write and return at once,
    and are carried out in the order in which they were called.
    """

    async def prepare(self) -> None:
        """Before the session is joined: come up as far as nobody sees it; raises as ``start`` does."""

    async def start(self) -> None:
        """Open the player; raises ``AppError`` (player-missing, player-died) with the mend."""

    async def close(self) -> None:
        """End a player that we started; leave one that we attached to as we found it."""

    def load(
        self, source: str, position: float, *, title: str | None = None, options: Mapping[str, str] | None = None
    ) -> None:
        """Load a URL or a path and stand paused at ``position``; reports ``PlayerPrimed`` or ``PlayerFailed``.

        Once primed it may report ``PlayerCutOff``, where it comes from a server that won't go on.
        ``options``: of the player, for this source alone, such as the headers that its server wants.
        """

    def unload(self) -> None:
        """Show nothing."""

    def pause(self) -> None:
        """Stand still."""

    def unpause(self) -> None:
        """Play from now on."""

    def seek(self, position: float) -> None:
        """Go exactly to ``position``; reports ``PlayerLanded``."""

    def set_rate(self, rate: float, *, keep_pitch: bool, session_rate: float) -> None:
        """Play at ``rate``, which is ``session_rate`` nudged, with the pitch corrected or not."""

    def pin_tracks(self, audio: str | None, subtitles: str | None) -> None:
        """Keep to these tracks, of this media and the next: a number, a language or ``no``; None is the person's own.

        May be called before ``start``; reports ``PlayerNotice``.
        """

    def draw(self, lines: Sequence[OsdLine]) -> None:
        """Show these lines on the player's picture, and none of those before."""

    def publish(self, session: Mapping[str, object]) -> None:
        """Let the person's own scripts in the player know how the session stands, where they can; values as in JSON."""

    async def sample(self) -> PlayerSampled | None:
        """Where the media stands right now; None when it is not playing or the reading is not to be trusted."""

    async def buffered_for(self) -> float | None:
        """Seconds of media that lie buffered ahead; None where it isn't known."""
