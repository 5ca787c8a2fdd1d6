"""``scripts/bench urls``: how many links a second are recognised, on one core.

The links are those of tests/vectors, each made one that was not seen before, so that nothing is remembered of it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncwatch_core.errors import AppError
from syncwatch_core.media_url import recognise

if TYPE_CHECKING:
    from collections.abc import Sequence

AT_LEAST = 10_000
"""Links a second, on one core."""

VECTORS = Path(__file__).resolve().parents[2] / "tests" / "vectors"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, say what was measured, and fail below the promise."""
    parser = argparse.ArgumentParser(prog="scripts/bench urls", description=__doc__.splitlines()[0])
    parser.add_argument("--links", type=int, default=100_000, metavar="N", help="how many (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    typed = parser.parse_args(arguments)
    figures = measured(fresh_links(typed.links))
    if typed.json:
        print(json.dumps(figures))
    else:
        print(f"{figures['linksPerSecond']:,} links a second, {figures['refused']:,} of {figures['links']:,} refused")
    return 0 if figures["linksPerSecond"] >= AT_LEAST else 1


def fresh_links(count: int) -> list[str]:
    """As many links, no two of them alike: labelled ones of the four providers, and the table's."""
    links = [case["url"] for case in json.loads((VECTORS / "media_url_cases.json").read_text(encoding="utf-8"))]
    table = json.loads((VECTORS / "media_url.json").read_text(encoding="utf-8"))
    links += [case["text"] for case in table["recognised"]] + table["refused"]
    return [
        f"{link}{'&' if '?' in link else '?'}n={n}"
        for n, link in zip(range(count), itertools.cycle(links), strict=False)
    ]


def measured(links: Sequence[str]) -> dict[str, Any]:
    """How fast these links are recognised, and how many are refused."""
    refused = 0
    began_at = time.perf_counter()
    for link in links:
        try:
            recognise(link)
        except AppError:
            refused += 1
    took = time.perf_counter() - began_at
    return {"links": len(links), "refused": refused, "seconds": took, "linksPerSecond": round(len(links) / took)}


if __name__ == "__main__":
    sys.exit(main())
