"""A web in which four sites answer as they do, and a computer that reaches it by a proxy."""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from syncwatch_cli.media.links.resolver import Resolver
from tests.serving import serving
from tests.sites.fake_dailymotion import FakeDailymotion
from tests.sites.fake_twitch import FakeTwitch
from tests.sites.fake_vimeo import FakeVimeo
from tests.sites.fake_youtube import FakeYoutube
from tests.sites.films import Films
from tests.sites.site_proxy import SiteProxy

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")

CONFIGURATION = "--compat-options no-certifi\n--no-js-runtimes\n"
"""What the person wrote for yt-dlp: trust the system's certificates; and YouTube's riddles are not asked here."""


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Films:
    return Films(tmp_path_factory.mktemp("films"))


@dataclass
class Web:
    """The four sites, and the proxy that leads to them."""

    proxy: SiteProxy
    youtube: FakeYoutube
    vimeo: FakeVimeo
    dailymotion: FakeDailymotion
    twitch: FakeTwitch


@pytest.fixture
def web(authority: trustme.CA, films: Films) -> Iterator[Web]:
    with serving(SiteProxy(authority)) as proxy:
        web = Web(proxy, FakeYoutube(films), FakeVimeo(films), FakeDailymotion(films), FakeTwitch(films))
        proxy.sites = {
            "www.youtube.com": web.youtube.site,
            "*.googlevideo.com": web.youtube.streams,
            "vimeo.com": web.vimeo.site,
            "player.vimeo.com": web.vimeo.player,
            "api.vimeo.com": web.vimeo.programs,
            "vod-adaptive-ak.vimeocdn.com": web.vimeo.streams,
            "www.dailymotion.com": web.dailymotion.site,
            "graphql.api.dailymotion.com": web.dailymotion.programs,
            "*.cf.dmcdn.net": web.dailymotion.streams,
            "gql.twitch.tv": web.twitch.programs,
            "usher.ttvnw.net": web.twitch.lists,
            "*.cloudfront.net": web.twitch.streams,
            "*.assets.clips.twitchcdn.net": web.twitch.streams,
        }
        yield web


@pytest.fixture(autouse=True)
def computer(web: Web, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, from which only the proxy leads out; gives the file of yt-dlp's configuration."""
    for name in [name for name in os.environ if name.lower() in PROXIES or name.startswith("SYNCWATCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("http_proxy", web.proxy.url)
    monkeypatch.setenv("https_proxy", web.proxy.url)
    certificate = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(certificate))
    monkeypatch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(certificate))
    for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))
    configuration = tmp_path / "xdg_config_home" / "yt-dlp" / "config"
    configuration.parent.mkdir(parents=True)
    configuration.write_text(CONFIGURATION)
    return configuration


@pytest.fixture
async def resolver(computer: Path) -> AsyncIterator[Resolver]:  # noqa: ARG001 it stands in that home
    resolver = Resolver()
    yield resolver
    await resolver.close()


@asynccontextmanager
async def opened(**how: Any) -> AsyncIterator[Resolver]:
    """A resolver of another kind, until it is left."""
    resolver = Resolver(**how)
    try:
        yield resolver
    finally:
        await resolver.close()
