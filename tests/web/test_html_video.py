"""The page's `<video>` in real Chromium: it loads, goes where it is told, and tells whose hand it was."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.web_shelf import ShelfSite, open_shelf_site
from tests.patience import PATIENCE

LASTS = 20

_PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25")
_SOUND = ("-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000")
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k")
_VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "200k", "-g", "25", "-c:a", "libopus")
_KINDS: dict[str, tuple[str, ...]] = {
    "film.mp4": (*_H264, "-movflags", "+faststart"),
    "film.webm": _VP8,
    "film.m3u8": (*_H264, "-f", "hls", "-hls_time", "2", "-hls_list_size", "0"),
    "film.mpd": (*_H264, "-f", "dash", "-seg_duration", "2"),
}

_FORMS = {"film.mp4": "file", "film.webm": "file", "film.m3u8": "hls", "film.mpd": "dash"}

_BEGIN = """
async ({form, subtitles}) => {
  const { HtmlVideo } = await import("/web/players/html_video.js");
  const clock = () => performance.now() / 1000;
  const place = document.getElementById("place");
  window.player = new HtmlVideo({ place, clock, timers: window });
  player.about = { form, subtitles };
  window.told = [];
  player.listener = (event) => told.push(event);
  window.video = place.querySelector("video");
  window.clock = clock;
}
"""

_HEARD = "(type) => told.find((event) => event.type === type)"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShelfSite]:
    """A film in each form that browsers play."""
    folder = tmp_path_factory.mktemp("films")
    for name, how in _KINDS.items():
        command = ["ffmpeg", "-v", "error", *_PICTURE, *_SOUND, "-t", str(LASTS), *how, str(folder / name)]
        subprocess.run(command, cwd=folder, check=True)
    (folder / "words.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:20.000\nGood evening\n")
    with open_shelf_site(folder) as site:
        yield site


class Player:
    """The player on a page, and what it has told."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def do(self, words: str) -> Any:
        """Have the page do something with ``player`` or ``video``."""
        return self.page.evaluate(words)

    def heard(self, kind: str) -> dict[str, Any]:
        """Wait until something was told; what it was."""
        found: dict[str, Any] = self.page.wait_for_function(_HEARD, arg=kind, timeout=1000 * PATIENCE).json_value()
        return found

    def kinds(self) -> list[str]:
        """What was told, in order."""
        names: list[str] = self.do("told.map((event) => event.type)")
        return names

    def forget(self) -> None:
        """What was told is told."""
        self.do("void (told.length = 0)")

    def until(self, words: str) -> None:
        """Wait until something holds on the page."""
        self.page.wait_for_function(words, timeout=1000 * PATIENCE)


@pytest.fixture
def place(browser: Browser, shelf: ShelfSite) -> Iterator[Callable[..., Player]]:
    """Makes a page with a player on it."""
    contexts = []

    def make(form: str = "file", subtitles: list[dict[str, str]] | None = None, *, touched: bool = True) -> Player:
        contexts.append(browser.new_context())
        page = contexts[-1].new_page()
        page.goto(shelf.url)
        page.evaluate(_BEGIN, {"form": form, "subtitles": subtitles or []})
        if touched:
            page.mouse.click(5, 5)
        return Player(page)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def player(place: Callable[..., Player]) -> Player:
    """An MP4 film, standing at 2 s."""
    made = place()
    made.do("player.load('/media/film.mp4', 2)")
    made.heard("playerPrimed")
    made.forget()
    return made


@pytest.mark.parametrize("name", _FORMS)
def test_each_form_is_loaded_at_its_place(place: Callable[..., Player], name: str) -> None:
    """MP4, WebM, HLS and DASH stand paused where they were asked to, with their length, and play on from there."""
    made = place(_FORMS[name])
    made.do(f"player.load('/media/{name}', 5)")
    primed = made.heard("playerPrimed")

    assert primed["position"] == pytest.approx(5, abs=0.05)
    assert primed["duration"] == pytest.approx(LASTS, abs=0.3)
    assert primed["seekable"]
    assert made.do("video.paused")
    made.do("player.unpause()")
    made.until("video.currentTime > 5.3")


def test_a_seek_lands_where_it_was_asked_to(player: Player) -> None:
    """A seek while it stands is told once it is there, and by nobody's hand."""
    player.do("player.seek(7.48)")

    assert player.heard("playerLanded")["position"] == pytest.approx(7.48, abs=0.01)
    assert player.kinds() == ["playerLanded"]


def test_what_it_is_told_is_nobodys_hand(player: Player) -> None:
    """Playing, another rate, seeking and pausing by command echo as nothing that a person did."""
    player.do("player.unpause(); player.setRate(1.25, {keepPitch: true, sessionRate: 1.25})")
    player.until("video.currentTime > 2.3")
    player.do("player.seek(9)")
    player.heard("playerLanded")
    player.do("player.pause()")
    player.until("video.paused")

    assert [kind for kind in player.kinds() if kind.startswith("person")] == []


def test_a_hand_on_it_is_told(player: Player) -> None:
    """Play, pause, a seek and a rate by the browser's own controls are told as the person's, each with its place."""
    player.do("video.play()")
    player.heard("personPlayed")
    player.do("player.unpause()")
    player.until("video.currentTime > 2.2")
    player.do("video.pause()")
    paused = player.heard("personPaused")
    player.do("video.currentTime = 12")
    sought = player.heard("personSought")
    player.do("video.playbackRate = 1.5")

    assert paused["position"] > 2.1
    assert sought["position"] == pytest.approx(12, abs=0.05)
    assert player.heard("personChangedRate")["rate"] == 1.5
    assert "personSetOut" in player.kinds()


def test_a_reading_moves_with_the_clock(player: Player) -> None:
    """Readings are there once it plays for a while, and two of them differ by the time between them."""
    assert player.do("player.sample()") is None
    player.do("player.unpause()")
    player.until("video.currentTime > 3")
    first = player.do("player.sample()")
    player.page.wait_for_timeout(500)
    second = player.do("player.sample()")

    assert second["position"] - first["position"] == pytest.approx(second["at"] - first["at"], abs=0.05)


def test_a_nudge_leaves_the_pitch_alone(player: Player) -> None:
    """A nudge is played as it is, and a session's own rate with the pitch corrected; a load forgets neither."""
    player.do("player.setRate(1.001, {keepPitch: false, sessionRate: 1})")
    nudged = player.do("[video.playbackRate, video.preservesPitch]")
    player.do("player.setRate(1.5, {keepPitch: true, sessionRate: 1.5})")
    player.do("player.load('/media/film.mp4', 0)")
    player.heard("playerPrimed")

    assert nudged == [1.001, False]
    assert player.do("[video.playbackRate, video.preservesPitch]") == [1.5, True]


def test_the_end(player: Player) -> None:
    """At the end it says so, and that nobody paused it."""
    player.do(f"player.seek({LASTS - 0.4})")
    player.heard("playerLanded")
    player.do("player.unpause()")

    assert player.heard("playerEnded")["position"] == pytest.approx(LASTS, abs=0.2)
    assert "personPaused" not in player.kinds()


def test_a_film_that_is_not_there(place: Callable[..., Player]) -> None:
    """What can't be loaded is told in words, of whatever form it is."""
    for form, name in (("file", "none.mp4"), ("hls", "none.m3u8"), ("dash", "none.mpd")):
        made = place(form)
        made.do(f"player.load('/media/{name}', 0)")

        assert made.heard("playerFailed")["message"]


def test_a_stream_whose_server_stops_giving(place: Callable[..., Player], shelf: ShelfSite) -> None:
    """A stream that played and no longer comes is cut off, so that a fresh way to it is looked for."""
    made = place("hls")
    # The end is gone from the first on: a browser that is quicker than this test would have all of it by then.
    shelf.gone |= {"/media/film8.ts", "/media/film9.ts"}
    try:
        made.do("player.load('/media/film.m3u8', 0)")
        made.heard("playerPrimed")
        made.do("player.seek(15); player.unpause()")

        assert "404" in made.heard("playerCutOff")["message"]
    finally:
        shelf.gone.clear()


def test_subtitles(place: Callable[..., Player]) -> None:
    """Subtitles of the session are shown."""
    made = place(subtitles=[{"url": "/media/words.vtt", "language": "en", "name": "English"}])
    made.do("player.load('/media/film.mp4', 2)")
    made.heard("playerPrimed")
    made.until("video.textTracks[0]?.cues?.length === 1")

    assert made.do("[video.textTracks[0].mode, video.textTracks[0].label]") == ["showing", "English"]


def test_a_browser_that_wants_a_touch(place: Callable[..., Player]) -> None:
    """Without a touch it plays without sound and says so; a touch brings the sound."""
    made = place(touched=False)
    made.do(
        "void (video.play = new Proxy(video.play, {apply: (play, it) => it.muted || window.touched ? play.call(it) :"
        " Promise.reject(new DOMException('no', 'NotAllowedError'))}))"
    )
    made.do("player.load('/media/film.mp4', 2)")
    made.heard("playerPrimed")
    made.do("player.unpause()")
    made.heard("gestureNeeded")
    made.until("video.currentTime > 2.1")
    silent = made.do("video.muted")
    made.do("window.touched = true; player.unlock()")
    made.heard("gestureGiven")

    assert (silent, made.do("video.muted")) == (True, False)
    assert [kind for kind in made.kinds() if kind.startswith("person")] == []


def test_a_browser_that_plays_nothing_untouched(place: Callable[..., Player]) -> None:
    """Where even silence wants a touch the person is away until then, and nobody is said to have paused."""
    made = place(touched=False)
    made.do(
        "void (video.play = new Proxy(video.play, {apply: (play, it) => window.touched ? play.call(it) :"
        " Promise.reject(new DOMException('no', 'NotAllowedError'))}))"
    )
    made.do("player.load('/media/film.mp4', 2)")
    made.heard("playerPrimed")
    made.do("player.unpause()")
    made.until("player.absence() === 'gesture'")
    made.do("window.touched = true; player.unlock()")
    made.until("video.currentTime > 2.1 && player.absence() === null")

    assert [kind for kind in made.kinds() if kind.startswith("person")] == []


def test_a_hidden_page_that_the_browser_pauses(player: Player) -> None:
    """What the browser pauses of a hidden page is nobody's pause; it is away, and plays on as the page comes back."""
    player.do("player.unpause()")
    player.until("video.currentTime > 2.2")
    player.do("Object.defineProperty(document, 'hidden', {get: () => window.away, configurable: true})")
    player.do("window.away = true; video.pause()")
    player.until("video.paused")
    away = player.do("player.absence()")
    player.do("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    player.until("!video.paused")

    assert (away, player.do("player.absence()")) == ("hidden", None)
    assert [kind for kind in player.kinds() if kind.startswith("person")] == []


def test_nothing_is_left_behind(player: Player) -> None:
    """A player that is done with leaves an empty place, and tells nothing any more."""
    player.do("player.destroy()")
    player.page.wait_for_timeout(200)

    assert player.do("document.getElementById('place').children.length") == 0
    assert player.kinds() == []
