"""Where in a known sound a heard piece of it lies, to a fraction of a sample; arithmetic only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

LIKENESS = 0.4
"""Correlation that a place must reach, of 1.0: 25 ms of foreign noise reach 0.33 somewhere in five minutes."""

SILENCE = 0.005
"""Root mean square below which there is nothing to be placed, of 1.0."""

REACH = 0.25
"""s around the expected place that are searched first."""

_PIECE = 1 << 18
"""Samples of the known sound that are searched at once."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece lies in the known sound."""

    start: float
    """Samples from the beginning of the known sound to that of the piece."""
    likeness: float
    """Correlation coefficient, up to 1.0."""


class KnownSound:
    """A sound of which pieces are heard."""

    def __init__(self, samples: NDArray[np.float32], rate: int) -> None:
        """``samples`` of one channel, ``rate`` of them a second."""
        self.samples = samples
        self.rate = rate

    def place(self, heard: NDArray[np.float32], expected: float | None = None) -> Place | None:
        """The likeliest place of ``heard``, near sample ``expected`` if it is there; None where nothing is like it."""
        if float(np.sqrt(np.mean(heard**2))) < SILENCE:
            return None
        if expected is not None:
            first = int(expected - REACH * self.rate)
            found = self._best(heard, first, first + len(heard) + int(2 * REACH * self.rate))
            if found is not None:
                return found
        everywhere = range(0, len(self.samples), _PIECE - len(heard))
        found_ones = [self._best(heard, first, first + _PIECE) for first in everywhere]
        return max((one for one in found_ones if one), key=lambda one: one.likeness, default=None)

    def _best(self, heard: NDArray[np.float32], first: int, last: int) -> Place | None:
        first = max(0, first)
        known = self.samples[first:last]
        if len(known) < len(heard):
            return None
        size = 1 << (len(known) - 1).bit_length()
        spectrum = np.fft.rfft(known, size) * np.conj(np.fft.rfft(heard, size))
        products = np.fft.irfft(spectrum, size)[: len(known) - len(heard) + 1]
        top = int(np.argmax(products))
        norm = np.linalg.norm(heard) * np.linalg.norm(known[top : top + len(heard)])
        likeness = float(products[top] / norm) if norm else 0.0
        return Place(first + top + _vertex(products, top), likeness) if likeness >= LIKENESS else None


def followed(
    heard: NDArray[np.float32], known: KnownSound, window: int, hop: int
) -> Iterator[tuple[int, Place | None]]:
    """One window each ``hop`` samples: the first sample that it heard, and its place in the known sound."""
    offset: float | None = None
    for first in range(0, len(heard) - window + 1, hop):
        place = known.place(heard[first : first + window], None if offset is None else first + offset)
        offset = offset if place is None else place.start - first
        yield first, place


def _vertex(values: NDArray[np.float64], top: int) -> float:
    """How far beside sample ``top`` the parabola through it and its neighbours is highest, samples."""
    if not 0 < top < len(values) - 1:
        return 0.0
    before, at, after = (float(value) for value in values[top - 1 : top + 2])
    bend = before - 2 * at + after
    return 0.0 if bend == 0 else (before - after) / (2 * bend)
