"""The film that the witnesses know: every frame shows its number, and no two moments of its sound are alike.

The sound is noise from 0.3 to 6 kHz, uncompressed, so that a shift of a fraction of a sample can be told.
"""

from __future__ import annotations

import math
import os
import subprocess
import tempfile
import wave
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.barcode import BITS, HEIGHT, WIDTH, drawn
from benchmarks.media import FRAME_RATE, KEYFRAME_EVERY, cache_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE_RATE = 48000
LOWEST, HIGHEST = 300.0, 6000.0
"""Hz; what every loudspeaker plays, and what leaves eight samples to the shortest wave."""

LOUDNESS = 0.15
"""Root mean square, of 1.0; peaks are four to five times that."""

BLOCK = 60
"""s; lengths are rounded up to this, so that runs of similar length share one film."""


def witness_film(seconds: float, folder: Path | None = None, *, block: int = BLOCK) -> Path:
    """A film with numbered frames and known noise, at least ``seconds`` long.

    Raises ``ValueError`` for a film of more frames than can be numbered, ``FileNotFoundError`` without ffmpeg,
    ``CalledProcessError`` where ffmpeg fails.
    """
    length = max(1, math.ceil(seconds / block)) * block
    if length * FRAME_RATE > 1 << BITS:
        raise ValueError(f"a film of {length} s has more frames than {BITS} bits can number")
    path = (folder or cache_folder()).resolve() / f"witness-{HEIGHT}p{FRAME_RATE}-{length}s.mov"
    if not path.exists():
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            _make(length, part)
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
    return path


def sound_of(film: Path) -> NDArray[np.float32]:
    """The film's sound as mono samples; raises ``CalledProcessError`` where ffmpeg can't read it."""
    command = ["ffmpeg", "-v", "error", "-i", str(film), "-f", "f32le", "-ac", "1", "-ar", str(SAMPLE_RATE), "-"]
    done = subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return np.frombuffer(done.stdout, dtype=np.float32)


def noise(seconds: float, seed: int = 1) -> NDArray[np.float32]:
    """Noise of ``LOWEST`` to ``HIGHEST`` Hz, the same for the same seed."""
    random = np.random.default_rng(seed)
    count = int(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequencies = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    spectrum[(frequencies < LOWEST) | (frequencies > HIGHEST)] = 0
    sound: NDArray[np.float64] = np.fft.irfft(spectrum, count)
    return (sound * (LOUDNESS / float(sound.std()))).astype(np.float32)


def _make(seconds: int, out: Path) -> None:
    picture = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FRAME_RATE), "-i", "-"]
    video = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-g", str(KEYFRAME_EVERY), "-pix_fmt", "yuv420p"]
    with tempfile.TemporaryDirectory(prefix="sw-film-") as folder:
        sound = Path(folder) / "noise.wav"
        _write_wave(sound, seconds)
        made = [*picture, "-i", str(sound), *video, "-c:a", "pcm_s16le", "-f", "mov", str(out)]
        command = ["ffmpeg", "-v", "error", "-y", *made]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as ffmpeg:
            assert ffmpeg.stdin is not None  # noqa: S101 - started with a pipe
            for number in range(seconds * FRAME_RATE):
                ffmpeg.stdin.write(drawn(number).tobytes())
            ffmpeg.stdin.close()
        if ffmpeg.returncode:
            raise subprocess.CalledProcessError(ffmpeg.returncode, command)


def _write_wave(out: Path, seconds: int) -> None:
    with wave.open(str(out), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        # Piece by piece: the whole of a long film at once would take a gigabyte.
        for start in range(0, seconds, BLOCK):
            piece = noise(min(BLOCK, seconds - start), seed=start)
            file.writeframes((piece * 32767).round().clip(-32768, 32767).astype("<i2").tobytes())
