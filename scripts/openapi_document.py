#!/usr/bin/env python3
"""Writes docs/openapi.json, what a server answers at /api/v1/openapi.json.

With ``--check`` it writes nothing and fails if the file is out of date.
Run it with the Python of the checkout's virtual environment.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from syncwatch_server.api.openapi import document  # noqa: E402 run from a bare checkout too

FILE = ROOT / "docs" / "openapi.json"


def text() -> str:
    """The document as it is committed."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write or check; 1 if the file is out of date."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the file is out of date")
    if not parser.parse_args().check:
        FILE.write_text(text(), encoding="utf-8")
    elif not FILE.exists() or FILE.read_text(encoding="utf-8") != text():
        print(f"{FILE.relative_to(ROOT)} is out of date: run scripts/openapi_document.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
