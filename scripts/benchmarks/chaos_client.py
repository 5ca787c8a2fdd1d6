"""A lean client of a fleet: it knows every node, comes back to another one, and keeps what it was told and promised."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Callable

ANSWERED_WITHIN = 12.0
"""Seconds that a command's acknowledgement is waited for."""

_SILENT_FOR = 25.0
"""Seconds without any word after which a connection counts as dead; the server pings every ten."""

_AGAIN_AFTER = 0.2
"""Seconds between two tries to connect."""

_GONE = (aiohttp.ClientError, OSError, TimeoutError, asyncio.CancelledError)


@dataclass(slots=True)
class Evidence:
    """What all clients together saw."""

    timelines: dict[tuple[str, int], str] = field(default_factory=dict)
    """By session and revision."""
    conflicts: set[str] = field(default_factory=set)
    """Revisions of which there were two timelines."""
    chats: set[str] = field(default_factory=set)
    """Lines that were acknowledged."""
    items: set[str] = field(default_factory=set)
    """Titles of queue items that were acknowledged."""
    revisions: dict[str, int] = field(default_factory=dict)
    """The highest that was acknowledged, by session."""
    refused: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0

    def see(self, playback: dict[str, Any]) -> None:
        """A client holds this timeline."""
        place = (playback["sessionId"], playback["revision"])
        parts = ("mediaId", "currentTime", "isPlaying", "rate", "at")
        timeline = json.dumps([playback[part] for part in parts])
        if self.timelines.setdefault(place, timeline) != timeline:
            self.conflicts.add(f"revision {place[1]}: {self.timelines[place]} and {timeline}")


class ChaosClient:
    """One participant."""

    def __init__(self, name: str, urls: list[str], first: int, evidence: Evidence) -> None:
        self.name = name
        self.code = ""
        self.playback: dict[str, Any] = {}
        self._urls = urls
        self._node = first
        self._evidence = evidence
        self._token: str | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._numbers = itertools.count()
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._joined = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._seats: set[asyncio.Task[None]] = set()

    @property
    def is_in(self) -> bool:
        """Whether it has its seat."""
        return self._joined.is_set()

    def start(self, http: aiohttp.ClientSession, code: str) -> None:
        """Be in this session until stopped; an empty code makes a new one."""
        self.code = code
        self._task = asyncio.create_task(self._live(http))

    async def seated(self) -> None:
        """Wait for the seat."""
        await self._joined.wait()

    async def stop(self) -> None:
        """Leave without a word."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, *self._seats, return_exceptions=True)

    async def call(self, event: str, **payload: Any) -> dict[str, Any] | None:
        """An event's acknowledgement; None if it was lost with the connection."""
        socket = self._socket
        if socket is None:
            return None
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        try:
            async with asyncio.timeout(ANSWERED_WITHIN):
                await socket.send_str(f"42{number}{json.dumps([event, payload])}")
                return await answer
        except (aiohttp.ClientError, OSError, TimeoutError):
            return None
        finally:
            self._answers.pop(number, None)

    async def _live(self, http: aiohttp.ClientSession) -> None:
        while True:
            url = self._urls[self._node % len(self._urls)]
            with suppress(aiohttp.ClientError, OSError, TimeoutError):
                await self._visit(http, url)
            self._joined.clear()
            self._socket = None
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(ConnectionError())
            self._node += 1
            await asyncio.sleep(_AGAIN_AFTER)

    async def _visit(self, http: aiohttp.ClientSession, url: str) -> None:
        async with asyncio.timeout(5.0):
            socket = await http.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket", max_msg_size=0)
        async with socket:
            while True:
                async with asyncio.timeout(_SILENT_FOR):
                    message = await socket.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return
                await self._take(socket, message.data)

    async def _take(self, socket: aiohttp.ClientWebSocketResponse, text: str) -> None:
        if text == "2":
            await socket.send_str("3")
        elif text.startswith("0"):
            auth = {"protocol": 1, "client": "chaos/1", "platform": "bot"}
            await socket.send_str(f"40{json.dumps(auth)}")
        elif text.startswith("40"):
            self._socket = socket
            task = asyncio.create_task(self._sit_down(socket))
            self._seats.add(task)
            task.add_done_callback(self._seats.discard)
        elif text.startswith("42"):
            await self._hear(*json.loads(text[2:]))
        elif text.startswith("43"):
            number, _, rest = text[2:].partition("[")
            answer = self._answers.get(int(number))
            if answer is not None and not answer.done():
                answer.set_result(json.loads(f"[{rest}")[0])
        elif text.startswith(("1", "41", "44")):
            await socket.close()

    async def _sit_down(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        with suppress(ConnectionError):
            if not self.code:
                answer = await self.call("create-session", displayName=self.name, url="https://media.example/a.mp4")
            else:
                known = {"participantToken": self._token} if self._token else {}
                answer = await self.call("join-session", code=self.code, displayName=self.name, **known)
            if answer is not None and answer["ok"]:
                self._token = answer["participantToken"]
                self.code = answer["session"]["code"]
                self._hold(answer["session"]["playback"])
                self._joined.set()
                return
        await socket.close()

    async def _hear(self, event: str, payload: dict[str, Any]) -> None:
        if event == "video-sync":
            self._hold(payload)
        elif event == "video-url-updated":
            self._hold(payload["playback"])
        elif event in ("session-updated", "session-joined"):
            self._hold(payload["session"]["playback"])

    def _hold(self, playback: dict[str, Any]) -> None:
        self._evidence.see(playback)
        if not self.playback or playback["revision"] >= self.playback["revision"]:
            self.playback = playback


async def command(client: ChaosClient, evidence: Evidence, event: str, number: int) -> None:
    """One command, and what was promised."""
    word = f"{client.name} {number}"
    payloads: dict[str, Callable[[], dict[str, Any]]] = {
        "chat-message": lambda: {"text": word},
        "queue-add": lambda: {"url": "https://media.example/q.mp4", "title": word},
        "video-seek": lambda: {"currentTime": float(number)},
    }
    try:
        answer = await client.call(event, **payloads.get(event, dict)())
    except ConnectionError:
        answer = None
    if answer is None:
        evidence.refused["no answer"] += 1
    elif not answer["ok"]:
        evidence.refused[answer["error"]["code"]] += 1
    else:
        evidence.acknowledged += 1
        if event == "chat-message":
            evidence.chats.add(word)
        elif event == "queue-add":
            evidence.items.add(word)
        else:
            playback = answer["playback"]
            evidence.see(playback)
            session = playback["sessionId"]
            evidence.revisions[session] = max(evidence.revisions.get(session, 0), playback["revision"])
