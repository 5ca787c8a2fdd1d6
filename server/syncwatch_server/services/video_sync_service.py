"""Playback: the events that change it, the answer to who lost a race, and what a report says about being in sync."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.playback_rules import sync_message
from syncwatch_core.roles import Actor

if TYPE_CHECKING:
    from syncwatch_server.server_clock import ServerClock
    from syncwatch_server.services.live_session import LiveSession

VIDEO_EVENTS = (wire.VideoPlay, wire.VideoPause, wire.VideoSeek, wire.VideoRate, wire.VideoEnded)
"""What changes the playback, besides ``VideoLoad``."""

DURATION_TOLERANCE = 2.0
"""Seconds by which two players may see the length of the same media differently: containers round, streams pad."""

ASTRAY = 5.0
"""Seconds of drift; who is further off than this while playing has missed something, since players correct far less."""


SETTLED_AFTER = 5.0
"""Seconds after a change in which reports may still speak of what was before it."""


class VideoSyncService:
    """Playback of sessions."""

    def __init__(self, clock: ServerClock) -> None:
        self._clock = clock
        self._seen_to: WeakKeyDictionary[LiveSession, set[tuple[str, ...]]] = WeakKeyDictionary()

    async def handle_video_event(self, live: LiveSession, command: wire.ClientEvent, actor: Actor) -> wire.Done:
        """Load, play, pause, seek, change the rate, or note the end; raises the ``AppError`` that refuses it."""
        try:
            return await live.act(command, actor)
        except AppError as refusal:
            raise self.resolve_conflict(live, refusal) from None

    def resolve_conflict(self, live: LiveSession, refusal: AppError) -> AppError:
        """The refusal as the loser of a race should hear it: with the playback that is in force by now."""
        if refusal.code is not ErrorCode.CONFLICT:
            return refusal
        return AppError(refusal.code, refusal.message, refusal.hint, playback=live.shown.stage.playback)

    def sync_video_state(self, live: LiveSession, participant_id: str) -> None:
        """Tell one participant again what is watched and where it stands."""
        stage = live.shown.stage
        live.tell(wire.VideoUrlUpdated(media=stage.media, playback=stage.playback), participant_id)
        live.tell(sync_message(stage.playback).message, participant_id)

    def validate_video_sync(self, live: LiveSession, report: wire.Status) -> str | None:
        """What is wrong about a participant's report: ``url-conflict``, ``duration-mismatch``, ``drift``, or None."""
        media = live.shown.stage.media
        if media is None:
            return None
        if report.media_id is not None and report.media_id != media.media_id:
            return "url-conflict"
        if report.duration and media.duration and abs(report.duration - media.duration) > DURATION_TOLERANCE:
            return "duration-mismatch"
        if report.state == "playing" and report.drift is not None and abs(report.drift) > ASTRAY:
            return "drift"
        return None

    def see_to(self, live: LiveSession, participant_id: str, report: wire.Status) -> None:
        """Act on what is wrong about a report: tell everybody of another cut, tell who is astray where all are.

        Each is done once for a participant, until something else is loaded or commanded.
        """
        fault = self.validate_video_sync(live, report)
        playback = live.shown.stage.playback
        if fault is None or self._clock.now() < playback.at + SETTLED_AFTER:
            return
        occasion = playback.media_id if fault == "duration-mismatch" else playback.revision
        mark = (fault, participant_id, str(occasion))
        done = self._seen_to.setdefault(live, set())
        if mark in done:
            return
        done.add(mark)
        if fault == "duration-mismatch":
            live.tell(_another_cut(live, participant_id))
        else:
            self.sync_video_state(live, participant_id)


def _another_cut(live: LiveSession, participant_id: str) -> wire.Notice:
    member = live.shown.members.get(participant_id)
    name = member.display_name if member else "somebody"
    return wire.Notice(
        code="duration-mismatch",
        message=f"{name} has another cut of this video: its length differs, so scenes may not match",
        participant_id=participant_id,
    )
