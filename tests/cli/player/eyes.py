"""Eyes on an mpv: what it was told to draw for a participant, as its own log has it, read over a connection apart."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from syncwatch_cli.player.connection import Answer, IpcConnection, open_connection
from syncwatch_cli.player.ipc import Event
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_cli.player.overlay import ID
from tests.cli.player.hands import Person
from tests.patience import PATIENCE

_DRAWN = re.compile(
    rf'Run command: osd-overlay, .*?id="{ID}", format="(?P<format>[\w-]+)", data="(?P<drawn>.*)", res_x'
)
_COMMANDS = re.compile(r"(?<!\\)\{.*?\}")


class Eyes(Person):
    """A person who sees what is drawn, and has hands too."""

    def __init__(self, connection: IpcConnection, drawn: list[str]) -> None:
        super().__init__(connection)
        self.drawn = drawn
        """Each text that was drawn so far, in libass' own language."""

    @property
    def picture(self) -> list[str]:
        """The rows that are on the picture now, without the commands for colours."""
        if not self.drawn or not self.drawn[-1]:
            return []
        rows = _COMMANDS.sub("", self.drawn[-1]).split("\\N")
        return [row.replace("\\h", " ").replace("\\{", "{").replace("\u2060", "") for row in rows]

    async def does_named(self, command: dict[str, object]) -> Answer:
        """Run a command in mpv's form with named arguments."""
        [asked] = self._connection.request(command)
        return await asyncio.wait_for(asked, PATIENCE)

    async def types(self, *keys: str) -> None:
        """Press keys, one after the other, each as the one before has been taken."""
        for key in keys:
            await self.does("keypress", key)

    async def sees_row(self, row: str) -> None:
        """Wait until there is such a row on the picture."""
        await self.sees_rows(lambda rows: row in rows, row)

    async def sees_nothing(self) -> None:
        """Wait until the picture is empty."""
        await self.sees_rows(lambda rows: not rows, "nothing")

    async def sees_rows(self, wanted: object, words: str) -> None:
        assert callable(wanted)
        give_up_at = time.monotonic() + PATIENCE
        while not wanted(self.picture):
            assert time.monotonic() < give_up_at, f"not seen: {words}; the picture is {self.picture}"
            await asyncio.sleep(0.01)


@asynccontextmanager
async def eyes_on(player: MpvPlayer) -> AsyncIterator[Eyes]:
    """Eyes on that player's mpv, until they close."""
    drawn: list[str] = []

    def read(event: Event, _at: float) -> None:
        found = _DRAWN.match(str(event.fields.get("text"))) if event.name == "log-message" else None
        if found is not None:
            text = found["drawn"].replace('\\"', '"').replace("\\\\", "\\")
            drawn.append(text if found["format"] == "ass-events" else "")

    eyes = Eyes(await open_connection(player.ipc_socket, time.monotonic, read, lambda: None), drawn)
    # mpv counts the drawing of overlays among its noisier commands.
    await eyes.does("request_log_messages", "trace")
    yield eyes
    eyes.leaves()
    await asyncio.sleep(0)
