"""Brings an unmodified Syncplay into the checkout's ``.dev/``: the distribution's own package, in an environment apart.

Syncplay is not on PyPI; Debian and Ubuntu carry it. Its packages are unpacked, not installed, so that the system stays
as it is, and what they need of Python goes into a virtual environment of its own: the console client and the server
need Twisted, and no Qt. Costs next to nothing when there is nothing to do, and may be started twice at once.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.processes import SCRIPTS, RigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PLACE = SCRIPTS.parent / ".dev" / "syncplay"

PINNED = "1.6.9+repack1-7"
"""Debian 12's. Where the archive has another version, that one is taken, and the result names it."""

PACKAGES = ("syncplay", "syncplay-server", "syncplay-common")

REQUIREMENTS = (
    "Twisted==24.11.0", "attrs==25.4.0", "Automat==25.4.16", "certifi==2025.10.5", "constantly==23.10.4",
    "hyperlink==21.0.0", "idna==3.11", "incremental==24.11.0", "packaging==25.0", "setuptools==80.9.0",
    "typing-extensions==4.15.0", "zope-interface==8.0.1",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Installation:
    """A Syncplay that can be run."""

    place: Path
    version: str
    """The version of the distribution's package."""

    @property
    def client(self) -> list[str]:
        """The command of the client."""
        return [str(_python(self.place)), str(self.place / "system/usr/bin/syncplay")]

    @property
    def server(self) -> list[str]:
        """The command of the server."""
        return [str(_python(self.place)), str(self.place / "system/usr/bin/syncplay-server")]

    @property
    def modules(self) -> str:
        """Where Python finds Syncplay itself."""
        return str(self.place / "system/usr/lib/python3/dist-packages")


def installed(place: Path = PLACE) -> Installation:
    """The Syncplay below ``place``, set up at first use; raises ``RigError`` where that can't be done."""
    place = place.resolve()
    place.mkdir(parents=True, exist_ok=True)
    with _turn(place):
        version = _standing(place)
        if version is None:
            print(f"bench: setting up Syncplay in {place}", file=sys.stderr)
            version = _unpack(place)
            _make_environment(place)
            _try_out(Installation(place, version))
            # A stamp holds the place it was made for: an environment doesn't survive being moved or copied.
            _stamp(place).write_text(f"{version}\n{place}\n{' '.join(REQUIREMENTS)}\n")
    return Installation(place, version)


def _standing(place: Path) -> str | None:
    """The version that stands ready there; None where there is none, or one set up otherwise."""
    if not _stamp(place).exists() or not _python(place).exists():
        return None
    version, *rest = _stamp(place).read_text().splitlines()
    return version if rest == [str(place), " ".join(REQUIREMENTS)] else None


def _unpack(place: Path) -> str:
    if shutil.which("apt-get") is None:
        raise RigError("Syncplay is taken from Debian's or Ubuntu's packages, and there is no apt-get here")
    system = place / "system"
    shutil.rmtree(system, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        _download(Path(folder))
        archives = sorted(Path(folder).glob("*.deb"))
        for archive in archives:
            _run(["dpkg-deb", "-x", str(archive), str(system)])
        return _run(["dpkg-deb", "-f", str(archives[0]), "Version"]).strip()


def _download(folder: Path) -> None:
    fetch = ["apt-get", "download", "-qq"]
    pinned = [*fetch, *(f"{name}={PINNED}" for name in PACKAGES)]
    if _succeeds(pinned, folder):
        return
    # The lists of a fresh machine are empty, those of an old one stale.
    _run([*_as_root(), "apt-get", "update", "-qq"])
    if not _succeeds(pinned, folder):
        _run([*fetch, *PACKAGES], folder)


def _succeeds(command: Sequence[str], folder: Path) -> bool:
    try:
        _run(command, folder)
    except RigError:
        return False
    return True


def _as_root() -> list[str]:
    return [] if os.geteuid() == 0 else ["sudo", "-n"]


def _make_environment(place: Path) -> None:
    shutil.rmtree(place / "venv", ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(place / "venv")])
    pip = [str(_python(place)), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    _run([*pip, "--no-deps", *REQUIREMENTS])


def _try_out(made: Installation) -> None:
    """Ask both programs for their options: what can't be imported shows here, and not as a silent room."""
    for command in (made.client, made.server):
        _run([*command, "--help"], PYTHONPATH=made.modules)


def _run(command: Sequence[str], folder: Path | None = None, **environment: str) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError as error:
        message = f"Syncplay could not be set up: {error}"
        raise RigError(message) from error
    if done.returncode != 0:
        message = f"Syncplay could not be set up: {' '.join(command)}: {(done.stderr or done.stdout).strip()[-1000:]}"
        raise RigError(message)
    return done.stdout


@contextmanager
def _turn(place: Path) -> Iterator[None]:
    """Wait for another start that is setting up the same; the lock ends with this process however that ends."""
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _python(place: Path) -> Path:
    return place / "venv" / "bin" / "python"


def _stamp(place: Path) -> Path:
    return place / "set-up"
