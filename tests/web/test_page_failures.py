"""What can't be played here, tracks that can't be chosen, panels that fail: each is said, and the rest goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from benchmarks.media import sample_video
from syncwatch_server.api.web_files import FOLDER
from tests.e2e.film_server import FilmServer, open_film_server
from tests.web.visitors import DESK, Visitor, Visitors

AT = "() => document.querySelector('video').currentTime"
GOES_ON = "(at) => { const video = document.querySelector('video'); return !video.paused && video.currentTime > at; }"

WILL_BREAK = """
import { html } from "../vendor/htm_preact.js";
import { useEvening } from "./context.js";
export function Chat() {
  useEvening();
  if (window.isBroken) throw new Error("the chat broke");
  return html`<p>whole as yet</p>`;
}
"""


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilmServer]:
    """Half a minute of film on a web server of its own."""
    film = sample_video(30, tmp_path_factory.mktemp("films"), block=30)
    with open_film_server() as server:
        server.put("film.mp4", film)
        yield server


def count_of_faults(site: str) -> float:
    """How many faults of clients the server has counted."""
    with urlopen(f"{site}/metrics", timeout=10) as answer:  # noqa: S310 the test's own server
        lines = answer.read().decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("syncwatch_client_errors"))


def is_ready(visitor: Visitor) -> None:
    """Wait until the video is there."""
    visitor.page.wait_for_function("() => document.querySelector('video')?.readyState >= 2")


def test_panel_that_fails_while_all_watch(visitors: Visitors, films: FilmServer) -> None:
    """A panel that breaks in the middle of the film stops nothing: the film goes on, and the server is told."""
    ann = visitors.open("Ann", player="")
    ann.page.route(
        "**/components/chat.js", lambda route: route.fulfill(body=WILL_BREAK, content_type="text/javascript")
    )
    ann.page.reload()
    ann.page.get_by_label("Your name").fill("Ann")
    ann.page.get_by_label("Video link").fill(films.url_of("film.mp4"))
    ann.button("Create session").click()
    is_ready(ann)
    ann.button("Play").click()
    ann.page.wait_for_function(GOES_ON, arg=0.2)
    before = count_of_faults(visitors.site)
    ann.page.evaluate("() => { window.isBroken = true; }")
    ben = visitors.join(ann.code, "Ben")
    ann.see("everything else goes on")
    ann.page.wait_for_function(GOES_ON, arg=ann.page.evaluate(AT) + 0.3)
    ann.button("Pause").click()
    ben.button("Play").wait_for()

    assert count_of_faults(visitors.site) == before + 1


def test_failures_in_the_persons_language(visitors: Visitors, films: FilmServer) -> None:
    """Why a film can't be played is said in the language of the page, with the way to mpv beside it."""
    ann = visitors.create("Ann", url=films.url_of("nothing.mp4"))
    deniz = visitors.open("Deniz", f"/s/{ann.code}", player="", **DESK | {"locale": "tr-TR"})
    deniz.page.get_by_label("Adınız").fill("Deniz")
    deniz.button("Katıl").click()
    deniz.see("bu tarayıcı oynatamıyor ya da sunucusu vermiyor")
    assert deniz.page.get_by_text("can't play").count() == 0
    link = deniz.page.get_by_role("link", name="mpv'de aç")

    assert link.get_attribute("href") == f"syncwatch://{visitors.site.removeprefix('http://')}/s/{ann.code}?http"
    deniz.see(f"syncwatch join {visitors.site}/s/{ann.code}")


def test_failures_are_the_players_own() -> None:
    """Each reason that a player gives by a code has words in every language, and no words are left over."""
    players = " ".join(path.read_text(encoding="utf-8") for path in (FOLDER / "players").glob("*.js"))
    tables = re.findall(r"const WHY = \{(.*?)\};", players, re.DOTALL)
    given = {code for table in tables for code in re.findall(r': "([\w-]+)"', table)}
    given |= set(re.findall(r'new Failure\(.*?"([\w-]+)"', players))

    for language in ("en", "tr"):
        words = (FOLDER / "i18n" / f"{language}.js").read_text(encoding="utf-8")
        assert set(re.findall(r'^  "failure\.([\w-]+)"', words, re.MULTILINE)) == given, language


def test_host_pins_tracks(visitors: Visitors, films: FilmServer) -> None:
    """What the host pins all have; a browser that can't choose it says so, once, and watches on."""
    ann = visitors.create("Ann", url=films.url_of("film.mp4"), player="")
    ben = visitors.join(ann.code, "Ben", player="")
    is_ready(ben)
    ann.button("Settings").click()
    settings = ann.page.get_by_role("dialog")
    settings.get_by_label("Subtitles for all").fill("tr")
    settings.get_by_role("button", name="Pin", exact=True).click()
    ben.see("The host pinned the subtitles tr, which are not there in this browser.")
    with urlopen(f"{visitors.site}/api/v1/sessions/{ann.code}", timeout=10) as answer:  # noqa: S310 the test's own server
        assert json.load(answer)["tracks"] == {"audio": None, "subtitles": "tr"}

    assert settings.get_by_label("Subtitles for all").input_value() == "tr"


def test_pins_name_tracks(visitors: Visitors) -> None:
    """A pin means a track by its number or language, whether written with two letters or three, or none at all."""
    chosen = visitors.open("Ann").page.evaluate(
        """async () => {
          const root = document.querySelector('script[type=module]').src.replace('page.js', '');
          const { chosenTrack } = await import(root + 'pinned_tracks.js');
          const languages = ['en', 'pt-BR', 'deu', ''];
          return ['no', '2', '5', 'eng', 'pt', 'pt-BR', 'pt-PT', 'de', 'tr'].map((pin) => chosenTrack(pin, languages));
        }"""
    )

    assert chosen == [0, 2, None, 1, 2, 2, None, 3, None]
