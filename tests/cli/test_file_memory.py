"""What is remembered of files: for how long it holds, who may read it, and that no damage to it matters."""

from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from syncwatch_cli.media.files.file_memory import NAME, FileMemory, Stamp, cache_directory, remembering
from tests.cli.media_shelf import put, search


def test_fingerprints_hold_for_the_file_as_it_was(memory: FileMemory, films: Path) -> None:
    """A fingerprint is remembered for as long as the file has the same size and time of change."""
    film = put(films / "film.mkv")
    memory.keep_fingerprint(film, Stamp.of(film), "s1:a")
    stamp = Stamp.of(film)

    assert memory.fingerprint_of(film, stamp) == "s1:a"
    assert memory.fingerprint_of(film, Stamp(stamp.size, stamp.mtime_ns + 1)) is None
    assert memory.files_with("s1:a") == [film]
    film.write_bytes(b"another")
    assert memory.files_with("s1:a") == []


def test_files_that_are_gone_are_forgotten(memory: FileMemory, films: Path) -> None:
    """A file that was removed is not offered, and not remembered either."""
    film = put(films / "film.mkv")
    stamp = Stamp.of(film)
    memory.keep_fingerprint(film, stamp, "s1:a")
    film.unlink()

    assert memory.files_with("s1:a") == []
    assert memory.fingerprint_of(film, stamp) is None


def test_the_oldest_fingerprints_go(memory: FileMemory, films: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many fingerprints are kept, the latest ones."""
    monkeypatch.setattr("syncwatch_cli.media.files.file_memory.FINGERPRINTS_KEPT", 2)
    kept = [put(films / f"{number}.mkv") for number in range(3)]
    for film in kept:
        memory.keep_fingerprint(film, Stamp.of(film), "s1:a")

    assert memory.files_with("s1:a") == [kept[2], kept[1]]


@pytest.mark.parametrize("damage", [b"no database", b"SQLite format 3\0" + bytes(5000)])
def test_a_damaged_file_is_made_anew(tmp_path: Path, films: Path, damage: bytes) -> None:
    """A cache that is damaged is thrown away and built again, without a word."""
    path = tmp_path / NAME
    path.write_bytes(damage)
    film = put(films / "film.mkv")
    for expected_fresh in (True, False):
        memory = FileMemory(path)
        found = search(memory, films)
        memory.close()
        assert (found.same_size, found.is_fresh) == ([film], expected_fresh)


def test_damage_while_it_is_used(tmp_path: Path, films: Path) -> None:
    """A cache with other tables, or one that is damaged under our hands, is made anew, and the search goes on."""
    path = tmp_path / NAME
    memory = FileMemory(path)
    with sqlite3.connect(path) as tables:
        tables.execute("DROP TABLE folders")
    tables.close()
    film = put(films / "film.mkv")

    found = [search(memory, films) for _ in range(3)]
    memory.close()

    assert all(each.same_size == [film] for each in found)
    assert not found[-1].is_fresh


def test_two_find_the_same_damage(tmp_path: Path, films: Path) -> None:
    """What one process has made anew another, who met the same damage, doesn't throw away."""
    path = tmp_path / NAME
    film = put(films / "film.mkv")
    one, other = FileMemory(path), FileMemory(path)
    with sqlite3.connect(path) as tables:
        tables.execute("DROP TABLE fingerprints")
    tables.close()
    one.files_with("s1:a")
    one.keep_fingerprint(film, Stamp.of(film), "s1:a")

    assert other.files_with("s1:a") == []
    assert other.files_with("s1:a") == [film]
    one.close()
    other.close()


def test_a_cache_that_cannot_be_written(tmp_path: Path, films: Path) -> None:
    """Without a place for the cache, everything is found all the same."""
    (tmp_path / "taken").write_text("a file where a folder should be")
    film = put(films / "film.mkv")
    memory = FileMemory(tmp_path / "taken" / NAME)

    assert search(memory, films).same_size == [film]
    memory.close()


def test_another_process_writes(tmp_path: Path, films: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process holds the cache, a search does without it, and the other's is not thrown away."""
    monkeypatch.setattr("syncwatch_cli.media.files.file_memory.PATIENCE", 0.01)
    path = tmp_path / NAME
    film = put(films / "film.mkv")
    memory = FileMemory(path)
    memory.keep_fingerprint(film, Stamp.of(film), "s1:a")
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")

    assert search(memory, films).same_size == [film]
    late = FileMemory(path)
    assert late.files_with("s1:a") == []
    other.rollback()
    assert memory.files_with("s1:a") == [film]
    for each in (other, memory, late):
        each.close()


def test_several_at_once(tmp_path: Path, films: Path) -> None:
    """Several searches at once find the same, and leave a cache that is whole."""
    for number in range(20):
        put(films / str(number) / "film.mkv")
    found: list[int] = []

    def look() -> None:
        for _ in range(5):
            memory = FileMemory(tmp_path / NAME)
            found.append(len(search(memory, films, anew=True).same_size))
            memory.close()

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [20] * 30
    memory = FileMemory(tmp_path / NAME)
    assert not search(memory, films).is_fresh
    memory.close()


def test_the_cache_is_its_owners_alone(home: Path) -> None:
    """The cache lies where all that is remembered lies, and nobody else may read which films there are."""
    with remembering() as memory:
        search(memory, home)

    assert cache_directory() == home / "state" / "cache"
    assert stat.S_IMODE((cache_directory() / NAME).stat().st_mode) == 0o600


def test_the_usual_place(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without SYNCWATCH_STATE_DIR, the cache is in the system's place for caches."""
    monkeypatch.delenv("SYNCWATCH_STATE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))

    assert cache_directory() == home / "cache" / "syncwatch"
