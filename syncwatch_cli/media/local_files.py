"""Local files: how a session speaks of one, and which file of a joiner's is the one it speaks of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from syncwatch_core.messages import MediaFile


def describe(path: Path) -> dict[str, Any]:
    """The file as the session knows it: ``{name, size, duration: null, fingerprint: null}``.

    Its path is nobody's business. Raises ``AppError`` (file-not-found).
    """
    size = _size(path)
    name = path.resolve().name.encode(errors="replace").decode()
    return {"name": name[:255], "size": size, "duration": None, "fingerprint": None}


def readable(path: Path) -> Path:
    """``path`` itself; raises ``AppError`` (file-not-found) if it can't be read."""
    _size(path)
    return path


def find(file: MediaFile, explicit: Path | None, folder: Path | None = None) -> Path:
    """The joiner's own copy of the session's file.

    ``explicit`` is what ``--file`` names and is taken as it is; else a file of the same name and size in ``folder``
    (the current one, if None). Raises ``AppError`` (file-not-found) that says what is sought.
    """
    if explicit is not None:
        return readable(explicit)
    # A name from the wire could be a path to anywhere.
    candidate = (folder or Path.cwd()) / Path(file.name).name
    shown = clean_text(file.name)
    if candidate.name != file.name or not candidate.is_file():
        raise AppError(
            ErrorCode.FILE_NOT_FOUND,
            f"the session watches a file that is not here: {shown!r}, {file.size} bytes",
            "start in the folder that holds your copy, or name it with --file PATH",
        )
    if candidate.stat().st_size != file.size:
        raise AppError(
            ErrorCode.FILE_NOT_FOUND,
            f"{shown!r} is here with {candidate.stat().st_size} bytes, but the session's has {file.size}",
            "it may be another cut; if it is the right one all the same, name it with --file PATH",
        )
    return candidate


def _size(path: Path) -> int:
    try:
        if path.is_dir():
            raise AppError(ErrorCode.FILE_NOT_FOUND, f"{str(path)!r} is a folder, not a video", "name a file in it")
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
