"""How long chat and history are kept: what docs/operating.md says of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from syncwatch_server.database.tables import KEEP_CHAT_FOR, KEEP_ENDED_FOR

DAY = 86_400.0
ROOT = Path(__file__).resolve().parents[2]


async def test_chat_goes_after_its_time(bench: Any, server: Any, ann: Any) -> None:
    """A line that is older than its time goes, also of a session that lives on; a younger one stays."""
    await ann.ok("chat-message", text="of long ago")
    await ann.ok("chat-message", text="of lately")
    now = time.time()
    for text, age in (("of long ago", KEEP_CHAT_FOR + DAY), ("of lately", KEEP_CHAT_FOR - DAY)):
        bench.change("UPDATE chat_messages SET sent_at = ? WHERE text = ?", now - age, text)
    await server.service.keeper.sweep()

    assert bench.rows("SELECT text FROM chat_messages") == [("of lately",)]


async def test_history_is_the_last_fifty(ann: Any) -> None:
    """Of what was watched the last 50 are kept with the session."""
    for number in range(53):
        await ann.ok("video-load", url=f"https://media.example/{number}.mp4")
    history = (await ann.ok("get-session"))["session"]["history"]

    assert [item["url"] for item in history] == [f"https://media.example/{number}.mp4" for number in range(2, 52)]


def test_what_is_promised_is_what_is_done() -> None:
    """The page for operators names the very times that the server keeps to."""
    page = (ROOT / "docs" / "operating.md").read_text()

    assert f"| chat | {KEEP_CHAT_FOR / DAY:g} days" in page
    assert f"until it ends, and {KEEP_ENDED_FOR / DAY:g} days more" in page
    assert "the last 50 things that were watched" in page
