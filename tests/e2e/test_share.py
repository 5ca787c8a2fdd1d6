"""The film lies with the host alone: who lacks it watches from there, in sync, in mpv and in a browser."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.e2e.conftest import TOGETHER
from tests.e2e.mpv_remote import MpvRemote, apart
from tests.e2e.people import People, Seat, eventually
from tests.patience import PATIENCE
from tests.serving import serving

AGAIN = 20.0
"""Seconds after a seek until both play together again; on a quiet machine it takes less than two."""

SUBTITLES = "1\n00:00:00,500 --> 00:01:00,000\nShared by Ada\n"


def test_who_lacks_the_file_watches_from_the_host(people: People, film: Path) -> None:
    """With --share a joiner without the file plays in sync from the host, and does so after each seek."""
    ada, bob = people("Ada"), people("Bob")
    host = ada.host(str(ada.has(film)), "--share")
    guest = bob.join(host.link)
    with host.mpv() as hosts, guest.mpv() as guests:
        eventually("both play the same moment", lambda: apart(hosts, guests) < TOGETHER)
        assert "/shares/" in str(guests.get("path"))

        for number, goal in enumerate((90.0, 5.0, 60.0)):
            (hosts, guests)[number % 2].does("seek", goal, "absolute")
            eventually("both are there", partial(_play_at, goal, hosts, guests), within=AGAIN)

    told = host.heard("share")["readers"][0]
    assert (told["displayName"], told["name"], told["size"]) == ("Bob", film.name, film.stat().st_size)
    assert 0 < told["position"] <= told["size"] <= told["bytesSent"] + told["size"]


def test_what_comes_on_later_is_shared_too(people: People, film: Path, short_film: Path) -> None:
    """A host who shares serves also a file that is queued or loaded later, to who lacks that."""
    ada, bob = people("Ada"), people("Bob")
    later = ada.has(short_film).rename(ada.home / "later.mkv")
    host = ada.host(str(ada.has(film)), "--share")
    guest = bob.join(host.link)
    with host.mpv() as hosts, guest.mpv() as guests:
        eventually("both play the same moment", lambda: apart(hosts, guests) < TOGETHER)
        loaded = ada.runs("load", host.code, str(later))
        assert loaded.code == 0, loaded.err

        eventually("both stand on the other film", lambda: _stand_on("later.mkv", hosts, guests))
        assert "/shares/" in str(guests.get("path"))

        ada.runs("queue", "add", host.code, str(ada.has(short_film)))
        ada.runs("queue", "next", host.code)
        eventually("both play the third", lambda: _show(short_film.name, hosts, guests))


def test_without_share_who_lacks_the_file_is_told_so(people: People, film: Path) -> None:
    """A host who does not share serves nobody: a joiner without the file ends with exit code 5."""
    ada, bob = people("Ada"), people("Bob")
    host = ada.host(str(ada.has(film)))
    guest = bob.join(host.link)

    assert guest.ended() == 5
    assert "file-not-found" in guest.stderr


def test_the_hosts_subtitles_are_everybodys(people: People, film: Path) -> None:
    """Subtitles that the host names are in everybody's player, those that a joiner names in theirs alone."""
    ada, bob = people("Ada"), people("Bob")
    (ada.home / "film.en.srt").write_text(SUBTITLES)
    (bob.home / "mine.srt").write_text(SUBTITLES)
    host = ada.host(str(ada.has(film)), "--share", "--sub", "film.en.srt")
    guest = bob.join(host.link, "--sub", "mine.srt")
    with host.mpv() as hosts, guest.mpv() as guests:
        eventually("the host has one", lambda: len(_subtitles(hosts)) == 1)
        eventually("the guest has two", lambda: len(_subtitles(guests)) == 2)

        shown = {str(track["title"]) for track in _subtitles(guests)}

    assert shown == {"mine.srt", "film.en.srt"}


def test_a_browser_plays_what_is_shared(people: People, film: Path, tmp_path: Path) -> None:
    """A real browser shows the shared film's length, goes to where it is sent, and has the shared subtitles."""
    ada, bob = people("Ada", SYNCWATCH_ALLOWED_ORIGINS="*"), people("Bob")
    (ada.home / "film.en.srt").write_text(SUBTITLES)
    host = ada.host(str(ada.has(film)), "--share", "--sub", "film.en.srt")
    guest = bob.join(host.link, player=("--player", "none"))
    media, subtitles = _shared_urls(host.link, guest.code, _token(bob.home, guest.code))
    with _reporting_page(_PAGE.format(media=media, subtitles=subtitles)) as (url, reports), _browser(url, tmp_path):
        told = eventually("the page has reported", lambda: reports[-1] if reports else None, within=2 * PATIENCE)

    assert told == {"duration": "120", "position": "90", "width": "640", "cues": "Shared by Ada"}
    eventually("Ada has seen what Bob reads", lambda: _read_by("Bob", host) == {"film.en.srt", film.name})


def _read_by(name: str, host: Seat) -> set[str]:
    """The files of which the host was told that somebody read them."""
    readers = [reader for event in host.events("share") for reader in event["readers"]]
    return {reader["name"] for reader in readers if reader["displayName"] == name}


# --- players ---


def _play_at(goal: float, *players: MpvRemote) -> bool:
    near = [goal <= (player.position or 0.0) < goal + AGAIN for player in players]
    return all(near) and apart(*players) < TOGETHER


def _show(name: str, *players: MpvRemote) -> bool:
    return all(player.get("media-title") == name for player in players)


def _stand_on(name: str, *players: MpvRemote) -> bool:
    return _show(name, *players) and all(player.get("pause") is True and player.position == 0.0 for player in players)


def _subtitles(player: MpvRemote) -> list[dict[str, object]]:
    return [track for track in player.get("track-list") or [] if track["type"] == "sub"]


# --- a browser ---

_PAGE = """<!doctype html><meta charset="utf-8"><video crossorigin="anonymous" muted src="{media}">
<track default kind="subtitles" srclang="en" src="{subtitles}?as=vtt"></video>
<script>
const video = document.querySelector("video"), track = document.querySelector("track");
const report = (fields) => fetch("/report?" + new URLSearchParams(fields));
const happens = (target, event) => new Promise((then) => target.addEventListener(event, then, {{ once: true }}));
video.addEventListener("error", () => report({{ error: video.error.code + video.error.message }}));
track.addEventListener("error", () => report({{ error: "the subtitles" }}));
const loaded = happens(track, "load");
happens(video, "loadeddata").then(async () => {{
  video.currentTime = 90;
  await happens(video, "seeked");
  await loaded;
  report({{
    duration: Math.round(video.duration), position: video.currentTime, width: video.videoWidth,
    cues: track.track.cues[0].text,
  }});
}});
</script>
"""


def _token(home: Path, code: str) -> str:
    """Who somebody is in a session, as their computer remembers it."""
    known = json.loads((home / "state" / "syncwatch" / "sessions.json").read_text())
    return str(known[code]["participantToken"])


def _shared_urls(link: str, code: str, token: str) -> list[str]:
    """Where what is shared is read: the film, then the subtitles."""
    server = link.partition("/s/")[0]
    request = urllib.request.Request(  # noqa: S310 our own server
        f"{server}/api/v1/sessions/{code}/shares", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 as above
        return [server + share["path"] for share in json.load(answer)["shares"]]


class _PageServer(ThreadingHTTPServer):
    """Serves one page, and keeps what that page reports."""

    daemon_threads = True

    def __init__(self, page: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.page = page.encode()
        self.reports: list[dict[str, str]] = []


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server, asked = self.server, urlsplit(self.path)
        assert isinstance(server, _PageServer)
        if asked.path == "/report":
            server.reports.append({name: values[0] for name, values in parse_qs(asked.query).items()})
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(server.page if asked.path == "/" else b"")

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def _reporting_page(page: str) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The URL of a page, and what it reports."""
    with serving(_PageServer(page)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}/", server.reports


@contextmanager
def _browser(url: str, folder: Path) -> Iterator[None]:
    """Chromium without a window, on that page."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "scripts/setup test installs Chromium"
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    log = folder / "chromium.log"
    with (
        log.open("wb") as words,
        subprocess.Popen(
            [program, *flags, "--mute-audio", f"--user-data-dir={folder / 'profile'}", url], stdout=words, stderr=words
        ) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)
