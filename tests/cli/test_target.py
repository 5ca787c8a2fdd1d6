"""Which server a command speaks to, and as whom."""

from pathlib import Path

import pytest

from syncwatch_cli.options import Shared
from syncwatch_cli.remembered import remember
from syncwatch_cli.target import find_target

LINK = "http://192.168.1.7:8765/s/abc-def"


@pytest.fixture(autouse=True)
def without_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SYNCWATCH_SERVER")


def test_the_default_is_this_computer() -> None:
    """A code that is new here is sought on this computer."""
    target = find_target(Shared(), " abcdef ")

    assert (target.server, target.code, target.token) == ("http://127.0.0.1:8765", "ABC-DEF", None)


def test_a_link_names_its_server() -> None:
    """A link stands wherever a code may stand, and its host is the server."""
    target = find_target(Shared(), LINK)

    assert (target.server, target.code) == ("http://192.168.1.7:8765", "ABC-DEF")


def test_who_names_the_server(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed goes before the link, that before the environment, the remembered server and the configured one."""
    (home / "config.toml").write_text('server = "http://configured"\n')
    found = [find_target(Shared(), "ABC-DEF").server]
    remember("ABC-DEF", server="http://remembered")
    found.append(find_target(Shared(), "ABC-DEF").server)
    monkeypatch.setenv("SYNCWATCH_SERVER", "http://environment/")
    found.append(find_target(Shared(), "ABC-DEF").server)
    found.append(find_target(Shared(), LINK).server)
    found.append(find_target(Shared(server="http://typed/"), LINK).server)

    assert found == [
        "http://configured",
        "http://remembered",
        "http://environment",
        "http://192.168.1.7:8765",
        "http://typed",
    ]


def test_which_token_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed goes before the environment, that before the host's token, and that before one's own."""
    remember("ABC-DEF", server="http://s", participant_token="own")
    found = [find_target(Shared(), "ABC-DEF").token]
    remember("ABC-DEF", host_token="host")
    found.append(find_target(Shared(), "ABC-DEF").token)
    monkeypatch.setenv("SYNCWATCH_TOKEN", "environment")
    found.append(find_target(Shared(), "ABC-DEF").token)
    found.append(find_target(Shared(token="typed"), "ABC-DEF").token)

    assert found == ["own", "host", "environment", "typed"]


def test_a_remembered_token_is_for_its_server_alone() -> None:
    """A token remembered of one server is never sent to another one."""
    remember("ABC-DEF", server="http://s", host_token="host")

    assert find_target(Shared(server="http://other"), "ABC-DEF").token is None
