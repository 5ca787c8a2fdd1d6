"""A person's hand on an mpv that Syncplay has started: a second IPC connection beside Syncplay's own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from benchmarks.processes import FAREWELL, RigError
from benchmarks.steering import Command

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 5.0
"""s for an answer."""

LOOKS = 0.05
"""s between two looks at whether something has come."""


@dataclass(slots=True)
class Hand:
    """One connection to one player."""

    name: str
    process_id: int
    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter
    _asked: int = 0

    @classmethod
    async def on(cls, name: str, ipc: Path, *, within: float) -> Self:
        """Connect as soon as the player listens; raises ``RigError`` where it doesn't in time."""
        gives_up_at = asyncio.get_running_loop().time() + within
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(str(ipc))
            except OSError as error:
                if asyncio.get_running_loop().time() > gives_up_at:
                    message = f"{name}: no player listens at {ipc}: {error}"
                    raise RigError(message) from error
                await asyncio.sleep(LOOKS)
            else:
                hand = cls(name, 0, reader, writer)
                hand.process_id = await hand.ask("get_property", "pid")
                return hand

    async def ask(self, *command: object) -> Any:
        """What the player answers, None where it has no value; raises ``RigError`` where it is gone."""
        self._asked += 1
        self._writer.write(json.dumps({"command": command, "request_id": self._asked}).encode() + b"\n")
        try:
            async with asyncio.timeout(PATIENCE):
                while line := await self._reader.readline():
                    answer = json.loads(line)
                    if answer.get("request_id") == self._asked and "event" not in answer:
                        return answer.get("data")
        except (TimeoutError, OSError) as error:
            message = f"{self.name}: the player does not answer to {command}"
            raise RigError(message) from error
        message = f"{self.name}: the player has gone"
        raise RigError(message)

    async def command(self, event: str, position: float | None = None) -> Command:
        """Do in the player what a person does there, under the name that ``scripts/bench sync`` has for it."""
        clock = asyncio.get_running_loop().time
        sent_at = clock()
        if position is None:
            await self.ask("set_property", "pause", event == "video-pause")
        else:
            await self.ask("seek", position, "absolute+exact")
        return Command(event, sent_at, clock(), position, {})

    async def loaded(self, *, within: float) -> None:
        """Wait until a file is open and a frame of it decoded; raises ``RigError``."""
        gives_up_at = asyncio.get_running_loop().time() + within
        while await self.ask("get_property", "time-pos") is None:
            if asyncio.get_running_loop().time() > gives_up_at:
                message = f"{self.name}: the player has no file open within {within:g} s"
                raise RigError(message)
            await asyncio.sleep(LOOKS)

    async def quit(self) -> None:
        """End the player, and with it its Syncplay; one that will not is killed."""
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(FAREWELL):
                self._writer.write(b'{"command": ["quit"]}\n')
                while await self._reader.readline():
                    pass
                self._writer.close()
                return
        self._writer.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process_id, signal.SIGKILL)
