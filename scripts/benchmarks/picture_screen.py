"""A screen without a monitor, and a camera on it that only looks at the barcodes."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.barcode import BITS, CELL_HEIGHT, HEIGHT, TOP, WIDTH, read
from benchmarks.picture_changes import Grab
from benchmarks.processes import RigError, Speaker, private_environment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

GRABS = 97
"""A second; 48, 60 and 120 keep step with the film's 24, so that the errors would not even out."""

_PATIENCE = 15.0
_LOOKED = re.compile(r" n: *\d+ pts: *(\d+) ")
_MICROSECONDS = 1e6


@contextmanager
def open_screen(windows: int, folder: Path) -> Iterator[str]:
    """An X server with room for so many windows side by side; gives its display. Raises ``RigError``."""
    told, telling = os.pipe()
    size = f"{WIDTH * windows}x{HEIGHT}x24"
    command = ["Xvfb", "-displayfd", str(telling), "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
    try:
        with (folder / "screen.log").open("wb") as log:
            server = subprocess.Popen(command, pass_fds=[telling], stdout=subprocess.DEVNULL, stderr=log)
    except OSError as error:
        os.close(told)
        raise RigError(f"Xvfb did not start: {error}") from error
    finally:
        os.close(telling)
    try:
        with os.fdopen(told) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RigError(f"Xvfb did not come up\n{(folder / 'screen.log').read_text(errors='replace')}")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def window_options(place: int) -> tuple[str, ...]:
    """Options for an mpv whose window is to be the one at ``place``, from the left."""
    where = f"--geometry={WIDTH}x{HEIGHT}+{place * WIDTH}+0"
    return ("--vo=x11", "--no-border", where, "--no-keepaspect-window", "--no-osc", "--hwdec=no")


@dataclass(slots=True)
class Footage:
    """What the camera took: the barcodes of all windows, one pixel a cell, and when each picture was taken."""

    pixels: Path
    log: Path
    clock: float
    """CLOCK_MONOTONIC minus the wall clock, s: ffmpeg knows only the latter."""

    def grabs(self, players: Sequence[str]) -> list[Grab]:
        """All grabs, the windows from left to right named as ``players``."""
        size = 2 * BITS * len(players)
        whole = np.fromfile(self.pixels, dtype=np.uint8)
        pictures = whole[: len(whole) // size * size].reshape(-1, 2, BITS * len(players))
        times = [int(found) / _MICROSECONDS + self.clock for found in _LOOKED.findall(self.log.read_text())]
        return [Grab(at, dict(_read(picture, players))) for at, picture in zip(times, pictures, strict=False)]


def _read(picture: NDArray[np.uint8], players: Sequence[str]) -> Iterator[tuple[str, int]]:
    for place, player in enumerate(players):
        number = read(picture[:, place * BITS : (place + 1) * BITS])
        if number is not None:
            yield player, number


@asynccontextmanager
async def filmed(display: str, windows: int, folder: Path) -> AsyncIterator[Footage]:
    """Grab the barcodes of all windows while the block runs; raises ``RigError`` where ffmpeg can't."""
    pixels = folder / "grabs.gray"
    looks = ["-f", "x11grab", "-draw_mouse", "0", "-framerate", str(GRABS)]
    looks += ["-video_size", f"{WIDTH * windows}x{2 * CELL_HEIGHT}", "-i", f"{display}+0,{TOP}"]
    # Each cell becomes its mean; what is kept of a grab is then 64 bytes instead of 40 kilobytes.
    cells = f"scale={BITS * windows}:2:flags=area,format=gray,showinfo=checksum=0"
    kept = ["-vf", cells, "-fps_mode", "passthrough", "-copyts", "-f", "rawvideo", "-y", str(pixels)]
    command = ["ffmpeg", "-hide_banner", "-nostats", *looks, *kept]
    clock = time.monotonic() - time.time()
    camera = await Speaker.start("camera", command, folder, private_environment(folder / "camera-home"))
    try:
        await _looks(camera)
        yield Footage(pixels, camera.log, clock)
    finally:
        await camera.stop(by_signal=True)


async def _looks(camera: Speaker) -> None:
    gives_up_at = time.monotonic() + _PATIENCE
    while not _LOOKED.search(camera.log.read_text(errors="replace")):
        if camera.process.returncode is not None or time.monotonic() > gives_up_at:
            raise RigError(f"ffmpeg did not grab the screen\n{camera.last_words()}")
        await asyncio.sleep(0.05)
