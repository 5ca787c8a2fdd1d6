"""Whose configuration, whose cookies and which yt-dlp the resolver works with."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from syncwatch_cli.media.links.resolver import Resolver
from syncwatch_core.errors import AppError
from tests.sites import fake_vimeo
from tests.sites.conftest import CONFIGURATION, Web, opened
from tests.sites.site_proxy import Answered

CLIP = "https://vimeo.com/76979871"


async def test_the_persons_configuration_counts(web: Web, computer: Path, resolver: Resolver):
    """What the person has set for yt-dlp counts, and what it says about downloads does nothing."""
    web.vimeo.videos["76979871"] = fake_vimeo.Video()
    lines = [
        "--user-agent 'My browser'",
        "--ignore-errors",
        "--print title",
        "--exec 'touch ran'",
        "-x",
        "-v",
        "-o out",
    ]
    lines += ["--write-info-json --write-pages --sleep-requests 0.01"]
    computer.write_text(CONFIGURATION + "\n".join(lines))  # noqa: ASYNC240 a test may wait for a disk
    before = set(Path.cwd().iterdir())
    await resolver.resolve(CLIP, "best")
    with pytest.raises(AppError, match="not there"):
        await resolver.resolve("https://vimeo.com/1", "best")

    assert {asked.headers["User-Agent"] for asked in web.proxy.asked} == {"My browser"}
    assert set(Path.cwd().iterdir()) == before


async def test_a_configuration_with_a_mistake(computer: Path, resolver: Resolver):
    """A configuration that yt-dlp doesn't understand is told as such, in its words."""
    computer.write_text("--no-such-option\n")  # noqa: ASYNC240 a test may wait for a disk

    with pytest.raises(AppError, match="configuration is not usable: no such option: --no-such-option"):
        await resolver.resolve(CLIP, "best")


async def test_cookies_of_a_browser(web: Web, tmp_path: Path):
    """A video that needs a login is found with the cookies of the person's browser."""
    web.vimeo.videos["76979871"] = fake_vimeo.Video(title="For members", only_with_cookie="session=mine")
    profile = _firefox(tmp_path / "profile", ".vimeo.com", "session", "mine")
    async with opened(cookies_from_browser=f"firefox:{profile}") as resolver:
        assert (await resolver.resolve(CLIP, "best")).title == "For members"
    async with opened() as stranger:
        with pytest.raises(AppError, match="not there"):
            await stranger.resolve(CLIP, "best")


@pytest.mark.parametrize(
    ("browser", "words"), [("netscape", "unsupported browser"), ("firefox:/no/such/profile", "could not find firefox")]
)
async def test_a_browser_that_is_not_there(browser: str, words: str):
    """A browser that yt-dlp doesn't know, or that has no cookies here, is told as such."""
    async with opened(cookies_from_browser=browser) as resolver:
        with pytest.raises(AppError, match=words) as refused:
            await resolver.resolve(CLIP, "best")

    assert refused.value.hint


async def test_an_old_yt_dlp(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Where an old yt-dlp stumbles, its version, its age and the command that updates it are told."""
    # Python runs this at the start of every process that finds it: there yt-dlp says that it is of another day.
    (tmp_path / "sitecustomize.py").write_text("import yt_dlp.version\nyt_dlp.version.__version__ = '2025.01.15'\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    web.proxy.sites["player.vimeo.com"] = lambda _: Answered(b"<title>All new</title>")
    # 15 May 2025
    async with opened(now=lambda: 1_747_267_200.0) as resolver:
        with pytest.raises(AppError) as refused:
            await resolver.resolve(CLIP, "best")

    assert "yt-dlp 2025.01.15 is 120 days old, too old" in refused.value.message
    assert "pip install --upgrade" in str(refused.value.hint)


async def test_no_yt_dlp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Where there is no yt-dlp, that is told with the command that installs it."""
    (tmp_path / "yt_dlp.py").write_text("raise ImportError('there is none')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    async with opened() as resolver:
        with pytest.raises(AppError, match="not installed") as refused:
            await resolver.resolve(CLIP, "best")

    assert "pip install" in str(refused.value.hint)


async def test_a_page_that_isn_t_of_the_web(resolver: Resolver):
    """What is no http or https link is never given to yt-dlp."""
    with pytest.raises(AppError, match="not an http or https URL"):
        await resolver.resolve("file:///etc/passwd", "best")


def _firefox(profile: Path, host: str, name: str, value: str) -> Path:
    """A profile of Firefox with one cookie."""
    profile.mkdir()
    with sqlite3.connect(profile / "cookies.sqlite") as database:
        database.execute("CREATE TABLE moz_cookies (host, name, value, path, expiry, isSecure, originAttributes)")
        database.execute("PRAGMA user_version = 15")
        row = (host, name, value, "/", int(time.time()) + 86400, 1, "")
        database.execute("INSERT INTO moz_cookies VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    database.close()
    return profile
