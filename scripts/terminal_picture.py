#!/usr/bin/env python3
"""Makes docs/images/terminal.svg: the full screen in a real session of four people who watch a film with chapters.

Nothing in it is drawn by hand: there is a server, four real players without windows, and the film of the demo.
scripts/pictures runs it.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.processes import Speaker, ask, own_syncwatch, private_environment
from syncwatch_cli.join_options import JoinOptions
from syncwatch_cli.local_clock import local_clock
from syncwatch_cli.remembered import Seat
from syncwatch_cli.runtime import run_session
from syncwatch_cli.tui.app import WatchApp
from syncwatch_cli.tui.bridge import Bridge
from syncwatch_cli.tui.stage import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from textual.pilot import Pilot

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "terminal.svg"
FILM = ROOT / "syncwatch_cli" / "demo" / "sample.mkv"

NAME = "The long way home.mkv"
CHAPTERS = {0: "Departure", 12: "Across the water", 45: "Home"}
"""Where each begins, s."""
TALK = (
    ("Bea", "everybody comfortable?"),
    ("Carlos", "tea is ready, go on"),
    ("Dunya", "Ada, this is the part you told me about"),
    ("Bea", "one more second and I'd have missed it"),
)
WITHOUT_WINDOW = ("--vo=null", "--ao=null")
SIZE = (120, 22)
PATIENCE = 60.0
"""s for whatever has to happen."""
FROM, PLAYS_FOR = 11.0, 12.0
"""s of the film: where it begins, and how far it is in the picture."""


async def picture(folder: Path) -> str:
    """The screen as an SVG file; everything that it takes is in ``folder``."""
    async with AsyncExitStack() as exits:
        film = _with_chapters(folder)
        homes = {name: private_environment(folder / name) for name in ("Ada", "Bea", "Carlos", "Dunya")}
        host = homes["Ada"]
        server = await Speaker.start("server", [*own_syncwatch(), "serve", "--port", "0", "--json"], folder, host)
        exits.push_async_callback(server.stop, by_signal=True)
        url = str((await server.heard("listening", within=PATIENCE)).event["url"])
        made = await _asked(host, "create", str(film), "--title", "Friday night", "--server", url)
        for name, home in homes.items():
            if name != "Ada":
                await exits.enter_async_context(_friend(name, str(made["code"]), url, film, folder, home))
        return await _ada(made, url, film, homes)


async def _ada(made: dict[str, Any], url: str, film: Path, homes: Mapping[str, Mapping[str, str]]) -> str:
    code = str(made["code"])
    options = JoinOptions(
        server=url, code=code, display_name="Ada", seat=Seat(code, url, mine=False), host_token=made["hostToken"],
        file=film, mpv_args=WITHOUT_WINDOW,
    )  # fmt: skip
    bridge = Bridge(local_clock())
    bridge.link = "https://watch.example.org/s/" + code
    runner = Runner(run_session(options, bridge, at_hand=bridge.at_hand), bridge.close)
    runner.start()
    app = WatchApp(bridge)
    try:
        async with app.run_test(size=SIZE, notifications=False) as pilot:
            await _until(pilot, lambda: [each.state for each in app.evening.in_order] == ["paused"] * len(homes))
            for name, words in TALK:
                await _ran(homes[name], "chat", code, words, "--server", url)
            await _asked(homes["Bea"], "seek", code, str(FROM), "--server", url)
            await _asked(homes["Bea"], "play", code, "--server", url)
            await _until(pilot, lambda: (app.evening.own.position or 0.0) > FROM + PLAYS_FOR)
            await _until(pilot, lambda: all(each.drift is not None for each in app.evening.in_order))
            shown = app.export_screenshot(title="syncwatch join", simplify=True)
            await pilot.press("ctrl+q")
    finally:
        runner.stop()
        await asyncio.to_thread(runner.join)
    return shown


def _friend(name: str, code: str, url: str, film: Path, folder: Path, home: Mapping[str, str]) -> _Friend:
    arguments = ["--name", name, "--file", str(film), "--json", *(f"--mpv-arg={each}" for each in WITHOUT_WINDOW)]
    return _Friend(name, [*own_syncwatch(), "join", code, "--server", url, *arguments], folder, home)


class _Friend:
    """Somebody else who watches, with a player of their own."""

    def __init__(self, name: str, command: list[str], folder: Path, home: Mapping[str, str]) -> None:
        self._started = (name, command, folder, home)

    async def __aenter__(self) -> None:
        self._speaker = await Speaker.start(*self._started)
        await self._speaker.heard("player-ready", within=PATIENCE)

    async def __aexit__(self, *_: object) -> None:
        await self._speaker.stop(by_signal=True)


async def _until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await pilot.pause(0.1)


async def _asked(home: Mapping[str, str], *arguments: str) -> dict[str, Any]:
    return await ask(arguments[0], [*own_syncwatch(), *arguments, "--json"], home)


async def _ran(home: Mapping[str, str], *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(*own_syncwatch(), *arguments, env=home)
    if await process.wait() != 0:
        raise SystemExit(1)


def _with_chapters(folder: Path) -> Path:
    """The film of the demo under another name, and with chapters."""
    copy, told = folder / NAME, folder / "chapters.txt"
    lines = [";FFMETADATA1"]
    for (begin, title), end in zip(CHAPTERS.items(), [*list(CHAPTERS)[1:], 80], strict=True):
        lines += ["[CHAPTER]", "TIMEBASE=1/1", f"START={begin}", f"END={end}", f"title={title}"]
    told.write_text("\n".join(lines))
    inputs = ("-i", str(FILM), "-i", str(told))
    command = ["ffmpeg", "-v", "error", *inputs, "-map", "0", "-map_chapters", "1", "-c", "copy", str(copy)]
    subprocess.run(command, check=True)
    return copy


def main() -> int:
    """Write the picture."""
    with tempfile.TemporaryDirectory(prefix="syncwatch-picture-") as folder:
        drawn = asyncio.run(picture(Path(folder)))
    PICTURE.write_text("\n".join(line.rstrip() for line in drawn.splitlines()) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
