"""The page's timers in real Chromium: a browser slows those of a hidden page down, and the worker's keep their time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.web.shelf_site import open_shelf_site

_BEGIN = """
(async () => {
  const { steadyTimers } = await import("/web/sync/steady_timers.js");
  window.steady = steadyTimers(() => new Worker("/web/sync/timer_worker.js"), window);
  window.tick = async (timers, times) => {
    const began = performance.now();
    for (let turn = 0; turn < times; turn += 1) await new Promise((resolve) => timers.setTimeout(resolve, 50));
    return (performance.now() - began) / 1000;
  };
})()
"""


class RawPage:
    """A page by the browser's own protocol: Playwright would have it believe that it is looked at."""

    def __init__(self, http: aiohttp.ClientSession, chromium: str) -> None:
        self._http = http
        self._chromium = chromium
        self._id = ""
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def open(self, url: str) -> RawPage:
        """Open a tab, which then lies in front."""
        async with self._http.put(f"{self._chromium}/json/new?{url}") as answer:
            target = await answer.json()
        self._id = target["id"]
        self._socket = await self._http.ws_connect(target["webSocketDebuggerUrl"])
        return self

    async def evaluate(self, script: str) -> Any:
        """What a script, or the promise that it gives, comes to."""
        assert self._socket is not None
        asked = {"expression": script, "awaitPromise": True, "returnByValue": True}
        await self._socket.send_json({"id": 1, "method": "Runtime.evaluate", "params": asked})
        answer = await self._socket.receive_json(timeout=30)
        assert "exceptionDetails" not in answer["result"], answer
        return answer["result"]["result"].get("value")

    async def becomes(self, condition: str) -> None:
        """Wait until it holds, for 20 s at most."""
        for _ in range(200):
            if await self.evaluate(condition):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(condition)

    async def close(self) -> None:
        """Close the tab."""
        if self._socket is not None:
            await self._socket.close()
        async with self._http.get(f"{self._chromium}/json/close/{self._id}"):
            pass


@pytest.fixture
async def hidden(chromium: str, tmp_path: Path) -> AsyncIterator[RawPage]:
    """A page that lies behind another one."""
    with open_shelf_site(tmp_path) as site:
        async with aiohttp.ClientSession() as http:
            page, other = RawPage(http, chromium), RawPage(http, chromium)
            await page.open(site.url)
            await other.open("about:blank")
            await page.becomes("document.readyState === 'complete' && document.hidden")
            await page.evaluate(_BEGIN)
            yield page
            await other.close()
            await page.close()


async def test_a_hidden_page_keeps_its_time(hidden: RawPage) -> None:
    """Where the page's own timers come once a second, the worker's come when they are due."""
    own = await hidden.evaluate("tick(window, 3)")
    steady = await hidden.evaluate("tick(steady, 20)")

    assert own > 1.5
    assert 1.0 <= steady < 3.0
