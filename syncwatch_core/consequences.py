"""What a rule adds to whatever has just happened."""

from __future__ import annotations

from msgspec.structs import replace

from syncwatch_core import messages as wire
from syncwatch_core.watch_session import Addressed, Outcome, WatchSession


def and_then(outcome: Outcome, session: WatchSession, now: float, *messages: Addressed) -> Outcome:
    """The outcome with a further step; an answer that carries the playback carries the one in force now."""
    reply = outcome.reply
    if isinstance(reply, wire.PlaybackReply | wire.LoadReply):
        reply = replace(reply, playback=session.stage.playback)
    elif isinstance(reply, wire.SessionReply):
        reply = wire.SessionReply(session=session.view(now))
    return Outcome(session, (*outcome.messages, *messages), reply)


def names_of(session: WatchSession, participant_ids: tuple[str, ...]) -> str:
    """What people are called, as a sentence lists them."""
    names = [session.members[key].display_name for key in participant_ids]
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"
