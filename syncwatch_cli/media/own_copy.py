"""Which file of a person's own is their copy of what the session watches just now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from syncwatch_cli.media import local_files
from syncwatch_core.errors import AppError

if TYPE_CHECKING:
    from syncwatch_core.messages import Media


class OwnCopy:
    """What ``--file PATH`` names: a copy of what the session watches when its owner comes, and of nothing else."""

    def __init__(self, named: Path | None) -> None:
        self._named = named
        self._stands_for: str | None = None

    def of(self, media: Media) -> Path | None:
        """The file to play for ``media``; None where it is a URL of which no copy was named.

        Other files are looked for in the current folder, and beside the one that was named.
        Raises ``AppError`` (file-not-found).
        """
        if self._named is not None and self._is_copy_of(self._named, media):
            return local_files.readable(self._named)
        if media.file is None:
            return None
        try:
            return local_files.find(media.file, None)
        except AppError:
            if self._named is None:
                raise
            return local_files.find(media.file, None, self._named.parent)

    def _is_copy_of(self, named: Path, media: Media) -> bool:
        if self._stands_for is None:
            self._stands_for = media.media_id
        if media.media_id == self._stands_for:
            return True
        file = media.file
        return file is not None and named.name == file.name and named.is_file() and named.stat().st_size == file.size
