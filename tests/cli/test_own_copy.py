"""Which file of a person's own is their copy of what is watched."""

from pathlib import Path

import pytest

from syncwatch_cli.media.files import local_files
from syncwatch_cli.media.files.own_copy import OwnCopy
from syncwatch_core.errors import AppError
from syncwatch_core.messages import Media, MediaFile


def made(media_id: str, *, url: str | None = None, file: MediaFile | None = None) -> Media:
    """Media of which only the source matters."""
    return Media(
        media_id=media_id, url=url, file=file, provider="file" if file else "direct", title=None, duration=None,
        live=None, thumbnail_url=None, start_position=0.0,
    )  # fmt: skip


def media(media_id: str, name: str, size: int) -> Media:
    """Media that is a file of that name and size."""
    return made(media_id, file=MediaFile(name=name, size=size))


@pytest.fixture
def films(films: Path) -> Path:
    """A folder with two films that is not the current one."""
    (films / "one.mkv").write_bytes(b"1" * 10)
    (films / "two.mkv").write_bytes(b"2" * 20)
    return films


def test_the_named_file_stands_for_what_is_watched_on_coming_in(films: Path) -> None:
    """A file that was named is the copy of what is watched first, whatever it is called, and when that comes again."""
    copies = OwnCopy(films / "one.mkv")

    assert copies.of(media("a", "another cut.mkv", 99)) == films / "one.mkv"
    assert copies.of(media("a", "another cut.mkv", 99)) == films / "one.mkv"


def test_a_named_file_that_is_missing(films: Path) -> None:
    """A file that was named and is not there is told, and no other is looked for."""
    with pytest.raises(AppError, match="there is no file"):
        OwnCopy(films / "missing.mkv").of(media("a", "one.mkv", 10))


def test_the_named_file_stands_for_nothing_else(films: Path) -> None:
    """What is watched next is another file, looked for beside the one that was named."""
    copies = OwnCopy(films / "one.mkv")
    copies.of(media("a", "one.mkv", 10))

    assert copies.of(media("b", "two.mkv", 20)) == films / "two.mkv"
    assert copies.of(media("c", "one.mkv", 10)) == films / "one.mkv"
    with pytest.raises(AppError, match=r"three\.mkv"):
        copies.of(media("d", "three.mkv", 30))


def test_a_url_is_fetched_unless_a_copy_was_named(films: Path) -> None:
    """A URL is played as such, but for the one that a named file is a copy of."""
    url = made("a", url="https://example.org/a.mp4")

    assert OwnCopy(None).of(url) is None
    copies = OwnCopy(films / "one.mkv")
    assert copies.of(url) == films / "one.mkv"
    assert copies.of(made("b", url="https://example.org/b.mp4")) is None


@pytest.mark.usefixtures("home")
def test_no_copy_and_none_named() -> None:
    """Who named no file and has none of that name is told which is missing."""
    with pytest.raises(AppError, match=r"one\.mkv"):
        OwnCopy(None).of(media("a", "one.mkv", 10))


def test_the_same_content_in_a_media_folder(films: Path, tmp_path: Path) -> None:
    """What others load is found in the media folders by what it is, also while another file was named."""
    theirs = tmp_path / "theirs.mkv"
    theirs.write_bytes(b"2" * 20)
    file = MediaFile(**local_files.describe(theirs))
    theirs.unlink()
    own = tmp_path / "own.mkv"
    own.write_bytes(b"1" * 10)

    assert OwnCopy(None, [films]).of(made("a", file=file)) == films / "two.mkv"
    copies = OwnCopy(own, [films])
    assert copies.of(made("a", file=file)) == own
    assert copies.of(made("b", file=file)) == films / "two.mkv"


def test_a_search_that_nobody_waits_for(films: Path) -> None:
    """Once stopped, it looks no further."""
    copies = OwnCopy(None, [films])
    copies.stop()

    with pytest.raises(AppError, match="in time"):
        copies.of(media("a", "two.mkv", 20))
