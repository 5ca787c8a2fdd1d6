"""Audio and subtitle tracks: the person's own choice, but for what the host has pinned for everybody.

A pin is set for the file alone, by mpv's ``file-local-options``: the next file begins with the person's own options.
What the person chooses instead is put back, and they are told why. Without a pin nothing is written, asked or watched.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from syncwatch_cli.player.connection import Answer, IpcConnection
from syncwatch_cli.player.fresh_answers import FreshAnswers
from syncwatch_cli.player.interface import PlayerNotice
from syncwatch_core import tracks
from syncwatch_core.tracks import Track

OBSERVERS = {103: "aid", 104: "sid", 105: "track-list/count"}
"""What mpv announces of the tracks, and under which ids: the chosen ones, and that there are more or fewer."""

LOOKED_AGAIN_AFTER = 0.25
"""Seconds after a write at which it is looked at again: mpv says nothing of a track that was changed there and back
within the moment that it takes to announce it. A choice."""

UNPLAYABLE_WITHIN = 1.0
"""Seconds: a track that mpv shuts off so soon after it was told to play it is one that it can't play. A choice."""

PUT_BACK_AT_MOST = 5
"""Times within ``PUT_BACK_WITHIN``; by then a script is at work, and fighting it would help nobody. A choice."""
PUT_BACK_WITHIN = 10.0
"""Seconds."""

_ASKED = ("track-list", "aid", "sid")
_FLAGS_OF_SPECIAL = ("forced", "hearing-impaired", "visual-impaired")


@dataclass(slots=True)
class _Pinned:
    """One kind of track. ``option``: mpv's for it; ``listed_as``: what the list of tracks calls it."""

    kind: tracks.Kind
    option: str
    listed_as: str
    pin: str | None = None
    is_new: bool = False
    """Whether the pin itself is yet to be told."""
    # of this media
    number: int | None = None
    """The track that was set, 0 for none; None while none was."""
    set_at: float = 0.0
    """Local clock, s."""
    put_back_at: deque[float] = field(default_factory=deque)
    is_left_alone: bool = False
    """Whether the person's own choice stays, for there is no other way."""
    misses: bool = False
    """Whether the person was told that there is no such track."""

    def take(self, pin: str | None) -> None:
        """The host pins this, or nothing."""
        if pin != self.pin:
            self.pin, self.is_new = pin, pin is not None
            self.begin()

    def begin(self) -> None:
        """Other media, or another pin: as if nothing had been set."""
        self.number, self.is_left_alone, self.misses = None, False, False
        self.put_back_at.clear()


class TrackPin:
    """Holds one mpv to the pins; ``tell`` hears what the person should know, ``clock`` is their own, s.

    ``by_hand``: whether what happened at an instant was a person's doing.
    """

    def __init__(
        self,
        connection: IpcConnection,
        tell: Callable[[PlayerNotice], None],
        by_hand: Callable[[float], bool],
        clock: Callable[[], float],
    ) -> None:
        self._connection = connection
        self._tell = tell
        self._by_hand = by_hand
        self._clock = clock
        self._kinds = (_Pinned("audio", "aid", "audio"), _Pinned("subtitles", "sid", "sub"))
        self._is_observing = False
        self._is_listening = False
        self._answers = FreshAnswers(
            connection,
            _ASKED,
            self._stand,
            wanted=lambda: self._is_listening and self._is_observing,
            again_after=LOOKED_AGAIN_AFTER,
        )

    def pin(self, audio: str | None, subtitles: str | None) -> None:
        """These are pinned for everybody; None leaves the person what they have, and from now on the choice."""
        for pinned, pin in zip(self._kinds, (audio, subtitles), strict=True):
            pinned.take(pin)
        self._observe(any(pinned.pin is not None for pinned in self._kinds))
        self._answers.outdate()
        self.verify()

    def media_opened(self) -> None:
        """Media of ours has been opened: its tracks are known."""
        self._is_listening = True
        self._answers.outdate()
        for pinned in self._kinds:
            pinned.begin()
        self.verify()

    def stop_listening(self) -> None:
        """No media of ours is shown: whatever is chosen is the person's own affair."""
        self._is_listening = False
        self._answers.outdate()

    def verify(self) -> None:
        """The tracks may have changed: see to it that the pinned ones are chosen."""
        self._answers.ask()

    # Within.

    def _observe(self, wanted: bool) -> None:  # noqa: FBT001 the one thing that it says
        if wanted == self._is_observing:
            return
        self._is_observing = wanted
        for number, name in OBSERVERS.items():
            self._connection.post(
                ["observe_property", number, name] if wanted else ["unobserve_property", number],
            )

    def _stand(self, answers: list[Answer]) -> None:
        told = {name: answer.value for name, answer in zip(_ASKED, answers, strict=True)}
        if not isinstance(told["track-list"], list):
            return
        for pinned in self._kinds:
            chosen = _chosen(told[pinned.option])
            if pinned.pin is not None and chosen is not None:
                self._hold(pinned, pinned.pin, chosen, _tracks(told["track-list"], pinned.listed_as))

    def _hold(self, pinned: _Pinned, pin: str, chosen: int, there: list[Track]) -> None:
        """Bring the kind from the track that is ``chosen`` to the pinned one, where it is ``there``."""
        number = tracks.chosen(pin, there)
        if number is None:
            if not pinned.misses:
                pinned.misses, pinned.is_new = True, False
                self._say("no-such-track", pinned, "; your copy has no such track, so your own choice stays")
        elif number != pinned.number:
            # The first time with this media; or there is a better one now.
            if number != chosen:
                self._set(pinned, number)
                if pinned.is_new:
                    self._say("track-pinned", pinned)
            pinned.number, pinned.is_new = number, False
        elif number != chosen and not pinned.is_left_alone:
            self._put_back(pinned, number, chosen)

    def _put_back(self, pinned: _Pinned, number: int, chosen: int) -> None:
        now = self._clock()
        while pinned.put_back_at and pinned.put_back_at[0] < now - PUT_BACK_WITHIN:
            pinned.put_back_at.popleft()
        if chosen == 0 and now - pinned.set_at < UNPLAYABLE_WITHIN and not self._by_hand(now):
            pinned.is_left_alone = True
            self._say("track-not-played", pinned, "; your player can't play it, so your own choice stays")
        elif len(pinned.put_back_at) >= PUT_BACK_AT_MOST:
            pinned.is_left_alone = True
            self._say("track-not-played", pinned, "; something in your player keeps changing it, so it is left alone")
        else:
            pinned.put_back_at.append(now)
            self._set(pinned, number)
            self._say("track-pinned", pinned, "; that was put back")

    def _set(self, pinned: _Pinned, number: int) -> None:
        pinned.set_at = self._clock()
        self._connection.post(["set_property", f"file-local-options/{pinned.option}", str(number or "no")])
        self._answers.wrote()

    def _say(self, code: str, pinned: _Pinned, outcome: str = "") -> None:
        words = f"pinned for everybody: {tracks.in_words(pinned.kind, pinned.pin or '')}{outcome}"
        self._tell(PlayerNotice(code, words))


def _chosen(value: object) -> int | None:
    """The number of the chosen track as mpv tells it, 0 for none; None where it says nothing of the kind."""
    if value is False:
        return 0
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _tracks(listed: list[object], listed_as: str) -> list[Track]:
    """The tracks of a kind in mpv's list."""
    of_kind = [row for row in listed if isinstance(row, dict) and row.get("type") == listed_as]
    return [
        Track(
            number=int(row["id"]),
            language=row.get("lang"),
            is_special=any(row.get(flag) is True for flag in _FLAGS_OF_SPECIAL),
            is_default=row.get("default") is True,
        )
        for row in of_kind
    ]
