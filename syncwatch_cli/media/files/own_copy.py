"""Which file of a person's own is their copy of what the session watches just now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from syncwatch_cli.media.files import local_files

if TYPE_CHECKING:
    from syncwatch_core.messages import Media, MediaFile


class OwnCopy:
    """What ``--file PATH`` names: a copy of what the session watches when its owner comes, and of nothing else.

    Other files are looked for in the person's media ``folders``, in the current folder, beside the one that was named,
    and wherever this person has named or found a file of that content before.
    """

    def __init__(self, named: Path | None, folders: Sequence[Path] = ()) -> None:
        self._named = named
        self._folders = tuple(folders)
        self._stands_for: str | None = None
        self._stopped = Event()

    def of(self, media: Media) -> Path | None:
        """The file to play for ``media``; None where it is a URL of which no copy was named. Blocks: runs in a thread.

        Raises ``AppError`` (file-not-found).
        """
        if self._named is not None:
            if self._stands_for is None:
                self._stands_for = media.media_id
            if media.media_id == self._stands_for:
                return local_files.readable(self._named)
        return None if media.file is None else self.of_file(media.file)

    def of_file(self, file: MediaFile) -> Path:
        """This person's copy of ``file``, wherever it lies. Blocks; raises ``AppError`` (file-not-found)."""
        from syncwatch_cli.media.files.folder_index import Where

        beside = () if self._named is None else (self._named.absolute().parent,)
        where = Where(
            folders=self._folders,
            nearby=(Path.cwd(), *beside),
            stopped=self._stopped.is_set,
        )
        return local_files.find(file, where)

    def stop(self) -> None:
        """Give up a search that is under way, and all later ones; may be called from any thread."""
        self._stopped.set()
