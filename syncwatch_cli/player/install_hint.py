"""How to get mpv, or its library, on this computer, in the words of its own package manager."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

OLDEST_MPV = (0, 35)
"""The oldest mpv that the sync engine was measured with."""

_LINUX_AND_BSD = {
    "apt-get": "sudo apt install mpv",
    "dnf": "sudo dnf install mpv",
    "pacman": "sudo pacman -S mpv",
    "zypper": "sudo zypper install mpv",
    "apk": "sudo apk add mpv",
    "xbps-install": "sudo xbps-install mpv",
    "emerge": "sudo emerge media-video/mpv",
    "nix-env": "nix-env -iA nixpkgs.mpv",
    "pkg": "sudo pkg install mpv",
    "flatpak": "flatpak install flathub io.mpv.Mpv",
}
_MACOS = {"brew": "brew install mpv", "port": "sudo port install mpv"}
_WINDOWS = {
    "winget": "winget install shinchiro.mpv",
    "scoop": "scoop install extras/mpv",
    "choco": "choco install mpvio",
}

# Where the library is a package of its own; elsewhere it comes with mpv.
_LIBRARY = {
    "apt-get": "sudo apt install libmpv2",
    "dnf": "sudo dnf install mpv-libs",
    "zypper": "sudo zypper install libmpv2",
    "apk": "sudo apk add mpv-libs",
}


def install_hint(platform: str = sys.platform, which: Callable[[str], str | None] = shutil.which) -> str:
    """The command that installs mpv here; where no known package manager is found, mpv's own page."""
    managers: Mapping[str, str] = {"darwin": _MACOS, "win32": _WINDOWS}.get(platform, _LINUX_AND_BSD)
    for manager, command in managers.items():
        if which(manager) is not None:
            return f"install it with: {command} (or name it with --mpv PATH)"
    return "get it from https://mpv.io/installation/ (or name it with --mpv PATH)"


def libmpv_install_hint(platform: str = sys.platform, which: Callable[[str], str | None] = shutil.which) -> str:
    """The command that installs libmpv here; where none is known, mpv's own page."""
    managers: Mapping[str, str] = {"darwin": _MACOS, "win32": {}}.get(platform, {**_LINUX_AND_BSD, **_LIBRARY})
    for manager, command in managers.items():
        if which(manager) is not None:
            return f"install it with: {command} (or have mpv itself, and --player mpv)"
    if platform == "win32":
        return "put libmpv-2.dll from https://mpv.io/installation/ into a folder on the PATH"
    return "get it from https://mpv.io/installation/ (or have mpv itself, and --player mpv)"


def python_mpv_install_hint() -> str:
    """The command that puts the Python package into the environment that we run in."""
    parts = Path(sys.prefix).parts
    if "pipx" in parts:
        return "install it with: pipx inject syncwatch mpv"
    if "uv" in parts and "tools" in parts:
        return "install it with: uv tool install --with mpv syncwatch"
    return f"install it with: {sys.executable} -m pip install mpv"


def parse_version(words: str) -> tuple[int, int] | None:
    """Major and minor version in mpv's words (``mpv 0.35.1``, ``mpv v0.38.0-12-gabc``); None where they name none."""
    found = re.search(r"\bmpv v?(\d+)\.(\d+)", words)
    return (int(found[1]), int(found[2])) if found else None


def is_too_old(words: str) -> bool:
    """Whether ``words`` name a version below ``OLDEST_MPV``; what names none is taken for new."""
    version = parse_version(words)
    return version is not None and version < OLDEST_MPV
