"""The doctor finds what is wrong with a computer, says how to mend it, and mends what is safe."""

import json
import shutil
import stat
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli.doctor import programs, terminal


@pytest.fixture
def examined(syncwatch: Any):
    """What the doctor finds: its exit code, and the rows of each check."""

    def run(*arguments: str) -> tuple[int, dict[str, list[dict]]]:
        ran = syncwatch("doctor", "--json", *arguments)
        rows: dict[str, list[dict]] = {}
        for row in json.loads(ran.out):
            rows.setdefault(row["check"], []).append(row)
        return ran.code, rows

    return run


@pytest.fixture(autouse=True)
def nobody_named_a_server(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SYNCWATCH_SERVER")


def a_program(folder: Path, words: str) -> str:
    path = folder / "mpv"
    path.write_text(f"#!/bin/sh\necho '{words}'\n")
    path.chmod(0o755)
    return str(path)


def test_a_computer_as_it_should_be(examined: Any, server: str) -> None:
    """With a server that answers, mpv and a yt-dlp of these days, nothing is to be mended."""
    code, rows = examined("--server", server)

    assert code == 0
    assert [row for each in rows.values() for row in each if row["ok"] is False] == []
    assert rows["mpv"][0]["found"].startswith("mpv ")
    assert "time is known to ±" in rows["clock"][0]["found"]


def test_no_server_is_no_fault(examined: Any) -> None:
    """Who names no server needs none: `host` brings its own."""
    code, rows = examined()

    assert (code, rows["server"][0]["ok"]) == (0, None)


def test_a_server_that_is_named_and_away(examined: Any) -> None:
    """A server that somebody named and that doesn't answer is a fault, with the code of a command that needs it."""
    code, rows = examined("--server", "http://127.0.0.1:9")

    assert (code, rows["server"][0]["ok"]) == (3, False)
    assert rows["server"][0]["mend"]


@pytest.mark.parametrize(
    ("words", "found"),
    [("mpv 0.34.1 Copyright", "too old"), ("", "does not start")],
)
def test_an_mpv_that_is_of_no_use(
    examined: Any, home: Path, monkeypatch: pytest.MonkeyPatch, words: str, found: str
) -> None:
    """An mpv that is too old or says nothing is a fault of the player."""
    monkeypatch.setenv("SYNCWATCH_MPV", a_program(home, words) if words else "/bin/true")
    code, rows = examined()

    assert (code, rows["mpv"][0]["ok"]) == (4, False)
    assert found in rows["mpv"][0]["found"]


def test_no_mpv_at_all(examined: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing mpv is named, with the way to one."""
    monkeypatch.setenv("SYNCWATCH_MPV", "/nowhere/mpv")

    assert examined()[0] == 4


def test_an_mpv_without_lua(examined: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An mpv that was built without Lua is no fault, and it is said what doesn't work."""
    monkeypatch.setenv("SYNCWATCH_MPV", a_program(home, "mpv 0.38.0"))
    code, rows = examined()

    assert (code, rows["mpv's Lua"][0]["ok"]) == (0, None)


@pytest.mark.parametrize(
    ("text", "found"),
    [("name = ", "is not TOML"), ("nmae = 'Ada'", "nmae"), ("device-delay = 'much'", "device-delay")],
)
def test_a_config_file_that_is_wrong(examined: Any, home: Path, text: str, found: str) -> None:
    """What the config file holds and can't be is named, and so is a setting that there is not."""
    (home / "config.toml").write_text(text)
    code, rows = examined()

    assert (code, rows["configuration"][0]["ok"]) == (2, False)
    assert found in rows["configuration"][0]["found"]


@pytest.mark.parametrize(
    ("text", "found", "mend"),
    [
        ("osd = 'bogus'", "osd is 'bogus', which is not all, chat or none", "syncwatch config set osd VALUE"),
        ("chat-key = 'two keys'", "chat-key is 'two keys', which is not one key", "such as c, F5 or Ctrl+Enter"),
        ("quality = 'fine'", "quality is 'fine', which is not best, audio or a height", "1080 means"),
        ("cookies-from-browser = 'lynx'", "cookies-from-browser is 'lynx'", "it is one of brave"),
        ("theme = 'mud'", "theme 'mud', which there isn't", "there are"),
        ("keymap = { chatt = 'c' }", "'chatt', which is no action", "did you mean"),
        ("server = 'here'", "server to what can't be: 'here'", "http://HOST:8765"),
        ("share-limit = 0", "share-limit to what can't be", "above 0"),
    ],
)
def test_a_setting_that_can_t_be_so(examined: Any, home: Path, text: str, found: str, mend: str) -> None:
    """A value in the file that its setting can't have is found with its file and its key, and how to mend it."""
    file = home / "config.toml"
    file.write_text(text)
    code, rows = examined()

    assert (code, rows["configuration"][0]["ok"]) == (2, False)
    words = rows["configuration"][0]["found"]
    assert words.startswith(f"{file} sets {text.partition(' ')[0]} to what can't be: ")
    assert found in words
    assert mend in rows["configuration"][0]["mend"]


def test_a_good_config_file(examined: Any, home: Path) -> None:
    """A good one is shown with what it sets."""
    (home / "config.toml").write_text("name = 'Ada'")

    assert examined()[1]["configuration"][0]["found"].endswith("sets name")


def test_a_variable_that_is_wrong(examined: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable of the environment that can't be read is named."""
    monkeypatch.setenv("SYNCWATCH_DEVICE_DELAY", "much")
    code, rows = examined()

    assert code == 2
    assert "SYNCWATCH_DEVICE_DELAY" in rows["environment"][0]["found"]


def test_a_variable_that_can_t_be_so(examined: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that its setting can't have is named."""
    monkeypatch.setenv("SYNCWATCH_OSD", "bogus")
    code, rows = examined()

    assert code == 2
    assert rows["environment"][0]["found"].startswith("SYNCWATCH_OSD sets osd to what can't be: osd is 'bogus'")


def test_tokens_that_others_can_read(examined: Any, home: Path) -> None:
    """Tokens that others on the computer can read are a fault, which `--fix` mends."""
    state = home / "state"
    state.mkdir(mode=0o755)
    (state / "sessions.json").write_text("{}")
    (state / "sessions.json").chmod(0o644)
    before, _ = examined()
    fixed, rows = examined("--fix")
    after, _ = examined()

    assert (before, fixed, after) == (1, 0, 0)
    assert [row["fixed"] for row in rows["remembered sessions"]] == [True, True]
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert stat.S_IMODE((state / "sessions.json").stat().st_mode) == 0o600


def test_words_for_people(syncwatch: Any, home: Path) -> None:
    """Each fault stands with its mend below it."""
    (home / "config.toml").write_text("nmae = 'Ada'")
    lines = syncwatch("doctor").out.splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("FAIL"))

    assert "nmae" in lines[at]
    assert lines[at + 1].strip() == "to mend it: syncwatch config show lists them all"


def test_an_old_yt_dlp(monkeypatch: pytest.MonkeyPatch) -> None:
    """A yt-dlp of last year is a fault, with the command that brings a new one."""
    a_year_on = time.time() + 365 * 86400
    monkeypatch.setattr(time, "time", lambda: a_year_on)
    found = next(iter(programs.check_yt_dlp()))

    assert not found.ok
    assert "yt-dlp" in (found.mend or "")


def test_no_javascript_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a JavaScript runtime YouTube stays shut, which is said."""
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    found = list(programs.check_yt_dlp())[-1]

    assert not found.ok
    assert "YouTube" in found.found


class Terminal:
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("encoding", "columns", "lines", "ok"),
    [
        ("utf-8", "80", "24", True),
        ("utf-8", "79", "24", False),
        ("utf-8", "80", "23", False),
        ("ascii", "80", "24", False),
    ],
)
def test_the_terminal(monkeypatch: pytest.MonkeyPatch, encoding: str, columns: str, lines: str, ok: bool) -> None:
    """A terminal that is too small, or can't write every name, is named."""
    its = Terminal()
    its.encoding = encoding
    monkeypatch.setattr(sys, "stderr", its)
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("LINES", lines)

    assert next(iter(terminal.check_terminal())).ok is ok
