"""A connection to a running mpv: commands out, their answers and mpv's events in, on asyncio.

Commands are written at once and never waited for: mpv answers in order, so a batch costs one round trip.
Answers and events are handed over in the order in which mpv sent them, in the very turn in which they arrive,
each with the instant of its arrival.

On Linux and macOS the socket is a Unix socket, on Windows a named pipe (which needs the proactor loop, asyncio's
default there). The Windows path follows the documentation of asyncio and mpv but has not been run by the authors.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from syncwatch_cli.player.ipc import Command, Event, MessageReader, Reply, encode_command

CONNECTION_LOST = "the connection to mpv is lost"


class ConnectionLostError(ConnectionError):
    """mpv closed the connection, or we did, before it answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """mpv's answer to one command, or the news that none will come."""

    value: object
    error: str | None
    """mpv's words, ``CONNECTION_LOST``, or None if the command succeeded."""
    arrived_at: float
    """Local clock, s."""

    @property
    def number(self) -> float | None:
        """The value as a number; None if it is none."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            return None
        return float(self.value)


EventListener = Callable[[Event, float], None]
"""Called with each event and the local instant of its arrival, s."""
OnAnswer = Callable[[Answer], None]
OnAnswers = Callable[[list[Answer]], None]


class IpcConnection(asyncio.Protocol):
    """One open connection. ``open_connection`` makes it."""

    def __init__(self, clock: Callable[[], float], on_event: EventListener, on_lost: Callable[[], None]) -> None:
        self._clock = clock
        self._on_event = on_event
        self._on_lost = on_lost
        self._reader = MessageReader()
        self._waiting: dict[int, OnAnswer] = {}
        self._last_request_id = 0
        self._transport: asyncio.WriteTransport | None = None

    # What others call.

    @property
    def is_open(self) -> bool:
        """Whether commands still reach mpv."""
        return self._transport is not None and not self._transport.is_closing()

    def post(self, *commands: Command) -> None:
        """Write commands in one go; whatever mpv answers is of no interest."""
        self._write([encode_command(command, self._next_request_id()) for command in commands])

    def ask(self, commands: Sequence[Command], on_answers: OnAnswers) -> None:
        """Write commands in one go; ``on_answers`` gets their answers, in order, once the last is there.

        It is called even if the connection is lost: then the answers carry ``CONNECTION_LOST``.
        """
        answers: list[Answer] = []

        def gather(answer: Answer) -> None:
            answers.append(answer)
            if len(answers) == len(commands):
                on_answers(answers)

        self._send(commands, [gather] * len(commands))

    def request(self, *commands: Command) -> list[asyncio.Future[Answer]]:
        """Write commands in one go; each future gets its answer, or raises ``ConnectionLostError``."""
        loop = asyncio.get_running_loop()
        futures: list[asyncio.Future[Answer]] = [loop.create_future() for _ in commands]
        self._send(commands, [_settling(future) for future in futures])
        return futures

    def close(self) -> None:
        """Close our end; what is still unanswered fails."""
        if self._transport is not None:
            self._transport.close()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, received: bytes) -> None:
        """Hand over what the bytes complete."""
        arrived_at = self._clock()
        for message in self._reader.feed(received):
            if isinstance(message, Event):
                self._on_event(message, arrived_at)
            else:
                self._answered(message, arrived_at)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 why it was lost, its process tells better
        """Fail all that is unanswered, then say that the connection is gone."""
        self._transport = None
        self._fail_waiting()
        self._on_lost()

    # Within.

    def _next_request_id(self) -> int:
        self._last_request_id += 1
        return self._last_request_id

    def _send(self, commands: Sequence[Command], on_each: Sequence[OnAnswer]) -> None:
        lines = []
        for command, on_answer in zip(commands, on_each, strict=True):
            request_id = self._next_request_id()
            lines.append(encode_command(command, request_id))
            self._waiting[request_id] = on_answer
        self._write(lines)
        if not self.is_open:
            self._fail_waiting()

    def _write(self, lines: list[bytes]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(lines))

    def _answered(self, reply: Reply, arrived_at: float) -> None:
        on_answer = self._waiting.pop(reply.request_id, None)
        if on_answer is not None:
            on_answer(Answer(reply.value, reply.error, arrived_at))

    def _fail_waiting(self) -> None:
        lost = Answer(None, CONNECTION_LOST, self._clock())
        while self._waiting:
            self._waiting.pop(next(iter(self._waiting)))(lost)


def _settling(future: asyncio.Future[Answer]) -> OnAnswer:
    def settle(answer: Answer) -> None:
        if future.done():
            return
        if answer.error != CONNECTION_LOST:
            future.set_result(answer)
            return
        future.set_exception(ConnectionLostError(CONNECTION_LOST))
        # Who asked may have gone away: then nobody fetches the exception, and asyncio need not complain.
        future.exception()

    return settle


async def open_connection(
    path: str, clock: Callable[[], float], on_event: EventListener, on_lost: Callable[[], None]
) -> IpcConnection:
    """Connect to the mpv that listens at ``path``; raises ``OSError`` if none does."""
    loop = asyncio.get_running_loop()
    connection = IpcConnection(clock, on_event, on_lost)
    if sys.platform == "win32":
        # Only the proactor loop has it, and the type stubs know it on no platform.
        await cast("Any", loop).create_pipe_connection(lambda: connection, path)
    else:
        await loop.create_unix_connection(lambda: connection, path)
    return connection
