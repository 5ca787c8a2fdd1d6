"""Work that is due at about the same time, done together."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from functools import partial

import pytest

from syncwatch_server.services.slices import IN_ONE_GO, SLICE, Slices, slices
from tests.patience import PATIENCE


async def test_what_is_due_in_one_slice_is_done_in_one_go() -> None:
    """Two that are due within a slice are done in one turn of the loop, none before it is due, in order of asking."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    began = (loop.time() // SLICE + 2) * SLICE
    heard: list[str] = []
    slices_ = Slices()
    slices_.call_at(began + 0.8 * SLICE, lambda: heard.append("late"))
    slices_.call_at(began + 0.2 * SLICE, lambda: heard.append("early"))

    def ask_for_the_next() -> None:
        loop.call_soon(heard.append, "the next turn")

    slices_.call_at(began + 0.2 * SLICE, ask_for_the_next)
    slices_.call_at(began + 1.5 * SLICE, done.set)
    await asyncio.wait_for(done.wait(), PATIENCE)

    assert heard == ["late", "early", "the next turn"]
    assert loop.time() >= began + 1.5 * SLICE - 0.002


async def test_what_comes_meanwhile_need_not_wait_for_all() -> None:
    """Of many that are due together a few are done at a time, in their order; what comes meanwhile goes in between."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    heard: list[object] = []
    slices_ = Slices()
    take_back: list[Callable[[], object]] = []

    def first() -> None:
        heard.append("first")
        loop.call_soon(heard.append, "a seek")
        take_back[0]()

    slices_.call_at(0.0, first)
    for number in range(2 * IN_ONE_GO):
        slices_.call_at(0.0, partial(heard.append, number))
    take_back.append(slices_.call_at(0.0, partial(heard.append, "taken back")))
    slices_.call_at(0.0, done.set)
    await asyncio.wait_for(done.wait(), PATIENCE)

    assert heard.index("a seek") == IN_ONE_GO
    assert [one for one in heard if one != "a seek"] == ["first", *range(2 * IN_ONE_GO)]


async def test_what_was_due_long_ago_is_done_at_once() -> None:
    """Work whose time has passed needs nothing but a turn of the loop."""
    done = asyncio.Event()
    Slices().call_at(0.0, done.set)

    await asyncio.wait_for(done.wait(), PATIENCE)


async def test_work_that_is_taken_back_is_not_done() -> None:
    """Work can be taken back, by what is done just before it in the same slice too, and once it is done for nothing."""
    heard: list[str] = []
    done = asyncio.Event()
    slices_ = Slices()
    take_back: list[Callable[[], object]] = []

    def first() -> None:
        take_back[0]()

    slices_.call_at(0.0, first)
    take_back.append(slices_.call_at(0.0, lambda: heard.append("taken back by another")))
    slices_.call_at(0.0, lambda: heard.append("taken back"))()
    take_back.append(slices_.call_at(0.0, lambda: heard.append("done")))
    slices_.call_at(0.0, done.set)
    await asyncio.wait_for(done.wait(), PATIENCE)
    take_back[1]()

    assert heard == ["done"]


async def test_fault_of_one_leaves_the_others(caplog: pytest.LogCaptureFixture) -> None:
    """Work that fails is written down, and what is due after it in the same slice is done."""
    done = asyncio.Event()
    slices_ = Slices()

    def stumble() -> None:
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR, logger="asyncio"):
        slices_.call_at(0.0, stumble)
        slices_.call_at(0.0, done.set)
        await asyncio.wait_for(done.wait(), PATIENCE)

    assert "work that was due failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text


async def test_loops_have_slices_of_their_own() -> None:
    """All in one loop share its slices; what is due in one is not forgotten when another loop runs beside it."""
    done = asyncio.Event()
    slices().call_at(0.0, done.set)
    elsewhere: list[Slices] = []

    async def beside() -> None:
        elsewhere.append(slices())

    thread = threading.Thread(target=asyncio.run, args=(beside(),))
    thread.start()
    thread.join()
    await asyncio.wait_for(done.wait(), PATIENCE)

    assert slices() is slices()
    assert elsewhere[0] is not slices()
