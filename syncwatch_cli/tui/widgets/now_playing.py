"""What is watched: its name, where everybody is in it, how fast it goes, and who did the last thing."""

from __future__ import annotations

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from syncwatch_cli import figures
from syncwatch_cli.tui.evening import Evening
from syncwatch_cli.tui.widgets.one_line import OneLine, Piece
from syncwatch_cli.tui.widgets.timeline_bar import TimelineBar
from syncwatch_core.display_text import clean_text

_MARKS = {"playing": "▶", "paused": "⏸", "waiting": "⏳", "nothing": "■"}


class NowPlaying(Vertical):
    """Three lines: what it is, the timeline, and the figures."""

    DEFAULT_CSS = """
    NowPlaying { height: 3; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._aimed: float | None = None
        self._evening: Evening | None = None
        self._now = 0.0

    def compose(self) -> ComposeResult:
        """What it is, the timeline, the figures."""
        yield OneLine(id="what")
        yield TimelineBar()
        yield OneLine(id="figures")

    def show(self, evening: Evening, now: float) -> None:
        """Draw how it stands at local instant ``now``, s."""
        self._evening, self._now = evening, now
        position = evening.shown_position(now)
        begins = tuple(each.position for each in evening.chapters)
        self.query_one(TimelineBar).show_position(position, evening.duration, begins)
        self.query_one("#what", OneLine).write(*_what(evening, now))
        self.query_one("#figures", OneLine).write(*_figures(evening, position, self._aimed))

    @on(TimelineBar.Aimed)
    def _aim(self, event: TimelineBar.Aimed) -> None:
        event.stop()
        self._aimed = event.position
        if self._evening is not None:
            self.show(self._evening, self._now)


def _what(evening: Evening, now: float) -> list[Piece]:
    """The line that names it: how it stands, its name, where it comes from."""
    state = _state(evening, now)
    style = "bold $text-warning" if state == "waiting" else "bold"
    if evening.media is None:
        return [(f"{_MARKS['nothing']} nothing is loaded", "bold"), ("  o opens a link or a file", "$foreground-muted")]
    return [(f"{_MARKS[state]} {state}  ", style), (evening.media_name, "bold"), *_origin(evening.media)]


def _origin(media: dict[str, Any]) -> list[Piece]:
    origin = "a file" if media.get("file") else clean_text(media.get("provider") or "")
    return [(f"  {origin}", "$foreground-muted")] if origin else []


def _state(evening: Evening, now: float) -> str:
    timeline = evening.timeline
    if not evening.connected:
        return "playing" if evening.own.state == "playing" else "paused"
    if evening.waiting_words is not None:
        return "waiting"
    if timeline is None or not timeline.playing:
        return "paused"
    # Until a common start comes everybody holds, and it is about to play.
    return "playing" if timeline.is_moving_at(evening.server_time(now)) or evening.own.state == "playing" else "waiting"


def _figures(evening: Evening, position: float | None, aimed: float | None) -> list[Piece]:
    """The line of figures: where, how long, how fast, who did what."""
    if evening.media is None:
        return [(evening.last_action or "", "$foreground-muted")]
    end = "live" if evening.media.get("live") else figures.position(evening.duration)
    line: list[Piece] = [f"{figures.position(position)} / {end}"]
    if aimed is not None:
        line.append((f"  → {figures.position(aimed)}", "bold $accent"))
    rate = (evening.playback or {}).get("rate", 1.0)
    if rate != 1:
        line.append((f"  {rate:g}×", "bold"))
    if evening.waiting_words is not None:
        line.append((f"  {evening.waiting_words}", "bold $text-warning"))
    if (chapter := evening.chapter_at(position if aimed is None else aimed)) is not None:
        line.append(f"  {chapter.name}")
    if evening.waiting_words is None and evening.last_action is not None:
        line.append((f"  {evening.last_action}", "$foreground-muted"))
    return line
