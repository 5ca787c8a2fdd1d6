"""One run of real pages and a real mpv: a server, a film on loopback, each person behind a bad network of their own."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.async_api import async_playwright

from benchmarks.instruments import start_network, start_observer
from benchmarks.media import sample_video
from benchmarks.processes import RigError, Speaker, ask, own_syncwatch, private_environment
from benchmarks.range_server import served
from benchmarks.readings import read_readings
from benchmarks.skew import placed
from benchmarks.steering import Steering
from benchmarks.web_figures import Reading, Spans, of_mpv
from benchmarks.web_page import Visitor, launch

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.link import Link

START_LIMIT = 30.0
"""s for a process to come up; generous, for a busy machine."""

SETTLING = 6.0
"""s after the first start that do not count as steady play: the clock is learned, and so is what a start takes."""

STANDING, FOLLOWING = 2.0, 5.0
"""s of each pause, and of play after it."""

COMING = 60.0
"""s of film besides those that are watched."""


@dataclass(slots=True)
class Seen:
    """What one run left behind."""

    readings: dict[str, list[Reading]] = field(default_factory=dict)
    """Player -> its readings, in order."""
    spans: Spans = field(default_factory=lambda: Spans((0.0, 0.0), (), ()))
    load_average: float = 0.0


async def hold(folder: Path, link: Link, *, seconds: float, commands: int, seed: str) -> Seen:
    """Two pages and an mpv watch together for so many seconds, then follow pauses and plays; raises ``RigError``."""
    needed = seconds + commands * (STANDING + FOLLOWING) + SETTLING + COMING
    film = await asyncio.to_thread(sample_video, needed)
    async with AsyncExitStack() as exits:
        address = exits.enter_context(served(film))
        steering, code, url = await _session(exits, folder, address)
        readings = folder / "readings.csv"
        observer = await start_observer(folder, readings)
        exits.push_async_callback(observer.stop, by_signal=False)
        paths = {name: await _path(exits, name, url, link, seed, folder) for name in ("mpv", "page", "other")}
        await _mpv(exits, folder, paths["mpv"], code, observer)
        playwright = await exits.enter_async_context(async_playwright())
        browser = await launch(playwright, folder)
        exits.push_async_callback(browser.close)
        visitors = []
        for name in ("page", "other"):
            visitor = await Visitor.join(browser, name, f"{paths[name]}/s/{code}")
            exits.push_async_callback(visitor.close)
            visitors.append(visitor)
        await _all_ready(steering, 3)
        seen = Seen(spans=await _watch(steering, seconds, commands), load_average=os.getloadavg()[0])
    seen.readings = {visitor.name: list(visitor.readings) for visitor in visitors}
    seen.readings["mpv"] = of_mpv(placed(read_readings(readings)))
    return seen


async def _watch(steering: Steering, seconds: float, commands: int) -> Spans:
    clock = asyncio.get_running_loop().time
    starts, pauses = [await _tell(steering, "video-play")], []
    await asyncio.sleep(SETTLING)
    began_at = clock()
    await asyncio.sleep(seconds)
    steady = (began_at, clock())
    for _ in range(commands):
        pauses.append(await _tell(steering, "video-pause"))
        await asyncio.sleep(STANDING)
        starts.append(await _tell(steering, "video-play"))
        await asyncio.sleep(FOLLOWING)
    return Spans(steady, starts, pauses)


async def _tell(steering: Steering, event: str) -> float:
    """Give a command; when it was sent, CLOCK_MONOTONIC, s."""
    return (await asyncio.to_thread(steering.command, event)).sent_at


async def _session(exits: AsyncExitStack, folder: Path, film: str) -> tuple[Steering, str, str]:
    environment = private_environment(folder / "home", SYNCWATCH_RATE_LIMIT="off", SYNCWATCH_FETCH_METADATA="off")
    server = await Speaker.start("server", [*own_syncwatch(), "serve", "--port", "0", "--json"], folder, environment)
    exits.push_async_callback(server.stop, by_signal=True)
    url = str((await server.heard("listening", within=START_LIMIT)).event["url"])
    created = await ask("create", [*own_syncwatch(), "create", film, "--server", url, "--json"], environment)
    steering = Steering(url, created["code"], created["hostToken"])
    exits.callback(steering.close)
    return steering, created["code"], url


async def _path(exits: AsyncExitStack, name: str, url: str, link: Link, seed: str, folder: Path) -> str:
    proxy = await start_network(name, url.removeprefix("http://").rstrip("/"), link, seed, folder)
    exits.push_async_callback(proxy.stop, by_signal=False)
    return str((await proxy.heard("listening", within=START_LIMIT)).event["url"]).rstrip("/")


async def _mpv(exits: AsyncExitStack, folder: Path, url: str, code: str, observer: Speaker) -> None:
    ways = ["--no-tui", "--json", "--name", "mpv", "--allow-private-urls", "--mpv-arg=--vo=null", "--mpv-arg=--ao=null"]
    command = [*own_syncwatch(), "join", code, "--server", url, *ways]
    client = await Speaker.start("mpv", command, folder, private_environment(folder / "mpv-home"))
    exits.push_async_callback(client.stop, by_signal=True)
    ready = await client.heard("player-ready", within=START_LIMIT)
    await observer.order({"add": {"name": "mpv", "socket": ready.event["ipcSocket"]}})


async def _all_ready(steering: Steering, count: int) -> None:
    people: list[dict[str, Any]] = []
    for _ in range(int(START_LIMIT / 0.1)):
        people = [one for one in (await asyncio.to_thread(steering.session))["participants"] if one["connected"]]
        if len(people) >= count and all(one["state"] == "paused" for one in people):
            return
        await asyncio.sleep(0.1)
    states = {one["displayName"]: one["state"] for one in people}
    message = f"not everybody was ready to play within {START_LIMIT:g} s: {states}"
    raise RigError(message)
