"""The folders in which this person keeps films."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from syncwatch_cli.media.files.local_files import named

if TYPE_CHECKING:
    from collections.abc import Sequence


def media_folders(configured: Sequence[str] | None) -> tuple[Path, ...]:
    """The folders that the setting ``media-folders`` names; None: where this system keeps videos and downloads.

    One that doesn't exist may come back, as a disk that is not plugged in, and is passed over until then.
    """
    if configured is not None:
        return tuple(named(text).absolute() for text in configured if text)
    from platformdirs import user_downloads_path, user_videos_path

    return (user_videos_path(), user_downloads_path())
