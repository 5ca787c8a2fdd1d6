"""A frame's number as a picture: a row of black and white cells, and beneath it the same row inverted.

The inverted row makes the reading sure: what is no barcode, or half of one and half of the next, is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BITS = 16
"""45 minutes at 24 frames a second."""

CELL_WIDTH = 20
CELL_HEIGHT = 32

WIDTH = BITS * CELL_WIDTH
HEIGHT = 180
"""px of a whole frame, 16:9."""

TOP = HEIGHT - 2 * CELL_HEIGHT
"""px above the cells; they lie at the bottom because mpv writes its messages at the top."""

CONTRAST = 40
"""How far from middle grey a cell must be, of 127."""

_GREY = 128


def cells(number: int) -> NDArray[np.uint8]:
    """The two rows of cells of a number, one pixel each, the highest bit first; shape (2, BITS)."""
    bits = np.array([number >> place & 1 for place in reversed(range(BITS))], dtype=np.uint8)
    return np.stack([bits, 1 - bits]) * np.uint8(255)


def drawn(number: int) -> NDArray[np.uint8]:
    """The whole frame of a number, in grey; shape (HEIGHT, WIDTH)."""
    frame = np.full((HEIGHT, WIDTH), _GREY, dtype=np.uint8)
    frame[TOP:] = cells(number).repeat(CELL_HEIGHT, axis=0).repeat(CELL_WIDTH, axis=1)
    return frame


def read(seen: NDArray[np.uint8]) -> int | None:
    """The number that two rows of cells show, one pixel each, shape (2, BITS); None where it is not certain."""
    away = seen.astype(np.int16) - _GREY
    if bool((np.abs(away) < CONTRAST).any()) or bool(((away[0] > 0) == (away[1] > 0)).any()):
        return None
    return int("".join("1" if bright else "0" for bright in away[0] > 0), 2)
