"""The desktop finds SyncWatch among its programs, and opens its links with it."""

import configparser
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli import desktop
from syncwatch_core.errors import AppError


@pytest.fixture(autouse=True)
def desk(home: Path, monkeypatch: pytest.MonkeyPatch):
    """A desktop of this test's own; gives the folder of its programs."""
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "share"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("HOME", str(home))
    return home / "share" / "applications"


def entry(path: Path) -> configparser.SectionProxy:
    read = configparser.ConfigParser(interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign] # the names are told by their case
    read.read_string(path.read_text())
    return read["Desktop Entry"]


def test_links_are_opened_with_join(syncwatch: Any, desk: Path) -> None:
    """The entry for links runs `join` with the link, in a terminal, by the program's whole path."""
    assert syncwatch("install-handler").code == 0
    found = entry(desk / desktop.LINKS)
    command = shlex.split(found["Exec"])

    assert Path(command[0]).is_absolute()
    assert command[1:] == ["join", "%u"]
    assert found["MimeType"] == "x-scheme-handler/syncwatch;"
    assert found["Terminal"] == "true"


def test_the_desktop_agrees(syncwatch: Any) -> None:
    """The desktop's own program names us as the one who opens the links."""
    syncwatch("install-handler")
    asked = ["xdg-mime", "query", "default", "x-scheme-handler/syncwatch"]

    assert subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == desktop.LINKS


def test_it_is_taken_away_again(syncwatch: Any, desk: Path) -> None:
    """`--remove` takes away what was written, and names it; a second time there is nothing."""
    written = syncwatch("install-handler").out.splitlines()
    removed = syncwatch("install-handler", "--remove").out.splitlines()

    assert written == removed == [str(desk / desktop.ENTRY), str(desk / desktop.LINKS)]
    assert syncwatch("install-handler", "--remove", "--json").out == "[]\n"


def test_odd_places_are_quoted() -> None:
    """A program in a folder with spaces, dollars, quotes and percent signs is named so that it is found."""
    assert desktop._quoted('/a b/$x"%') == '"/a b/\\\\$x\\\\"%%"'  # noqa: SLF001 no such folder need be made


def test_other_systems_are_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where desktops are told of programs in another way, it says so."""
    monkeypatch.setattr(sys, "platform", "darwin")

    with pytest.raises(AppError, match="this system's desktop"):
        desktop.install()
