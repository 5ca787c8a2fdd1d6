"""How far the players of other sites are from a timeline: their stand-ins, which know where the film truly is.

The stand-ins are those of the tests (tests/web/stand_ins); what was not tried against the live sites stays untried.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from playwright.async_api import async_playwright

from benchmarks.skew import spread
from benchmarks.web_page import launch

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

READY_WITHIN = 15_000
"""ms."""


async def hold(folder: Path, seconds: float) -> dict[str, Any]:
    """The figures of the four sites, and of YouTube's with positions that it extrapolates itself."""
    from tests.web.shelf_site import open_shelf_site
    from tests.web.test_embedded_players import SOURCES

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
    await page.evaluate("async (wish) => (await import('/stand_ins/closed_loop.js')).begin(wish)", wish)
    await page.wait_for_function("told.some((event) => event.type === 'playerPrimed')", timeout=READY_WITHIN)
    return _figures(await _followed(page, seconds))


async def _followed(page: Page, seconds: float) -> dict[str, Any]:
    wish = {"seconds": seconds, "from": FROM, "disturb": THROWN}
    ran: dict[str, Any] = await page.evaluate(
        "async (wish) => (await import('/stand_ins/closed_loop.js')).follow(wish)", wish
    )
    return ran


def _figures(ran: dict[str, Any]) -> dict[str, Any]:
    settled = [abs(each["drift"]) for each in ran["drifts"] if each["after"] > SETTLES]
    return {"driftMs": spread(settled, 1000), "asked": ran["counts"], "moments": len(settled)}


def within(figures: dict[str, Any]) -> bool:
    """Whether every site keeps the target."""
    return all(one["driftMs"]["p95"] is not None and one["driftMs"]["p95"] <= TARGET * 1000 for one in figures.values())
