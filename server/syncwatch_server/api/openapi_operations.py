"""The table of what ``/api/v1`` can be asked: paths, parameters, types, and what may be refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from syncwatch_core import messages as wire
from syncwatch_server.api.answers import (
    ChatPart,
    CreatedSession,
    HistoryPart,
    ParticipantsPart,
    QueuePart,
    ServerTime,
)
from syncwatch_server.api.paging import MOST_AT_ONCE
from syncwatch_server.api.sessions import NOT_BY_HTTP, NewSession
from syncwatch_server.api.urls import UrlToValidate
from syncwatch_server.services.share_views import Shares
from syncwatch_server.services.video_url_service import UrlReport

COMMANDS = {event: kind for event, kind in wire.CLIENT_EVENTS.items() if event not in NOT_BY_HTTP}
"""What ``POST /sessions/{code}/commands`` takes."""

_ALWAYS = (429, 500)
_READ = (400, 401, 403, 404, 410, *_ALWAYS)
"""Refusals of whoever wants to look at a session."""
_WRITE = (*_READ, 409, 413, 422, 423)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    """Below the root of the server."""
    name: str
    summary: str
    tag: str = "sessions"
    told: str
    """What a success answers, in words."""
    status: int = 200
    body: type | None = None
    needs_body: bool = False
    is_command: bool = False
    answers: tuple[type, ...] = ()
    media_type: str | None = None
    """What is answered, where it isn't JSON."""
    query: tuple[str, ...] = ()
    refusals: tuple[int, ...] = field(default=_READ)

    @property
    def is_of_session(self) -> bool:
        """Whether a token or a password may be asked for."""
        return "{code}" in self.path


_ROOT = "/api/v1"
_ONE = f"{_ROOT}/sessions/{{code}}"
_PART = ("limit", "cursor")

OPERATIONS = (
    Operation(
        method="POST",
        path=f"{_ROOT}/sessions",
        name="createSession",
        summary="Create a session in which nobody is yet",
        told="The session and its host's token.",
        status=201,
        body=NewSession,
        answers=(CreatedSession,),
        refusals=(400, 403, 413, 422, *_ALWAYS),
    ),
    Operation(
        method="GET",
        path=_ONE,
        name="getSession",
        summary="The session as it stands",
        told="The session.",
        answers=(wire.Session,),
    ),
    Operation(
        method="PATCH",
        path=_ONE,
        name="updateSession",
        summary="Change settings; what is left out stays",
        told="The session.",
        body=wire.UpdateSession,
        answers=(wire.SessionReply,),
        refusals=_WRITE,
    ),
    Operation(
        method="DELETE",
        path=_ONE,
        name="endSession",
        summary="End the session for everybody",
        told="It is over.",
        answers=(wire.Done,),
        refusals=_WRITE,
    ),
    Operation(
        method="GET",
        path=f"{_ONE}/participants",
        name="listParticipants",
        summary="Who is in the session",
        told="The participants.",
        answers=(ParticipantsPart,),
        query=_PART,
    ),
    Operation(
        method="DELETE",
        path=f"{_ONE}/participants/{{participant_id}}",
        name="kick",
        summary="Remove a participant, with `ban` for good",
        told="The session.",
        answers=(wire.SessionReply,),
        query=("ban",),
        refusals=_WRITE,
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/commands",
        name="command",
        summary="Give a command: the payload of a Socket.IO event, with its name as `event`",
        told="What the event is acknowledged with.",
        is_command=True,
        answers=tuple(dict.fromkeys(wire.ACKNOWLEDGEMENTS[event] for event in COMMANDS)),
        refusals=_WRITE,
    ),
    Operation(
        method="GET",
        path=f"{_ONE}/queue",
        name="listQueue",
        summary="What is watched next",
        tag="queue",
        told="The queue.",
        answers=(QueuePart,),
        query=_PART,
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/queue",
        name="addToQueue",
        summary="Add to the queue",
        tag="queue",
        told="The queue.",
        status=201,
        body=wire.QueueAdd,
        needs_body=True,
        answers=(wire.QueueReply,),
        refusals=_WRITE,
    ),
    Operation(
        method="GET",
        path=f"{_ONE}/history",
        name="listHistory",
        summary="What was watched before, newest first",
        tag="queue",
        told="The history.",
        answers=(HistoryPart,),
        query=_PART,
    ),
    Operation(
        method="GET",
        path=f"{_ONE}/chat",
        name="listChat",
        summary="What was said, the newest part first, as far back as it is kept",
        tag="chat",
        told="Messages, oldest first.",
        answers=(ChatPart,),
        query=_PART,
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/chat",
        name="say",
        summary="Say something to everybody",
        tag="chat",
        told="It was said.",
        status=201,
        body=wire.SendChat,
        needs_body=True,
        answers=(wire.Done,),
        refusals=_WRITE,
    ),
    Operation(
        method="GET",
        path=f"{_ONE}/events",
        name="followSession",
        summary="The session as event `session`, and then what happens in it, until it ends",
        told="Server-sent events, named and shaped as those of Socket.IO.",
        media_type="text/event-stream",
    ),
    Operation(
        method="GET",
        path=f"{_ONE}/shares",
        name="listShares",
        summary="Files that the host shares, and who reads them",
        tag="shares",
        told="The shared files and their readers.",
        answers=(Shares,),
    ),
    Operation(
        method="GET",
        path=f"{_ONE}/shares/{{share_id}}/{{ticket}}/{{name}}",
        name="readShare",
        summary="A shared file, or a range of it",
        tag="shares",
        told="The bytes; 206 for a part of them.",
        media_type="*/*",
        query=("as",),
        refusals=(*_READ, 416),
    ),
    Operation(
        method="POST",
        path=f"{_ROOT}/urls/validate",
        name="validateUrl",
        summary="What a link means, what is there, and who can play it",
        tag="media",
        told="What was found.",
        body=UrlToValidate,
        needs_body=True,
        answers=(UrlReport,),
        refusals=(400, 403, 413, 422, *_ALWAYS),
    ),
    Operation(
        method="GET",
        path=f"{_ROOT}/time",
        name="getTime",
        summary="The server's clock",
        tag="server",
        told="Server time.",
        answers=(ServerTime,),
        refusals=_ALWAYS,
    ),
    Operation(
        method="GET",
        path=f"{_ROOT}/openapi.json",
        name="getDescription",
        summary="This description",
        tag="server",
        told="An OpenAPI document.",
        refusals=_ALWAYS,
    ),
)
"""Every operation; a test holds the application's routes against it."""


def _parameter(name: str, words: str, schema: dict[str, Any], *, in_path: bool = False) -> dict[str, Any]:
    where = {"in": "path", "required": True} if in_path else {"in": "query"}
    return {"name": name, **where, "description": words, "schema": schema}


PARAMETERS = {
    "code": _parameter("code", "The session's code, as in `ABC-DEF`.", {"type": "string"}, in_path=True),
    "participant_id": _parameter("participant_id", "Whose seat it is.", {"type": "string"}, in_path=True),
    "share_id": _parameter("share_id", "Which file it is.", {"type": "string"}, in_path=True),
    "name": _parameter("name", "The file's name, for people and players.", {"type": "string"}, in_path=True),
    "limit": _parameter(
        "limit",
        "How many at most; without `limit` and `cursor` a list comes whole, of chat the last 50.",
        {"type": "integer", "minimum": 1, "maximum": MOST_AT_ONCE},
    ),
    "cursor": _parameter(
        "cursor",
        "`nextCursor` of the part before.",
        {"type": "string", "pattern": "^[0-9]{1,15}\\.[0-9A-Za-z_-]{0,64}$"},
    ),
    "ban": _parameter("ban", "`1`: for good.", {"enum": ["0", "1", "true", "false"]}),
    "ticket": _parameter(
        "ticket", "The right to read it; stands in the `path` of the list.", {"type": "string"}, in_path=True
    ),
    "as": _parameter("as", "`vtt`: SubRip subtitles as WebVTT.", {"const": "vtt"}),
}
"""Parameters of paths and queries, by their names."""
