"""Local files: how a session speaks of one, and which file of a joiner's is the one it speaks of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from syncwatch_cli.media.files.file_memory import FileMemory
    from syncwatch_cli.media.files.folder_index import Where
    from syncwatch_cli.media.files.matching import Match
    from syncwatch_core.messages import MediaFile


def named(text: str) -> Path:
    """The path that a person wrote; ``~`` is their home, but ``~somebody`` who isn't on this computer is a name.

    Raises ``AppError`` (file-not-found) for what can be no path.
    """
    if "\0" in text:
        raise AppError(ErrorCode.FILE_NOT_FOUND, f"there can be no file {text!r}", "check its spelling")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def describe(path: Path) -> dict[str, Any]:
    """The file as the session knows it: ``{name, size, duration: null, fingerprint}``.

    Its path is nobody's business, but remembered on this computer, so that it is found again from any folder.
    Raises ``AppError`` (file-not-found).
    """
    size = _size(path)
    # SQLite is nothing that a command without files should wait for.
    from syncwatch_cli.media.files.file_memory import remembering
    from syncwatch_cli.media.files.matching import fingerprint_of, told_name

    with remembering() as memory:
        known_by = fingerprint_of(path, memory)
    return {"name": told_name(path.resolve())[:255], "size": size, "duration": None, "fingerprint": known_by}


def readable(path: Path) -> Path:
    """``path`` itself; raises ``AppError`` (file-not-found) if it can't be read."""
    _size(path)
    return path


def find(file: MediaFile, where: Where) -> Path:
    """The joiner's own copy of the session's file; blocks while it reads disks.

    It is a file of the same size and content, whatever it is called, or of the same size and name where the session
    knows no fingerprint. It is looked for first under its name in the nearby folders, then where files of this content
    were before, then in all of ``where``. Raises ``AppError`` (file-not-found) that says what is sought, and what comes
    near.
    """
    from syncwatch_cli.media.files.file_memory import remembering
    from syncwatch_cli.media.files.matching import Match

    with remembering() as memory:
        match = Match(file, memory)
        likely = _called_so(file, where)
        if match.fingerprint is not None:
            likely += memory.files_with(match.fingerprint)
        for path in likely:
            if match.holds(path):
                return path
        return _searched(file, match, memory, where)


def _called_so(file: MediaFile, where: Where) -> list[Path]:
    # A name from the wire could be a path to anywhere.
    return [folder / file.name for folder in where.nearby] if Path(file.name).name == file.name else []


def _searched(file: MediaFile, match: Match, memory: FileMemory, where: Where) -> Path:
    from syncwatch_cli.media.files.folder_index import FolderIndex

    index = FolderIndex(memory, where)
    for anew in (False, True):
        found = index.candidates(file, anew=anew)
        for path in (*found.same_size, *found.same_name):
            if index.is_over:
                break
            if match.holds(path):
                return path
        # What was remembered may be old, and nobody is told so that their film isn't there.
        if found.is_fresh:
            break
    raise match.missing(is_complete=not index.is_over)


def _size(path: Path) -> int:
    try:
        if path.is_dir():
            raise AppError(ErrorCode.FILE_NOT_FOUND, f"{str(path)!r} is a folder, not a file", "name a file in it")
        if path.exists() and not path.is_file():
            # Nobody can seek in a pipe, and opening it could wait for ever.
            raise AppError(ErrorCode.FILE_NOT_FOUND, f"{str(path)!r} is no file that holds a video", "name a file")
        with path.open("rb"):
            return path.stat().st_size
    except FileNotFoundError:
        raise AppError(
            ErrorCode.FILE_NOT_FOUND,
            f"there is no file {str(path)!r}",
            "check its spelling; a link starts with http:// or https://",
        ) from None
    except OSError as fault:
        raise AppError(ErrorCode.FILE_NOT_FOUND, f"can't read {str(path)!r}: {fault.strerror}") from None
