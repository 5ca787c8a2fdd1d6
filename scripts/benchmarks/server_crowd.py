"""Many clients in one process that is not the bottleneck: finished frames, plain sockets, no more parsed than needed.

What a client is sent is counted by its frames' heads. Acknowledgements are read up to their number, and only some
clients look into what they hear, for the mark that tells which command it was and so how long it took.
"""

from __future__ import annotations

import json
import select
import socket
import time
from typing import Any

from benchmarks.server_frames import PONG, event_frame, frames, opening, text_frame

HELLO = text_frame('40{"protocol":1,"client":"bench/1","platform":"bot"}')

_WAVE = 50
"""Clients that connect or join at the same time."""

_PATIENCE = 120.0
"""s for one wave of a set-up."""

_RECEIVED_AT_ONCE = 1 << 18
"""Bytes."""

_OPEN, _PING, _MESSAGE, _CONNECT, _ACK = b"02403"
_SETTING_UP = 1 << 40
"""Numbers of acknowledgements from here on are of the set-up."""


class Member:
    """One client."""

    __slots__ = ("handshaking", "number", "rest", "sampled", "session", "sock")

    def __init__(self, number: int, sock: socket.socket, *, sampled: bool) -> None:
        """``sampled``: whether it looks into what it hears."""
        self.number = number
        self.sock = sock
        self.sampled = sampled
        self.rest = b""
        self.handshaking = True
        self.session: dict[str, Any] = {}

    def send(self, frame: bytes) -> None:
        """Send a frame whole; raises ``OSError`` where the server does not take it."""
        sent = self.sock.send(frame)
        if sent < len(frame):
            self.sock.setblocking(True)  # noqa: FBT003 - its only argument
            self.sock.sendall(frame[sent:])
            self.sock.setblocking(False)  # noqa: FBT003 - its only argument


class Crowd:
    """Clients of one server, and what they were sent."""

    def __init__(self, host: str, port: int, mark: tuple[bytes, bytes], every: int) -> None:
        """``mark``: see ``server_traffic.MARKS``; one in ``every`` clients looks for it."""
        self._place = (host, port)
        self._head, self._mark = mark
        self._every = every
        self._epoll = select.epoll()
        self._by_file: dict[int, Member] = {}
        self.members: list[Member] = []
        self.answers: dict[int, dict[str, Any]] = {}
        self.greeted = 0
        self.delivered = 0
        self.received = 0
        self.sent_at: dict[int, float] = {}
        """The number of a command -> when it was sent, CLOCK_MONOTONIC, s."""
        self.acknowledged: list[tuple[int, float]] = []
        """The number of a command, and the seconds until it was acknowledged."""
        self.heard: list[tuple[int, float]] = []
        """The same, until somebody heard of it."""

    # --- coming ------------------------------------------------------------------------------------------

    def connect(self, count: int) -> float:
        """Let so many connect, a wave at a time; the seconds that took."""
        began_at = time.monotonic()
        request = opening(f"{self._place[0]}:{self._place[1]}")
        for first in range(0, count, _WAVE):
            wave = range(first, min(first + _WAVE, count))
            for number in wave:
                sock = socket.create_connection(self._place)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.setblocking(False)  # noqa: FBT003 - its only argument
                member = Member(number, sock, sampled=number % self._every == 0)
                self.members.append(member)
                self._by_file[sock.fileno()] = member
                self._epoll.register(sock, select.EPOLLIN)
                sock.send(request)
            self._until(lambda wave=wave: self.greeted >= wave.stop, "connected")
        return time.monotonic() - began_at

    def seat(self, size: int) -> float:
        """Seat all in sessions of that size; the seconds that took."""
        began_at = time.monotonic()
        groups = [self.members[first : first + size] for first in range(0, len(self.members), size)]
        film = {"url": "https://media.example/film.mp4"}
        for wave in _waves([group[0] for group in groups]):
            self._ask(wave, "create-session", [{"displayName": f"p{m.number}", **film} for m in wave])
        guests = [(member, group[0].session["code"]) for group in groups for member in group[1:]]
        for pairs in _waves(guests):
            wave = [member for member, _ in pairs]
            self._ask(wave, "join-session", [{"code": code, "displayName": f"p{m.number}"} for m, code in pairs])
        return time.monotonic() - began_at

    def play(self, size: int) -> None:
        """Let the first of each session play."""
        for wave in _waves(self.members[::size]):
            self._ask(wave, "video-play", [{"currentTime": 0} for _ in wave])

    def leave(self) -> None:
        """Go, all at once."""
        for member in self.members:
            member.sock.close()
        self._epoll.close()

    def _ask(self, members: list[Member], event: str, payloads: list[dict[str, Any]]) -> None:
        self.answers.clear()
        for member, payload in zip(members, payloads, strict=True):
            member.send(event_frame(_SETTING_UP + member.number, event, payload))
        self._until(lambda: len(self.answers) == len(members), f"answered {event}")
        for member in members:
            answer = self.answers[member.number]
            if not answer["ok"]:
                message = f"{event} was refused: {answer['error']}"
                raise ConnectionError(message)
            if "session" in answer:
                session = answer["session"]
                member.session = {"code": session["code"], "mediaId": (session["media"] or {}).get("mediaId")}

    def _until(self, done: Any, what: str) -> None:
        gives_up_at = time.monotonic() + _PATIENCE
        while not done():
            self.listen(0.1)
            if time.monotonic() > gives_up_at:
                message = f"not all clients were {what} within {_PATIENCE:g} s"
                raise TimeoutError(message)

    # --- hearing -----------------------------------------------------------------------------------------

    def listen(self, seconds: float) -> None:
        """Take what has come, waiting at most so long for it."""
        for file, _ in self._epoll.poll(max(0.0, seconds)):
            self._take(self._by_file[file])

    def _take(self, member: Member) -> None:
        received = member.sock.recv(_RECEIVED_AT_ONCE)
        if not received:
            raise ConnectionError("the server hung up")
        self.received += len(received)
        if member.rest:
            received = member.rest + received
        if member.handshaking:
            received = self._shake_hands(member, received)
        end = 0
        for start, end in frames(received):
            if received[start] == _MESSAGE:
                self._message(member, received, start, end)
            elif received[start] == _PING:
                member.send(PONG)
            elif received[start] == _OPEN:
                member.send(HELLO)
        member.rest = received[end:]

    def _shake_hands(self, member: Member, received: bytes) -> bytes:
        head, found, rest = received.partition(b"\r\n\r\n")
        if not found:
            return received
        if b" 101 " not in head.splitlines()[0]:
            message = f"no WebSocket was opened: {head.splitlines()[0]!r}"
            raise ConnectionError(message)
        member.handshaking = False
        return rest

    def _message(self, member: Member, received: bytes, start: int, end: int) -> None:
        self.delivered += 1
        kind = received[start + 1]
        if kind == _ACK:
            self._acknowledged(received, start + 2, end)
        elif kind == _CONNECT:
            self.greeted += 1
        elif member.sampled and received.startswith(self._head, start + 1):
            at = received.find(self._mark, start, end)
            if at >= 0:
                self._note(self.heard, _leading_number(received, at + len(self._mark)))

    def _acknowledged(self, received: bytes, start: int, end: int) -> None:
        number = int(received[start : received.index(b"[", start, end)])
        if number >= _SETTING_UP:
            self.answers[number - _SETTING_UP] = json.loads(received[received.index(b"[", start) : end])[0]
        else:
            self._note(self.acknowledged, number)

    def _note(self, latencies: list[tuple[int, float]], number: int) -> None:
        sent_at = self.sent_at.get(number)
        if sent_at is not None:
            latencies.append((number, time.monotonic() - sent_at))


def _leading_number(received: bytes, at: int) -> int:
    end = at
    while 48 <= received[end] <= 57:  # noqa: PLR2004 - the digits of ASCII
        end += 1
    return int(received[at:end] or b"-1")


def _waves(members: list[Any]) -> list[list[Any]]:
    return [members[first : first + _WAVE] for first in range(0, len(members), _WAVE)]
