"""What holds for the recognition of any text at all."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.media_url import MediaUrl, recognise
from syncwatch_core.media_url_parts import seconds_of

CASES = json.loads((Path(__file__).parents[1] / "vectors" / "media_url_cases.json").read_text(encoding="utf-8"))
LINKS = [case["url"] for case in CASES if case["provider"] is not None]
HOSTS = sorted({link.split("/")[2] for link in LINKS})
FOUR = {"youtube", "vimeo", "dailymotion", "twitch"}

SIGNS = [
    "https://",
    "http://",
    "//",
    "/",
    "?",
    "#",
    "&",
    "=",
    ":",
    "@",
    ".",
    "%2F",
    "%",
    "&amp;",
    "v",
    "list",
    "t",
    "1m",
]
PARTS = ["watch", "embed", "videoseries", "shorts", "channel", "video", "videos", "event", "clip", "player.html"]
NAMES = ["dQw4w9WgXcQ", "PL9D9FC436B881BA21", "76979871", "x5kesuj", "8272103f6e", "@handle", "film.mp4"]
pieces = st.one_of(st.sampled_from(SIGNS), st.sampled_from(HOSTS), st.sampled_from(PARTS + NAMES), st.text(max_size=6))
texts = st.one_of(st.text(), st.lists(pieces, max_size=12).map("".join))


def recognised(text: str) -> MediaUrl | None:
    try:
        return recognise(text)
    except AppError as refusal:
        if refusal.code is ErrorCode.UNSUPPORTED_URL:
            return None
        raise


@given(texts)
def test_any_text_means_something_or_is_refused(text: str):
    """No text whatever fails in another way than by a refusal with its code."""
    media = recognised(text)

    assert media is None or media.url


@given(st.one_of(texts, st.lists(pieces, max_size=8).map(lambda parts: "https://" + "".join(parts))))
def test_canonical_urls_stay(text: str):
    """A canonical URL is recognised as the same media again, and is its own canonical URL."""
    media = recognised(text)
    if media is not None and media.provider != "file":
        again = recognise(media.canonical_url)

        assert (again.provider, again.kind, again.id, again.playlist) == (
            media.provider,
            media.kind,
            media.id,
            media.playlist,
        )
        assert again.canonical_url == media.canonical_url


labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)


@given(st.sampled_from(LINKS), labels, st.sampled_from(["before", "joined", "after", "ending", "port"]))
def test_look_alikes_are_nobodys(link: str, label: str, way: str):
    """A host that only begins or ends as a provider's, or answers at another port, is never taken for it."""
    scheme, _, host, *rest = link.split("/")
    looks = {
        "before": f"{label}-{host}",
        "joined": f"{label}x{host}",
        "after": f"{host}.{label}.example",
        "ending": f"{host}{label}",
        "port": f"{host}:1{len(label)}",
    }
    media = recognised("/".join([scheme, "", looks[way], *rest]))

    assert media is None or media.provider not in FOUR


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59))
def test_times_in_links(hours: int, minutes: int, seconds: int):
    """Each way of writing a time in a link means the same time."""
    whole = hours * 3600 + minutes * 60 + seconds

    assert seconds_of(f"{hours}h{minutes}m{seconds}s") == whole
    assert seconds_of(f"{hours}:{minutes}:{seconds}") == whole
    assert seconds_of(f"{whole}") == seconds_of(f"{whole}s") == whole
