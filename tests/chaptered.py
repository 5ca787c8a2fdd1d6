"""Films with chapters, for the tests."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path


def with_chapters(film: Path, chapters: Mapping[float, str], end: float, copy: Path) -> Path:
    """The film again, as ``copy``, whose chapters begin at these seconds; ``end``: where the last one ends, s."""
    begins = [*chapters, end]
    lines = [";FFMETADATA1"]
    for (begin, title), then in zip(chapters.items(), begins[1:], strict=True):
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={begin * 1000:.0f}", f"END={then * 1000:.0f}"]
        lines += [f"title={title}"] if title else []
    told = copy.with_suffix(".txt")
    told.write_text("\n".join(lines))
    inputs = ("-i", str(film), "-i", str(told))
    command = ["ffmpeg", "-v", "error", "-y", *inputs, "-map", "0", "-map_chapters", "1", "-c", "copy"]
    subprocess.run([*command, str(copy)], check=True)
    return copy
