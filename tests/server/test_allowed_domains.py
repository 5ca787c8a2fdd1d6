"""``SYNCWATCH_ALLOWED_DOMAINS``: media of other hosts is refused, wherever a URL is taken."""

from __future__ import annotations

from typing import Any

import pytest

from syncwatch_core.errors import AppError
from syncwatch_server.services.media_domains import MediaDomains

GOOD, BAD = "https://cdn.media.example/big.mp4", "https://evil.example/big.mp4"
ALLOWED = ("media.example", "youtube.com", "xn--bcher-kva.example")


def code_of(domains: MediaDomains, url: str) -> str | None:
    """The code with which a URL is refused; None if it isn't."""
    try:
        domains.require_url(url)
    except AppError as refusal:
        return refusal.code.value
    return None


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("https://media.example/a.mp4", None),
        ("https://MEDIA.example:8443/a.mp4", None),
        ("https://media.example./a.mp4", None),
        ("https://a.b.media.example/a.mp4", None),
        ("https://evilmedia.example/a.mp4", "blocked-url"),
        ("https://media.example.evil.example/a.mp4", "blocked-url"),
        ("https://media.example@evil.example/a.mp4", "unsupported-url"),
        ("https://evil.example/media.example/a.mp4", "blocked-url"),
        ("https://evil.example/?u=https://media.example/", "blocked-url"),
        ("https://youtu.be/dQw4w9WgXcQ", None),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", None),
        ("https://vimeo.com/76979871", "blocked-url"),
        ("https://bücher.example/a.mp4", None),
        ("http://127.0.0.1/a.mp4", "blocked-url"),
    ],
)
def test_host_decides(url: str, refused: str | None) -> None:
    """Allowed are the named hosts and their subdomains, a provider's short links with the provider; no more."""
    assert code_of(MediaDomains(ALLOWED), url) == refused


def test_nothing_named_allows_all() -> None:
    """Without a list any host may be loaded, and whether it is a URL at all is not asked here."""
    assert [code_of(MediaDomains(), url) for url in (BAD, "no URL")] == [None, None]


async def test_every_way_in_is_watched(bench: Any) -> None:
    """Creating, loading, queueing, also in bulk, and validating are refused with blocked-url, by HTTP and by socket."""
    server = await bench.start(allowed_domains=ALLOWED)
    http, client = bench.http(server), await bench.connect(server)
    assert await client.refused("create-session", displayName="Ann", url=BAD) == "blocked-url"
    await client.create("Ann", url=GOOD)
    for event in ("video-load", "queue-add"):
        assert await client.refused(event, url=BAD) == "blocked-url"
        await client.ok(event, url=GOOD)
    assert await client.refused("queue-add", items=[{"url": GOOD}, {"url": BAD}]) == "blocked-url"
    path = f"/api/v1/sessions/{client.code}"
    asked = [
        ("/api/v1/sessions", {"url": BAD}),
        (f"{path}/commands", {"event": "video-load", "url": BAD}),
        (f"{path}/queue", {"url": BAD}),
        ("/api/v1/urls/validate", {"url": BAD}),
    ]
    answers = [await http("POST", where, body) for where, body in asked]

    assert [(status, answer["error"]["code"]) for status, answer in answers] == [(403, "blocked-url")] * 4
    assert [item["url"] for item in (await client.ok("get-session"))["session"]["queue"]] == [GOOD]


async def test_files_have_no_host(bench: Any) -> None:
    """A local file, which everybody plays from their own disk, is of no host and may be loaded."""
    server = await bench.start(allowed_domains=ALLOWED)
    client = await (await bench.connect(server)).create("Ann")

    await client.ok("video-load", file={"name": "film.mkv", "size": 1})
