"""Sessions: made, joined, left, changed and ended, by whoever may.

The rules of a session are the core's. Here it is decided who somebody is and whether they may,
passwords and tokens are looked at, and what was decided is handed to the session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from syncwatch_core import messages as wire
from syncwatch_core import roles
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.roles import SOMEBODY, Actor
from syncwatch_core.watch_session import TakeSeat, WatchSession, new_session
from syncwatch_server.services.admission import require_may, require_not_banned, role_by_token, seat_of, telling
from syncwatch_server.services.credentials import Passwords, new_id, new_token, same_hash, token_hash
from syncwatch_server.services.media_domains import MediaDomains
from syncwatch_server.services.video_sync_service import VIDEO_EVENTS, VideoSyncService

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncwatch_server.live.limits import TokenBuckets
    from syncwatch_server.server_clock import ServerClock
    from syncwatch_server.services.live_session import LiveSession
    from syncwatch_server.services.session_keeper import SessionKeeper
    from syncwatch_server.services.steps import Step


class Origin(NamedTuple):
    """Where a request comes from."""

    address: str
    platform: wire.Platform = "bot"
    connection: str = ""
    """The id under which the log knows the connection."""


class Seat(NamedTuple):
    """A participant's place, for as long as they are connected."""

    live: LiveSession
    participant_id: str


class Caller(NamedTuple):
    """Somebody outside a session who gives a command by HTTP."""

    token: str | None
    password: str | None
    address: str


_WAITING = frozenset({wire.UpdateSession, wire.LeaveSession})
"""Commands in a seat that are more than a step: a password is hashed, a seat is given up."""

_ATTEMPTS = "attempts with wrong codes or passwords"


class SessionService:
    """What can be done with sessions, whichever way it is asked."""

    def __init__(
        self,
        keeper: SessionKeeper,
        videos: VideoSyncService,
        clock: ServerClock,
        passwords: Passwords,
        attempts: TokenBuckets | None,
        expiry: float,
        domains: MediaDomains | None = None,
    ) -> None:
        self.keeper = keeper
        self.videos = videos
        self._clock = clock
        self._passwords = passwords
        self._attempts = attempts
        self._expiry = expiry
        self._domains = domains or MediaDomains()

    # --- coming and going --------------------------------------------------------------------------------

    async def create_session(
        self, request: wire.CreateSession, origin: Origin, on_seated: Callable[[Seat], None]
    ) -> wire.Created:
        """A new session with its creator as host; ``on_seated`` is called before any message to the seat is told.

        Raises ``AppError``: bad-request, unsupported-url, server-error.
        """
        token, host_token = new_token(), new_token()
        seat = TakeSeat(
            participant_id=new_id(),
            display_name=request.display_name,
            platform=origin.platform,
            token_hash=token_hash(token),
            role="host",
            address=telling(origin.address),
        )
        live = await self._new(request, host_token, seat)
        on_seated(Seat(live, seat.participant_id))
        session = live.shown.view(self._clock.now())
        joined = wire.SessionJoined(session=session, participant_id=seat.participant_id)
        live.tell(joined, seat.participant_id)
        return wire.Created(
            session=session, participant_id=seat.participant_id, participant_token=token, host_token=host_token
        )

    async def create_empty_session(self, request: wire.CreateSession) -> tuple[wire.Session, str]:
        """A new session in which nobody is yet, and its host's token; raises as ``create_session``."""
        host_token = new_token()
        live = await self._new(request, host_token, None)
        return live.shown.view(self._clock.now()), host_token

    async def join_session(
        self, request: wire.JoinSession, origin: Origin, on_seated: Callable[[Seat], None]
    ) -> wire.Joined:
        """A seat in a session, or one's own again; ``on_seated`` as in ``create_session``.

        Raises ``AppError``: not-found, ended, wrong-password, locked, kicked, forbidden, rate-limited, server-error.
        """
        live = await self.find(request.code, origin.address)
        await live.ready()
        require_not_banned(live.newest, request.participant_token)
        returning = seat_of(live.newest, request.participant_token)
        if returning is None and request.host_token is None:
            await self._require_password(live, request.password, origin.address)
            if live.newest.settings.locked:
                raise AppError(ErrorCode.LOCKED, "the session is locked", "ask the host to let you in")
        token = request.participant_token if returning and request.participant_token else new_token()
        seat = TakeSeat(
            participant_id=returning or new_id(),
            display_name=request.display_name,
            platform=origin.platform,
            token_hash=token_hash(token),
            role=role_by_token(live.newest, request.host_token),
            address=None if returning or request.host_token else telling(origin.address),
        )
        taken = Seat(live, seat.participant_id)
        await live.act(seat, on_release=lambda: on_seated(taken))
        return wire.Joined(session=live.whole(), participant_id=seat.participant_id, participant_token=token)

    async def leave_session(self, seat: Seat, on_left: Callable[[], None]) -> None:
        """A seat given up."""
        await self._act(seat.live, wire.LeaveSession(), seat.participant_id, on_release=on_left)

    async def find(self, code: str, address: str) -> LiveSession:
        """The session of a code; who guesses codes is slowed down.

        Raises ``AppError``: not-found, ended, rate-limited, server-error.
        """
        if self._attempts:
            self._attempts.require(address, _ATTEMPTS)
        try:
            return await self.keeper.find(code)
        except AppError as refusal:
            if self._attempts and refusal.code is ErrorCode.NOT_FOUND:
                self._attempts.take(address)
            raise

    # --- commands ------------------------------------------------------------------------------------------

    async def act_in_seat(self, seat: Seat, command: wire.ClientEvent) -> wire.Done:
        """A participant's command; raises the ``AppError`` that refuses it."""
        return await self._act(seat.live, command, seat.participant_id)

    def begin_in_seat(self, seat: Seat, command: wire.ClientEvent) -> Step | None:
        """The same without a wait where nothing has to be waited for; None: it has to be, and nothing was done.

        The step is settled already, or will be once it is stored; ``answer_in_seat`` has its answer then.
        """
        live = seat.live
        if not live.is_ready or type(command) in _WAITING:
            return None
        actor = require_may(live.newest, seat.participant_id, command.event)
        self._domains.require(command)
        return live.begin(command, actor)

    def answer_in_seat(self, seat: Seat, step: Step) -> wire.Done:
        """The answer to a step that is settled; raises the ``AppError`` that refused it."""
        try:
            return step.answer()
        except AppError as refusal:
            raise self.videos.resolve_conflict(seat.live, refusal) from None

    async def act_from_outside(self, code: str, caller: Caller, command: wire.ClientEvent) -> wire.Done:
        """A command by HTTP: by token, or by who knows the code and the password; raises what refuses it."""
        live = await self.find(code, caller.address)
        await live.ready()
        actor = await self._identify(live, caller)
        return await self._act(live, command, actor)

    async def get_active_session(self, code: str, caller: Caller) -> tuple[LiveSession, wire.Session]:
        """A session as it stands, for who may see it; raises what refuses it."""
        live = await self.find(code, caller.address)
        await live.ready()
        roles.require(await self._identify(live, caller), live.newest.settings.control, wire.GetSession.event)
        return live, live.shown.view(self._clock.now())

    async def set_video_url(self, live: LiveSession, command: wire.VideoLoad, actor: Actor) -> wire.Done:
        """Other media for everybody."""
        return await self.videos.handle_video_event(live, command, actor)

    async def update_video_state(self, live: LiveSession, command: wire.ClientEvent, actor: Actor) -> wire.Done:
        """Another state of playback for everybody."""
        return await self.videos.handle_video_event(live, command, actor)

    async def end_session(self, live: LiveSession, actor: Actor) -> wire.Done:
        """The end, for everybody."""
        return await live.act(wire.EndSession(), actor)

    async def _act(
        self,
        live: LiveSession,
        command: wire.ClientEvent,
        by: str | Actor,
        *,
        on_release: Callable[[], None] | None = None,
    ) -> wire.Done:
        """Give a command to a session, in the name of a participant or of somebody outside who was identified."""
        await live.ready()
        if isinstance(command, wire.UpdateSession) and command.password:
            # Before anybody asks who may: hashing takes its time, and rights may change meanwhile.
            require_may(live.newest, by, command.event)
            command = replace(command, password=await self._passwords.hashed(command.password))
        actor = require_may(live.newest, by, command.event)
        self._domains.require(command)
        if isinstance(command, wire.VideoLoad):
            return await self.set_video_url(live, command, actor)
        if isinstance(command, VIDEO_EVENTS):
            return await self.update_video_state(live, command, actor)
        if isinstance(command, wire.EndSession):
            return await self.end_session(live, actor)
        return await live.act(command, actor, on_release=on_release)

    # --- who somebody is -------------------------------------------------------------------------------------

    async def _identify(self, live: LiveSession, caller: Caller) -> Actor:
        """Who calls: the host, a participant, or somebody who knows the code and the password."""
        require_not_banned(live.newest, caller.token, caller.address)
        if caller.token is None:
            await self._require_password(live, caller.password, caller.address)
            return SOMEBODY
        session = live.newest
        if same_hash(token_hash(caller.token), session.settings.host_token_hash):
            return Actor(None, "host")
        participant_id = seat_of(session, caller.token)
        if participant_id is None:
            raise AppError(
                ErrorCode.FORBIDDEN, "that token is not of this session", "leave it out, or join again for a new one"
            )
        member = session.members[participant_id]
        return Actor(None if member.gone else participant_id, member.role)

    async def _require_password(self, live: LiveSession, password: str | None, address: str) -> None:
        kept = live.newest.settings.password_hash
        if kept is None:
            return
        if not password:
            raise AppError(ErrorCode.WRONG_PASSWORD, "the session has a password", "ask whoever invited you for it")
        if self._attempts:
            self._attempts.require(address, _ATTEMPTS)
        if not await self._passwords.is_right(password, kept):
            if self._attempts:
                self._attempts.take(address)
            raise AppError(ErrorCode.WRONG_PASSWORD, "that is not the session's password")

    async def _new(self, request: wire.CreateSession, host_token: str, seat: TakeSeat | None) -> LiveSession:
        self._domains.require(request)
        password_hash = await self._passwords.hashed(request.password) if request.password else None
        now, media_id = self._clock.now(), new_id()

        def furnish(code: str, link: str) -> WatchSession:
            session = new_session(
                new_id(), code, now, host_token_hash=token_hash(host_token), link=link, keep_empty_for=self._expiry
            )
            settings = replace(
                session.settings,
                title=clean_text(request.title or "") or None,
                control=request.control or "everyone",
                password_hash=password_hash,
            )
            session = session.replace(settings=settings)
            if seat is not None:
                session = session.apply(seat, now).session
            if request.url is None and request.file is None:
                return session
            load = wire.VideoLoad(url=request.url, file=request.file, start_position=request.start_position)
            by = Actor(seat.participant_id if seat else None, "host")
            return session.apply(load, now, by=by, fresh_id=media_id).session

        return await self.keeper.create(furnish)
