"""Sessions on this network, announced and found over the loopback interface."""

from __future__ import annotations

import asyncio

import pytest

from syncwatch_cli import neighbours
from syncwatch_cli.neighbours import Neighbour, Neighbourhood, announced, look_around, read
from tests.patience import PATIENCE

LOOPBACK = ["127.0.0.1"]

SESSION = Neighbour("ABC-DEF", "http://192.168.1.5:8765/s/ABC-DEF", "Film night — 映画", "Ada", has_password=True)


async def test_an_announced_session_is_found_and_goes_with_its_host():
    """Who looks around finds a session with all that was told of it, and loses it when its host stops."""
    seen: asyncio.Queue[list[Neighbour]] = asyncio.Queue()
    looking = Neighbourhood(seen.put_nowait, interfaces=LOOPBACK)
    await looking.open()
    try:
        async with announced(SESSION, interfaces=LOOPBACK):
            here = await asyncio.wait_for(seen.get(), PATIENCE)
        gone = await asyncio.wait_for(seen.get(), PATIENCE)
    finally:
        await looking.close()

    assert (here, gone) == ([SESSION], [])


async def test_who_comes_later_finds_it_too():
    """A session that was announced before one looks is found by asking."""
    async with announced(SESSION, interfaces=LOOPBACK):
        found: list[Neighbour] = []
        async with asyncio.timeout(PATIENCE):
            while not found:
                found = await look_around(1.0, interfaces=LOOPBACK)

    assert found == [SESSION]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer that is in no network at all."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr("zeroconf.asyncio.AsyncZeroconf", refuse)


@pytest.mark.usefixtures("no_network")
async def test_without_a_network_nobody_is_found():
    """Where there is no network, looking around finds nothing and is no failure."""
    assert await look_around(0.0) == []


@pytest.mark.usefixtures("no_network")
async def test_an_announcement_that_can_not_be_is_warned_about(capsys: pytest.CaptureFixture[str]):
    """A host without a network goes on, and is told that nobody hears of the session."""
    async with announced(SESSION):
        await asyncio.sleep(0)

    assert "this network isn't told of the session: Network is unreachable" in capsys.readouterr().err


@pytest.mark.parametrize(
    "link",
    ["", "ABC-DEF", "file:///s/ABC-DEF", "javascript:alert(1)", "http://host/elsewhere", "http://host/s/nocode!"],
)
def test_what_leads_to_no_session_is_passed_over(link: str):
    """An announcement whose link is no join link is not shown."""
    assert read({"link": link, "title": "Film"}) is None


def test_what_strangers_write_is_cleaned():
    """Escape sequences in what is announced reach no terminal, and the link is nothing but server and code."""
    found = read({"link": "http://h/s/abcdef/?x=1", "title": "\x1b[2Jred\u202e", "host": None, "password": "maybe"})

    assert found == Neighbour("ABC-DEF", "http://h/s/ABC-DEF", "[2Jred", "", has_password=False)


@pytest.mark.parametrize(
    ("title", "host", "words"),
    [
        ("Film", "Ada", "Film, by Ada"),
        ("", "Ada", "a session of Ada"),
        ("", "", "a session of somebody"),
        ("Film", "", "Film"),
    ],
)
def test_it_is_told_in_words(title: str, host: str, words: str):
    """A session is told by its title and its host, as far as there are any."""
    assert Neighbour("ABC-DEF", "", title, host, has_password=False).in_words() == words
    assert neighbours.Neighbour("ABC-DEF", "", title, host, has_password=True).in_words().endswith("with a password")
