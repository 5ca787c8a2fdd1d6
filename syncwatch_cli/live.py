"""Running what lives longer than an instant, so that ^C and a polite kill both end it in good order."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

_T = TypeVar("_T")


def run(main: Coroutine[Any, Any, _T], *, loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None) -> _T:
    """Run a coroutine; raises ``KeyboardInterrupt`` once it has wound up after ^C, SIGTERM or a closed terminal."""
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            return runner.run(_supervised(main))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _supervised(main: Coroutine[Any, Any, _T]) -> _T:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 inside a coroutine there is one
    for name in ("SIGTERM", "SIGHUP"):
        # Windows has neither loop handlers nor SIGHUP.
        with suppress(AttributeError, NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), task.cancel)
    return await main
