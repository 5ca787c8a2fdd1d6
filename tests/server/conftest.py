"""Real servers on free ports, real Socket.IO clients and HTTP requests against them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import socketio

from benchmarks.redis_fleets import RedisCluster
from syncwatch_server.app import RunningServer, start_server
from syncwatch_server.settings import ServerSettings
from tests.patience import PATIENCE
from tests.server.hostile_origin import Ground, hostile_ground
from tests.server.media_origin import make_media, media_origin
from tests.server.share_shelf import FILM, Shelf
from tests.server.url_desk import Desk

VIDEO = "https://media.example/big.mp4"


class Client:
    """A Socket.IO client that keeps what it hears, in order."""

    def __init__(self) -> None:
        self.socket = socketio.AsyncClient(reconnection=False, handle_sigint=False)
        self.heard: list[tuple[str, Any]] = []
        self.participant_id = ""
        self.token = ""
        self.host_token = ""
        self.code = ""
        self._news = asyncio.Event()
        self.gone = asyncio.Event()
        self.socket.on("*", self._hear)
        self.socket.on("disconnect", lambda *_: self.gone.set())

    def _hear(self, event: str, payload: Any = None) -> None:
        self.heard.append((event, payload))
        self._news.set()

    async def connect(self, url: str, **auth: Any) -> Client:
        """Connect, speaking protocol 1 unless told otherwise."""
        await self.socket.connect(
            url,
            auth={"protocol": 1, "client": "test/1", "platform": "bot"} | auth,
            transports=["websocket"],
            wait_timeout=PATIENCE,
        )
        return self

    async def call(self, event: str, payload: Any = None) -> Any:
        """Send an event and give its acknowledgement."""
        return await self.socket.call(event, payload, timeout=PATIENCE)

    async def ok(self, event: str, **payload: Any) -> dict[str, Any]:
        """Send an event that must be accepted."""
        answer = await self.call(event, payload)
        assert answer["ok"] is True, answer
        return answer

    async def refused(self, event: str, **payload: Any) -> str:
        """Send an event that must be refused, and give the code of the refusal."""
        answer = await self.call(event, payload)
        assert answer["ok"] is False, answer
        assert answer["error"]["message"]
        return answer["error"]["code"]

    async def create(self, display_name: str = "Ann", **more: Any) -> Client:
        """Create a session and take its host's seat."""
        answer = await self.ok("create-session", displayName=display_name, **more)
        self.host_token = answer["hostToken"]
        return self._seated(answer)

    async def join(self, code: str, display_name: str = "Ben", **more: Any) -> Client:
        """Take a seat."""
        return self._seated(await self.ok("join-session", code=code, displayName=display_name, **more))

    def _seated(self, answer: dict[str, Any]) -> Client:
        self.code = answer["session"]["code"]
        self.participant_id, self.token = answer["participantId"], answer["participantToken"]
        return self

    async def hear(self, event: str, **fields: Any) -> dict[str, Any]:
        """Wait for an event with these fields; it and what was heard before are taken off the list."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for index, (name, payload) in enumerate(self.heard):
                    if name == event and all(payload.get(key) == value for key, value in fields.items()):
                        del self.heard[: index + 1]
                        return payload
                self._news.clear()
                await self._news.wait()

    def names(self) -> list[str]:
        """The names of what was heard and not taken off."""
        return [name for name, _ in self.heard]


@dataclass
class Http:
    """HTTP requests to one server."""

    url: str
    session: aiohttp.ClientSession

    async def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        password: str | None = None,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> tuple[int, Any]:
        """``(status, body)`` of a request."""
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if password:
            sent["X-Session-Password"] = password
        content: dict[str, Any] = {"data": raw} if raw is not None else {"json": body} if body is not None else {}
        async with self.session.request(method, self.url + path, headers=sent, **content) as response:
            is_json = response.content_type == "application/json"
            return response.status, await response.json() if is_json else await response.text()

    async def create(self, **body: Any) -> dict[str, Any]:
        """A new session in which nobody is."""
        status, answer = await self("POST", "/api/v1/sessions", body)
        assert status == 201, answer
        return answer

    async def command(self, code: str, event: str, *, token: str | None = None, **payload: Any) -> tuple[int, Any]:
        """A command by HTTP."""
        return await self("POST", f"/api/v1/sessions/{code}/commands", {"event": event, **payload}, token=token)


@dataclass
class Bench:
    """Starts servers and connects clients, and puts them all away again."""

    settings: ServerSettings
    servers: list[RunningServer] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    sessions: list[aiohttp.ClientSession] = field(default_factory=list)

    async def start(self, **changes: Any) -> RunningServer:
        """A running server."""
        server = await start_server(replace(self.settings, **changes))
        self.servers.append(server)
        return server

    async def stop(self, server: RunningServer) -> None:
        """Stop one of them."""
        self.servers.remove(server)
        await server.stop()

    async def connect(self, server: RunningServer, **auth: Any) -> Client:
        """A connected client."""
        client = Client()
        self.clients.append(client)
        return await client.connect(server.url, **auth)

    def http(self, server: RunningServer) -> Http:
        """HTTP requests to a server."""
        session = aiohttp.ClientSession()
        self.sessions.append(session)
        return Http(server.url, session)

    @property
    def database(self) -> Path:
        """The file that the servers keep their sessions in."""
        return Path(self.settings.database_url.removeprefix("sqlite:///"))

    def rows(self, query: str) -> list[Any]:
        """What the database answers to somebody who looks in from outside."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(query).fetchall()

    def change(self, statement: str, *values: Any) -> None:
        """Change the database from outside."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(statement, values)

    async def close(self) -> None:
        """Put everything away."""
        for client in self.clients:
            await client.socket.disconnect()
        for session in self.sessions:
            await session.close()
        for server in self.servers:
            await server.stop()


@pytest.fixture(scope="session")
def cluster() -> Iterator[RedisCluster]:
    """A real Redis Cluster for all tests; a slot of it may have moved."""
    server = RedisCluster()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    return ServerSettings(
        port=0,
        database_url=f"sqlite:///{tmp_path / 'sessions.db'}",
        log_file=tmp_path / "server.log",
        log_format="json",
        log_level="debug",
        # What the tests load is nowhere; who tests the looking up has a server that does it.
        fetch_metadata=False,
    )


@pytest.fixture
async def bench(settings: ServerSettings) -> AsyncIterator[Bench]:
    bench = Bench(settings)
    yield bench
    await bench.close()


@pytest.fixture
async def server(bench: Bench) -> RunningServer:
    return await bench.start()


@pytest.fixture
async def http(bench: Bench, server: RunningServer) -> Http:
    return bench.http(server)


@pytest.fixture
async def ground() -> AsyncIterator[Ground]:
    """An origin that does whatever an origin can do."""
    async with hostile_ground() as ground:
        yield ground


@pytest.fixture(scope="session")
def media_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of real media, made once."""
    folder = tmp_path_factory.mktemp("media")
    make_media(folder)
    return folder


@pytest.fixture
async def desk(media_folder: Path) -> AsyncIterator[Desk]:
    """The service that looks at links, and an origin that serves real media to it."""
    async with media_origin(media_folder) as (origin, fetcher):
        desk = Desk(origin, fetcher)
        yield desk
        for service in desk.services:
            await service.close()


@pytest.fixture
async def ann(bench: Bench, server: RunningServer) -> Client:
    """The host of a session with a video."""
    client = await bench.connect(server)
    return await client.create("Ann", url=VIDEO)


@pytest.fixture
async def ben(bench: Bench, server: RunningServer, ann: Client) -> Client:
    """Somebody who has joined Ann's session."""
    client = await bench.connect(server)
    return await client.join(ann.code, "Ben")


@pytest.fixture
async def shelf(server: RunningServer, http: Http, ann: Client, tmp_path: Path) -> Shelf:
    """A film that Ann shares with her session."""
    film = tmp_path / "film.mp4"
    film.write_bytes(FILM)
    session_id = (await ann.ok("get-session"))["session"]["sessionId"]
    shelf = Shelf(server, http, film, session_id, ann.code)
    shelf.offer(film)
    return shelf
