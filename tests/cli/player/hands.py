"""What the tests of the player share: a diary of its reports, and a second connection to mpv that plays the person."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from syncwatch_cli.player.connection import Answer, IpcConnection, open_connection
from syncwatch_cli.player.interface import PlayerFact
from syncwatch_cli.player.ipc import Command
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_core.controller_events import PersonSetOut, PersonStayed
from tests.patience import PATIENCE

SILENT_AND_DARK = ("--no-config", "--vo=null", "--ao=null")
"""mpv without a window and without a sound card."""
FRAME = 1 / 24

Told = PlayerFact
T = TypeVar("T")
U = TypeVar("U")


class Diary:
    """Everything that the player reported, in order; that a seek began, or led nowhere, is kept apart."""

    def __init__(self) -> None:
        self.entries: list[Told] = []
        self.ways: list[PersonSetOut | PersonStayed] = []
        self._news = asyncio.Event()

    def write(self, event: Told) -> None:
        if isinstance(event, PersonSetOut | PersonStayed):
            self.ways.append(event)
            return
        self.entries.append(event)
        self._news.set()

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.entries if isinstance(event, kind)]

    async def next(self, kind: type[T], nth: int = 1) -> T:
        """The first report of this kind since the diary was last emptied, or the ``nth``; waits for it."""
        async with asyncio.timeout(PATIENCE):
            while len(self.of(kind)) < nth:
                self._news.clear()
                await self._news.wait()
        return self.of(kind)[nth - 1]

    async def next_of(self, kind: type[T], other: type[U]) -> T | U:
        """The first report of either kind since the diary was last emptied; waits for it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found = [event for event in self.entries if isinstance(event, kind | other)]
                if found:
                    return found[0]
                self._news.clear()
                await self._news.wait()

    async def settled(self, seconds: float = 0.4) -> list[Told]:
        """The reports so far, after a while in which more could have come."""
        await asyncio.sleep(seconds)
        return list(self.entries)

    def clear(self) -> None:
        self.entries.clear()
        self.ways.clear()


class Person:
    """Hands on mpv: a connection of its own, like a key press or a script would act."""

    def __init__(self, connection: IpcConnection) -> None:
        self._connection = connection

    async def does(self, *command: object) -> Answer:
        [asked] = self._connection.request(list(command))
        return await asyncio.wait_for(asked, PATIENCE)

    def does_at_once(self, *commands: Command) -> None:
        self._connection.post(*commands)

    async def sees(self, name: str) -> object:
        return (await self.does("get_property", name)).value

    def leaves(self) -> None:
        self._connection.close()

    async def sees_become(self, name: str, wanted: object) -> None:
        async def so() -> bool:
            return await self.sees(name) == wanted

        await until(so)


async def until(question: Callable[[], Awaitable[bool]]) -> None:
    """Ask until the answer is yes."""
    async with asyncio.timeout(PATIENCE):
        while not await question():  # noqa: ASYNC110 what is asked about is another process
            await asyncio.sleep(0.01)


async def until_exists(path: Path) -> None:
    exists = path.exists

    async def so() -> bool:
        return exists()

    await until(so)


async def until_listens(path: Path) -> None:
    """Wait until somebody listens there: the socket's file is there a moment before."""

    async def so() -> bool:
        with socket.socket(socket.AF_UNIX) as asking:
            return asking.connect_ex(str(path)) == 0

    await until(so)


@asynccontextmanager
async def started(player: MpvPlayer) -> AsyncIterator[MpvPlayer]:
    """``player``, from its start to its close."""
    await player.start()
    yield player
    await player.close()


@asynccontextmanager
async def person_beside(player: MpvPlayer) -> AsyncIterator[Person]:
    """Hands on that player's mpv, until they let go."""
    person = await person_at(player.ipc_socket)
    yield person
    person.leaves()
    await asyncio.sleep(0)


async def person_at(path: str) -> Person:
    return Person(await open_connection(path, time.monotonic, lambda _event, _at: None, lambda: None))
