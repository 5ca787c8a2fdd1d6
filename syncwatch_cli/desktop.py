"""The desktop's knowledge of SyncWatch: an entry among its programs, and who opens ``syncwatch://`` links.

Written as the Desktop Entry and MIME Applications specifications of freedesktop.org say, for this person alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.join_code import OWN_SCHEME

ENTRY = "syncwatch.desktop"
LINKS = "syncwatch-link.desktop"

_ENTRY = """\
[Desktop Entry]
Type=Application
Version=1.5
Name=SyncWatch
Comment=Watch the same video at the same moment
Exec={program}
Terminal=true
Icon=mpv
Categories=AudioVideo;Video;Player;Network;
Keywords=mpv;watch;together;sync;
"""

_LINKS = """\
[Desktop Entry]
Type=Application
Version=1.5
Name=SyncWatch links
Comment=Joins the session that a link leads to
Exec={program} join %u
Terminal=true
NoDisplay=true
MimeType=x-scheme-handler/{scheme};
"""


def install() -> list[Path]:
    """Write both entries and make us the one who opens the links; gives the files.

    Raises ``AppError`` (failed) where desktops are told in another way.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    program = _quoted(_program())
    written = []
    for name, text in ((ENTRY, _ENTRY), (LINKS, _LINKS)):
        path = folder / name
        path.write_text(text.format(program=program, scheme=OWN_SCHEME), encoding="utf-8")
        written.append(path)
    _run("update-desktop-database", str(folder))
    _run("xdg-mime", "default", LINKS, f"x-scheme-handler/{OWN_SCHEME}")
    return written


def remove() -> list[Path]:
    """Take both entries away again; gives the files that were there."""
    folder = _folder()
    there = [folder / name for name in (ENTRY, LINKS) if (folder / name).exists()]
    for path in there:
        path.unlink()
    _run("update-desktop-database", str(folder))
    return there


def _folder() -> Path:
    if sys.platform in ("darwin", "win32"):
        raise AppError(
            ErrorCode.FAILED,
            "this system's desktop is not told of programs by files that could be written here",
            "paste the link after: syncwatch join",
        )
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "applications"


def _program() -> str:
    """The command that runs us, by its whole path: a desktop has a PATH of its own."""
    beside_python = Path(sys.executable).with_name("syncwatch")
    found = str(beside_python) if beside_python.is_file() else shutil.which("syncwatch")
    if found is None:
        raise AppError(
            ErrorCode.FAILED, "there is no syncwatch command on the PATH", "install it: pipx install syncwatch"
        )
    return found


def _quoted(argument: str) -> str:
    r"""One argument of an Exec line: ``"``, `` ` ``, ``$`` and ``\`` have a meaning in it, and ``%`` begins a field."""
    inner = "".join(f"\\{character}" if character in '"`$\\' else character for character in argument)
    # The value is a string of the file too, where a backslash is written twice.
    return '"' + inner.replace("\\", "\\\\").replace("%", "%%") + '"'


def _run(*command: str) -> None:
    """Run a program of the desktop's, where there is one; without it the desktop finds the files at its next start."""
    if shutil.which(command[0]) is not None:
        subprocess.run(command, capture_output=True, timeout=20, check=False)
