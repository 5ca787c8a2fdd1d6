"""The queue from a script: many at once, another order, what is repeated, what was watched."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli.media.links.expanding import AT_ONCE, HEAVIEST, expanded, first_and_rest, queue_payloads
from syncwatch_cli.media.links.resolution import Playlist, PlaylistEntry
from syncwatch_cli.media.links.resolver import Resolver
from syncwatch_core.errors import AppError
from syncwatch_core.messages import QUEUE_ENTRIES_AT_ONCE

FILM = "https://example.org/film.mp4"
LIST = "https://www.youtube.com/playlist?list=PLsomelistofit"


@pytest.fixture
def playlist(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A playlist that the resolver finds, in place of a site; ``tests/sites`` has the real one."""

    def found(*titles: str, is_cut: bool = False) -> None:
        entries = tuple(
            PlaylistEntry(url=f"https://h/{at}", title=title, duration=9.0) for at, title in enumerate(titles)
        )

        async def expand(_: Resolver, url: str, __: int) -> Playlist:
            return Playlist(page_url=url, title="An \x1b[1mevening", entries=entries, is_cut=is_cut)

        monkeypatch.setattr(Resolver, "expand", expand)

    return found


def names(printed: str) -> list[str]:
    """The titles of a printed queue."""
    return [line.split("  ", 1)[1] for line in printed.splitlines()]


def test_several_sources_are_added_in_their_order(cli: Callable[..., Any], code: str, home: Path) -> None:
    """Links and files are added at once, and with --next before the others."""
    (home / "film.mkv").write_bytes(b"x")
    cli("queue", "add", code, "https://example.org/a", "film.mkv", "https://example.org/b")
    cli("queue", "add", code, "https://example.org/c", "https://example.org/d", "--next")

    assert names(cli("queue", "list", code)) == ["c", "d", "a", "film.mkv", "b"]


def test_the_order_is_shuffled(cli: Callable[..., Any], code: str) -> None:
    """`queue shuffle` prints the same items in another order."""
    links = [f"https://example.org/{number}" for number in range(60)]
    before = cli("queue", "add", code, *links, "--json")
    after = cli("queue", "shuffle", code, "--json")

    assert [item["url"] for item in before] == links
    assert sorted(item["itemId"] for item in after) == sorted(item["itemId"] for item in before)
    assert after != before


def test_what_is_repeated_is_shown(cli: Callable[..., Any], code: str, syncwatch: Any) -> None:
    """`queue repeat` is seen in the status; another word is wrong usage."""
    cli("queue", "repeat", code, "all")
    wrong = syncwatch("queue", "repeat", code, "twice")

    assert cli("status", code, "--json")["repeat"] == "all"
    assert "repeats all" in cli("status", code)
    assert (wrong.code, "off, one or all" in wrong.err) == (2, True)


def test_what_was_watched_is_listed(cli: Callable[..., Any], code: str) -> None:
    """`queue list --history` says what became of what was on, safe to show."""
    cli("load", code, "https://example.org/b.mp4", "--title", "B \u202egnol\x1b[31m")
    cli("load", code, "https://example.org/c.mp4")

    assert cli("queue", "list", code, "--history").splitlines() == ["skipped  film.mp4", "skipped  B gnol[31m"]
    assert [item["outcome"] for item in cli("queue", "list", code, "--history", "--json")] == ["skipped"] * 2


def test_a_title_names_one_video(cli: Callable[..., Any], code: str, syncwatch: Any) -> None:
    """--title beside several sources is wrong usage, and adds nothing."""
    ran = syncwatch("queue", "add", code, FILM, FILM, "--title", "T")

    assert (ran.code, cli("queue", "list", code, "--json")) == (2, [])


def test_a_thousand_titles_of_all_scripts_are_printed(
    cli: Callable[..., Any], code: str, playlist: Callable[..., None]
) -> None:
    """A list of a thousand is added and printed one a line, in their order, without what would turn a line around."""
    scripts = ["電影之夜 {}", "حلقة {}", "פרק {} \u202etxet\u202c", "🎬👨\u200d👩 {}", "Cinéma {}"]
    playlist(*(scripts[number % 5].format(number) for number in range(1000)))
    cli("queue", "add", code, LIST)
    printed = cli("queue", "list", code)

    assert names(printed)[:5] == ["電影之夜 0", "حلقة 1", "פרק 2 txet", "🎬👨\u200d👩 3", "Cinéma 4"]
    assert len(printed.splitlines()) == 1000
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(printed)


# --- what a link to many leads to ----------------------------------------------------------------------------


def test_a_list_that_goes_on_is_said_to(playlist: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """Where only the first of a list are taken that is said, in words that are safe to show."""
    playlist("a", "b", is_cut=True)
    media = expanded([LIST])

    assert [one["title"] for one in media] == ["a", "b"]
    assert "An [1mevening goes on: only its first 2 videos are taken" in capsys.readouterr().err


def test_an_empty_list_is_no_media(playlist: Callable[..., None]) -> None:
    """A list without a video that others may see is said to have none."""
    playlist()
    with pytest.raises(AppError, match="there is no video in An"):
        expanded([LIST])


def test_nothing_is_nothing() -> None:
    """Without a source a session begins with nothing."""
    assert first_and_rest(None) == ({}, [])
    assert queue_payloads([]) == []


def test_one_is_sent_as_ever_and_many_in_batches() -> None:
    """One item goes as an older server takes it; many go a hundred at once, the last ones first if they come next."""
    many = [{"url": f"https://h/{number}"} for number in range(250)]
    sizes = [len(payload["items"]) for payload in queue_payloads(many)]
    first = queue_payloads(many, first=True)

    assert AT_ONCE == QUEUE_ENTRIES_AT_ONCE
    assert queue_payloads(many[:1]) == [{"url": "https://h/0"}]
    assert sizes == [100, 100, 50]
    assert [payload["items"][0]["url"] for payload in first] == ["https://h/200", "https://h/100", "https://h/0"]
    assert all(payload["next"] for payload in first)


def test_heavy_titles_make_smaller_batches() -> None:
    """No request is heavier than the server takes."""
    many = [{"url": f"https://h/{number}", "title": "🎬" * 300} for number in range(100)]
    payloads = queue_payloads(many)

    assert sum(len(payload["items"]) for payload in payloads) == 100
    assert all(len(json.dumps(payload, ensure_ascii=False).encode()) < HEAVIEST + 1000 for payload in payloads)


@pytest.mark.parametrize("command", [("queue", "add"), ("load",)])
def test_what_there_is_no_room_for(
    cli: Callable[..., Any], code: str, syncwatch: Any, playlist: Callable[..., None], command: tuple[str, ...]
) -> None:
    """A list that the queue takes in part is a failure, with nothing on stdout, that tells how much was taken."""
    playlist(*(f"Film {number}" for number in range(850)))
    cli("queue", "add", code, LIST)
    ran = syncwatch(*command, code, LIST, "--json")

    assert (ran.code, ran.out) == (2, "")
    assert " only 100 were added" in json.loads(ran.err)["error"]["message"]
    assert len(cli("queue", "list", code, "--json")) == 950
