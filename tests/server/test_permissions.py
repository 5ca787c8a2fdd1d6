"""Who may do what: every cell of the tables in docs/permissions.md, against a real server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from syncwatch_core import messages as wire
from syncwatch_server.api.openapi_operations import OPERATIONS
from tests.server.conftest import Client

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "permissions.md").read_text(encoding="utf-8")

VIDEO = "https://media.example/big.mp4"
PASSWORD = "sesame"
ELSEWHERE = {"X-Forwarded-For": "8.8.8.8"}
"""An address that tells one person from another, as those of this machine do not."""

Act = Callable[["Stage", str], Awaitable[str]]


def table(title: str) -> dict[str, dict[str, str]]:
    """The table below a title: action, and by column what becomes of it."""
    lines = [
        line for line in PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0].splitlines() if line[:1] == "|"
    ]
    rows = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: dict(zip(rows[0][1:], row[1:], strict=True)) for row in rows[2:]}


EVENTS, REQUESTS = table("Events"), table("HTTP")
COLUMNS = list(EVENTS["clock"])


@dataclass
class Stage:
    """A session with its host, somebody else, a queue, and whoever is tried."""

    server: Any
    http: Any
    host: Client
    other: Client
    actor: Client
    column: str

    @property
    def path(self) -> str:
        """The session's path."""
        return f"/api/v1/sessions/{self.host.code}"

    async def items(self) -> list[str]:
        """Ids of a queue of two."""
        await self.host.ok("queue-add", items=[{"url": VIDEO}, {"url": VIDEO}])
        return [item["itemId"] for item in (await self.host.ok("get-session"))["session"]["queue"]]

    async def payload(self, event: str) -> dict[str, Any]:
        """What makes an event a valid one here and now."""
        match event:
            case "queue-remove":
                return {"itemId": (await self.items())[0]}
            case "queue-move":
                return {"itemId": (await self.items())[0], "index": 1}
            case "queue-next":
                await self.items()
                return {}
            case "kick" | "set-role":
                return {"participantId": self.other.participant_id} | (
                    {"role": "viewer"} if event == "set-role" else {}
                )
            case "join-session":
                return {"code": self.host.code, "displayName": "Again", "password": PASSWORD}
            case _:
                return PAYLOADS.get(event, {})

    async def by_socket(self, event: str) -> str:
        """What becomes of an event on the actor's own connection."""
        payload = await self.payload(event)
        if event == "status":
            await self.actor.socket.emit(event, payload)
            return await self._reported()
        return _said(await self.actor.call(event, payload))

    async def _reported(self) -> str:
        await self.actor.call("clock", {"clientSent": 1.0})
        seats = (await self.host.ok("get-session"))["session"]["participants"]
        return "yes" if any(seat["state"] == "paused" for seat in seats) else "–"

    async def by_command(self, event: str) -> str:
        """What becomes of an event by HTTP."""
        body = {"event": event} | await self.payload(event)
        return await self._asked("POST", f"{self.path}/commands", body)

    async def by_request(self, name: str) -> str:
        """What becomes of a request."""
        operation = next(operation for operation in OPERATIONS if operation.name == name)
        path = operation.path.format(
            code=self.host.code, participant_id=self.other.participant_id, share_id="x", ticket="none", name="film.mkv"
        )
        return await self._asked(operation.method, path, BODIES.get(name))

    async def _asked(self, method: str, path: str, body: Any) -> str:
        headers = ELSEWHERE if self.column == "banned" else {}
        if self.column in ("host", "controller", "viewer", "kicked"):
            headers = headers | {"Authorization": f"Bearer {self.actor.token}"}
        # The stream of events does not end by itself: its head tells enough.
        async with self.http.session.request(method, self.http.url + path, json=body, headers=headers) as response:
            return "yes" if response.status < 300 else _said(await response.json())


PAYLOADS: dict[str, dict[str, Any]] = {
    "clock": {"clientSent": 1.0},
    "client-error": {"message": "the picture is upside down"},
    "chat-message": {"text": "hi"},
    "reaction": {"emoji": "!"},
    "set-ready": {"ready": True},
    "status": {"state": "paused"},
    "video-ended": {"mediaId": "another"},
    "video-load": {"url": VIDEO},
    "video-seek": {"currentTime": 1},
    "video-rate": {"rate": 1.5},
    "queue-add": {"url": VIDEO},
    "queue-repeat": {"repeat": "all"},
    "update-session": {"title": "T"},
    "create-session": {"displayName": "Again"},
}

BODIES: dict[str, dict[str, Any]] = {
    "updateSession": {"title": "T"},
    "addToQueue": {"url": VIDEO},
    "say": {"text": "hi"},
    "command": {"event": "video-play"},
}


def _said(answer: dict[str, Any]) -> str:
    if answer.get("ok"):
        return "yes"
    return "–" if "there is no command" in answer["error"]["message"] else answer["error"]["code"]


async def stage(bench: Any, server: Any, column: str) -> Stage:
    """A session for somebody of a column to be tried in."""
    control = "host" if column in ("viewer", "code, host") else "everyone"
    password = {"password": PASSWORD} if column == "no password" else {}
    host = await (await bench.connect(server)).create("Ann", url=VIDEO, control=control, **password)
    other = await (await bench.connect(server)).join(host.code, "Ben", **password)
    actor = host
    if column in ("controller", "viewer", "kicked", "banned"):
        actor = Client()
        bench.clients.append(actor)
        hello = {"protocol": 1, "client": "test/1", "platform": "bot"}
        headers = ELSEWHERE if column == "banned" else {}
        await actor.socket.connect(server.url, auth=hello, headers=headers, transports=["websocket"])
        await actor.join(host.code, "Cid")
    if column in ("controller", "viewer"):
        await host.ok("set-role", participantId=actor.participant_id, role=column)
    if column in ("kicked", "banned"):
        await host.ok("kick", participantId=actor.participant_id, ban=column == "banned")
        await actor.hear("kicked")
    return Stage(server, bench.http(server), host, other, actor, column)


@pytest.fixture
async def server(bench: Any) -> Any:
    """A server that tells clients apart, however many requests they make."""
    return await bench.start(rate_limit=None, trusted_proxies=(ip_network("127.0.0.1"),))


LEAVES_A_MARK = {"kick", "create-session", "join-session", "leave-session", "end-session", "endSession"}
"""What the next action needs a new session after."""


async def tried(bench: Any, server: Any, column: str, rows: list[str], act: Act) -> dict[str, str]:
    """What becomes of each action of a table for who is in a column."""
    now, found = await stage(bench, server, column), {}
    for action in rows:
        found[action] = await act(now, action)
        if action in LEAVES_A_MARK and found[action] == "yes":
            now = await stage(bench, server, column)
    return found


@pytest.mark.parametrize("column", COLUMNS)
async def test_events_are_permitted_as_the_table_says(bench: Any, server: Any, column: str) -> None:
    """Every event does for everybody what its cell says: by their connection, or, where there is none, by HTTP."""
    has_seat = column in ("host", "controller", "viewer", "kicked")
    found = await tried(bench, server, column, list(EVENTS), Stage.by_socket if has_seat else Stage.by_command)

    assert found == {event: cells[column] for event, cells in EVENTS.items()}


@pytest.mark.parametrize("column", COLUMNS)
async def test_requests_are_permitted_as_the_table_says(bench: Any, server: Any, column: str) -> None:
    """Every request to a session does for everybody what its cell says."""
    found = await tried(bench, server, column, list(REQUESTS), Stage.by_request)

    assert found == {name: cells[column] for name, cells in REQUESTS.items()}


def test_tables_are_complete() -> None:
    """Every event that a client may send has a row, and so has every operation on a session."""
    assert EVENTS.keys() == wire.CLIENT_EVENTS.keys()
    assert REQUESTS.keys() == {operation.name for operation in OPERATIONS if operation.is_of_session}


async def test_banned_token_stays_banned_from_anywhere(bench: Any, server: Any) -> None:
    """Who was banned doesn't come back by their old token from another address, nor by joining from the old one."""
    now = await stage(bench, server, "banned")
    status, answer = await now.http("GET", now.path, token=now.actor.token)
    joins = {"code": now.host.code, "displayName": "Cid"}

    assert (status, answer["error"]["code"]) == (403, "kicked")
    assert await now.actor.refused("join-session", **joins) == "kicked"
    assert await now.actor.refused("join-session", **joins, participantToken=now.actor.token) == "kicked"
