"""What comes in from the session: the seat, what is watched, who did what; and that the link broke, or is back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import msgspec

from syncwatch_cli.join_options import JoinOptions
from syncwatch_cli.media.finding import Finder
from syncwatch_cli.media.looking_ahead import LookingAhead
from syncwatch_cli.osd import Osd
from syncwatch_cli.patience import wait_for_server
from syncwatch_cli.player.interface import Player
from syncwatch_cli.reports import Reports
from syncwatch_cli.screens import Screen
from syncwatch_cli.session_client import Exchanged, Heard, LinkFact, Lost, Seated, VideoSessionClient
from syncwatch_cli.tasks import Tasks
from syncwatch_cli.watched import Watched
from syncwatch_core import controller_events as told
from syncwatch_core import messages as wire
from syncwatch_core.controller import VideoController
from syncwatch_core.errors import AppError


class FromSession:
    """Hands on what the session says; ``tell`` is the controller's ear."""

    def __init__(
        self,
        options: JoinOptions,
        screen: Screen,
        client: VideoSessionClient,
        player: Player,
        controller: VideoController,
        osd: Osd,
        watched: Watched,
        reports: Reports,
        finder: Finder,
        looking_ahead: LookingAhead,
        tasks: Tasks,
        *,
        tell: Callable[[told.ControllerEvent], None],
    ) -> None:
        self._options = options
        self._screen = screen
        self._client = client
        self._player = player
        self._controller = controller
        self._osd = osd
        self._watched = watched
        self._reports = reports
        self._finder = finder
        self._looking_ahead = looking_ahead
        self._tasks = tasks
        self._tell = tell
        self._waiting: asyncio.Task[None] | None = None
        """While the link is lost."""
        self._early: list[wire.ServerMessage] = []
        """What was heard before the seat was taken; ``joined`` is the first event of all."""
        self.seated = asyncio.Event()
        """Whether a seat was ever taken."""
        self.is_linked = False
        self.token: str | None = None
        """Of the seat that was taken."""

    def take(self, fact: LinkFact) -> None:
        """The link tells something."""
        match fact:
            case Exchanged():
                self._tell(told.ClockEstimated(fact.estimate))
            case Seated():
                self._on_seated(fact)
            case Heard():
                self._on_message(fact.message)
            case Lost():
                self.is_linked = False
                self._reports.notice("link-lost", "the connection is lost; playing on, and trying again")
                self._waiting = self._tasks.spawn(
                    wait_for_server(self._reports.notice, lambda: self._reports.state == "playing")
                )
                self._tell(told.LinkLost())

    def _on_seated(self, fact: Seated) -> None:
        again = self.seated.is_set()
        self.is_linked = True
        self._controller.participant_id = fact.participant_id
        self.token = fact.participant_token
        self._finder.seated()
        self._options.seat.keep(fact.participant_id, fact.participant_token, fact.session.title)
        if not again:
            self._watched.came_for = fact.session.media.media_id if fact.session.media else None
            self._screen.emit("joined", {"code": fact.session.code, "participantId": fact.participant_id})
            self.seated.set()
            for message in self._early:
                self._on_message(message)
            self._early.clear()
        self._take_session(fact.session)
        if again:
            if self._waiting is not None:
                self._waiting.cancel()
            self._reports.notice("link-restored", "connected again")
            self._tell(told.LinkRestored())

    def _on_message(self, message: wire.ServerMessage) -> None:
        if not self.seated.is_set():
            self._early.append(message)
            return
        self._show(message)
        match message:
            case wire.VideoUrlUpdated():
                self._take(message.media, message.playback)
            case wire.VideoSync():
                self._on_sync(message)
            case wire.QueueUpdated():
                self._looking_ahead.queue_is(message.queue)
            case wire.SessionUpdated():
                self._pin_tracks(message.session.tracks)
            case _:
                pass

    def _show(self, message: wire.ServerMessage) -> None:
        payload = wire.write(message)
        self._screen.emit(message.event, payload)
        self._osd.take(message.event, payload)

    def _on_sync(self, playback: wire.VideoSync) -> None:
        """Take on the playback; one that does not follow on the last shows that something was missed."""
        if self._watched.is_gap(playback):
            self._tasks.spawn(self._ask_for_session())
        if playback.media_id == self._watched.media_id:
            self._take(self._watched.media, playback)

    async def _ask_for_session(self) -> None:
        with suppress(AppError):  # a link that broke is taken up again, and brings the session with it
            reply = await self._client.send(wire.GetSession())
            assert isinstance(reply, wire.SessionReply)  # noqa: S101 what this event is acknowledged with
            self._catch_up(reply.session)

    def _catch_up(self, session: wire.Session) -> None:
        """Take on the session after something was missed, and show what of it is news."""
        media_before, revision_before = self._watched.media_id, self._watched.revision
        self._take_session(session)
        if session.playback.revision < revision_before:
            return
        media_id = session.media.media_id if session.media else None
        if media_id != media_before or session.playback.revision > revision_before:
            self._show(wire.VideoUrlUpdated(media=session.media, playback=session.playback))
        self._show(wire.SessionUpdated(session=msgspec.structs.replace(session, chat=())))

    def _take_session(self, session: wire.Session) -> None:
        self._pin_tracks(session.tracks)
        self._take(session.media, session.playback)
        self._looking_ahead.queue_is(session.queue)

    def _pin_tracks(self, tracks: wire.Tracks) -> None:
        self._player.pin_tracks(tracks.audio, tracks.subtitles)

    def _take(self, media: wire.Media | None, playback: wire.Playback) -> None:
        if self._watched.take(media, playback):
            self._tell(told.PlaybackReceived(media, playback))
