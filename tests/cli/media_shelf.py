"""Files on a disk, and a search for one of them, for the tests of what finds them."""

from __future__ import annotations

from pathlib import Path

from syncwatch_cli.media.files.file_memory import FileMemory
from syncwatch_cli.media.files.folder_index import Candidates, FolderIndex, Where
from syncwatch_core.messages import MediaFile

FILM = MediaFile(name="film.mkv", size=10)


def put(path: Path, size: int = 10) -> Path:
    """A file of that size, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    return path


def search(memory: FileMemory, *folders: Path, file: MediaFile = FILM, anew: bool = False) -> Candidates:
    """What could be ``file`` in these folders."""
    return FolderIndex(memory, Where(folders=folders)).candidates(file, anew=anew)
