"""What `host` and `join` take for sharing, and what they refuse before anything is started."""

from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli import config
from syncwatch_cli.join_flags import JoinFlags
from syncwatch_cli.sharing import Offered, in_words, offered


@pytest.fixture
def film(home: Path) -> Path:
    path = home / "film.mkv"
    path.write_bytes(b"film")
    return path


@pytest.mark.parametrize("source", [[], ["https://example.org/film.mp4"]], ids=["nothing", "a link"])
def test_only_a_file_is_shared(syncwatch: Any, source: list[str]) -> None:
    """`--share` without a file is a mistake of usage, and says what would do."""
    ran = syncwatch("host", *source, "--share", "--player", "none")

    assert (ran.code, ran.out) == (2, "")
    assert "syncwatch host FILE --share" in ran.err


@pytest.mark.parametrize("limit", ["0", "-5", "inf", "nan"])
def test_a_limit_is_above_zero(syncwatch: Any, film: Path, limit: str) -> None:
    """A limit that nothing could be sent by is a mistake of usage."""
    ran = syncwatch("host", str(film), "--share", "--share-limit", limit, "--player", "none")

    assert (ran.code, ran.out) == (2, "")
    assert "limit" in ran.err


@pytest.mark.parametrize("command", [["host"], ["join", "ABC-DEF"]], ids=["host", "join"])
def test_subtitles_must_be_there(syncwatch: Any, command: list[str]) -> None:
    """Subtitles that are not there are told before anybody else hears of them."""
    ran = syncwatch(*command, "--sub", "none.srt", "--player", "none")

    assert (ran.code, ran.out) == (5, "")
    assert "'none.srt'" in ran.err


def test_subtitles_are_this_person_s(home: Path) -> None:
    """Each `--sub` is one of the person's own subtitles, in the order in which they were given."""
    for name in ("a.srt", "b.ass"):
        (home / name).write_text("")
    wanted = JoinFlags(sub=["a.srt", "b.ass"], player="none").join_options(
        config.load(), server="http://host", code="ABC-DEF", seat=None
    )

    assert wanted.subtitles == (Path("a.srt"), Path("b.ass"))


def test_the_limit_is_in_megabits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit of 20 Mbit/s is 2.5 megabytes a second, whether it was typed or set; the default is 100 Mbit/s."""
    rates = [offered(config.load(), None, (), limit=20.0).rate, offered(config.load(), None, (), limit=None).rate]
    monkeypatch.setenv("SYNCWATCH_SHARE_LIMIT", "20")
    rates.append(offered(config.load(), None, (), limit=None).rate)

    assert rates == [2.5e6, 12.5e6, 2.5e6]


def test_a_person_is_told_what_is_served() -> None:
    """What is served is told by name, safe for a terminal, with the limit; of nothing there is nothing to tell."""
    some = Offered(Path("/films/f\x1bilm.mkv"), (Path("en.srt"),), 2.5e6)

    assert in_words(some) == "Served to whoever joins, at up to 20 Mbit/s each: film.mkv and en.srt"
    assert in_words(Offered(None, (), 2.5e6)) is None
