"""How the page is served: what browsers may keep, what they may load and run, and how much of it there is."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from syncwatch_server.api.web_files import FOLDER, read_files

SHELL_BUDGET = 150_000
"""Bytes, compressed: what has to come over a phone's network before the page is there."""

LOADED_LATER = {"vendor/hls.js", "vendor/hls_worker.js", "vendor/dash.js", "vendor/uqr.js", "players/choose_player.js"}


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """``(status, headers, body)`` of an answer."""
    try:
        with urlopen(Request(url, headers=headers), timeout=10) as answer:  # noqa: S310 the test's own server
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as refused:
        with refused:
            return refused.code, dict(refused.headers), refused.read()


@pytest.fixture
def root(site: str) -> str:
    """Where the page's modules are."""
    page = get(site)[2].decode()
    found = re.search(r'src="(/web/[0-9a-f]{12}/)page\.js"', page)
    assert found is not None
    return site + found[1]


def test_vendored_files_are_those_that_were_released() -> None:
    """Every library is named with its version, its licence and the hash of the file as it was released."""
    vendor = FOLDER / "vendor"
    table = (vendor / "README.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| `([\w.]+)` \|.*\| `([0-9a-f]{64})` \|$", table, re.MULTILINE))

    assert named == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in vendor.glob("*.js")}
    licences = re.findall(r"\(licences/([\w.-]+)\)", table)
    assert {file.name for file in (vendor / "licences").iterdir()} == set(licences)


def test_shell_is_small() -> None:
    """What the page begins with stays within its budget, and has no streaming library in it."""
    files = read_files()
    shell = [*files.shell, *(name for name in files.files if name.startswith("styles/")), "index.html"]
    size = sum(len(gzip.compress(files.files[name].body, 9)) for name in shell)

    assert LOADED_LATER.isdisjoint(files.shell)
    assert files.files.keys() >= LOADED_LATER
    assert size < SHELL_BUDGET


def test_files_are_kept_for_good(root: str) -> None:
    """A file of this version is never asked for again; by any other name it is asked about each time."""
    status, headers, body = get(root + "page.js")
    again, _, nothing = get(root + "page.js", **{"If-None-Match": headers["ETag"]})
    older, asked, same = get(re.sub(r"/web/[0-9a-f]{12}/", "/web/0123456789ab/", root) + "page.js")

    assert (status, again, nothing) == (200, 304, b"")
    assert "immutable" in headers["Cache-Control"]
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert (older, asked["Cache-Control"], same) == (200, "no-cache", body)


def test_files_are_compressed(root: str) -> None:
    """Who takes gzip is given it, and everybody else the plain file."""
    _, headers, plain = get(root + "styles/base.css")
    _, told, packed = get(root + "styles/base.css", **{"Accept-Encoding": "br, gzip"})

    assert "Content-Encoding" not in headers
    assert (told["Content-Encoding"], told["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(packed) == plain


@pytest.mark.parametrize("path", ["../pages.py", "..%2fpages.py", "index.html", "nothing.js", "vendor/../../pages.py"])
def test_only_what_is_the_pages_is_served(root: str, path: str) -> None:
    """No path leads out of the page's folder."""
    assert get(root + path)[0] == 404


def test_page_runs_nothing_that_is_written_into_it(site: str) -> None:
    """The policy lets no inline script or style run, and frames of the four providers only."""
    _, headers, body = get(site + "/s/ABC-DEF")
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    page = body.decode()

    assert "unsafe" not in headers["Content-Security-Policy"]
    assert policy["default-src"] == "'none'"
    assert re.findall(r"//([^/\s]+)", policy["frame-src"]) == [
        *("www.youtube.com", "www.youtube-nocookie.com", "player.vimeo.com", "vimeo.com"),
        *("geo.dailymotion.com", "www.dailymotion.com", "player.twitch.tv", "clips.twitch.tv"),
    ]
    assert re.findall(r"<script(?![^>]* src=)|<style| on\w+=| style=", page) == []


def test_same_page_for_every_code(site: str) -> None:
    """A link tells what to run without a browser and shows a preview, and not whether there is such a session."""
    _, _, page = get(site + "/s/abc-def")
    _, _, other = get(site + "/s/XYZ-123")

    assert page.replace(b"ABC-DEF", b"XYZ-123") == other
    text = page.decode()
    assert f"<code>syncwatch join {site}/s/ABC-DEF</code>" in text
    assert '<meta property="og:title" content="Join ABC-DEF · SyncWatch">' in text
    assert f'<meta property="og:url" content="{site}/s/ABC-DEF">' in text


def test_page_can_be_installed(site: str) -> None:
    """The manifest names icons that are there and takes shared links; the service worker may fetch, and serves all."""
    _, _, body = get(site + "/manifest.webmanifest")
    manifest = json.loads(body)
    _, headers, worker = get(site + "/service-worker.js")

    assert [get(site + icon["src"])[0] for icon in manifest["icons"]] == [200] * 4
    assert manifest["share_target"]["params"] == {"title": "title", "text": "text", "url": "url"}
    assert headers["Cache-Control"] == "no-cache"
    assert "connect-src 'self'" in headers["Content-Security-Policy"]
    assert b"addEventListener" in worker


def test_both_languages_have_the_same_words() -> None:
    """Each key is there in every language, with the same fields to fill in; and what modules ask for is a key."""
    languages = {path.stem: words_of(path) for path in (FOLDER / "i18n").glob("??.js")}
    english = languages["en"]
    asked = {
        key
        for path in FOLDER.rglob("*.js")
        if "vendor" not in path.parts
        for key in re.findall(r'\bt\(\s*"([\w.-]+)"', path.read_text(encoding="utf-8"))
    }

    assert len(languages) > 1
    for words in languages.values():
        assert words.keys() == english.keys()
        assert {key: fields(text) for key, text in words.items()} == {
            key: fields(text) for key, text in english.items()
        }
    assert {key for key in asked if key not in english and f"{key}.other" not in english} == set()


def words_of(path: Path) -> dict[str, str]:
    """What a file of words has."""
    text = path.read_text(encoding="utf-8")
    return {
        key: json.loads(said) for key, said in re.findall(r'^  "([\w.-]+)": ("(?:[^"\\]|\\.)*"),$', text, re.MULTILINE)
    }


def fields(text: str) -> set[str]:
    """What is filled in."""
    return set(re.findall(r"\{(\w+)\}", text))
