"""Pages by the browser's own protocol: Playwright would have each believe that it is looked at."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import aiohttp


class PageTurned(Exception):  # noqa: N818 it is no error: another page comes
    """What was asked was asked of a page that is no longer there."""


class RawPage:
    """A tab that is hidden as soon as another one lies in front of it."""

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

    async def evaluate(self, script: str, *, is_touch: bool = False) -> Any:
        """What a script, or the promise that it gives, comes to; ``is_touch``: as if a person had touched the page."""
        assert self._socket is not None
        asked = {"expression": script, "awaitPromise": True, "returnByValue": True, "userGesture": is_touch}
        await self._socket.send_json({"id": 1, "method": "Runtime.evaluate", "params": asked})
        answer = await self._socket.receive_json(timeout=30)
        if "error" in answer:  # a page that is just being left
            raise PageTurned(answer["error"]["message"])
        assert "exceptionDetails" not in answer["result"], answer
        return answer["result"]["result"].get("value")

    async def becomes(self, condition: str) -> None:
        """Wait until it holds, for 20 s at most."""
        for _ in range(200):
            with suppress(PageTurned):
                if await self.evaluate(condition):
                    return
            await asyncio.sleep(0.1)
        raise AssertionError(condition)

    async def close(self) -> None:
        """Close the tab, if it is open."""
        if self._socket is None:
            return
        await self._socket.close()
        self._socket = None
        async with self._http.get(f"{self._chromium}/json/close/{self._id}"):
            pass
