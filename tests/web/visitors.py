"""People who open the page in a browser: each has a device, with its own size, memory and language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.patience import PATIENCE

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
LARGE: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
LYING_PHONE: dict[str, Any] = PHONE | {"viewport": {"width": 740, "height": 360}}

# The page leaves the player's own place alone, so a stand-in that shows nothing does for the page's tests.
PLAYER = """
import { NoPlayer } from "./player.js";
export function choosePlayer(media, { last }) {
  return { player: last ?? new NoPlayer(), source: media.url };
}
"""


_REVISION = re.compile(r'"revision":\s*(\d+)')


@dataclass(eq=False)
class Visitor:
    """One person, and their page."""

    name: str
    page: Page
    context: BrowserContext

    @property
    def code(self) -> str:
        """The session's code, as the page's address has it."""
        return self.page.url.rpartition("/s/")[2]

    def button(self, name: str) -> Locator:
        """A button of that name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def panel(self, name: str) -> None:
        """Turn to a panel."""
        self.page.get_by_role("tab", name=name).click()

    def say(self, text: str) -> None:
        """Say something in the chat."""
        self.page.get_by_label("Say something").fill(text)
        self.button("Send").click()

    def queue(self, url: str) -> None:
        """Add a link to the queue."""
        self.page.get_by_label("Video link").fill(url)
        self.button("Add to queue").click()

    def load(self, url: str) -> None:
        """Have everybody watch a link."""
        self.page.get_by_label("Video link").fill(url)
        self.button("Play now").click()

    def see(self, text: str) -> None:
        """Wait until the page shows a text."""
        self.page.get_by_text(text).first.wait_for()

    def choose(self, name: str, what: str) -> None:
        """Do something about somebody in the list of people."""
        self.button(f"What to do with {name}").click()
        self.page.get_by_role("dialog").get_by_role("button", name=what, exact=True).click()


@dataclass(eq=False)
class Visitors:
    """Everybody who opens the page in one test."""

    browser: Browser
    site: str
    faults: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self, name: str, path: str = "/", *, player: str = PLAYER, ears: list[int] | None = None, **device: Any
    ) -> Visitor:
        """Somebody who opens a page of the site; ``ears`` takes the revisions of the playback that come to it."""
        context = self.browser.new_context(**{"locale": "en-GB", "service_workers": "block"} | (device or DESK))
        context.set_default_timeout(1000 * PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: self.faults.append(f"{name}: {fault}"))
        page.on("console", lambda said: self._hear(name, said.type, said.text))
        if ears is not None:
            page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: _revisions(frame, ears)))
        if player:
            javascript = {"body": player, "content_type": "text/javascript"}
            page.route("**/players/choose_player.js", lambda route: route.fulfill(**javascript))
        page.goto(path if "://" in path else self.site + path)
        return Visitor(name, page, context)

    def _hear(self, name: str, kind: str, text: str) -> None:
        # What a page may not load or run is told on its console only.
        if kind == "error" and ("Content Security Policy" in text or "Refused" in text):
            self.faults.append(f"{name}: {text}")

    def create(self, name: str = "Ann", *, url: str = "", **device: Any) -> Visitor:
        """Somebody who creates a session."""
        visitor = self.open(name, **device)
        visitor.page.get_by_label("Your name").fill(name)
        visitor.page.get_by_label("Video link").fill(url)
        visitor.button("Create session").click()
        visitor.page.locator(".session").wait_for()
        return visitor

    def join(self, code: str, name: str = "Ben", **device: Any) -> Visitor:
        """Somebody who opens a join link and joins."""
        visitor = self.open(name, f"/s/{code}", **device)
        visitor.page.get_by_label("Your name").fill(name)
        visitor.button("Join").click()
        visitor.page.locator(".session").wait_for()
        return visitor

    def go_home(self) -> None:
        """Close all their pages."""
        for context in self._contexts:
            context.close()


def _revisions(frame: str | bytes, ears: list[int]) -> None:
    if isinstance(frame, str):
        ears += [int(revision) for revision in _REVISION.findall(frame)]
