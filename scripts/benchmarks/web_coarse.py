"""How far the players of other sites are from a timeline: their stand-ins, which know where the film truly is.

The tests of the players use the same stand-ins; what was not tried against the live sites stays untried.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from playwright.async_api import async_playwright

from benchmarks.skew import spread
from benchmarks.web_page import launch
from benchmarks.web_shelf import SOURCES, open_shelf_site

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser, Page

TARGET = 0.150
"""s; the 95th percentile of the true drift."""

THROWN = {"after": 6, "by": 0.4}
"""When each is thrown (s after the start), as by a machine that was busy, and by how much (s)."""

SETTLES = 14.0
"""s after the start: a late start is taken out, then the throw, and what a seek missed by."""

FROM = 30.0
"""s of media at which all begin."""

STARTS = 5
"""How often each is started at the end."""

LEARNED_BY = 2
"""Starts by which it is learned what one costs."""

STARTS_FROM = 200.0
"""s of media at which these begin."""

READY_WITHIN = 15_000
"""ms."""


async def hold(folder: Path, seconds: float) -> dict[str, Any]:
    """The figures of the four sites, and of YouTube's with positions that it extrapolates itself."""
    kinds: dict[str, tuple[str, str, dict[str, Any]]] = {site: (site, url, {}) for site, url in SOURCES.items()}
    kinds["youtubeExtrapolating"] = ("youtube", SOURCES["youtube"], {"extrapolates": True})
    with open_shelf_site(folder) as site:
        async with async_playwright() as playwright:
            browser = await launch(playwright, folder)
            runs = [_run(browser, site.url, *kind, seconds) for kind in kinds.values()]
            done = await asyncio.gather(*runs)
            await browser.close()
    return dict(zip(kinds, done, strict=True))


async def _run(browser: Browser, url: str, site: str, source: str, knobs: dict[str, Any], seconds: float) -> Any:
    page = await (await browser.new_context()).new_page()
    await page.goto(url)
    await page.add_script_tag(url="/stand_ins/pretend_media.js")
    wish = {"site": site, "source": source, "position": FROM, "knobs": knobs}
    await _ask(page, "begin", wish)
    await page.wait_for_function("told.some((event) => event.type === 'playerPrimed')", timeout=READY_WITHIN)
    followed = await _ask(page, "follow", {"seconds": seconds, "from": FROM, "disturb": THROWN})
    started = await _ask(page, "start", {"times": STARTS, "from": STARTS_FROM})
    return {**_figures(followed), "startsMs": [round(drift * 1000) for drift in started]}


async def _ask(page: Page, act: str, wish: dict[str, Any]) -> Any:
    return await page.evaluate(f"async (wish) => (await import('/stand_ins/closed_loop.js')).{act}(wish)", wish)


def _figures(ran: dict[str, Any]) -> dict[str, Any]:
    settled = [abs(each["drift"]) for each in ran["drifts"] if each["after"] > SETTLES]
    return {"driftMs": spread(settled, 1000), "asked": ran["counts"], "moments": len(settled)}


def within(figures: dict[str, Any]) -> bool:
    """Whether every site keeps the target, while it plays and at each start once these were learned."""
    return all(_is_within(one["driftMs"]["p95"], *one["startsMs"][LEARNED_BY:]) for one in figures.values())


def _is_within(*drifts: float | None) -> bool:
    return all(drift is not None and abs(drift) <= TARGET * 1000 for drift in drifts)
