"""A page that nobody has touched, which a browser lets play without sound only, and stops when nobody looks at it.

Playwright touches what it looks at, as far as the browser can tell, so these pages are opened without it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import aiohttp
import pytest

from benchmarks.media import sample_video
from tests.e2e.film_server import open_film_server
from tests.e2e.people import People
from tests.web.raw_pages import RawPage

_JOIN = """(async () => {
  const field = document.querySelector('form.card input');
  field.value = 'Ann';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  document.querySelector('form.card').requestSubmit();
})()"""

_BUTTON = "document.querySelector('.player-below button')"
_PLAYS = "(() => { const video = document.querySelector('video'); return !!video && !video.paused && video.muted; })()"
_IS_STOPPED = "document.hidden && document.querySelector('video').paused"

_SOUNDS = "(() => { const video = document.querySelector('video'); return !video.paused && !video.muted; })()"

_SPOTS = 10
"""Looks at the session, a fifth of a second apart, in which nothing may have changed."""


@pytest.fixture
async def tabs(chromium: str) -> AsyncIterator[tuple[RawPage, RawPage]]:
    """Two tabs of the browser; whichever was opened last lies in front."""
    async with aiohttp.ClientSession() as http:
        page, other = RawPage(http, chromium), RawPage(http, chromium)
        yield page, other
        await other.close()
        await page.close()


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    everybody = People(tmp_path)
    yield everybody
    everybody.go_home()


def asked(url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the server answers to a script."""
    content = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, content, {"Content-Type": "application/json"}), timeout=10) as answer:  # noqa: S310 the test's own server
        told: dict[str, Any] = json.load(answer)
        return told


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The link to a minute of film."""
    with open_film_server() as films:
        yield films.put("film.mp4", sample_video(60, tmp_path_factory.mktemp("film"), block=60))


async def joined(page: RawPage, link: str) -> None:
    """Join in a tab that lies in front, and wait until the video is there."""
    await page.open(link)
    await page.becomes("document.querySelector('form.card input') !== null")
    await page.evaluate(_JOIN)
    await page.becomes("document.querySelector('video')?.readyState >= 2")


async def test_who_is_hidden_and_stopped_moves_nobody(
    tabs: tuple[RawPage, RawPage], site: str, film: str, people: People
) -> None:
    """A muted page that the browser stops as it is hidden is away: mpv plays on, and on return it plays along again."""
    page, other = tabs
    code = asked(f"{site}/api/v1/sessions", {"url": film})["code"]
    session = f"{site}/api/v1/sessions/{code}"
    ben = people("Ben").join(f"{site}/s/{code}")
    await joined(page, f"{site}/s/{code}")
    with ben.mpv() as mpv:
        asked(f"{session}/commands", {"event": "video-play"})
        await page.becomes(_PLAYS)
        ben.heard("status", state="playing")
        before = asked(session)["playback"]
        await other.open("about:blank")
        await page.becomes(_IS_STOPPED)
        for _ in range(_SPOTS):
            await asyncio.sleep(0.2)
            assert asked(session)["playback"] == before
            assert mpv.plays
        states = {each["displayName"]: each["state"] for each in asked(session)["participants"]}
        await other.close()
        await page.becomes(f"!document.hidden && {_PLAYS}")

    assert states == {"Ann": "away", "Ben": "playing"}
    assert asked(session)["playback"] == before


async def test_sound_is_on_after_a_touch(tabs: tuple[RawPage, RawPage], site: str, film: str) -> None:
    """The page plays along without sound and says so, outside of the player; a touch of its button brings the sound."""
    page, _ = tabs
    code = asked(f"{site}/api/v1/sessions", {"url": film})["code"]
    await joined(page, f"{site}/s/{code}")
    asked(f"{site}/api/v1/sessions/{code}/commands", {"event": "video-play"})
    await page.becomes(_PLAYS)
    await page.becomes(f"{_BUTTON} !== null")
    assert "plays without sound until you tap" in await page.evaluate(f"{_BUTTON}.innerText")
    await page.evaluate(f"{_BUTTON}.click()", is_touch=True)
    await page.becomes(f"{_SOUNDS} && {_BUTTON} === null")

    assert asked(f"{site}/api/v1/sessions/{code}")["playback"]["isPlaying"]
