"""The folders in which a person keeps films: those that were set, or the system's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from syncwatch_cli import config
from syncwatch_cli.join_flags import JoinFlags
from syncwatch_cli.media.files.media_folders import media_folders


def test_the_folders_that_were_set(home: Path, monkeypatch: Any) -> None:
    """The folders of the setting reach whoever joins, with ~ for one's home."""
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("SYNCWATCH_MEDIA_FOLDERS", os.pathsep.join(("~/films", "/mnt/films")))

    options = JoinFlags(player="none").join_options(
        config.load(), server="http://127.0.0.1:9", code="ABC-DEF", seat=None
    )

    assert options.media_folders == (home / "films", Path("/mnt/films"))


def test_the_folders_of_the_system(home: Path, monkeypatch: Any) -> None:
    """Without the setting they are the system's own for videos and downloads; set to none, there are none."""
    monkeypatch.setenv("XDG_VIDEOS_DIR", str(home / "Filme"))
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", str(home / "Geladen"))

    assert media_folders(None) == (home / "Filme", home / "Geladen")
    assert media_folders([]) == ()
