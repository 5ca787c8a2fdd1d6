"""``doctor``: what is here, what is not as it should be, and the mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncwatch_cli import output
from syncwatch_cli.diagnostics import ExitCode
from syncwatch_cli.options import Shared

if TYPE_CHECKING:
    from syncwatch_cli.doctor.finding import Finding

Fix = Annotated[bool, typer.Option("--fix", help="Do those mends by which nothing can be lost.")]

_MARKS = {True: "ok  ", False: "FAIL", None: "-   "}


def doctor(shared: Shared, fix: Fix = False) -> int:
    """Check mpv, yt-dlp, the server, the clock and your settings, and say how to mend what is wrong.

    Ends with the exit code that the first fault would give to a command that needs it, or 0.
    """
    answer = ExitCode.OK
    rows = []
    for finding in _findings(shared.server):
        fixed = fix and not finding.ok and _fixed(finding)
        if finding.ok is False and not fixed:
            answer = answer or finding.exit_code
        rows.append(_row(finding, fixed=fixed))
        if not shared.use_json:
            for line in _lines(finding, fixed=fixed):
                output.text(line)
    if shared.use_json:
        output.json_object(rows)
    return answer


def _findings(server: str | None) -> Iterator[Finding]:
    """Every check in turn; what needs the settings is left out where they can't be read."""
    from syncwatch_cli.doctor import own_files, programs, terminal
    from syncwatch_cli.doctor import server as its_server
    from syncwatch_core.errors import AppError

    yield from own_files.check_config()
    yield from own_files.check_state()
    for check in (programs.check_mpv, lambda: its_server.check_server(server)):
        try:
            yield from check()
        except AppError:  # the settings; said above
            continue
    yield from programs.check_yt_dlp()
    yield from terminal.check_terminal()


def _fixed(finding: Finding) -> bool:
    if finding.fix is None:
        return False
    try:
        finding.fix()
    except OSError:
        return False
    return True


def _row(finding: Finding, *, fixed: bool) -> dict[str, Any]:
    return {
        "check": finding.check,
        "ok": finding.ok or fixed if finding.ok is not None else None,
        "found": finding.found,
        "mend": finding.mend,
        "fixed": fixed,
    }


def _lines(finding: Finding, *, fixed: bool) -> Iterable[str]:
    yield f"{_MARKS[finding.ok]}  {finding.check}: {finding.found}"
    if fixed:
        yield f"      mended: {finding.mend}"
    elif finding.mend is not None:
        yield f"      {'to mend it' if finding.ok is False else 'hint'}: {finding.mend}"
