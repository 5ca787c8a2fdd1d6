"""Starts the rig's own instruments beside what is measured: the network in front of a client, and the observer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.processes import Speaker, instrument, private_environment

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.link import Link


async def start_network(name: str, server: str, link: Link, seed: str, folder: Path) -> Speaker:
    """Put a delay proxy between the client ``name`` and ``server``, host:port; raises ``RigError``.

    Each client's chances are drawn from ``seed`` and its name. The proxy ends when its stdin does.
    """
    command = [
        *instrument("delay_proxy"), "--to", server,
        f"--rtt={link.rtt}", f"--jitter={link.jitter}", f"--asymmetry={link.asymmetry}", f"--stall={link.stall}",
        f"--seed={hash_of(seed, name)}",
    ]  # fmt: skip
    environment = private_environment(folder / f"{name}-network-home")
    return await Speaker.start(f"{name}-network", command, folder, environment)


async def start_observer(folder: Path, readings: Path, *options: str) -> Speaker:
    """Start the observer, which writes to ``readings``; raises ``RigError``. It ends when its stdin does."""
    command = [*instrument("mpv_observer"), "--out", str(readings), *options]
    return await Speaker.start("observer", command, folder, private_environment(folder / "observer-home"))


def hash_of(*words: str) -> int:
    """A number for some words, the same in every process."""
    number = 0
    for character in "/".join(words):
        number = (number * 131 + ord(character)) % (1 << 31)
    return number
