"""The routes of ``/api/v1/sessions``: docs/contract.md, 4."""

from __future__ import annotations

from typing import Annotated, Any, Protocol

import msgspec
from aiohttp import web

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.messages import MAX_SAFE_INTEGER
from syncwatch_core.watch_session import CHAT_KEPT
from syncwatch_server.api.answers import ChatPart, CreatedSession, HistoryPart, ParticipantsPart, QueuePart
from syncwatch_server.api.clients import bearer_of
from syncwatch_server.api.events import EventStreams
from syncwatch_server.api.faults import json_response, read_body
from syncwatch_server.api.paging import asked, page
from syncwatch_server.live.limits import TokenBuckets
from syncwatch_server.services.session_service import Caller, SessionService

NOT_BY_HTTP = frozenset({"clock", "create-session", "join-session", "client-error", "status"})
"""Events that only mean something on a connection of one's own."""


class NewSession(wire.CreateSession, frozen=True, kw_only=True):
    """The body of ``POST /sessions``: as ``create-session``, by somebody who takes no seat."""

    display_name: Annotated[str, msgspec.Meta(max_length=64)] = ""


class ChatArchive(Protocol):
    """Where all that was said is kept."""

    async def chat_before(self, session_id: str, before: int, count: int) -> list[tuple[int, wire.ChatMessage]]:
        """As ``Repository.chat_before``."""


class SessionRoutes:
    """What can be asked of sessions by HTTP."""

    def __init__(
        self, sessions: SessionService, chat: ChatArchive, streams: EventStreams, creations: TokenBuckets | None
    ) -> None:
        self._sessions = sessions
        self._chat = chat
        self._streams = streams
        self._creations = creations

    def routes(self) -> list[web.RouteDef]:
        """Every route and its handler."""
        one = "/api/v1/sessions/{code}"
        return [
            web.post("/api/v1/sessions", self.create),
            web.get(one, self.show, allow_head=False),
            web.patch(one, self.update),
            web.delete(one, self.end),
            web.get(f"{one}/participants", self.participants, allow_head=False),
            web.delete(one + "/participants/{participant_id}", self.remove),
            web.post(f"{one}/commands", self.command),
            web.get(f"{one}/queue", self.queue, allow_head=False),
            web.post(f"{one}/queue", self.add),
            web.get(f"{one}/history", self.history, allow_head=False),
            web.get(f"{one}/chat", self.said, allow_head=False),
            web.post(f"{one}/chat", self.say),
            web.get(f"{one}/events", self.follow, allow_head=False),
        ]

    async def create(self, request: web.Request) -> web.Response:
        """The new session and, beside its fields, ``hostToken``."""
        if self._creations:
            self._creations.spend(request.remote or "", "new sessions")
        session, host_token = await self._sessions.create_empty_session(read_body(NewSession, await request.read()))
        return json_response(CreatedSession(**msgspec.structs.asdict(session), host_token=host_token), 201)

    async def show(self, request: web.Request) -> web.Response:
        """The session."""
        return json_response(await self._session(request))

    async def participants(self, request: web.Request) -> web.Response:
        """Who is here."""
        seats, following = page(request, (await self._session(request)).participants, lambda seat: seat.participant_id)
        return json_response(ParticipantsPart(participants=tuple(seats), next_cursor=following))

    async def queue(self, request: web.Request) -> web.Response:
        """What is watched next."""
        session = await self._session(request)
        items, following = page(request, session.queue, lambda item: item.item_id)
        return json_response(QueuePart(queue=tuple(items), repeat=session.repeat, next_cursor=following))

    async def history(self, request: web.Request) -> web.Response:
        """What was watched before, newest first."""
        watched = (await self._session(request)).history[::-1]
        items, following = page(request, watched, lambda item: item.media_id)
        return json_response(HistoryPart(history=tuple(items), next_cursor=following))

    async def said(self, request: web.Request) -> web.Response:
        """What was said, as far back as it is kept: the newest messages, each part oldest first."""
        limit, cursor = asked(request)
        limit = limit or CHAT_KEPT
        session = await self._session(request)
        before = cursor[0] if cursor else MAX_SAFE_INTEGER
        found = await self._chat.chat_before(session.session_id, before, limit + 1)
        part = found[:limit]
        following = f"{part[-1][0]}." if len(found) > limit else None
        said = tuple(message for _, message in reversed(part))
        return json_response(ChatPart(chat=said, next_cursor=following))

    async def update(self, request: web.Request) -> web.Response:
        """Other settings."""
        return json_response(await self._act(request, read_body(wire.UpdateSession, await request.read())))

    async def end(self, request: web.Request) -> web.Response:
        """The end of the session."""
        return json_response(await self._act(request, wire.EndSession()))

    async def remove(self, request: web.Request) -> web.Response:
        """A participant removed; with ``?ban=1`` for good."""
        ban = _flag(request, "ban")
        kick = wire.Kick(participant_id=request.match_info["participant_id"][:64], ban=ban)
        return json_response(await self._act(request, kick))

    async def add(self, request: web.Request) -> web.Response:
        """One more in the queue."""
        return json_response(await self._act(request, read_body(wire.QueueAdd, await request.read())), 201)

    async def say(self, request: web.Request) -> web.Response:
        """A message to everybody."""
        return json_response(await self._act(request, read_body(wire.SendChat, await request.read())), 201)

    async def command(self, request: web.Request) -> web.Response:
        """Any command of section 3, by its event."""
        body = read_body(dict[str, Any], await request.read())
        kind = wire.CLIENT_EVENTS.get(str(body.get("event")))
        if kind is None or kind.event in NOT_BY_HTTP:
            known = ", ".join(sorted(wire.CLIENT_EVENTS.keys() - NOT_BY_HTTP))
            asked = str(body.get("event"))[:64]
            raise AppError(ErrorCode.BAD_REQUEST, f"there is no command {asked!r}", f"one of {known}")
        return json_response(await self._act(request, wire.read(kind, body)))

    async def follow(self, request: web.Request) -> web.StreamResponse:
        """The session and then its events, until it ends."""
        live, session = await self._sessions.get_active_session(request.match_info["code"], caller_of(request))
        return await self._streams.follow(request, live.newest.session_id, session)

    async def _session(self, request: web.Request) -> wire.Session:
        _, session = await self._sessions.get_active_session(request.match_info["code"], caller_of(request))
        return session

    async def _act(self, request: web.Request, command: wire.ClientEvent) -> wire.Done:
        return await self._sessions.act_from_outside(request.match_info["code"], caller_of(request), command)


def caller_of(request: web.Request) -> Caller:
    """Who asks: by ``Authorization: Bearer TOKEN`` or ``X-Session-Password``."""
    password = request.headers.get("X-Session-Password")
    if password is not None:
        raw = password.encode("utf-8", "surrogateescape")
        try:
            password = raw.decode()
        except UnicodeDecodeError:
            # A browser can only write Latin-1 into a header.
            password = raw.decode("latin-1")
    return Caller(bearer_of(request), password, request.remote or "")


def _flag(request: web.Request, name: str) -> bool:
    text = request.query.get(name, "0")
    if text not in _FLAGS:
        raise AppError(ErrorCode.BAD_REQUEST, f"{name} is 1 or 0")
    return _FLAGS[text]


_FLAGS = {"0": False, "false": False, "1": True, "true": True}
