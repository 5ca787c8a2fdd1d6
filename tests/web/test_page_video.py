"""The page with a real video: whoever watches sees the same, whatever one of them does."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.media import sample_video
from tests.e2e.film_server import open_film_server
from tests.web.visitors import PHONE, Visitor, Visitors

PLAYS = (
    "() => { const video = document.querySelector('video'); return video && !video.paused && video.currentTime > 1; }"
)
STANDS = "() => document.querySelector('video').paused"
AT = "() => document.querySelector('video').currentTime"
WENT = "(to) => { const video = document.querySelector('video'); return Math.abs(video.currentTime - to) < 0.1; }"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a minute at 24 frames a second, with sound."""
    return sample_video(30, tmp_path_factory.mktemp("film"), block=30)


def test_watching_together(visitors: Visitors, film: Path) -> None:
    """A desk and a phone play together, stand on the same frame after a pause, and go where one of them goes."""
    with open_film_server() as films:
        ann = visitors.create("Ann", url=films.put("film.mp4", film), player="")
        ben = visitors.join(ann.code, "Ben", player="", **PHONE)
        both = (ann, ben)
        ready(*both)
        ann.button("Play").click()
        for each in both:
            each.page.wait_for_function(PLAYS)
        ben.button("Pause").click()
        for each in both:
            each.page.wait_for_function(STANDS)
            each.page.get_by_role("button", name="Play", exact=True).wait_for()
        before = ben.page.evaluate(AT)
        ann.page.get_by_role("slider", name="Position").focus()
        ann.page.keyboard.press("ArrowRight")
        for each in both:
            each.page.wait_for_function("(at) => document.querySelector('video').currentTime > at + 4", arg=before)
        ann.page.wait_for_function(WENT, arg=ben.page.evaluate(AT))


def ready(*visitors: Visitor) -> None:
    """Wait until the video is there for each of them."""
    for each in visitors:
        each.page.wait_for_function("() => document.querySelector('video')?.readyState >= 2")
