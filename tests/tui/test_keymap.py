"""Keys and colours as the person wants them, and what is said when they can't be."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from syncwatch_cli import config, config_file
from syncwatch_cli.tui import keymap
from syncwatch_cli.tui.lobby_app import LobbyApp
from syncwatch_cli.tui.screens.new_session import NewSessionScreen
from syncwatch_cli.tui.settings import ViewSettings
from syncwatch_core.errors import AppError, ErrorCode
from tests.patience import PATIENCE
from tests.tui.on_screen import at_rest, rows


def settings(home: Path, text: str) -> ViewSettings:
    (home / "config.toml").write_text(text)
    return ViewSettings.read(config.load())


def test_every_binding_has_a_name() -> None:
    """Whatever can be done by a key can be given another one: each binding of ours has an id and words."""
    nameless = [(kind.__name__, each.key) for kind, of in keymap.bindings().items() for each in of if not each.id]

    assert nameless == []


def test_names_are_of_one_action_each() -> None:
    """No two actions share a name, so that a key given to a name is given to one thing."""
    actions: dict[str, set[tuple[str, str]]] = {}
    for kind, of in keymap.bindings().items():
        for each in of:
            actions.setdefault(each.id or "", set()).add((kind.__name__, each.action))

    assert {name: meant for name, meant in actions.items() if len(meant) > 1 and name not in ("help", "quit")} == {}


def test_the_example_of_the_settings_can_be_taken(home: Path) -> None:
    """The keymap that the config file shows as an example is one."""
    taken = settings(home, f"keymap = {config.SETTINGS['keymap'].example}")

    assert taken.keys.keys() == {"chat", "seek-on"}


def test_a_table_and_a_variable_read_alike(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``[keymap]`` in the file and ``SYNCWATCH_KEYMAP`` mean the same."""
    table = settings(home, '[keymap]\nchat = "c"\nseek-on = "ctrl+right, full_stop"\n')
    monkeypatch.setenv("SYNCWATCH_KEYMAP", "chat=c 'seek-on=ctrl+right, full_stop'")

    assert table.keys == ViewSettings.read(config.load()).keys == {"chat": "c", "seek-on": "ctrl+right,full_stop"}


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [
        ('[keymap]\nchatt = "c"', "'chatt', which is no action", "did you mean chat"),
        ('[keymap]\nzzzzzz = "c"', "'zzzzzz', which is no action", "F1 in the view"),
        ('[keymap]\nchat = "nokey"', "gives chat the key 'nokey', which is none", "a key is a character"),
        ('[keymap]\nchat = "hyper-x"', "'hyper-x', which is none", "a key is"),
        ('[keymap]\nchat = ""', "gives chat the key '', which is none", "a key is"),
        ('[keymap]\nchat = "space"', "leaves the key space to both", "give one of them another key"),
        ("[keymap]\nchat = 3", "sets keymap to {'chat': 3}", "write it as keymap"),
        ('theme = "pink"', "sets the theme 'pink', which there isn't", "there are"),
    ],
)
def test_what_can_not_be_is_said_before_anything_is_drawn(home: Path, text: str, words: str, hint: str) -> None:
    """A wrong action, key or theme is named with the file that says so, and with what may have been meant."""
    with pytest.raises(AppError) as refused:
        settings(home, text)

    assert words in refused.value.message
    assert str(home / "config.toml") in refused.value.message
    assert hint in (refused.value.hint or "")


def test_two_actions_can_change_keys(home: Path) -> None:
    """A key that is taken is free once its action has another one."""
    assert settings(home, '[keymap]\nchat = "space"\nplay-or-pause = "t"\n').keys["chat"] == "space"


async def test_a_key_of_ones_own_does_it(home: Path) -> None:
    """The key that was set does the thing, the one before no longer does, and foot and help show the new one."""
    settings(home, '[keymap]\nlobby-new = "w"\n')
    app = LobbyApp(interfaces=["127.0.0.1"])
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("n")
        await pilot.pause()
        nothing = not isinstance(app.screen, NewSessionScreen)
        await pilot.press("f1")
        shown = await at_rest(pilot)
        helped = next(row for row in shown if "lobby-new" in row)
        foot = shown[-1]
        await pilot.press("escape", "w")
        await pilot.pause()

        assert isinstance(app.screen, NewSessionScreen)
    assert nothing
    assert helped.split()[1] == "w"
    assert "w New session" in foot


async def test_a_theme_is_kept_when_it_is_chosen_and_not_before(home: Path) -> None:
    """Nothing is written for the default; a theme that is chosen is there again the next time, other settings stay."""
    (home / "config.toml").write_text('# mine\nname = "Ada"\n')
    app = LobbyApp(interfaces=["127.0.0.1"])
    async with app.run_test() as pilot:
        await pilot.pause()
        untouched = (home / "config.toml").read_text()
        app.theme = "nord"
        await pilot.pause()
    again = LobbyApp(interfaces=["127.0.0.1"])
    async with again.run_test() as pilot:
        await pilot.pause()
        theme = again.theme

    assert untouched == '# mine\nname = "Ada"\n'
    assert (home / "config.toml").read_text() == '# mine\nname = "Ada"\ntheme = "nord"\n'
    assert theme == "nord"


async def test_a_theme_that_can_not_be_kept_holds_for_now(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file can't be written the theme changes all the same, and the person is told."""

    def refuse(*_: object) -> None:
        raise AppError(ErrorCode.FAILED, "can't write it")

    app = LobbyApp(interfaces=["127.0.0.1"])
    monkeypatch.setattr(config_file, "change", refuse)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.theme = "nord"
        async with asyncio.timeout(PATIENCE):
            while "The theme holds for now" not in " ".join(rows(app)):
                await pilot.pause(0.02)

    assert app.theme == "nord"
    assert not (home / "config.toml").exists()


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_the_lobby_is_the_same_in_the_dark_and_in_the_light(theme: str) -> None:
    """A theme changes colours and not a character of what is shown."""
    app = LobbyApp(interfaces=["127.0.0.1"])
    async with app.run_test(size=(80, 24)) as pilot:
        before = await at_rest(pilot)
        app.theme = theme

        assert await at_rest(pilot) == before
