"""What a host sees of who reads what they share."""

import asyncio
from typing import Any

from syncwatch_cli import share_reports
from syncwatch_cli.screens import StatusLine

ADA = {"displayName": "Ada\x1b[2J", "position": 350, "size": 1000, "rate": 2_140_000.0, "updatedAt": 100.0}


class Recording:
    """A screen that keeps what it is told, until it has heard enough."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def emit(self, event: str, payload: dict[str, Any]) -> None:
        self.told.append((event, payload["readers"]))

    def ask(self, _: str) -> bool:
        return False


def reported(monkeypatch: Any, *answers: dict[str, Any]) -> list[Any]:
    """What the screen was told, while the server gave these answers one after the other."""
    monkeypatch.setattr(share_reports, "EVERY", 0.0)
    screen, left = Recording(), list(answers)

    async def shares() -> dict[str, Any]:
        if not left:
            raise asyncio.CancelledError
        return left.pop(0)

    async def run() -> None:
        await asyncio.gather(share_reports.report_readers(screen, shares), return_exceptions=True)

    asyncio.run(run())
    return screen.told


def test_who_reads_is_told_until_nobody_does(monkeypatch: Any) -> None:
    """While somebody reads there is an event a second; then one without readers, and no more."""
    active, still = ({"readers": [ADA], "serverTime": at} for at in (101.0, 110.0))

    assert reported(monkeypatch, still, active, active, still, still) == [
        ("share", [ADA]),
        ("share", [ADA]),
        ("share", []),
    ]


def test_the_line_says_to_whom_how_far_and_how_fast() -> None:
    """The status line names each reader with the part that they have and their speed, safe for a terminal."""
    screen = StatusLine()
    screen.emit("share", {"readers": [ADA, ADA | {"displayName": None, "position": 1000, "rate": 0.0}]})
    sending = screen.line()
    screen.emit("share", {"readers": []})

    assert sending.endswith(" · sending to Ada[2J: 35 %, 2.1 MB/s, a program: 100 %, 0.0 MB/s")
    assert screen.line().endswith("nobody else yet")
