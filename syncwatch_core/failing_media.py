"""Media that can't be played: everybody is told who can't and why; where nobody can, the session goes on without it.

A skip takes an item out of the queue for good, whatever is repeated, so there are never more skips in a row than the
queue has items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from syncwatch_core import messages as wire
from syncwatch_core.consequences import and_then
from syncwatch_core.display_text import clean_text
from syncwatch_core.playback_rules import sync_message, with_timeline
from syncwatch_core.queue_rules import next_item
from syncwatch_core.watch_session import Addressed, Outcome, WatchSession

if TYPE_CHECKING:
    from syncwatch_core.session_rules import Moment

_NO_PLAYERS = frozenset({"bot"})
"""Platforms of seats that play nothing."""

_PLAYS = frozenset({"paused", "playing"})


def noted(session: WatchSession, participant_id: str, report: wire.Status) -> Outcome:
    """A report on the present media: a failure is told once, and forgotten when the player can play it after all."""
    stage = session.stage
    known = stage.failures.get(participant_id)
    if report.failure is None:
        if not known or report.state not in _PLAYS:
            return Outcome(session)
        # Empty words: told once already, and over.
        failures = {**stage.failures, participant_id: ""}
        return Outcome(session.replace(stage=replace(stage, failures=failures, given_up=None)))
    if known or report.state == "loading":
        # Who still loads is still trying; the words may be those of what was on before.
        return Outcome(session)
    words = clean_text(report.failure) or "its player does not say why"
    session = session.replace(stage=replace(stage, failures={**stage.failures, participant_id: words}))
    if known is not None:
        return Outcome(session)
    name = session.members[participant_id].display_name
    notice = wire.Notice(code="cannot-play", message=f"{name} can't play this: {words}", participant_id=participant_id)
    return Outcome(session, (Addressed(notice),))


def after(outcome: Outcome, moment: Moment) -> Outcome:
    """What follows where nobody who is here can play the media: the next item, or all stand still."""
    session = outcome.session
    stage = session.stage
    if stage.given_up is not None or session.settings.ended:
        return outcome
    why = _why_nobody_can(session)
    if why is None or stage.media is None:
        return outcome
    title = stage.media.title or stage.media.url or "the video"
    # A hold for somebody who buffers is no pause by anybody, and nobody buffers what can't be played.
    plays = session.timeline.playing or stage.waiting is not None
    session = session.replace(stage=replace(stage, given_up=why, waiting=None))
    if session.queue:
        notice = wire.Notice(code="skipped", message=f"skipped {title}: {why}")
        skipped = next_item(session, wire.Status.event, moment, playing=plays)
        return and_then(outcome, skipped.session, moment.now, Addressed(notice), *skipped.messages)
    notice = wire.Notice(code="cannot-play", message=f"nobody here can play {title}: {why}")
    if not session.timeline.playing:
        return and_then(outcome, session, moment.now, Addressed(notice))
    cause = wire.Cause(event=wire.Status.event, participant_id=moment.by.participant_id)
    session = with_timeline(session, session.timeline.paused_at(moment.now), cause)
    return and_then(outcome, session, moment.now, sync_message(session.stage.playback), Addressed(notice))


def _why_nobody_can(session: WatchSession) -> str | None:
    """Why none of the players that are connected can play the media; None if one can, may yet, or none is here."""
    failures = session.stage.failures
    if not failures:
        return None
    here = [key for key in session.connected() if session.members[key].platform not in _NO_PLAYERS]
    words = [failures.get(key, "") for key in here]
    return words[0] if words and all(words) else None
