"""The index of media folders: what it finds, how it stays true, and how it bears what disks hold."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from syncwatch_cli.media.files import folder_index
from syncwatch_cli.media.files.file_memory import NAME, FileMemory
from syncwatch_cli.media.files.folder_index import FolderIndex, Where
from syncwatch_core.messages import MediaFile
from tests.cli.media_shelf import FILM, put, search


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the folders that were listed, and not remembered."""
    names: list[str] = []
    scandir = os.scandir

    def noting(path: Path):
        names.append(path.name)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", noting)
    return names


# --- what is found ---


def test_by_size_and_by_name(memory: FileMemory, films: Path) -> None:
    """Files of the very size are found whatever they are called, those of the name whatever their size."""
    same, other_name = put(films / "a" / "b" / "FILM.mkv"), put(films / "another.mkv")
    other_size = put(films / "c" / "film.mkv", 11)
    put(films / "neither.mkv", 12)

    found = search(memory, films)

    assert found.same_size == [same, other_name]
    assert found.same_name == [other_size]
    assert found.is_complete
    assert found.is_fresh


def test_names_are_alike_as_people_read_them(memory: FileMemory, films: Path) -> None:
    """An accent written as a mark of its own, as some systems do, makes no other name."""
    composed = put(films / "caf\u00e9.mkv", 99)

    assert search(memory, films, file=MediaFile(name="cafe\u0301.mkv", size=10)).same_name == [composed]


def test_a_file_of_any_ending(memory: FileMemory, films: Path) -> None:
    """What isn't called like media is found by its size, but never stands in for the name."""
    odd = put(films / "film")
    put(films / "notes.txt", 99)

    found = search(memory, films, file=MediaFile(name="notes.txt", size=10))

    assert (found.same_size, found.same_name) == ([odd], [])


def test_what_is_hidden_stays_so(memory: FileMemory, films: Path) -> None:
    """Hidden files and folders are passed over, unless the hidden folder is the one that was named."""
    put(films / ".film.mkv")
    within = put(films / ".trash" / "film.mkv")

    assert search(memory, films).same_size == []
    assert search(memory, films / ".trash").same_size == [within]


def test_links_that_lead_in_circles(memory: FileMemory, films: Path, tmp_path: Path) -> None:
    """A link to another folder is followed, one that leads back is followed once, one that leads nowhere not at all."""
    put(tmp_path / "elsewhere" / "film.mkv")
    (films / "nas").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(films)
    (films / "broken.mkv").symlink_to(tmp_path / "gone")
    (films / "itself.mkv").symlink_to(films / "itself.mkv")

    assert search(memory, films, films).same_size == [films / "nas" / "film.mkv"]


def test_pipes_and_folders_are_no_films(memory: FileMemory, films: Path) -> None:
    """What is called like a film but can't be one isn't opened and isn't found."""
    os.mkfifo(films / "film.mkv")
    (films / "folder.mkv").mkdir()

    found = search(memory, films, file=MediaFile(name="film.mkv", size=0))

    assert (found.same_size, found.same_name) == ([], [])


def test_a_folder_that_cannot_be_read(memory: FileMemory, films: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is gone, or not ours to read, is passed over, and the others are searched."""
    film = put(films / "open" / "film.mkv")
    put(films / "closed" / "film.mkv")
    scandir = os.scandir

    def closed(path: Path):
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)

    assert search(memory, films / "gone", films).same_size == [film]


def test_names_that_are_no_utf8(memory: FileMemory, films: Path) -> None:
    """A name of any bytes is found and remembered."""
    odd = put(Path(os.fsdecode(os.fsencode(films) + b"/\xff\xfe.mkv")))

    assert search(memory, films).same_size == [odd]
    assert search(memory, films).same_size == [odd]


def test_nearby_is_searched_a_little_below(memory: FileMemory, films: Path) -> None:
    """Of nearby folders only the folders in them are searched too, unless they lie in a media folder."""
    put(films / "film.mkv")
    put(films / "season" / "film.mkv")
    put(films / "season" / "extras" / "film.mkv")

    def found(where: Where) -> int:
        return len(FolderIndex(memory, where).candidates(FILM).same_size)

    assert found(Where(nearby=(films,))) == 2
    assert found(Where(folders=(films,), nearby=(films / "season", films))) == 3


# --- how it stays true ---


def test_what_has_not_changed_is_not_listed_again(memory: FileMemory, films: Path, listed: list[str]) -> None:
    """A second search lists only folders that have changed, and finds what came and not what went."""
    stays, goes = put(films / "a" / "film.mkv"), put(films / "b" / "film.mkv")
    search(memory, films)
    listed.clear()
    goes.unlink()
    comes = put(films / "b" / "came.mkv")
    os.utime(films / "b", ns=(0, 1))  # a disk's clock may be too coarse to tell so soon

    found = search(memory, films)

    assert listed == ["b"]
    assert found.same_size == [stays, comes]
    assert not found.is_fresh


def test_the_index_outlives_the_process(tmp_path: Path, films: Path, listed: list[str]) -> None:
    """What one process has listed another needn't."""
    film = put(films / "film.mkv")
    for _ in range(2):
        memory = FileMemory(tmp_path / NAME)
        assert search(memory, films).same_size == [film]
        memory.close()

    assert listed == ["films"]


def test_written_over_in_place(memory: FileMemory, films: Path) -> None:
    """A file that took on the size without its folder noticing is found by looking anew, and from then on."""
    film = put(films / "film.mkv", 9)
    search(memory, films)
    film.write_bytes(b"x" * 10)

    assert search(memory, films).same_size == []
    assert search(memory, films, anew=True).same_size == [film]
    assert search(memory, films).same_size == [film]


def test_another_file_is_sought(memory: FileMemory, films: Path) -> None:
    """What was listed for one search serves another, for another size."""
    put(films / "film.mkv")
    longer = put(films / "longer.mkv", 20)
    search(memory, films)

    assert search(memory, films, file=MediaFile(name="x", size=20)).same_size == [longer]


def test_folders_that_are_no_longer_searched(memory: FileMemory, films: Path, listed: list[str]) -> None:
    """A folder that is searched no more is forgotten, so that the index doesn't grow for ever."""
    put(films / "a" / "film.mkv")
    put(films / "b" / "film.mkv")
    search(memory, films)
    search(memory, films / "a")
    listed.clear()
    search(memory, films)

    assert set(listed) == {"films", "b"}


# --- bounds ---


def test_a_search_ends_in_time(memory: FileMemory, films: Path) -> None:
    """A search that takes too long ends with what it has, says so, and the next one goes on from there."""
    for number in range(5):
        put(films / str(number) / "film.mkv")
    times = iter(range(100))
    index = FolderIndex(memory, Where(folders=(films,), within=3.5), clock=lambda: next(times))

    found = index.candidates(FILM)

    assert not found.is_complete
    assert len(found.same_size) < 5
    assert len(search(memory, films).same_size) == 5


def test_a_search_is_stopped(memory: FileMemory, films: Path) -> None:
    """Whoever waits no longer stops the search, also amid a folder of many files."""
    for number in range(3 * folder_index.LOOK_UP_EVERY):
        (films / f"{number}.mkv").touch()
    answers = iter([False])
    found = FolderIndex(memory, Where(folders=(films,), stopped=lambda: next(answers, True))).candidates(FILM)

    assert not found.is_complete
    assert search(memory, films).is_complete


def test_many_files(memory: FileMemory, films: Path, listed: list[str]) -> None:
    """The one among 20,000 is found, also from the index."""
    for folder in range(100):
        (films / str(folder)).mkdir()
        for number in range(200):
            (films / str(folder) / f"{number}.mkv").touch()
    film = put(films / "42" / "film.mkv")

    assert search(memory, films).same_size == [film]
    listed.clear()
    assert search(memory, films).same_size == [film]
    assert listed == []
