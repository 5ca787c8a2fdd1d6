"""The page for everybody: found sound by axe, of use on every screen, by touch and by keyboard alone."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.web.visitors import DESK, LARGE, LYING_PHONE, PHONE, Visitor, Visitors

NODE = Path(__file__).parents[1] / "e2e" / "node"
FILM = "https://media.example/film.mp4"

SMALL = """() => [...document.querySelectorAll('button, select, input, summary, [role=tab]')]
  .filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.closest('.visually-hidden'))
  .map((it) => [it, (it.closest('label.switch') ?? it).getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < 43.5 || box.height < 43.5))
  .filter(([it]) => !it.matches('.code'))
  .map(([it, box]) => `${it.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""
"""What a finger would miss; the code in the head is text that one may also tap."""

BEYOND = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


READABLE = 140
"""Pixels: a title in less is a column of letters."""


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that looks for what keeps people out."""
    script = NODE / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=NODE, check=True, capture_output=True, timeout=120)
    return script.read_text(encoding="utf-8")


def faults(page: Page, axe: str) -> list[str]:
    """What axe finds serious, or worse."""
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{fault['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("colours", ["dark", "light"])
def test_axe_finds_nothing_serious(visitors: Visitors, axe: str, colours: str) -> None:
    """From the first page to each panel and dialog nothing serious keeps anybody out, in the dark and in the light."""
    ann = visitors.open("Ann", color_scheme=colours, reduced_motion="reduce", **DESK)
    found = faults(ann.page, axe)
    ann.page.get_by_label("Your name").fill("Ann")
    ann.button("Create session").click()
    ann.page.locator(".session").wait_for()
    ann.say("hello https://example.org/")
    ann.queue(FILM)
    ann.page.locator(".line").wait_for()
    for panel in ("Queue", "People", "Chat"):
        ann.panel(panel)
        found += faults(ann.page, axe)
    for dialog in ("Invite", "Settings", "Keys"):
        ann.button(dialog).click()
        ann.page.get_by_role("dialog").wait_for()
        found += faults(ann.page, axe)
        ann.page.keyboard.press("Escape")
    ann.load(FILM)
    ann.button("Play").and_(ann.page.locator(":enabled")).wait_for()
    found += faults(ann.page, axe)

    assert found == []


@pytest.mark.parametrize("device", [PHONE, LYING_PHONE, DESK, LARGE], ids=["phone", "lying", "desk", "large"])
def test_every_screen(visitors: Visitors, device: dict[str, Any]) -> None:
    """Nothing lies beyond the edge, video, chat and words are in sight, and fingers hit what they aim at."""
    ann = visitors.open("Ann", **device)
    assert ann.page.evaluate(BEYOND) == 0
    ann.page.get_by_label("Your name").fill("Ann")
    ann.page.get_by_label("Video link").fill(FILM)
    small = ann.page.evaluate(SMALL) if "has_touch" in device else []
    ann.button("Create session").click()
    ann.page.locator(".session").wait_for()
    ann.page.get_by_text("film.mp4").first.wait_for()
    ann.page.wait_for_function("() => document.fonts.status === 'loaded'")
    ann.panel("Queue")
    ann.queue(FILM.replace("film", "a-film-whose-name-is-long"))
    words = ann.page.locator(".item-words").bounding_box()
    for panel in ("Queue", "Chat"):
        ann.panel(panel)
        assert ann.page.evaluate(BEYOND) == 0
        small += ann.page.evaluate(SMALL) if "has_touch" in device else []
    size = device["viewport"]
    video, chat = ann.page.locator(".frame").bounding_box(), ann.page.get_by_label("Say something").bounding_box()

    assert small == []
    assert words is not None
    assert words["width"] >= READABLE
    assert video is not None
    assert chat is not None
    assert video["height"] >= 0.25 * size["height"]
    assert chat["y"] + chat["height"] <= size["height"]


def test_by_keyboard_alone(visitors: Visitors) -> None:
    """Who has only keys creates a session, turns the panels, opens and closes dialogs and keeps their place."""
    ann = visitors.open("Ann")
    ann.page.get_by_label("Your name").focus()
    ann.page.keyboard.type("Ann")
    ann.page.keyboard.press("Enter")
    ann.page.locator(".session").wait_for()
    ann.page.keyboard.press("t")
    ann.page.wait_for_function("() => document.activeElement?.id === 'say'")
    ann.page.keyboard.type("no ? or n here")
    ann.page.keyboard.press("Enter")
    ann.page.locator(".line-text", has_text="no ? or n here").wait_for()
    ann.page.get_by_role("tab", name="Chat").focus()
    ann.page.keyboard.press("ArrowRight")
    assert selected(ann) == "People"
    ann.button("Settings").focus()
    ann.page.keyboard.press("Enter")
    ann.page.get_by_role("dialog").wait_for()
    ann.page.keyboard.press("Escape")
    ann.page.get_by_role("dialog").wait_for(state="detached")
    ann.page.keyboard.press("?")

    ann.page.get_by_role("dialog").get_by_text("play or pause").wait_for()


def selected(visitor: Visitor) -> str:
    """The panel that is shown."""
    return visitor.page.locator('[role=tab][aria-selected="true"] span').first.inner_text()


def test_plain_http_says_what_is_missing(visitors: Visitors) -> None:
    """Where browsers withhold something because the page came over plain http, the page says what, and works."""
    ann = visitors.open("Ann")
    # Pages of this machine itself count as secure; what a browser does elsewhere is put in their place.
    ann.page.add_init_script(
        """Object.defineProperty(window, 'isSecureContext', { get: () => false });
        for (const name of ['wakeLock', 'clipboard', 'serviceWorker']) delete Navigator.prototype[name];"""
    )
    ann.page.reload()
    ann.page.get_by_label("Your name").fill("Ann")
    ann.button("Create session").click()
    ann.page.locator(".session").wait_for()
    ann.button("Settings").click()
    ann.see("This page came over plain http.")
    ann.see("keeping the screen on while the video plays")
    ann.page.keyboard.press("Escape")
    ann.page.keyboard.press("i")
    ann.button("Copy link").click()

    ann.page.get_by_role("dialog").get_by_text("Copied.").or_(ann.page.get_by_text("Marked:")).first.wait_for()
