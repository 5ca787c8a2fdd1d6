"""The stage: the runtime in its thread, the application on the main one, and whatever goes wrong comes out here."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading

import pytest

from syncwatch_cli.tui import app
from syncwatch_cli.tui.bridge import Bridge
from syncwatch_cli.tui.stage import SWITCH_EVERY, Stage
from syncwatch_core.errors import AppError, ErrorCode
from tests.tui.made_up import beginning


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """An application that waits for its end; whether it was shown, for each time that there was something to show."""
    seen: list[bool] = []

    def show(bridge: Bridge) -> None:
        bridge.opened.wait()
        seen.append(not bridge.is_over)
        over = threading.Event()
        bridge.attach(look=lambda: None, put=lambda _: None, close=over.set)
        over.wait()

    monkeypatch.setattr(app, "show", show)
    return seen


async def watched(stage: Stage) -> str:
    async with stage.screen("link") as screen:
        for event, payload in beginning():
            screen.emit(event, payload)
        screen.emit("left", {"reason": "as you asked"})
        return threading.current_thread().name


def test_two_threads(shown: list[bool], capsys: pytest.CaptureFixture[str]) -> None:
    """The runtime runs beside the main thread; its answer comes back, and its last words stand on the terminal."""
    stage = Stage()

    assert stage.run(watched(stage)) == "runtime"
    assert stage.bridge.link == "link"
    assert len(shown) == 1
    assert capsys.readouterr().err == "left: as you asked\n"


def test_threads_take_turns_often() -> None:
    """While both run, a drawing is interrupted after half a millisecond; afterwards all is as before."""
    before = sys.getswitchinterval()

    async def interval() -> float:
        return sys.getswitchinterval()

    assert Stage().run(interval()) == pytest.approx(SWITCH_EVERY)
    assert sys.getswitchinterval() == pytest.approx(before)


def test_a_failure_before_there_is_anything_to_show(shown: list[bool]) -> None:
    """What keeps the session from beginning comes out as it is, and no screen was shown."""

    async def fails() -> None:
        raise AppError(ErrorCode.NOT_FOUND, "there is no such session")

    with pytest.raises(AppError, match="no such session"):
        Stage().run(fails())

    assert shown == [False]


def test_a_failure_says_the_last_word(capsys: pytest.CaptureFixture[str]) -> None:
    """A failure within the session comes out, and nothing is said of leaving."""
    stage = Stage()

    async def fails() -> None:
        async with stage.screen(None) as screen:
            screen.emit("session-joined", dict(beginning())["session-joined"])
            screen.emit("left", {"reason": "removed"})
            raise AppError(ErrorCode.KICKED, "removed")

    with pytest.raises(AppError, match="removed"):
        stage.run(fails())

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_wind_it_up(number: signal.Signals) -> None:
    """A signal cancels the runtime, which winds up in good order."""
    stage = Stage()
    wound_up = []

    async def waits() -> None:
        async with stage.screen(None) as screen:
            screen.emit("session-joined", dict(beginning())["session-joined"])
            try:
                os.kill(os.getpid(), number)
                await asyncio.sleep(60)
            finally:
                wound_up.append(True)

    with pytest.raises(KeyboardInterrupt):
        stage.run(waits())

    assert wound_up == [True]


def test_events_in_their_order() -> None:
    """Events come over the bridge in their order, each once, with the instant at which they were told."""
    now = iter((1.0, 2.0, 3.0))
    bridge = Bridge(lambda: next(now))
    looked: list[bool] = []
    bridge.attach(look=lambda: looked.append(True), put=lambda _: None, close=lambda: None)
    bridge.events()
    for event in ("status", "chat-message", "chat-message"):
        bridge.emit(event, {})
    told = [(each.event, each.at) for each in bridge.events()]

    assert told == [("status", 1.0), ("chat-message", 2.0), ("chat-message", 3.0)]
    assert looked == [True, True]
    assert bridge.events() == []
