"""The page's timers in real Chromium: a browser slows those of a hidden page down, and the worker's keep their time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from benchmarks.web_shelf import open_shelf_site
from tests.web.raw_pages import RawPage

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
