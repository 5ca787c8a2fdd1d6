"""What a ``VideoController`` is told, and what it asks for; the whole of its conversation with the world.

Events are facts in the past tense, commands are imperatives.
Positions are in seconds of media, instants in seconds of the participant's own local clock unless they say otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from syncwatch_core.clock import ClockEstimate
from syncwatch_core.messages import Media, ParticipantState, Playback

# --- told: by the session ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlaybackReceived:
    """The session's media and playback, from whichever message brought them."""

    media: Media | None
    playback: Playback


@dataclass(frozen=True, slots=True)
class ClockEstimated:
    """A new estimate of the server's clock."""

    estimate: ClockEstimate


@dataclass(frozen=True, slots=True)
class LinkLost:
    """Nothing reaches the server, or nothing comes back."""


@dataclass(frozen=True, slots=True)
class LinkRestored:
    """The seat in the session is taken again; the playback in force has been handed over before this."""


@dataclass(frozen=True, slots=True)
class ActionAccepted:
    """The session took the action that was sent; ``playback`` is in force."""

    playback: Playback


@dataclass(frozen=True, slots=True)
class ActionRefused:
    """The session refused the action that was sent."""

    code: str
    message: str
    playback: Playback | None
    """The playback in force where the refusal brought it."""


# --- told: by the player -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlayerPrimed:
    """The media that was asked for is loaded and its first frame decoded; the player stands paused on it."""

    position: float
    duration: float | None
    frame_duration: float | None
    """Seconds a frame is shown; None without video or where it isn't known."""
    seekable: bool = True


@dataclass(frozen=True, slots=True)
class PlayerFailed:
    """The media that was asked for can't be played, or no longer is."""

    message: str
    by_person: bool = False
    """Whether the person plays something else by their own hand: nothing is wrong with the media."""


@dataclass(frozen=True, slots=True)
class PlayerCutOff:
    """What the player was given to play no longer comes; a fresh way to the same media may be found."""

    message: str


@dataclass(frozen=True, slots=True)
class PlayerLanded:
    """The seek that was asked for last is done: the frame shown stands at ``position``."""

    position: float


@dataclass(frozen=True, slots=True)
class PlayerSampled:
    """While playing, the media stood at ``position`` at local instant ``at``."""

    position: float
    at: float


@dataclass(frozen=True, slots=True)
class PlayerStalled:
    """The player ran out of buffered media and waits."""


@dataclass(frozen=True, slots=True)
class PlayerResumed:
    """The player has media to play again."""


@dataclass(frozen=True, slots=True)
class PlayerEnded:
    """The player came to the end of the media and stands on its last frame."""

    position: float


# --- told: by the person, through the player -------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What every act in the player has besides what was done."""

    at: float | None = None
    """The local instant of it, where that is not the one at which it is told."""
    by_script: bool = False
    """Whether a script within the player did it, with nobody's hand on the player."""


@dataclass(frozen=True, slots=True)
class PersonPaused(Act):
    """The person paused; the player stands on the frame at ``position``."""

    position: float


@dataclass(frozen=True, slots=True)
class PersonPlayed(Act):
    """The person let the player play, from the frame at ``position``."""

    position: float


@dataclass(frozen=True, slots=True)
class PersonSetOut(Act):
    """The person is on the way elsewhere; where to is told by the ``PersonSought`` or ``PersonStayed`` that follows."""


@dataclass(frozen=True, slots=True)
class PersonSought(Act):
    """The person went elsewhere; the player has landed on the frame at ``position``. ``at``: when they set out."""

    position: float
    exact: bool = True
    """Whether the sound stands where the picture does, as after an exact seek; after a step by frames it does not."""


@dataclass(frozen=True, slots=True)
class PersonStayed(Act):
    """Who had set out is where they were: it was nobody's act, or one that the player did not carry out."""


@dataclass(frozen=True, slots=True)
class PersonChangedRate(Act):
    """The person changed the speed; ``rate`` is the session rate they mean."""

    rate: float


@dataclass(frozen=True, slots=True)
class Woken:
    """The instant ``wakes_at`` has come."""


PlayerEvent = (
    PlayerPrimed
    | PlayerFailed
    | PlayerCutOff
    | PlayerLanded
    | PlayerSampled
    | PlayerStalled
    | PlayerResumed
    | PlayerEnded
)
PersonAct = PersonPaused | PersonPlayed | PersonSought | PersonChangedRate
PersonEvent = PersonAct | PersonSetOut | PersonStayed
SessionEvent = PlaybackReceived | ClockEstimated | LinkLost | LinkRestored | ActionAccepted | ActionRefused
ControllerEvent = PlayerEvent | PersonEvent | SessionEvent | Woken


# --- asked for: of the player ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LoadMedia:
    """Load this, stand paused at ``position``, and answer ``PlayerPrimed`` or ``PlayerFailed``.

    After a ``PlayerCutOff`` it is what was loaded already, to be come by in a fresh way.
    """

    media: Media
    position: float


@dataclass(frozen=True, slots=True)
class UnloadMedia:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class PauseNow:
    """Stand still."""


@dataclass(frozen=True, slots=True)
class SeekTo:
    """Go exactly to ``position``, paused or not as it is, and answer ``PlayerLanded``."""

    position: float


@dataclass(frozen=True, slots=True)
class StartAt:
    """Begin to play at local instant ``at``, to the millisecond; at once where it has passed.

    Any later ``PauseNow``, ``SeekTo``, ``LoadMedia`` or ``StartAt`` takes its place.
    """

    at: float


@dataclass(frozen=True, slots=True)
class SetRate:
    """Play at ``rate`` from now on.

    ``keep_pitch``: correct the pitch. It is engaged for every session rate but 1, and then always,
    since engaging it costs 4 to 14 ms of position (measured with mpv 0.35.1).
    """

    rate: float
    keep_pitch: bool
    session_rate: float
    """The session's rate, around which ``rate`` is nudged."""


# --- asked for: of the session ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SendAction:
    """Tell the session what the person did, and answer ``ActionAccepted`` or ``ActionRefused``."""

    event: str
    """``video-play``, ``video-pause``, ``video-seek`` or ``video-rate``."""
    at: float | None
    """Server time of the action; None where the clock is not known yet."""
    position: float | None = None
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class SendEnded:
    """Tell the session that the media is over."""

    media_id: str


@dataclass(frozen=True, slots=True)
class SendStatus:
    """Tell the session how this player stands; the figures are the controller's ``view``."""

    state: ParticipantState


# --- asked for: of the screen ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the person."""

    code: str
    message: str


ControllerCommand = (
    LoadMedia | UnloadMedia | PauseNow | SeekTo | StartAt | SetRate | SendAction | SendEnded | SendStatus | Tell
)
