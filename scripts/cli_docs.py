#!/usr/bin/env python3
"""Writes docs/cli.md and packaging/syncwatch.1, both from the commands themselves.

With ``--check`` it writes nothing and fails if one of them is out of date.
scripts/cli-docs runs it with the Python of the checkout's virtual environment.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

import cli_manual  # noqa: E402 run from a bare checkout too
import cli_markdown  # noqa: E402
from cli_commands import page  # noqa: E402


def texts() -> dict[Path, str]:
    """Each file's text as it is committed."""
    described = page()
    return {
        ROOT / "docs" / "cli.md": cli_markdown.text(described),
        ROOT / "packaging" / "syncwatch.1": cli_manual.text(described),
    }


def main() -> int:
    """Write or check; 1 if a file is out of date."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    check = parser.parse_args().check
    stale = [file for file, text in texts().items() if not file.exists() or file.read_text(encoding="utf-8") != text]
    if not check:
        for file in stale:
            file.write_text(texts()[file], encoding="utf-8")
    elif stale:
        names = " and ".join(str(file.relative_to(ROOT)) for file in stale)
        print(f"{names}: out of date; scripts/cli-docs writes them anew", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
