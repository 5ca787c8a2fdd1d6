"""The stage: the runtime in a thread of its own, and the application on the main one.

Only the main thread may hear signals and own the terminal. Whatever goes wrong comes out here, after the application
has given the terminal back.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from syncwatch_cli import diagnostics
from syncwatch_cli.local_clock import local_clock
from syncwatch_cli.tui.bridge import Bridge
from syncwatch_core.errors import AppError

if TYPE_CHECKING:
    from types import FrameType

_T = TypeVar("_T")

SWITCH_EVERY = 0.0005
"""Seconds after which a thread that draws lets the other one run.

Python's own 5 ms would come as an error of up to that much into each timestamp and each start that falls into a
drawing. Measured on 2 busy cores, with a screen that drew all the time (30 to 36 % of a core): the median round trip
came out as 13.9 ms with Python's own, as 1.9 ms with this (1.2 ms without a screen), drift as 0.32 and as 0.09 ms.
"""


class Runner:
    """Runs a coroutine in a thread of its own, on an event loop of its own."""

    def __init__(self, main: Coroutine[Any, Any, _T], ended: Callable[[], None]) -> None:
        """``ended`` is called in that thread, whichever way it ends."""
        self._main = main
        self._ended = ended
        self._task: asyncio.Task[_T] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = False
        self.answer: Any = None
        self.fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="runtime")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Cancel it; it winds up in good order. May be called from a handler of signals."""
        self._stopped = True
        loop, task = self._loop, self._task
        if loop is not None and task is not None and not loop.is_closed():
            with suppress(RuntimeError):  # it has just ended by itself
                loop.call_soon_threadsafe(task.cancel)

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join()

    def _run(self) -> None:
        try:
            with asyncio.Runner() as runner:
                self.answer = runner.run(self._supervised())
        except BaseException as fault:  # noqa: BLE001 it is raised again in the main thread
            self.fault = fault
        finally:
            self._ended()

    async def _supervised(self) -> Any:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.ensure_future(self._main)
        if self._stopped:
            self._task.cancel()
        return await self._task


class Stage:
    """The full screen, as a front."""

    def __init__(self) -> None:
        self.bridge = Bridge(local_clock())
        self.at_hand = self.bridge.at_hand

    def run(self, main: Coroutine[Any, Any, _T]) -> _T:
        """Run ``main`` beside the application, which is there while there is a session to show.

        Raises what ``main`` raises, and ``KeyboardInterrupt`` once it has wound up after ^C, SIGTERM or a closed
        terminal.
        """
        runner = Runner(main, self.bridge.close)
        with _signals_to(runner.stop), _quick_switches():
            runner.start()
            try:
                # It is read in while the connection is made.
                from syncwatch_cli.tui.app import show

                show(self.bridge)
            except BaseException:
                runner.stop()
                raise
            finally:
                self.bridge.detach()
                self.bridge.gone.set_result(None)
                runner.join()
        if isinstance(runner.fault, asyncio.CancelledError):
            raise KeyboardInterrupt from None
        if runner.fault is not None:
            raise runner.fault
        answer: _T = runner.answer
        return answer

    @asynccontextmanager
    async def screen(self, link: str | None) -> AsyncIterator[Bridge]:
        """The runtime's side of the bridge; whatever is said after it is said on the terminal as it was before."""
        self.bridge.link = link
        try:
            yield self.bridge
        except AppError:
            # A failure speaks for itself.
            self.bridge.last_words = None
            raise
        finally:
            self.bridge.close()
            await asyncio.wrap_future(self.bridge.gone)
            if self.bridge.last_words is not None:
                diagnostics.note(self.bridge.last_words)


@contextmanager
def _quick_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_EVERY)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@contextmanager
def _signals_to(stop: Callable[[], None]) -> Iterator[None]:
    """Meanwhile ^C, a polite kill and a closed terminal call ``stop``."""

    def stopped(_: int, __: FrameType | None) -> None:
        stop()

    # Windows has no SIGHUP.
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, stopped) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
