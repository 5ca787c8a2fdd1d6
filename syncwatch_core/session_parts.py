"""What a session consists of: its settings, what is on its stage, who is in it and how they are right now.

All but ``Presence`` is durable and stands in the session's row; a new field needs a default, for the rows of before.
"""

from __future__ import annotations

from syncwatch_core import messages as wire


class Settings(wire.Wire, frozen=True, kw_only=True):
    """What the host decides."""

    title: str | None = None
    control: wire.Control = "everyone"
    buffer_wait: wire.BufferWait = "wait"
    locked: bool = False
    password_hash: str | None = None
    host_token_hash: str
    banned: tuple[str, ...] = ()
    """Token hashes and addresses of who was banned."""
    ended: str | None = None
    """Why the session is over; None while it is not."""
    repeat: wire.Repeat = "off"
    tracks: wire.Tracks = wire.Tracks()
    """What is pinned for everybody."""


class Waiting(wire.Wire, frozen=True, kw_only=True):
    """The session holds for somebody who buffers."""

    participant_ids: tuple[str, ...]
    since: float
    """Server time."""


class Gathering(wire.Wire, frozen=True, kw_only=True):
    """The next item's start is held for who has to load it."""

    participant_ids: tuple[str, ...]
    since: float
    """Server time."""
    until: float
    """Server time of the start, if they need that long; any other start means that nobody is waited for any more."""
    told: bool = False
    """Whether people were told who is waited for."""


class Stage(wire.Wire, frozen=True, kw_only=True):
    """What is watched, and how it moves."""

    media: wire.Media | None
    playback: wire.Playback
    acted_at: float
    """Server time of the last accepted action of a person, as they did it; what crosses it must be later."""
    acted_by: str | None = None
    """Their participant id, since nobody crosses themselves; None for a script or the session itself."""
    waiting: Waiting | None = None
    """Whom the session holds for; durable, since without it what was held would stay paused after a restart."""
    gathering: Gathering | None = None
    """Whom the start of this item is held for; durable, since without it all would wait for the limit."""
    loaded_at: float | None = None
    """Server time at which the media came on; None where an older version did not note it."""
    added_by: str | None = None
    """The participant id of who chose the media; None for a script."""
    rough_duration: bool = False
    """Whether the media's duration is the word of a web page, often in whole seconds; a player's goes before it."""
    failures: dict[str, str] = {}
    """Why whose player can't play the media, by participant id; empty words where that is over."""
    given_up: str | None = None
    """Why nobody can play the media, once that was seen to."""


class Member(wire.Wire, frozen=True, kw_only=True):
    """What is remembered of a participant, whether here or gone."""

    participant_id: str
    display_name: str
    role: wire.Role
    role_given: bool = False
    """Whether somebody gave this role by hand; it then outlives a change of ``control``."""
    platform: wire.Platform
    token_hash: str
    address: str | None = None
    ready: bool = False
    gone: bool = False


class Presence(wire.Wire, frozen=True, kw_only=True):
    """What is known of a participant right now."""

    connected: bool = True
    lost_at: float | None = None
    """Server time at which the connection was lost."""
    state: wire.ParticipantState = "loading"
    current_time: float | None = None
    drift: float | None = None
    uncertainty: float | None = None
    rtt: float | None = None
    jitter: float | None = None
    seek_cost: float | None = None
    settled: bool = False
    """Whether this player ever kept up with the session; who is still on the way in is waited for by nobody."""
    stalled_at: float | None = None
    """Server time since which it has had nothing to play."""
    excused: bool = False
    """Whether the session went on without them; until they have caught up."""
