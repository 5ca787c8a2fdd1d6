"""Coroutines that are begun at once."""

from __future__ import annotations

import asyncio

import pytest

from syncwatch_server.realtime import at_once


async def test_what_waits_for_nothing_is_done_at_once() -> None:
    """Work that has nothing to wait for is done when ``begin`` returns, without a task."""
    done = []
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    ready.set_result("at once")

    async def work() -> None:
        done.append(await ready)

    assert at_once.begin(work()) is None
    assert done == ["at once"]


async def test_what_waits_goes_on_in_a_task() -> None:
    """Work that has to wait goes on, again and again, with what it waited for, in a task that can be waited for."""
    done: list[object] = []
    first, second = (asyncio.get_running_loop().create_future() for _ in range(2))

    async def work() -> None:
        done.append(await first)
        done.append(asyncio.current_task())
        done.append(await second)
        await asyncio.sleep(0)

    task = at_once.begin(work())
    assert task is not None
    # Done before the task has begun to wait for it.
    first.set_result(1)
    await asyncio.sleep(0.01)
    second.set_result(2)
    await task

    assert done == [1, task, 2]


async def test_fault_of_what_it_waits_for() -> None:
    """The fault of what is waited for reaches the work, which may go on, and a fault of its own ends the task."""
    failing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    caught = []

    async def work() -> None:
        try:
            await failing
        except OSError as fault:
            caught.append(fault)
        await asyncio.sleep(0)
        raise KeyError

    task = at_once.begin(work())
    assert task is not None
    failing.set_exception(OSError())
    with pytest.raises(KeyError):
        await task

    assert len(caught) == 1


async def test_fault_before_the_first_wait() -> None:
    """What goes wrong before the first wait is raised where the work was begun."""

    async def work() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        at_once.begin(work())


@pytest.mark.parametrize("turns", [0, 1])
async def test_cancelling(turns: int) -> None:
    """Work that waits can be cancelled like any task's and cleans up, though its task had no turn yet."""
    ended = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cleaned up")

    task = at_once.begin(work())
    assert task is not None
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert ended == ["cleaned up"]


async def test_who_catches_the_cancelling_goes_on() -> None:
    """Work that is cancelled before its task had a turn may have something to wait for yet."""
    gate = asyncio.Event()
    said: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await gate.wait()
            said.append("after the gate")

    task = at_once.begin(work())
    assert task is not None
    task.cancel()
    asyncio.get_running_loop().call_soon(gate.set)
    await task

    assert said == ["after the gate"]
