"""What a pasted text means: the table that Python and JavaScript are both held to, and labelled links of others."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.media_url import MediaUrl, recognise
from syncwatch_core.media_url_parts import split_address

FOLDER = Path(__file__).parents[1] / "vectors"
VECTORS = json.loads((FOLDER / "media_url.json").read_text(encoding="utf-8"))
CASES = json.loads((FOLDER / "media_url_cases.json").read_text(encoding="utf-8"))


def recognised(text: str) -> MediaUrl | None:
    try:
        return recognise(text)
    except AppError:
        return None


@pytest.mark.parametrize("case", VECTORS["recognised"], ids=lambda case: case["text"])
def test_recognised(case: dict[str, Any]):
    """A text means what the table says."""
    media = recognise(f" {case['text']}\n")

    assert {
        "provider": media.provider,
        "kind": media.kind,
        "id": media.id,
        "canonicalUrl": media.canonical_url,
        "startPosition": media.start_position,
        "playlist": media.playlist,
    } == {key: value for key, value in case.items() if key != "text"}


@pytest.mark.parametrize("text", VECTORS["refused"])
def test_refused(text: str):
    """What can be no media is refused, with words and a hint."""
    with pytest.raises(AppError) as refusal:
        recognise(text)

    assert refusal.value.code is ErrorCode.UNSUPPORTED_URL
    assert refusal.value.message
    assert refusal.value.hint


@pytest.mark.parametrize("text", [case["text"] for case in VECTORS["recognised"]] + [case["url"] for case in CASES])
def test_the_canonical_url_is_the_same_media(text: str):
    """A canonical URL is recognised as the media that it came from, and is its own canonical URL."""
    media = recognised(text)
    again = None if media is None else recognise(media.canonical_url)

    assert media is None or again is not None
    if media is not None and again is not None:
        assert (again.provider, again.kind, again.id) == (media.provider, media.kind, media.id)
        assert (again.canonical_url, again.playlist) == (media.canonical_url, media.playlist)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["url"])
def test_real_links(case: dict[str, Any]):
    """Every labelled link is given its provider, kind and id; what is no provider's is never taken for one."""
    media = recognised(case["url"])

    if case["provider"] is None:
        assert media is None or media.provider == "other"
    else:
        assert media is not None
        assert (media.provider, media.kind, media.id) == (case["provider"], case["kind"], case["id"])


def test_a_link_without_a_scheme_is_told_how_to_write_it():
    """Who leaves out https:// before a provider's link is told the whole link."""
    with pytest.raises(AppError) as refusal:
        recognise("youtube.com/watch?v=dQw4w9WgXcQ")

    assert refusal.value.hint == "a link starts with https://: https://youtube.com/watch?v=dQw4w9WgXcQ"


def test_only_web_addresses_are_taken_apart():
    """What is no http or https URL has no parts."""
    with pytest.raises(ValueError, match="no http or https URL"):
        split_address("ftp://example.org/film.mp4")


# --- yt-dlp's own links ---


def extractors_links() -> Iterator[tuple[str, str, str]]:
    """Provider, URL and id of each link in the tests of yt-dlp's extractors for the four providers."""
    for provider in ("youtube", "vimeo", "dailymotion", "twitch"):
        with warnings.catch_warnings():
            # What other people's modules think of this Python is not tested here.
            warnings.simplefilter("ignore")
            module = importlib.import_module(f"yt_dlp.extractor.{provider}")
        for extractor in filter(inspect.isclass, vars(module).values()):
            for test in vars(extractor).get("_TESTS", ()):
                if "id" in test.get("info_dict", {}):
                    yield provider, test["url"], test["info_dict"]["id"]


def test_the_extractors_own_links():
    """At least 99 % of yt-dlp's own links of the four providers whose id stands in the URL are given that id."""
    telling = {
        (url, re.sub(r"^v(?=[0-9]+$)", "", media_id) if provider == "twitch" else media_id): provider
        for provider, url, media_id in extractors_links()
        if re.match(r"(?:https?:)?//", url)
    }
    telling = {(url, media_id): provider for (url, media_id), provider in telling.items() if media_id in url}
    others = [
        (url, media_id, media)
        for (url, media_id), provider in telling.items()
        if (media := recognised(url)) is None or (media.provider, media.id) != (provider, media_id)
    ]

    assert set(telling.values()) == {"youtube", "vimeo", "dailymotion", "twitch"}
    assert len(telling) > 100
    assert len(others) <= 0.01 * len(telling), others
