"""What the lobby's choices become: the very commands ``join`` and ``host``, and words where these fail."""

from __future__ import annotations

from typing import Any

import pytest

from syncwatch_cli import config, passwords
from syncwatch_cli.commands import host, join, lobby
from syncwatch_cli.join_flags import JoinFlags
from syncwatch_cli.options import Shared
from syncwatch_cli.tui import lobby_app
from syncwatch_cli.tui.choices import Choice, HostThis, JoinThis
from syncwatch_core.errors import AppError, ErrorCode

SHARED = Shared(server="http://h")


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What ``join`` and ``host`` were called with, and the password that was given then."""
    calls: list[tuple[Any, ...]] = []

    def note(name: str) -> Any:
        def command(*given: Any, **named: Any) -> int:
            named.pop("flags", None)
            rest = [each for each in given if not isinstance(each, JoinFlags)]
            calls.append((name, *rest, named, passwords.password_of(ask=False, file=None)))
            return 0

        return command

    monkeypatch.setattr(join, "join", note("join"))
    monkeypatch.setattr(host, "host", note("host"))
    return calls


def test_a_choice_is_the_command_of_its_name(called: list[tuple[Any, ...]]) -> None:
    """Joining is ``join`` with what was typed; a new session is ``host`` with its form, password included."""
    lobby.carry_out(SHARED, JoinThis("ABC-DEF"))
    lobby.carry_out(SHARED, HostThis("film.mp4", "Film", "sesame", announce=True))
    after = passwords.password_of(ask=False, file=None)

    assert called == [
        ("join", SHARED, "ABC-DEF", {}, None),
        ("host", SHARED, "film.mp4", "Film", {"announce": True}, "sesame"),
    ]
    assert after is None


def test_a_form_without_a_password_leaves_the_one_that_is_set(
    called: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password in the environment holds for the lobby's sessions too, unless another is typed."""
    monkeypatch.setenv("SYNCWATCH_PASSWORD", "set")
    lobby.carry_out(SHARED, HostThis(None, None, None, announce=False))
    lobby.carry_out(SHARED, HostThis(None, None, "typed", announce=False))

    assert [call[-1] for call in called] == ["set", "typed"]


def test_one_stays_until_one_goes(called: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    """After a session the lobby is there again, with what went wrong; nothing chosen is the end, and exit code 0."""
    choices: list[Choice | None] = [JoinThis("ABC-DEF"), JoinThis("ABC-DEG"), None]
    said: list[str | None] = []

    def choose(words: str | None) -> Choice | None:
        said.append(words)
        return choices.pop(0)

    def refuse(_: Shared, code: str, __: object) -> int:
        called.append((code,))
        raise AppError(ErrorCode.FAILED, "it broke", "mend it")

    monkeypatch.setattr(lobby_app, "open_lobby", choose)
    code = lobby.stay(SHARED)
    choices[:] = [JoinThis("ABC-DEF"), None]
    monkeypatch.setattr(join, "join", refuse)
    lobby.stay(SHARED)

    assert code == 0
    assert said == [None, None, None, None, "it broke\nmend it"]


def test_nobody_at_a_terminal_sees_no_lobby() -> None:
    """Where a test or a script runs, there is no lobby."""
    assert not lobby.fits(Shared())


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("theme", "pink", "the theme 'pink', which there isn't"),
        ("keymap", "chatt=c", "no action"),
        ("keymap", "chat", "not a list of NAME=KEY"),
    ],
)
def test_what_the_view_can_not_have_is_not_set(syncwatch: Any, key: str, value: str, words: str) -> None:
    """`config set` refuses a theme, an action or a key that there isn't, and writes nothing."""
    ran = syncwatch("config", "set", key, value)

    assert (ran.code, words in ran.err) == (2, True)
    assert not config.config_path().exists()


def test_a_keymap_is_set_and_read_back(syncwatch: Any) -> None:
    """`config set keymap` writes a table that is read back as it was meant."""
    assert syncwatch("config", "set", "keymap", "chat=c 'seek-on=right,>'").code == 0

    assert config.load().get("keymap").value == {"chat": "c", "seek-on": "right,>"}
    assert "chat=c" in syncwatch("config", "show").out.replace("'", "")
