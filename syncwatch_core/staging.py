"""Other media comes on: every player has to load it, and where it is to play, all start together.

Who kept up with the session so far is waited for, since nobody wants to miss the beginning: the start then lies as
far in the future as it ever may, and ``gathering`` pulls it forward as soon as all of them have loaded.
Who is still on the way in, or plays on a machine that never kept up, is waited for by nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from syncwatch_core import messages as wire
from syncwatch_core.history import with_past
from syncwatch_core.session_parts import Gathering, Stage
from syncwatch_core.watch_session import WatchSession

if TYPE_CHECKING:
    from syncwatch_core.session_rules import Moment

LOAD_LEAD = 1.0
"""Seconds in which players load the next item before it starts, where nobody is waited for."""

GATHERS_FOR = 20.0
"""Seconds that the start of the next item is held at most for who has to load it: as long as a stall is waited for
(``waiting.LIMIT``); looking up a page took 2 to 9 s, and who needs longer than this may well never come."""


def with_media(
    session: WatchSession,
    media: wire.Media,
    event: str,
    moment: Moment,
    *,
    playing: bool,
    added_by: str | None,
    rough_duration: bool = False,
) -> WatchSession:
    """The session on other media, at its start position; what was watched goes into the history."""
    session = with_past(session, event, moment.now)
    before = session.stage.playback
    late = _whom_to_wait_for(session) if playing else ()
    lead = GATHERS_FOR if late else LOAD_LEAD
    playback = replace(
        before,
        media_id=media.media_id,
        revision=before.revision + 1,
        current_time=media.start_position,
        is_playing=playing,
        rate=1.0,
        at=moment.now + (lead if playing else 0.0),
        cause=wire.Cause(event=event, participant_id=moment.by.participant_id),
    )
    presence = {
        key: replace(seat, state="loading", stalled_at=None, excused=False, drift=None, uncertainty=None)
        for key, seat in session.presence.items()
    }
    gathering = Gathering(participant_ids=late, since=moment.now, until=playback.at)
    stage = Stage(
        media=media,
        playback=playback,
        acted_at=moment.now,
        # Who only came to the end has not acted: a seek of theirs that is on its way was meant for what is over.
        acted_by=None if event == wire.VideoEnded.event else moment.by.participant_id,
        loaded_at=moment.now,
        added_by=added_by,
        rough_duration=rough_duration,
        gathering=gathering if late else None,
    )
    return session.replace(stage=stage, presence=presence)


def _whom_to_wait_for(session: WatchSession) -> tuple[str, ...]:
    """Who is here, kept up so far, and has to load what comes next."""
    if session.settings.buffer_wait != "wait":
        return ()
    return tuple(
        key
        for key, seat in session.presence.items()
        if seat.connected and seat.settled and not seat.excused and seat.state != "away"
    )
