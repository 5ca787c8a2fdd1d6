"""Who is here, in which order they are listed, and for whom all wait."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from syncwatch_cli.tui.evening_parts import OwnStatus, Person, person_of
from syncwatch_core.display_text import clean_text, folded

_BUSY = frozenset({"buffering", "loading"})


class Crowd:
    """The participants of a session."""

    def __init__(self) -> None:
        self.own_id: str | None = None
        self.people: dict[str, Person] = {}
        """By participant id, in no order; ``in_order`` has them in one."""
        self.waiting_words: str | None = None
        """For whom all wait, as the session says it; None where it waits for nobody."""
        self._waited_for: str | None = None

    # --- told ----------------------------------------------------------------------------------------

    def are(self, told: Iterable[dict[str, Any]]) -> None:
        """These are here, and nobody else."""
        here = {each["participantId"]: each for each in told}
        for gone in self.people.keys() - here.keys():
            del self.people[gone]
        for each in here.values():
            self.one_is(each)

    def one_is(self, told: dict[str, Any]) -> Person:
        """This is how the session tells of a participant now."""
        person = self.people.get(told["participantId"])
        if person is None:
            person = self.people[told["participantId"]] = person_of(told)
        else:
            person.take(told)
        return person

    def reported(self, told: dict[str, Any]) -> None:
        """A participant has reported anew; one's own are told more often by one's own player."""
        person = self.one_is(told)
        if person.participant_id != self.own_id:
            person.drifts.append(person.drift)

    def i_am(self, own: OwnStatus) -> None:
        """One's own player stands so."""
        if (me := self.me) is not None:
            me.state = own.state
            me.drift, me.uncertainty, me.rtt = own.drift, own.uncertainty, own.rtt
            me.drifts.append(own.drift)

    def left(self, participant_id: str) -> None:
        """Somebody is gone."""
        self.people.pop(participant_id, None)

    def waits_for(self, participant_id: str | None, words: str) -> None:
        """All wait, for this participant before others."""
        self.waiting_words, self._waited_for = clean_text(words), participant_id

    def waits_for_nobody(self) -> bool:
        """All go on; gives whether they had waited."""
        waited = self.waiting_words is not None
        self.waiting_words = self._waited_for = None
        return waited

    # --- asked ---------------------------------------------------------------------------------------

    @property
    def names(self) -> dict[str, str]:
        """The names of who is here, by participant id."""
        return {key: person.name for key, person in self.people.items()}

    @property
    def me(self) -> Person | None:
        """This person, once the session has told of them."""
        return self.people.get(self.own_id or "")

    @property
    def in_order(self) -> list[Person]:
        """Oneself first, then the host, then by name."""
        return sorted(self.people.values(), key=self._place)

    def _place(self, person: Person) -> tuple[bool, bool, str, str]:
        mine = person.participant_id == self.own_id
        return (not mine, person.role != "host", folded(person.name), person.participant_id)

    def is_waited_for(self, person: Person) -> bool:
        """Whether all wait for this participant."""
        if self.waiting_words is None:
            return False
        return person.participant_id == self._waited_for or (person.connected and person.state in _BUSY)
