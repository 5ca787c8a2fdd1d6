"""The barcode that numbers a film's frames."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from benchmarks.barcode import BITS, CELL_HEIGHT, HEIGHT, TOP, WIDTH, cells, drawn, read
from benchmarks.media import FRAME_RATE
from benchmarks.witness_film import witness_film

WHITE, BLACK, GREY = 255, 0, 128


def scaled_down(frame: np.ndarray) -> np.ndarray:
    """The mean of each cell of a whole frame, as the camera takes it."""
    return frame[TOP:].reshape(2, CELL_HEIGHT, BITS, WIDTH // BITS).mean(axis=(1, 3)).astype(np.uint8)


@pytest.mark.parametrize("number", [0, 1, 2, 0x5555, 0xAAAA, 12345, 0x8000, 0xFFFF])
def test_a_number_is_read_as_it_was_drawn(number: int):
    """What is drawn for a frame is read as that frame's number."""
    assert read(scaled_down(drawn(number))) == number


def test_a_frame_is_as_large_as_promised():
    """A frame is a picture of 16:9 with the barcode at its foot and nothing above."""
    assert drawn(7).shape == (HEIGHT, WIDTH)
    assert set(np.unique(drawn(7)[:TOP])) == {GREY}


def test_every_frame_of_the_film_can_be_read(tmp_path: Path):
    """After H.264 and back every frame of the film shows its number, in order and without a gap."""
    film = witness_film(1, tmp_path, block=2)
    only_cells = f"crop={WIDTH}:{2 * CELL_HEIGHT}:0:{TOP},scale={BITS}:2:flags=area"
    command = ["ffmpeg", "-v", "error", "-i", str(film), "-vf", only_cells, "-pix_fmt", "gray", "-f", "rawvideo", "-"]
    pixels = subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout
    frames = np.frombuffer(pixels, dtype=np.uint8).reshape(-1, 2, BITS)

    assert [read(frame) for frame in frames] == list(range(2 * FRAME_RATE))


@pytest.mark.parametrize(
    "seen",
    [
        np.full((2, BITS), GREY, dtype=np.uint8),
        np.full((2, BITS), WHITE, dtype=np.uint8),
        np.full((2, BITS), BLACK, dtype=np.uint8),
        np.stack([cells(7)[0], cells(8)[1]]),
        (cells(7) // 2 + cells(8) // 2).astype(np.uint8),
        cells(1000)[::-1] // 2,
        np.random.default_rng(3).integers(0, 256, (2, BITS), dtype=np.uint8),
    ],
    ids=["grey", "white", "black", "torn between two frames", "blended of two frames", "too dark", "noise"],
)
def test_what_is_not_certain_is_refused(seen: np.ndarray):
    """What is no whole barcode has no number, rather than a wrong one."""
    assert read(seen) is None


def test_a_film_of_more_frames_than_numbers_is_refused(tmp_path: Path):
    """A film whose frames could not all be numbered is not made."""
    with pytest.raises(ValueError, match="can number"):
        witness_film(2731, tmp_path, block=1)

    assert not list(tmp_path.iterdir())
