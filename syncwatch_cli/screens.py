"""What shows a running session: JSON lines for programs, one live line for people; both fed by the same events.

The runtime calls ``emit`` with each event of ``join --no-tui --json``; whoever draws decides what to show of it.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Protocol, Self

from syncwatch_cli import diagnostics, figures, output, share_reports
from syncwatch_cli.event_words import in_words, names_of
from syncwatch_core.errors import AppError

if TYPE_CHECKING:
    from rich.live import Live


class Screen(Protocol):
    """Where the runtime shows what happens."""

    def emit(self, event: str, payload: dict[str, Any]) -> None:
        """Show one event, with the payload that docs/contract.md writes for it."""

    def ask(self, question: str) -> bool:
        """Ask the person; blocks. False where there is nobody to ask."""


class JsonLines:
    """One JSON object a line on stdout."""

    def emit(self, event: str, payload: dict[str, Any]) -> None:
        """Write ``{"event": event, …payload}``."""
        output.json_line({"event": event, **payload})

    def ask(self, question: str) -> bool:  # noqa: ARG002 nobody is there to read it
        """Programs are asked nothing."""
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        return


class StatusLine:
    """One line that is always there at the foot of the terminal, and above it a line for whatever happens.

    Where stderr is no terminal the lines are all there is.
    """

    def __init__(self) -> None:
        self._live: Live | None = None
        self._status: dict[str, Any] = {}
        self._media: dict[str, Any] | None = None
        self._names: dict[str, str] = {}
        self._own_id: str | None = None
        self._shown: tuple[str, str | None] | tuple[()] | None = ()
        """What people were told last that is watched now."""
        self._sending = ""
        """To whom, how far and how fast one's own file goes."""
        self._farewell: str | None = None
        """The last word, said when it is known that no failure has one."""
        self._is_over = False

    def __enter__(self) -> Self:
        if diagnostics.console().is_terminal:
            from rich.live import Live

            self._live = Live(console=diagnostics.console(), auto_refresh=False, transient=True, redirect_stdout=False)
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # A failure speaks for itself, below all this.
        if self._farewell is not None and (kind is None or not issubclass(kind, AppError)):
            self._say(self._farewell)
        if self._live is not None:
            self._live.stop()
            self._live = None

    def emit(self, event: str, payload: dict[str, Any]) -> None:
        """Take in what happened; say it if a person wants to know, and draw the line anew."""
        self._take_in(event, payload)
        words = in_words(event, payload, self._names)
        if event == "video-url-updated" and self._shows_already(payload["media"]):
            # More became known of it: its length, its picture.
            words = None
        if event == "left":
            self._farewell, words = None if self._is_over else words, None
        if words is not None and not self._is_about_me(event, payload):
            self._say(words)
        self._forget(event, payload)
        self._draw()

    def ask(self, question: str) -> bool:
        """Ask with the live line out of the way; only ``y`` and ``yes`` are a yes."""
        if not diagnostics.is_terminal():
            return False
        live, self._live = self._live, None
        if live is not None:
            live.stop()
        try:
            diagnostics.note(f"{question} [y/N]")
            answer = input()
        except EOFError:
            answer = ""
        finally:
            if live is not None:
                live.start()
                self._live = live
        return answer.strip().lower() in ("y", "yes")

    # --- the line ------------------------------------------------------------------------------------

    def _take_in(self, event: str, payload: dict[str, Any]) -> None:
        if event == "status":
            self._status = payload
        elif event == "share":
            self._sending = share_reports.in_words(payload["readers"])
        elif event == "session-ended":
            self._is_over = True
        session = payload.get("session")
        if event == "session-joined":
            self._own_id = payload["participantId"]
        if session is not None and event in ("session-joined", "session-updated"):
            self._media = session["media"]
            self._names = names_of(session["participants"])
        elif event == "video-url-updated":
            self._media = payload["media"]
        elif event == "user-joined":
            self._names |= names_of([payload["participant"]])
        elif event == "participants":
            self._names |= names_of(payload["changed"])

    def _shows_already(self, media: dict[str, Any] | None) -> bool:
        before, self._shown = self._shown, None if media is None else (media["mediaId"], media["title"])
        return before == self._shown

    def _is_about_me(self, event: str, payload: dict[str, Any]) -> bool:
        """Whether the others are told what this person knows: that they came, or that their player can't play this."""
        if event == "notice":
            return bool(payload["code"] == "cannot-play" and payload["participantId"] == self._own_id)
        return event == "user-joined" and payload["participant"]["participantId"] == self._own_id

    def _forget(self, event: str, payload: dict[str, Any]) -> None:
        gone = [payload["participantId"]] if event == "user-left" else []
        for key in payload["left"] if event == "participants" else gone:
            self._names.pop(key, None)

    def _draw(self) -> None:
        if self._live is not None:
            from rich.text import Text

            # While the runtime is being torn down the terminal may be gone already.
            with contextlib.suppress(OSError):
                self._live.update(Text(self.line(), no_wrap=True, overflow="ellipsis"), refresh=True)

    def line(self) -> str:
        """The live line as it stands now."""
        status = self._status
        duration = (self._media or {}).get("duration")
        parts = [
            str(status.get("state", "connecting")),
            f"{figures.position(status.get('currentTime'))} / {figures.position(duration)}",
            figures.drift(status.get("drift"), status.get("uncertainty")),
            f"rtt {figures.span(status.get('rtt'))}",
            ", ".join(self._names.values()) or "nobody else yet",
            *([self._sending] if self._sending else ()),
        ]
        return " · ".join(parts)

    def _say(self, words: str) -> None:
        if self._live is not None:
            self._live.console.print(words)
        else:
            diagnostics.note(words)


def screen_for(*, use_json: bool) -> JsonLines | StatusLine:
    """The screen for programs or the one for people."""
    return JsonLines() if use_json else StatusLine()
