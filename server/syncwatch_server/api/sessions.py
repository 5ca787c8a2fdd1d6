"""The routes of ``/api/v1/sessions``: docs/contract.md, 4."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from aiohttp import web

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.api.events import EventStreams
from syncwatch_server.api.faults import json_response, read_body
from syncwatch_server.live.limits import TokenBuckets
from syncwatch_server.services.session_service import Caller, SessionService

NOT_BY_HTTP = frozenset({"clock", "create-session", "join-session", "client-error", "status"})
"""Events that only mean something on a connection of one's own."""


class NewSession(wire.CreateSession, frozen=True, kw_only=True):
    """The body of ``POST /sessions``: as ``create-session``, by somebody who takes no seat."""

    display_name: Annotated[str, msgspec.Meta(max_length=64)] = ""


class SessionRoutes:
    """What can be asked of sessions by HTTP."""

    def __init__(self, sessions: SessionService, streams: EventStreams, creations: TokenBuckets | None) -> None:
        self._sessions = sessions
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
            web.post(f"{one}/chat", self.say),
            web.get(f"{one}/events", self.follow, allow_head=False),
        ]

    async def create(self, request: web.Request) -> web.Response:
        """The new session and, beside its fields, ``hostToken``."""
        if self._creations:
            self._creations.spend(request.remote or "", "new sessions")
        session, host_token = await self._sessions.create_empty_session(read_body(NewSession, await request.read()))
        body = msgspec.structs.asdict(session)
        named = {wire_name: body[name] for name, wire_name in _WIRE_NAMES.items()}
        return json_response({**named, "hostToken": host_token}, 201)

    async def show(self, request: web.Request) -> web.Response:
        """The session."""
        return json_response(await self._session(request))

    async def participants(self, request: web.Request) -> web.Response:
        """Who is here."""
        return json_response({"participants": (await self._session(request)).participants})

    async def queue(self, request: web.Request) -> web.Response:
        """What is watched next."""
        return json_response({"queue": (await self._session(request)).queue})

    async def update(self, request: web.Request) -> web.Response:
        """Other settings."""
        return json_response(await self._act(request, read_body(wire.UpdateSession, await request.read())))

    async def end(self, request: web.Request) -> web.Response:
        """The end of the session."""
        return json_response(await self._act(request, wire.EndSession()))

    async def remove(self, request: web.Request) -> web.Response:
        """A participant removed; with ``?ban=1`` for good."""
        ban = request.query.get("ban", "") in ("1", "true")
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
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    password = request.headers.get("X-Session-Password")
    if password is not None:
        raw = password.encode("utf-8", "surrogateescape")
        try:
            password = raw.decode()
        except UnicodeDecodeError:
            # A browser can only write Latin-1 into a header.
            password = raw.decode("latin-1")
    return Caller(token.strip() or None if scheme.lower() == "bearer" else None, password, request.remote or "")


_WIRE_NAMES = {field.name: field.encode_name for field in msgspec.structs.fields(wire.Session)}
