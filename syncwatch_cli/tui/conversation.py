"""What people say in a session: the chat, as far back as it is kept, and their reactions."""

from __future__ import annotations

from collections import deque
from typing import Any

from syncwatch_cli.tui.evening_parts import ChatLine, Person, ShownReaction
from syncwatch_core.display_text import clean_text, folded

CHAT_LIMIT = 10_000
"""Lines of chat that are kept; the oldest are forgotten."""

REACTIONS_LIMIT = 20
"""Reactions that are kept."""


class Conversation:
    """The lines of chat, oldest first, and the latest reactions."""

    def __init__(self) -> None:
        self.lines: list[ChatLine] = []
        self.muted: set[str] = set()
        """Participant ids of those whose lines this person does not want to read."""
        self.reactions: deque[ShownReaction] = deque(maxlen=REACTIONS_LIMIT)
        self._known: set[str] = set()

    @property
    def shown(self) -> list[ChatLine]:
        """The lines without those of who is muted."""
        if not self.muted:
            return self.lines
        return [line for line in self.lines if line.participant_id not in self.muted]

    def mute(self, participant_id: str) -> bool:
        """Hide somebody's lines, or show them again; gives whether they are hidden now."""
        self.muted ^= {participant_id}
        return participant_id in self.muted

    def hear(self, told: dict[str, Any], me: Person | None) -> bool:
        """Add a line; False where it is known already, as the last ones are to who comes back."""
        if told["messageId"] in self._known:
            return False
        self._known.add(told["messageId"])
        text = clean_text(told["text"])
        is_mine = me is not None and told["participantId"] == me.participant_id
        self.lines.append(
            ChatLine(
                message_id=told["messageId"],
                participant_id=told["participantId"],
                name=clean_text(told["displayName"]),
                text=text,
                sent_at=told["sentAt"],
                mentions_me=me is not None and not is_mine and mentions(text, me.name),
                is_mine=is_mine,
            )
        )
        for line in self.lines[:-CHAT_LIMIT]:
            self._known.discard(line.message_id)
        del self.lines[:-CHAT_LIMIT]
        return True


def mentions(text: str, name: str) -> bool:
    """Whether a line of chat speaks to somebody of that name: the name stands in it as a word of its own."""
    said, wanted = folded(text), folded(name)
    begin = said.find(wanted) if wanted else -1
    while begin >= 0:
        end = begin + len(wanted)
        if not said[max(0, begin - 1) : begin].isalnum() and not said[end : end + 1].isalnum():
            return True
        begin = said.find(wanted, begin + 1)
    return False
