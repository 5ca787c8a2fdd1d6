"""What can be asked of an evening: its state, and the questions that the widgets have about it."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any, Literal

from syncwatch_cli.session_table import media_name
from syncwatch_cli.tui.conversation import Conversation
from syncwatch_cli.tui.crowd import Crowd
from syncwatch_cli.tui.evening_parts import Chapter, ChatLine, LogLine, OwnStatus, Person, ShownReaction
from syncwatch_core.timeline import Timeline

Part = Literal["session", "media", "playback", "people", "chat", "reactions", "queue", "log", "connection", "status"]

RESTARTS_AFTER = 5.0
"""Seconds into a chapter from which on one back is its own beginning; mpv's ``--chapter-seek-threshold``."""

LOG_LIMIT = 2_000
"""Lines of the log that are kept."""


class EveningView:
    """What is known of a session; see the module."""

    def __init__(self, link: str | None = None) -> None:
        self.changes: Counter[Part] = Counter()
        self.code = ""
        self.link = link
        self.title: str | None = None
        """The session's, safe to show."""
        self.session: dict[str, Any] = {}
        """The rest of the session as it was told last: its settings, and whatever a newer server adds."""
        self.crowd = Crowd()
        self.media: dict[str, Any] | None = None
        self.playback: dict[str, Any] | None = None
        self.chapters: tuple[Chapter, ...] = ()
        """Of what one's own player shows, in their order."""
        self.last_action: str | None = None
        """Who did what last, in words."""
        self.conversation = Conversation()
        self.queue: list[dict[str, Any]] = []
        """Items as docs/contract.md writes them."""
        self.repeat = "off"
        self.log: deque[LogLine] = deque(maxlen=LOG_LIMIT)
        self.connected = False
        self.lost_words: str | None = None
        """What is said of the connection while it is lost."""
        self.own = OwnStatus()
        self.sharing: dict[str, Any] | None = None
        """Who reads what this person shares, as the ``share`` event has it."""
        self.ipc_socket: str | None = None
        """Of one's own player."""
        self.over: str | None = None
        """Why it is over; None while it goes on."""
        self._offset: float | None = None

    # --- asked ---------------------------------------------------------------------------------------

    @property
    def own_id(self) -> str | None:
        """This person's participant id."""
        return self.crowd.own_id

    @property
    def people(self) -> dict[str, Person]:
        """Who is here, by participant id, in no order; ``in_order`` has them in one."""
        return self.crowd.people

    @property
    def names(self) -> dict[str, str]:
        """The names of who is here, by participant id."""
        return self.crowd.names

    @property
    def me(self) -> Person | None:
        """This person, once the session has told of them."""
        return self.crowd.me

    @property
    def in_order(self) -> list[Person]:
        """Who is here: oneself first, then the host, then by name."""
        return self.crowd.in_order

    @property
    def waiting_words(self) -> str | None:
        """For whom all wait, as the session says it; None where it waits for nobody."""
        return self.crowd.waiting_words

    def is_waited_for(self, person: Person) -> bool:
        """Whether all wait for this participant."""
        return self.crowd.is_waited_for(person)

    @property
    def chat(self) -> list[ChatLine]:
        """Every line of chat, oldest first."""
        return self.conversation.lines

    @property
    def shown_chat(self) -> list[ChatLine]:
        """The chat without those who are muted, oldest first."""
        return self.conversation.shown

    @property
    def muted(self) -> set[str]:
        """Participant ids of those whose chat this person does not want to read."""
        return self.conversation.muted

    @property
    def reactions(self) -> deque[ShownReaction]:
        """The latest reactions, oldest first."""
        return self.conversation.reactions

    @property
    def media_name(self) -> str:
        """What is watched, safe to show."""
        return media_name(self.media)

    @property
    def duration(self) -> float | None:
        """The media's, s."""
        return (self.media or {}).get("duration")

    @property
    def timeline(self) -> Timeline | None:
        """The session's; None before it was heard, and without media."""
        told = self.playback
        if told is None or told["mediaId"] is None:
            return None
        return Timeline(told["currentTime"], told["rate"], told["at"], playing=told["isPlaying"])

    def server_time(self, now: float) -> float:
        """The server's time at local instant ``now``, s; before anything is known of it, ``now`` itself."""
        return now + (self._offset or 0.0)

    def position_at(self, now: float) -> float | None:
        """Where all are to be at local instant ``now``, s of media; None without media."""
        timeline = self.timeline
        if timeline is None:
            return None
        position = max(0.0, timeline.position_at(self.server_time(now)))
        return position if self.duration is None else min(position, self.duration)

    def shown_position(self, now: float) -> float | None:
        """Where it is at local instant ``now``, s of media: all of it, or without a connection one's own player."""
        # Then one's own player is all that is known of, and it may have been paused meanwhile.
        return self.position_at(now) if self.connected else self.own.position

    def chapter_at(self, position: float | None) -> Chapter | None:
        """The chapter that holds at ``position``, s of media."""
        begun = [each for each in self.chapters if position is not None and each.position <= position]
        return begun[-1] if begun else None

    def chapter_beside(self, position: float, step: Literal[-1, 1]) -> float | None:
        """Where the next chapter begins, or the one before, s of media; None where there is none."""
        if step > 0:
            return next((each.position for each in self.chapters if each.position > position), None)
        if not self.chapters:
            return None
        begun = [each.position for each in self.chapters if each.position <= position - RESTARTS_AFTER]
        return begun[-1] if begun else 0.0
