"""Pictures of the page, as it is: a real server, three people who watch, and each screen at the size of a device.

What they show is made anew with each run, so they change a little even where the page does not. Look at each.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.range_server import served

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"

LIMIT = 60_000
"""Bytes of a picture: a repository keeps each for ever."""

PHONE, DESK, LARGE = (360, 740), (1280, 800), (1920, 1080)

PUBLIC_URL = "https://watch.example"

SAID = (
    ("Ben", "is the picture fine on your side?"),
    ("Ann", "yes, and the sound too"),
    ("Deniz", "merhaba! https://en.wikipedia.org/wiki/Sintel"),
)


def main(folder: Path = IMAGES) -> int:
    """Take them all; the exit code."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with (
        tempfile.TemporaryDirectory() as home,
        _films(Path(home)) as film,
        _server(Path(home)) as site,
        sync_playwright() as playwright,
    ):
        switches = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        browser = playwright.chromium.launch(executable_path=program, args=switches)
        _Evening(browser, site, film, folder).take()
        browser.close()
    return 0


class _Evening:
    """Who comes, what they do, and what is seen of it."""

    def __init__(self, browser: Browser, site: str, film: str, folder: Path) -> None:
        self._browser = browser
        self._site = site
        self._film = film
        self._folder = folder

    def take(self) -> None:
        """The pictures, in the order in which people see the screens."""
        ann, ben, deniz = self._opens(DESK), self._opens(PHONE), self._opens(LARGE, scheme="light", locale="tr-TR")
        ann.goto(self._site)
        self._name(ann, "Ann")
        ben.goto(self._site)
        self._picture(ben, "create")
        self._picture(ann, "create")
        ann.get_by_label("Video link").fill(self._film)
        ann.get_by_role("button", name="Create session").click()
        ann.locator(".session").wait_for()
        path = "/s/" + ann.url.rpartition("/s/")[2]
        for page, name, verb in ((ben, "Ben", "Join"), (deniz, "Deniz", "Katıl")):
            page.goto(self._site + path)
            self._name(page, name)
            if page is ben:
                self._picture(ben, "join")
            page.get_by_role("button", name=verb, exact=True).click()
            page.locator(".session").wait_for()
        self._watch({"Ann": ann, "Ben": ben, "Deniz": deniz})

    def _watch(self, people: dict[str, Page]) -> None:
        ann, ben, deniz = people.values()
        for page in people.values():
            page.wait_for_function("() => document.querySelector('video')?.readyState >= 2")
        for name, text in SAID:
            people[name].locator("#say").fill(text)
            people[name].locator("#say").press("Enter")
            ann.get_by_text(text.partition(" http")[0]).first.wait_for()
        for title in ("Sintel", "Tears of Steel"):
            ann.get_by_label("Video link").fill(f"https://media.example/{title.lower().replace(' ', '-')}.mp4")
            ann.get_by_role("button", name="Add to queue").click()
            ann.wait_for_timeout(300)
        ann.get_by_role("button", name="Play", exact=True).click()
        # Drifts are measured, notices are gone.
        ann.wait_for_timeout(9000)
        for page in people.values():
            self._picture(page, "session")
        ann.get_by_role("tab", name="People").click()
        self._picture(ann, "people")
        ben.get_by_role("tab", name="Queue").click()
        self._picture(ben, "queue")
        ann.get_by_role("button", name="Invite").click()
        ann.locator("svg.qr").wait_for()
        self._picture(ann, "invite")
        deniz.get_by_role("button", name="Ayarlar").click()
        self._picture(deniz, "settings")

    def _opens(self, size: tuple[int, int], *, scheme: str = "dark", locale: str = "en-GB") -> Page:
        width, height = size
        is_phone = size == PHONE
        device: dict[str, Any] = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
        device |= {"locale": locale, "has_touch": is_phone, "is_mobile": is_phone, "service_workers": "block"}
        page = self._browser.new_context(**device).new_page()
        page.set_default_timeout(20_000)
        return page

    def _name(self, page: Page, name: str) -> None:
        page.locator("form.card input").first.fill(name)

    def _picture(self, page: Page, what: str) -> None:
        page.wait_for_timeout(300)
        size = page.evaluate("() => `${innerWidth}x${innerHeight}`")
        path = self._folder / f"page-{size}-{what}.png"
        path.write_bytes(_small(page.screenshot()))
        print(path.name, path.stat().st_size)


def _small(picture: bytes) -> bytes:
    """The picture in as many colours as fit into the limit."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    packed = b""
    for colours in (256, 128, 64, 32, 16):
        into = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(into, "PNG", optimize=True)
        packed = into.getvalue()
        if len(packed) <= LIMIT:
            break
    return packed


@contextmanager
def _films(folder: Path) -> Iterator[str]:
    """The demo's film, in a form that browsers play, on a web server of its own; its URL."""
    sample, film = ROOT / "syncwatch_cli" / "demo" / "sample.mkv", folder / "film.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-i", sample, "-c", "copy", film], check=True)
    with served(film, "A%20film.mp4") as url:
        yield url


@contextmanager
def _server(home: Path) -> Iterator[str]:
    """A server; its URL."""
    command = [sys.executable, "-m", "syncwatch_cli.main", "serve", "--port", "0", "--json"]
    command += ["--database-url", f"sqlite:///{home / 'sessions.db'}", "--public-url", PUBLIC_URL]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SYNCWATCH_")}
    environment |= {"SYNCWATCH_FETCH_METADATA": "off", "SYNCWATCH_CONFIG": str(home / "none.toml")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        yield json.loads(process.stdout.readline() if process.stdout else "")["url"]
        process.terminate()


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
