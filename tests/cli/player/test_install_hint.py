"""How to get mpv, and which mpv is too old."""

from __future__ import annotations

import pytest

from syncwatch_cli.player.install_hint import (
    install_hint,
    is_too_old,
    libmpv_install_hint,
    python_mpv_install_hint,
)


@pytest.mark.parametrize(
    ("platform", "manager", "command"),
    [
        ("linux", "apt-get", "sudo apt install mpv"),
        ("linux", "dnf", "sudo dnf install mpv"),
        ("linux", "pacman", "sudo pacman -S mpv"),
        ("darwin", "brew", "brew install mpv"),
        ("win32", "winget", "winget install shinchiro.mpv"),
    ],
)
def test_the_hint_is_the_command_of_this_computers_package_manager(platform: str, manager: str, command: str):
    """The hint names the command of the package manager that is here."""
    hint = install_hint(platform, lambda name: f"/bin/{name}" if name == manager else None)

    assert command in hint


def test_without_a_package_manager_the_hint_is_mpvs_own_page():
    """Where no known package manager is found, the hint leads to mpv's installation page."""
    assert "https://mpv.io/installation/" in install_hint("linux", lambda _name: None)


@pytest.mark.parametrize(
    ("platform", "manager", "command"),
    [
        ("linux", "apt-get", "sudo apt install libmpv2"),
        ("linux", "dnf", "sudo dnf install mpv-libs"),
        ("linux", "pacman", "sudo pacman -S mpv"),
        ("darwin", "brew", "brew install mpv"),
        ("win32", "winget", "libmpv-2.dll"),
        ("linux", "nothing", "https://mpv.io/installation/"),
    ],
)
def test_the_librarys_hint_is_its_own_package_where_it_has_one(platform: str, manager: str, command: str):
    """The library is installed under its own name, or with mpv; where that is not known, mpv's page is named."""
    hint = libmpv_install_hint(platform, lambda name: f"/bin/{name}" if name == manager else None)

    assert command in hint


@pytest.mark.parametrize(
    ("prefix", "command"),
    [
        ("/home/ann/.local/pipx/venvs/syncwatch", "pipx inject syncwatch mpv"),
        ("/home/ann/.local/share/uv/tools/syncwatch", "uv tool install --with mpv syncwatch"),
        ("/home/ann/checkout/.venv", "-m pip install mpv"),
    ],
)
def test_the_python_package_goes_where_syncwatch_is(prefix: str, command: str, monkeypatch: pytest.MonkeyPatch):
    """The hint puts python-mpv into the environment that SyncWatch itself was installed into."""
    monkeypatch.setattr("sys.prefix", prefix)

    assert command in python_mpv_install_hint()


@pytest.mark.parametrize(
    ("words", "too_old"),
    [
        ("mpv 0.35.1 Copyright © 2000-2023 mpv/MPlayer/mplayer2 projects", False),
        ("mpv 0.34.1", True),
        ("mpv v0.38.0-12-g1a2b3c", False),
        ("mpv 0.9.2", True),
        ("mpv 1.0.0", False),
        ("mpv git-2026-01-01", False),
        ("", False),
    ],
)
def test_versions_below_0_35_are_too_old(words: str, too_old: bool):
    """A version below 0.35 is too old; words that name no version are taken for a new one."""
    assert is_too_old(words) is too_old
