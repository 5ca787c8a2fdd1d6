"""The lobby: what it lists, and what a person can choose there; with a real server and real announcements."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from syncwatch_cli import config, config_file, remembered
from syncwatch_cli.http_api import Api
from syncwatch_cli.neighbours import Neighbour, announced
from syncwatch_cli.remembered import Remembered
from syncwatch_cli.tui.choices import Choice, HostThis, JoinThis
from syncwatch_cli.tui.lobby_app import LobbyApp, state_of
from syncwatch_cli.tui.screens.lobby import LobbyScreen, when
from syncwatch_cli.tui.screens.new_session import MarkedCheckbox, NewSessionScreen, gone_on
from tests.patience import PATIENCE
from tests.tui.on_screen import Compare, at_rest, rows

LOOPBACK = ["127.0.0.1"]

NOWHERE = "http://127.0.0.1:9"


def lobby(**given: Any) -> LobbyApp:
    return LobbyApp(interfaces=LOOPBACK, **given)


async def until(pilot: Pilot[Any], told: Callable[[], object]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not told():
            await pilot.pause(0.02)


async def test_who_is_new_sees_how_to_begin() -> None:
    """With nothing remembered and nobody near, the lobby says so, and its foot has the way to a new session."""
    app = lobby()
    async with app.run_test(size=(80, 24)) as pilot:
        shown = "\n".join(await at_rest(pilot))

    assert "nobody announces one; host --announce does" in shown
    assert "nowhere yet" in shown
    assert "n New session" in shown


async def test_a_session_that_is_remembered_is_joined_by_enter() -> None:
    """Sessions in which one was are listed with their titles, the last one first, and Enter joins the chosen one."""
    remembered.remember("ABC-DEF", server=NOWHERE, title="Film \x1b[2Jnight")
    remembered.remember("ABC-DEG", server=NOWHERE)
    app = lobby()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "\n".join(rows(app)).count("does not answer") == 2)
        listed = [row for row in rows(app) if "ABC-DE" in row]
        await pilot.press("down", "enter")
        await pilot.pause()

    assert [row.split()[0] for row in listed[1:]] == ["ABC-DEG", "ABC-DEF"]
    assert "Film [2Jnight · its server does not answer" in listed[2]
    assert app.return_value == JoinThis("ABC-DEF")


async def test_a_session_on_this_network_is_found_and_joined_by_its_link() -> None:
    """What somebody announces appears by itself with its host and its password, and is joined by its link."""
    near = Neighbour("XYZ-123", "http://10.0.0.1:8765/s/XYZ-123", "Film night", "Bob", has_password=True)
    app = lobby()
    async with app.run_test(size=(80, 24)) as pilot, announced(near, interfaces=LOOPBACK):
        await until(pilot, lambda: any("Film night, by Bob, with a password" in row for row in rows(app)))
        await pilot.press("home", "enter")
        await pilot.pause()

    assert app.return_value == JoinThis("http://10.0.0.1:8765/s/XYZ-123")


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("abc def", JoinThis("abc def")),
        ("http://h/s/ABC-DEF", JoinThis("http://h/s/ABC-DEF")),
        ("nothing", None),
        ("", None),
    ],
)
async def test_a_code_or_link_is_typed(typed: str, choice: Choice | None) -> None:
    """What can be a code or a link is joined; what can't is answered at once, and the lobby stays."""
    app = lobby()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash")
        app.screen.query_one("#invite", Input).value = typed
        await pilot.press("enter")
        stays = app.is_running and app._exit is False  # noqa: SLF001 no public name tells it

    assert app.return_value == choice
    assert stays is (choice is None)


async def test_a_new_session_is_asked_for_in_a_form() -> None:
    """The form gives source, title, password and whether to announce it; empty fields are none."""
    app = lobby()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        for field, text in (("source", "a.mp4"), ("title", "Film"), ("password", "x y")):
            app.screen.query_one(f"#{field}", Input).value = text
        await pilot.press("tab", "tab", "tab")
        box = app.screen.query_one(MarkedCheckbox)
        before = str(box.render())
        await pilot.press("space")
        after = str(box.render())
        await pilot.click("#start")
        await pilot.pause()

    assert app.return_value == HostThis("a.mp4", "Film", "x y", announce=True)
    assert ("X" in before, "X" in after) == (False, True)


async def test_a_form_is_left_or_sent_as_it_is() -> None:
    """Escape goes back to the lobby with nothing chosen; Enter in an empty form starts a session without anything."""
    app = lobby()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n", "escape")
        back = isinstance(app.screen, LobbyScreen)
        await pilot.press("n", "enter")
        await pilot.pause()

    assert back
    assert app.return_value == HostThis(None, None, None, announce=False)


async def test_announcing_is_as_it_was_set() -> None:
    """Who has set ``announce`` finds it chosen in the form."""
    config_file.change(config.config_path(), config.SETTINGS["announce"], value=True)
    app = lobby()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n", "enter")
        await pilot.pause()

    assert app.return_value == HostThis(None, None, None, announce=True)


async def test_a_session_is_forgotten() -> None:
    """Delete takes a session out of the list and out of what is remembered, and nothing else."""
    remembered.remember("ABC-DEF")
    remembered.remember("ABC-DEG")
    app = lobby()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("delete")
        shown = "\n".join(await at_rest(pilot))

    assert [code for code, _ in remembered.recent()] == ["ABC-DEF"]
    assert "ABC-DEG" not in shown


async def test_what_went_wrong_is_said_in_the_lobby() -> None:
    """After a session that failed, the lobby says why, in plain text."""
    app = lobby(said="the server [bold]does not answer\ntry later")
    async with app.run_test(size=(80, 24)) as pilot:
        shown = "\n".join(await at_rest(pilot))

    assert "the server [bold]does not answer" in shown
    assert "try later" in shown


async def test_the_help_names_keys_by_what_has_the_focus() -> None:
    """F1 shows first the keys of what has the focus, each with the name by which it can be changed, and Escape goes."""
    app = lobby()
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("f1")
        shown = await at_rest(pilot)
        await pilot.press("escape")
        back = isinstance(app.screen, LobbyScreen)

    def place(words: str) -> int:
        return next(place for place, row in enumerate(shown) if words in row)

    assert place("Sessions") < place("lobby-join") < place("lobby-new") < place("quit")
    assert back


async def test_the_palette_has_what_can_be_done() -> None:
    """The command palette names each action with its group, those of the lobby and those everywhere, and does it."""
    app = lobby()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        found = {each.title: each for each in app.get_system_commands(app.screen)}
        await found["lobby: New session"].callback()
        await pilot.pause()
        opened = isinstance(app.screen, NewSessionScreen)

    assert opened
    assert found.keys() == {
        "sessions: Join",
        "lobby: New session",
        "lobby: Enter a code",
        "lobby: Forget",
        "app: Help",
        "app: Quit",
        "view: Change the theme",
        "view: Save a picture",
    }


# --- what it looks like ------------------------------------------------------------------------------


@pytest.mark.usefixtures("at_greenwich")
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize(("keys", "name"), [("", "lobby"), ("n", "new-session"), ("f1", "lobby-help")])
async def test_it_looks_as_before(size: tuple[int, int], keys: str, name: str, is_as_before: Compare) -> None:
    """The lobby, its form and its help have their place at every size."""
    app = lobby()
    async with app.run_test(size=size) as pilot:
        screen = app.screen
        assert isinstance(screen, LobbyScreen)
        screen.neighbours_are([Neighbour("XYZ-123", "http://h/s/XYZ-123", "Film night", "Bob", has_password=True)])
        screen.recent_are([("ABC-DEF", Remembered(title="映画 " * 40, used_at=0.0)), ("ABC-DEG", Remembered())])
        screen.state_is("ABC-DEG", "two there · Film")
        await pilot.press(*keys.split())
        await until(pilot, lambda: (app.screen is not screen) == bool(keys) and app.screen.is_attached)
        await is_as_before(pilot, f"{name}-{size[0]}x{size[1]}")


# --- how a session stands ----------------------------------------------------------------------------


@pytest.mark.parametrize("password", [None, "x"])
def test_a_real_server_is_asked_how_a_session_stands(server: str, password: str | None) -> None:
    """A session goes on, has a password or is over; no token is shown for the answer."""
    body = {"url": "https://example.org/film.mp4", "title": "Film"} | ({"password": password} if password else {})
    made = Api(server).post("/sessions", body)
    known = Remembered(server=server, host_token=made["hostToken"])
    goes_on = state_of(made["code"], known)
    Api(server, token=made["hostToken"]).delete(f"/sessions/{made['code']}")

    assert goes_on == ("it goes on, with a password" if password else "nobody there · film.mp4")
    assert state_of(made["code"], known) == "it is over"
    assert state_of("ABC-DEF", Remembered(server=NOWHERE)) == "its server does not answer"


@pytest.mark.usefixtures("at_greenwich")
@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-03-02T09:05", "today 09:05"),
        ("2026-03-01T23:59", "yesterday 23:59"),
        ("2026-02-28T10:00", "28 Feb"),
        ("2025-12-31T10:00", "2025-12-31"),
    ],
)
def test_instants_are_told_as_people_do(at: str, words: str) -> None:
    """Today and yesterday have their hour, other days their date, other years all of it."""
    now = datetime.fromisoformat("2026-03-02T10:00+00:00").timestamp()

    assert when(datetime.fromisoformat(f"{at}+00:00").timestamp(), now) == words


def test_paths_are_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first path that begins as what is typed is offered, folders with a slash, and nothing for a URL."""
    (tmp_path / "films").mkdir()
    (tmp_path / "films" / "b.mp4").touch()
    (tmp_path / ".hidden").touch()
    monkeypatch.chdir(tmp_path)

    assert gone_on("fi") == "films/"
    assert gone_on("films/") == "films/b.mp4"
    assert gone_on(f"{tmp_path}/films/b") == f"{tmp_path}/films/b.mp4"
    assert [gone_on(typed) for typed in ("", "x", "./", "http://h/fi", "none/x")] == [
        None,
        None,
        "./films/",
        None,
        None,
    ]


def test_the_form_says_whom_it_tells() -> None:
    """The form's help and its words need no session to be read."""
    assert "this computer" in NewSessionScreen.help.words
