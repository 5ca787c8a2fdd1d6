"""Which file of a person's own is the one that the session watches, and what they are told where there is none."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli.media.files import folder_index, local_files
from syncwatch_cli.media.files import matching as matching_module
from syncwatch_cli.media.files.file_memory import Stamp, remembering
from syncwatch_cli.media.files.fingerprint import fingerprint
from syncwatch_cli.media.files.folder_index import Where
from syncwatch_cli.media.sources import parse_source
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.messages import MediaFile

FILM = b"the film" * 1000
CUT = b"the film" * 999 + b"another."


@pytest.fixture
def theirs(tmp_path: Path) -> MediaFile:
    """The film as the session knows it from somebody else's computer."""
    elsewhere = tmp_path / "elsewhere.mkv"
    elsewhere.write_bytes(FILM)
    mark = fingerprint(elsewhere)
    elsewhere.unlink()
    return MediaFile(name="film.mkv", size=len(FILM), fingerprint=mark)


def put(path: Path, content: bytes = FILM) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def find(file: MediaFile, *folders: Path) -> Path:
    return local_files.find(file, Where(folders=folders, nearby=(Path.cwd(),)))


def refused(file: MediaFile, *folders: Path) -> AppError:
    """The error that says why there is no copy."""
    with pytest.raises(AppError) as raised:
        find(file, *folders)
    assert raised.value.code is ErrorCode.FILE_NOT_FOUND
    return raised.value


def without_fingerprint(file: MediaFile, other: str | None = None) -> MediaFile:
    return MediaFile(name=file.name, size=file.size, fingerprint=other)


# --- what is a copy ---


def test_the_same_content_under_another_name(films: Path, theirs: MediaFile) -> None:
    """A file of the same content is the copy, whatever it is called and however deep it lies."""
    copy = put(films / "Series" / "Season 1" / "S01E01.mp4")
    put(films / "film.mkv", CUT)

    assert find(theirs, films) == copy


def test_the_current_folder_comes_first(home: Path, films: Path, theirs: MediaFile, monkeypatch: Any) -> None:
    """A copy of that name in the current folder is taken without any search."""
    put(films / "film.mkv")
    near = put(home / "film.mkv")
    monkeypatch.setattr(folder_index.FolderIndex, "candidates", None)

    assert find(theirs, films) == near


def test_a_copy_found_once_is_found_without_a_search(films: Path, theirs: MediaFile, monkeypatch: Any) -> None:
    """The next time, a file of that content is known."""
    copy = put(films / "other name.mkv")
    find(theirs, films)
    monkeypatch.setattr(folder_index.FolderIndex, "candidates", None)

    assert find(theirs, films) == copy


def test_a_copy_that_was_moved(films: Path, theirs: MediaFile) -> None:
    """A file that was moved or renamed since is found where it is now; one that was changed isn't it any more."""
    copy = put(films / "a.mkv")
    find(theirs, films)
    moved = films / "b" / "c.mkv"
    moved.parent.mkdir()
    copy.rename(moved)
    assert find(theirs, films) == moved

    moved.write_bytes(CUT)
    refused(theirs, films)


def test_a_file_that_is_written_over_in_place(films: Path, theirs: MediaFile) -> None:
    """A download that ends in place, so that its folder doesn't change, is found none the less."""
    partial = put(films / "other name.mkv", FILM[:100])
    refused(theirs, films)
    partial.write_bytes(FILM)

    assert find(theirs, films) == partial


def test_fingerprints_are_computed_once_and_only_where_they_matter(
    films: Path, theirs: MediaFile, monkeypatch: Any
) -> None:
    """Only files of the very size are read, and none a second time while it doesn't change."""
    put(films / "same size.mkv", CUT)
    put(films / "other size.mkv", FILM + b"x")
    put(films / "film.mkv", b"short")
    read: list[str] = []

    def noting(path: Path) -> str:
        read.append(path.name)
        return fingerprint(path)

    monkeypatch.setattr(matching_module, "fingerprint", noting)
    refused(theirs, films)
    refused(theirs, films)

    assert read == ["same size.mkv"]


@pytest.mark.parametrize("other", [None, "s2:of a scheme to come"])
def test_from_a_client_without_fingerprints(films: Path, theirs: MediaFile, other: str | None) -> None:
    """Where the session knows no fingerprint that can be compared, size and name must both agree."""
    plain = without_fingerprint(theirs, other)
    put(films / "other name.mkv")
    put(films / "a" / "film.mkv", FILM + b"x")
    copy = put(films / "b" / "FILM.mkv", CUT)

    assert find(plain, films) == copy


def test_a_name_that_leads_elsewhere(home: Path, films: Path) -> None:
    """A name from the wire that is a path is never followed."""
    put(home.parent / "secret.mkv")

    refused(MediaFile(name="../secret.mkv", size=len(FILM)), films)


# --- what nearly is one ---


def test_another_size(films: Path, theirs: MediaFile) -> None:
    """A file of that name with another size is told as another cut, with both sizes, and the length if it is known."""
    put(films / "film.mkv", b"x" * 1234)

    told = refused(MediaFile(name="film.mkv", size=8000, duration=5400.0, fingerprint=theirs.fingerprint), films)

    assert "another cut or another encoding of 'film.mkv'" in told.message
    assert "yours has 1,234 bytes, the session's 8,000 bytes and lasts 1:30:00" in told.message
    assert "--file PATH" in (told.hint or "")


def test_another_content(films: Path, theirs: MediaFile) -> None:
    """A file of that name and size with another content is told as such."""
    put(films / "film.mkv", CUT)

    told = refused(theirs, films)

    assert "another encoding of 'film.mkv'" in told.message
    assert "not the same content" in told.message
    assert "--file PATH" in (told.hint or "")


def test_another_name(films: Path, theirs: MediaFile) -> None:
    """Where only name and size are known, a file of that size is told, and not taken."""
    put(films / "renamed.mkv")

    told = refused(without_fingerprint(theirs), films)

    assert "'renamed.mkv'" in told.message
    assert "same size" in told.message


def test_nothing_like_it(films: Path, theirs: MediaFile) -> None:
    """Where nothing comes near, the name and the size are told, and all that can be done."""
    put(films / "another film.mkv", CUT)

    told = refused(theirs, films)

    assert told.message == "the session watches a file that is not here: 'film.mkv', which has 8,000 bytes"
    for way in ("--file PATH", "media-folders", "--share"):
        assert way in (told.hint or "")


def test_a_search_that_was_cut_short(films: Path, theirs: MediaFile) -> None:
    """Who gave up the search, or ran out of time, is not told that the film isn't there."""
    put(films / "copy.mkv")

    with pytest.raises(AppError, match="could be looked through in time"):
        local_files.find(theirs, Where(folders=(films,), stopped=lambda: True))


def test_names_are_safe_to_show(films: Path) -> None:
    """Neither the session's name nor a folder's own can act on the terminal."""
    put(films / "\x1b[2J" / "film.mkv", CUT)

    told = refused(MediaFile(name="film.mkv", size=1), films)

    assert "\x1b" not in told.message


# --- how a session speaks of a file ---


def test_what_was_named_is_found_from_anywhere(tmp_path: Path, films: Path, monkeypatch: Any) -> None:
    """A file that this person loaded or queued from another folder is found when its turn comes."""
    film = put(films / "film.mkv")
    monkeypatch.chdir(films)
    file = MediaFile(**parse_source("film.mkv").as_media()["file"])
    (tmp_path / "far").mkdir()
    monkeypatch.chdir(tmp_path / "far")

    assert find(file) == film


def test_a_pipe_is_no_film(home: Path) -> None:
    """A pipe is refused and not waited for."""
    os.mkfifo(home / "pipe")

    with pytest.raises(AppError, match="no file that holds a video"):
        parse_source("pipe")


def test_a_file_that_cannot_be_read(home: Path, films: Path, theirs: MediaFile) -> None:
    """What the system can't open is told with its reason; amid a search it is passed over."""
    with pytest.raises(AppError, match="File name too long"):
        parse_source("a" * 300)
    with remembering() as memory:
        with pytest.raises(AppError, match="No such file"):
            matching_module.fingerprint_of(home / "gone.mkv", memory)
        stamp = Stamp.of(put(films / "film.mkv"))
        memory.keep_fingerprint(home / "folder", stamp, theirs.fingerprint or "")

    assert find(theirs, films) == films / "film.mkv"


def test_a_name_that_is_no_utf8(home: Path) -> None:
    """A name of any bytes can be told to others, and what it names is found again."""
    film = put(Path(os.fsdecode(os.fsencode(home) + b"/\xff.mkv")))
    told = local_files.describe(film)

    assert json.dumps(told["name"], ensure_ascii=False).encode() == b'"?.mkv"'
    assert find(MediaFile(**told)) == film


@pytest.mark.parametrize(
    ("text", "path"),
    [("~/a", "HOME/a"), ("~nobody-here/a", "~nobody-here/a"), ("a b", "a b"), ("~", "HOME")],
)
def test_paths_as_people_write_them(text: str, path: str, home: Path, monkeypatch: Any) -> None:
    """``~`` is one's home; the home of somebody who doesn't exist is a name like others."""
    monkeypatch.setenv("HOME", str(home))

    assert local_files.named(text) == Path(path.replace("HOME", str(home)))


def test_a_path_that_can_be_none(syncwatch: Any) -> None:
    """A name with a NUL is a file that isn't there, wherever a file is named."""
    with pytest.raises(AppError, match="there can be no file") as raised:
        parse_source("a\0b")
    ran = syncwatch("join", "http://127.0.0.1:9/s/ABC-DEF", "--file", "~nobody-here/a.mkv")

    assert raised.value.code is ErrorCode.FILE_NOT_FOUND
    assert (ran.code, ran.out) == (5, "")
    assert "there is no file '~nobody-here/a.mkv'" in ran.err
