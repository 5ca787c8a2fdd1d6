"""The whole interface against a real server: the runtime in its thread, the keys of a person, and somebody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from syncwatch_cli.deck import Deck
from syncwatch_cli.http_api import Api
from syncwatch_cli.join_options import JoinOptions
from syncwatch_cli.local_clock import local_clock
from syncwatch_cli.remembered import take_seat
from syncwatch_cli.runtime import run_session
from syncwatch_cli.session_client import LinkFact, VideoSessionClient
from syncwatch_cli.tui.app import WatchApp
from syncwatch_cli.tui.bridge import Bridge
from syncwatch_cli.tui.stage import Runner
from syncwatch_core import messages as wire
from tests.patience import PATIENCE
from tests.tui.on_screen import rows


async def wait_for(holds: Callable[[], bool], pilot: Pilot[None]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await pilot.pause(0.02)


@asynccontextmanager
async def at_the_screen(server: str, session: dict[str, Any]) -> AsyncIterator[tuple[WatchApp, Pilot[None]]]:
    """Ada, the host, before the full screen."""
    code = session["code"]
    options = JoinOptions(
        server=server,
        code=code,
        display_name="Ada",
        seat=take_seat(code, server),
        host_token=session["hostToken"],
        player="none",
    )
    bridge = Bridge(local_clock())
    runner = Runner(run_session(options, bridge, at_hand=bridge.at_hand), bridge.close)
    runner.start()
    app = WatchApp(bridge)
    try:
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            yield app, pilot
            await pilot.press("ctrl+q")
    finally:
        runner.stop()
        await asyncio.to_thread(runner.join)
        options.seat.release()


async def test_an_evening_with_somebody_else(server: str) -> None:
    """Who comes is seen, is given another role, said something to, and removed; the host's keys do it all."""
    session = await asyncio.to_thread(Api(server).request, "POST", "/sessions", {"title": "Film night"})
    heard: list[LinkFact] = []
    bob = VideoSessionClient(server, listener=heard.append, clock=local_clock(), platform="bot")

    def text() -> str:
        return "\n".join(rows(app))

    async with at_the_screen(server, session) as (app, pilot):
        await wait_for(lambda: "Ada (you)" in text(), pilot)
        await bob.join_session(wire.JoinSession(code=session["code"], display_name="Bob"))
        await wait_for(lambda: "Bob" in app.evening.names.values(), pilot)
        await bob.send(wire.SendChat(text="good evening, Ada"))
        await wait_for(lambda: "Bob: good evening, Ada" in text(), pilot)
        await pilot.press("p", "down", "v")
        await wait_for(lambda: "viewer" in text(), pilot)
        await pilot.press("t", *"hello", "enter", "escape")
        await wait_for(lambda: "Ada: hello" in text(), pilot)
        await pilot.press("p", "down", "b", "y")
        await wait_for(lambda: "Bob has gone (kicked)" in text(), pilot)

        assert list(app.evening.names.values()) == ["Ada"]
    await bob.cleanup()


async def test_a_refusal_of_the_session(server: str) -> None:
    """What the session refuses is said on the screen, and nothing else happens."""
    session = await asyncio.to_thread(Api(server).request, "POST", "/sessions", {})
    async with at_the_screen(server, session) as (app, pilot):
        await wait_for(lambda: isinstance(app.bridge.deck, Deck) and bool(app.evening.people), pilot)
        await pilot.press("n")
        await wait_for(lambda: bool(app._notifications), pilot)  # noqa: SLF001 no public name gives them

        assert app.is_running
