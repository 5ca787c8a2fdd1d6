"""People in a real browser, as an outside observer sees them: where each `<video>` stands, on CLOCK_MONOTONIC.

Chromium's ``performance.now()`` counts CLOCK_MONOTONIC from the page's navigation, whose instant its own metrics tell
(``NavigationStart``). That the two clocks agree is checked by a bracketed question at each page's beginning.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from benchmarks.processes import RigError

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser, CDPSession, Page

PATIENCE = 30_000
"""ms for the page to come up; generous, for a busy machine."""

SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--autoplay-policy=no-user-gesture-required",
)

ROUNDS_EVERY = 0.1
"""s between two rounds."""

CHECK = 0.01
"""s by which the page's clock may be off what a bracketed question says, beyond the width of the bracket."""

_READ = """
async () => {
  const video = document.querySelector("video");
  if (video === null) return null;
  const readings = [];
  for (let turn = 0; turn < 7; turn += 1) {
    const before = performance.now();
    const position = video.currentTime;
    const after = performance.now();
    readings.push([before / 1000, position, after / 1000]);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  const { paused, seeking, playbackRate, readyState } = video;
  return { readings, stands: paused || seeking || readyState < 3, rate: playbackRate };
}
"""
"""``currentTime`` is the same throughout a task, and in some it is off by milliseconds: so it is read in several."""


@dataclass(frozen=True, slots=True)
class PageReading:
    """Where one page's video stood."""

    at: float
    """CLOCK_MONOTONIC, s."""
    position: float
    """s of media."""
    stands: bool
    rate: float

    def position_at(self, instant: float) -> float:
        """Where it stands at an instant close by, s of media."""
        return self.position if self.stands else self.position + self.rate * (instant - self.at)


@dataclass(slots=True)
class Visitor:
    """One person's page, and every reading of it."""

    name: str
    page: Page
    cdp: CDPSession
    began_at: float
    """CLOCK_MONOTONIC of the page's ``performance.now() == 0``, s."""
    readings: list[PageReading] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    """What its console said."""
    _observing: asyncio.Task[None] | None = None

    @classmethod
    async def join(cls, browser: Browser, name: str, link: str) -> Self:
        """Open a join link and join; returns when the page has a video. Raises ``RigError``."""
        context = await browser.new_context(service_workers="block")
        page = await context.new_page()
        says: list[str] = []
        page.on("console", lambda said: says.append(said.text))
        await page.goto(link)
        await page.get_by_label("Your name").fill(name)
        await page.get_by_role("button", name="Join", exact=True).click()
        await page.locator("video").wait_for(state="attached", timeout=PATIENCE)
        cdp = await context.new_cdp_session(page)
        visitor = cls(name, page, cdp, await _beginning(page, cdp), says=says)
        visitor._observing = asyncio.create_task(visitor._observe())
        return visitor

    async def _observe(self) -> None:
        while True:
            told = await self.page.evaluate(_READ)
            if told is not None:
                self.readings.append(self._reading(told))
            await asyncio.sleep(ROUNDS_EVERY)

    def _reading(self, told: dict[str, Any]) -> PageReading:
        rate = 0.0 if told["stands"] else told["rate"]
        last = told["readings"][-1][2]
        brought = sorted(
            position + rate * (last - (before + after) / 2) for before, position, after in told["readings"]
        )
        return PageReading(self.began_at + last, brought[len(brought) // 2], told["stands"], told["rate"])

    async def close(self) -> None:
        """Observe no more."""
        if self._observing is not None:
            self._observing.cancel()
            await asyncio.gather(self._observing, return_exceptions=True)


async def _beginning(page: Page, cdp: CDPSession) -> float:
    await cdp.send("Performance.enable")
    metrics = (await cdp.send("Performance.getMetrics"))["metrics"]
    began_at: float = next(each["value"] for each in metrics if each["name"] == "NavigationStart")
    before = time.monotonic()
    now = await page.evaluate("performance.now() / 1000")
    after = time.monotonic()
    if not before - CHECK <= began_at + now <= after + CHECK:
        message = f"the browser's clock is off ours by {began_at + now - (before + after) / 2:.3f} s"
        raise RigError(message)
    return began_at


def browser_program() -> str:
    """The system's Chromium; raises ``RigError``."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if program := shutil.which(name):
            return program
    raise RigError("this bench needs Chromium: apt-get install chromium")


async def launch(playwright: Any, folder: Path) -> Browser:
    """A browser of our own, whose profile lies in ``folder``."""
    arguments = [*SWITCHES, f"--disk-cache-dir={folder / 'cache'}"]
    browser: Browser = await playwright.chromium.launch(executable_path=browser_program(), args=arguments)
    return browser
