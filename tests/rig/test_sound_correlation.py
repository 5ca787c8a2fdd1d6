"""Finding where in a known sound a heard piece lies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.sound_correlation import KnownSound, followed
from benchmarks.witness_film import HIGHEST, LOWEST, SAMPLE_RATE, noise, sound_of, witness_film

WINDOW = 1200


@pytest.fixture(scope="module")
def known() -> KnownSound:
    """Twelve seconds of noise."""
    return KnownSound(noise(12), SAMPLE_RATE)


def shifted(sound: np.ndarray, samples: float) -> np.ndarray:
    """The sound so many samples earlier, fractions included."""
    turns = np.fft.rfftfreq(len(sound)) * samples
    return np.fft.irfft(np.fft.rfft(sound) * np.exp(2j * np.pi * turns), len(sound)).astype(np.float32)


@pytest.mark.parametrize("start", [0, 1, 17, 4801, 262_143, 300_000, 12 * SAMPLE_RATE - WINDOW])
@pytest.mark.parametrize("off", [None, 0, 5000, -11_000])
def test_a_known_shift_is_found_to_a_sample(known: KnownSound, start: int, off: int | None):
    """A piece is found at its very sample, wherever it is expected."""
    place = known.place(known.samples[start : start + WINDOW], None if off is None else start + off)

    assert place is not None
    assert place.start == pytest.approx(start, abs=0.05)
    assert place.likeness == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("fraction", [0.1, 0.25, 0.5, 0.9])
def test_a_shift_of_a_fraction_is_found(known: KnownSound, fraction: float):
    """A shift between two samples is told to a twentieth of one, which is a microsecond."""
    place = known.place(shifted(known.samples, 100_000 + fraction)[:WINDOW])

    assert place is not None
    assert place.start == pytest.approx(100_000 + fraction, abs=0.05)


def test_loudness_does_not_matter(known: KnownSound):
    """A player whose volume is turned down is found as well."""
    place = known.place(known.samples[5000 : 5000 + WINDOW] * np.float32(0.05))

    assert place is not None
    assert place.start == pytest.approx(5000, abs=0.05)


@pytest.mark.parametrize("speed", [0.9995, 1.0005, 1.001])
def test_the_middle_of_a_nudged_piece_is_where_it_was(known: KnownSound, speed: float):
    """A piece that is played a little too fast or slow is placed by its middle."""
    middle = 200_000.0
    at = middle + (np.arange(WINDOW) - WINDOW / 2) * speed
    place = known.place(np.interp(at, np.arange(len(known.samples)), known.samples).astype(np.float32))

    assert place is not None
    assert place.start + WINDOW / 2 == pytest.approx(middle, abs=0.5)


@pytest.mark.parametrize(
    "heard",
    [np.zeros(WINDOW, dtype=np.float32), noise(WINDOW / SAMPLE_RATE, seed=99), noise(1, seed=1)[:WINDOW] * 0.01],
    ids=["silence", "a foreign sound", "next to nothing"],
)
def test_what_is_not_in_the_sound_has_no_place(known: KnownSound, heard: np.ndarray):
    """Silence and foreign sounds are refused rather than put somewhere."""
    assert known.place(heard) is None


def test_a_player_is_followed_over_silence_and_a_seek(known: KnownSound):
    """A player is followed while it is silent, plays, and jumps."""
    silence = np.zeros(SAMPLE_RATE // 2, dtype=np.float32)
    before, after = known.samples[1000:49_000], known.samples[400_000:448_000]
    heard = np.concatenate([silence, before, after])

    found = {first: place.start for first, place in followed(heard, known, WINDOW, 4800) if place is not None}

    assert found[24_000] == pytest.approx(1000, abs=0.05)
    assert found[72_000] == pytest.approx(400_000, abs=0.05)
    assert not any(first + WINDOW <= len(silence) for first in found)
    assert len(found) == len(range(24_000, len(heard) - WINDOW, 4800))


def test_the_film_sounds_as_promised(tmp_path: Path):
    """The film's sound is uncompressed noise within its band, no second of it like another."""
    sound = sound_of(witness_film(2, tmp_path, block=2))
    spectrum = np.abs(np.fft.rfft(sound)) ** 2
    frequencies = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    within = spectrum[(frequencies >= LOWEST) & (frequencies <= HIGHEST)].sum() / spectrum.sum()

    assert len(sound) == 2 * SAMPLE_RATE
    assert within > 0.999
    assert np.abs(sound).max() < 1.0
    assert abs(np.corrcoef(sound[:SAMPLE_RATE], sound[SAMPLE_RATE:])[0, 1]) < 0.05
