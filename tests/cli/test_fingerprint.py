"""The fingerprint of a file: what it is made of, and how little of a file it reads."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest

from syncwatch_cli.media.files import fingerprint as module
from syncwatch_cli.media.files.fingerprint import BLOCK, BLOCKS, fingerprint, is_known
from syncwatch_core.errors import AppError, ErrorCode

MIB = 2**20


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def varied(size: int) -> bytes:
    """Content in which no two blocks are alike."""
    return b"".join(number.to_bytes(8) for number in range(size // 8 + 1))[:size]


@pytest.mark.parametrize(
    ("content", "known_as"),
    [
        (b"", "af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc"),
        (b"film", "a630666cc8ec8c9af591f3ba20b4912d294e28d2782631d8b5e3a0626b60fce5"),
    ],
)
def test_fixed_examples(tmp_path: Path, content: bytes, known_as: str) -> None:
    """A few files whose fingerprints never change, for whoever computes them elsewhere."""
    assert fingerprint(written(tmp_path / "a", content)) == f"s1:{known_as}"


@pytest.mark.parametrize("size", [1, BLOCK, MIB - 1, MIB])
def test_a_small_file_counts_whole(tmp_path: Path, size: int) -> None:
    """Up to 1 MiB, a fingerprint is the hash of the length and of all there is."""
    content = varied(size)

    expected = hashlib.sha256(size.to_bytes(8, "big") + content).hexdigest()
    assert fingerprint(written(tmp_path / "a", content)) == f"s1:{expected}"


@pytest.mark.parametrize("size", [MIB + 1, 3 * MIB + 12_345])
def test_a_large_file_counts_in_samples(tmp_path: Path, size: int) -> None:
    """Beyond 1 MiB, it is the hash of the length and of 16 blocks at the places that the scheme names."""
    content = varied(size)

    step = (size - 65_536) // 15
    starts = [i * step for i in range(15)] + [size - 65_536]
    sampled = b"".join(content[start : start + 65_536] for start in starts)
    expected = hashlib.sha256(size.to_bytes(8, "big") + sampled).hexdigest()
    assert fingerprint(written(tmp_path / "a", content)) == f"s1:{expected}"


@pytest.mark.parametrize("place", [0, 7 * ((4 * MIB - BLOCK) // 15), 4 * MIB - 1])
def test_what_differs_is_another(tmp_path: Path, place: int) -> None:
    """Another byte at the beginning, in a sample amid the file or at the end gives another fingerprint."""
    content = bytearray(varied(4 * MIB))
    one = fingerprint(written(tmp_path / "a", bytes(content)))
    content[place] ^= 1

    assert fingerprint(written(tmp_path / "b", bytes(content))) != one


def test_another_length_is_another(tmp_path: Path) -> None:
    """Two files of nothing but zeros differ by their length."""
    marks = {fingerprint(written(tmp_path / str(size), bytes(size))) for size in (0, 1, MIB, 2 * MIB, 2 * MIB + 1)}

    assert len(marks) == 5


def test_a_name_plays_no_part(tmp_path: Path) -> None:
    """Copies of one content have one fingerprint, whatever they are called; it fits the wire."""
    marks = {fingerprint(written(tmp_path / name, varied(2 * MIB))) for name in ("a.mkv", "Zażółć 映画.mp4")}

    assert len(marks) == 1
    assert len(marks.pop()) <= 128


def test_little_is_read_of_a_huge_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 10 GB, 1 MiB is read."""
    huge = tmp_path / "huge.mkv"
    with huge.open("wb") as file:
        file.truncate(10_000_000_000)
    read: list[int] = []

    class Counting(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            part = super().read(size) or b""
            read.append(len(part))
            return part

    monkeypatch.setattr(Path, "open", lambda path, *_, **__: Counting(path))

    fingerprint(huge)

    assert sum(read) == BLOCKS * BLOCK


@pytest.mark.parametrize("name", [".", "gone.mkv"])
def test_what_cannot_be_read(tmp_path: Path, name: str) -> None:
    """A folder, or a file that is gone, is told as a file that can't be read."""
    with pytest.raises(AppError, match="can't read") as refused:
        fingerprint(tmp_path / name)

    assert refused.value.code is ErrorCode.FILE_NOT_FOUND


def test_a_file_that_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is written to while it is read has no fingerprint yet, and that is said."""
    film = written(tmp_path / "film.mkv", b"half")

    def growing(size: int) -> list[tuple[int, int]]:
        with film.open("ab") as file:
            file.write(b" of it")
        return [(0, size)]

    monkeypatch.setattr(module, "_places", growing)

    with pytest.raises(AppError, match="is being written to"):
        fingerprint(film)


@pytest.mark.parametrize(("text", "known"), [("s1:00", True), ("s2:00", False), ("", False), (None, False)])
def test_which_can_be_compared(text: str | None, known: bool) -> None:
    """Only fingerprints of this scheme are compared; those of a later one count as none."""
    assert is_known(text) is known


def test_a_name_that_is_no_utf8(tmp_path: Path) -> None:
    """A file with any name at all has a fingerprint."""
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.mkv"))

    assert fingerprint(written(odd, b"film")).startswith("s1:")
