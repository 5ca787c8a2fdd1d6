"""The evening: what the widgets draw, kept from the events that tell of it."""

from __future__ import annotations

from typing import Any

import pytest

from syncwatch_cli.tui.conversation import CHAT_LIMIT, mentions
from syncwatch_cli.tui.evening import Evening
from syncwatch_cli.tui.sync_words import state_in_words
from syncwatch_core import messages as wire
from tests.tui.made_up import LOCAL, MEDIA, SERVER, STATUS, beginning, chat, participant, playback, session


@pytest.fixture
def evening() -> Evening:
    made = Evening()
    for event, payload in beginning():
        made.take(event, payload, LOCAL)
    return made


def take(evening: Evening, event: str, now: float = LOCAL, **payload: Any) -> None:
    evening.take(event, payload, now)


def last_words(evening: Evening) -> str:
    return evening.log[-1].text


def test_the_made_up_events_are_real_ones() -> None:
    """What these tests are told of is what the wire may tell."""
    told = dict(beginning())

    assert wire.read(wire.Session, told["session-joined"]["session"]).code == "ABC-DEF"
    assert wire.read(wire.VideoSync, playback()).current_time == 600.0
    assert wire.read(wire.ChatSaid, chat(0, "x")).text == "x"


def test_who_is_here(evening: Evening) -> None:
    """Oneself comes first, then the host, then the others by name."""
    take(evening, "user-joined", participant=participant("z", "anna"))

    assert [person.name for person in evening.in_order] == ["Mia", "Ada", "anna", "Bob", "Cyd"]
    assert evening.me is not None
    assert evening.me.role == "controller"


def test_who_leaves_is_gone(evening: Evening) -> None:
    """Who leaves is gone at once, whichever event tells of it."""
    take(evening, "user-left", participantId="bo", displayName="Bob", reason="left")
    take(evening, "participants", changed=[], left=["cy"])

    assert set(evening.names.values()) == {"Mia", "Ada"}
    assert last_words(evening) == "Bob has gone (left)"


def test_coming_back_begins_with_who_is_here(evening: Evening) -> None:
    """After an absence only those are here whom the session names, and no line of chat stands twice."""
    take(evening, "session-joined", session=session(participants=[participant("me", "Mia")]), participantId="me")

    assert list(evening.people) == ["me"]
    assert [line.text for line in evening.chat] == ["good evening", "Mia, can you see it?"]


def test_drift_is_kept_as_it_was_told(evening: Evening) -> None:
    """Others' drift is kept report by report, one's own second by second, each once."""
    for drift in (0.001, None):
        take(evening, "participants", changed=[participant("bo", "Bob", drift=drift)], left=[])
    take(evening, "participants", changed=[participant("me", "Mia", drift=0.5)], left=[])
    take(evening, "status", **{**STATUS, "drift": -0.002})

    assert list(evening.people["bo"].drifts) == [0.001, None]
    assert list(evening.people["me"].drifts) == [0.0006, -0.002]


@pytest.mark.parametrize(
    ("now", "position"),
    [(LOCAL - 5, 600.0), (LOCAL, 600.0), (LOCAL + 10, 620.0), (LOCAL + 9000, 5400.0)],
)
def test_where_all_are(evening: Evening, now: float, position: float) -> None:
    """The position follows from the timeline alone: held before its anchor, at its rate after, never past the end."""
    take(evening, "video-sync", **playback(4, rate=2.0))

    assert evening.position_at(now) == pytest.approx(position)


def test_an_older_playback_is_passed_over(evening: Evening) -> None:
    """A playback that was overtaken on its way changes nothing."""
    take(evening, "video-sync", **playback(2, currentTime=5.0))

    assert evening.position_at(LOCAL) == 600.0


def test_nothing_is_loaded() -> None:
    """Without media there is no position, and a name for that."""
    evening = Evening()
    nothing = playback(0, mediaId=None, isPlaying=False, cause={"event": "create-session", "participantId": None})
    for event, payload in beginning(media=None, playback=nothing):
        evening.take(event, payload, LOCAL)

    assert evening.position_at(LOCAL) is None
    assert evening.media_name == "nothing loaded"
    assert evening.last_action is None


def test_who_did_the_last_thing(evening: Evening) -> None:
    """What somebody did is told with their name; what the session did of itself takes nothing from that."""
    seek = {"event": "video-seek", "participantId": "cy"}
    take(evening, "video-sync", **playback(4, currentTime=75.0, cause=seek))
    take(evening, "video-sync", **playback(5, cause={"event": "status", "participantId": "bo"}))

    assert evening.last_action == "Cyd goes to 1:15"


def test_who_is_waited_for(evening: Evening) -> None:
    """Who is waited for is known until the session goes on."""
    take(evening, "notice", code="waiting", message="waiting for Cyd", participantId="cy")
    waited_for = [person.name for person in evening.in_order if evening.is_waited_for(person)]
    take(evening, "video-sync", **playback(4))

    assert waited_for == ["Cyd"]
    assert evening.waiting_words is None
    assert not any(map(evening.is_waited_for, evening.in_order))


def test_what_somebody_does_is_said_shortly(evening: Evening) -> None:
    """A state has room in its column with its mark: waited for, ready, or without a connection."""
    changed = [participant("bo", "Bob", ready=True), participant("cy", "Cyd", connected=False)]
    take(evening, "participants", changed=changed, left=[])
    bob, cyd = evening.people["bo"], evening.people["cy"]

    assert state_in_words(bob, waited_for=False) == "✓ playing"
    assert state_in_words(bob, waited_for=True) == "⏳ playing"
    assert state_in_words(cyd, waited_for=True) == "⏳ offline"


def test_going_on_without_somebody(evening: Evening) -> None:
    """When the session goes on without who is late, nobody is waited for."""
    take(evening, "notice", code="waiting", message="waiting for Cyd", participantId="cy")
    take(evening, "notice", code="going-on", message="going on", participantId="cy")

    assert evening.waiting_words is None


def test_mentions_and_muting(evening: Evening) -> None:
    """A line that names this person is marked, and the lines of who is muted are not shown."""
    take(evening, "chat-message", **chat(2, "no", "cy", "Cyd"))
    evening.mute("bo")

    assert [line.mentions_me for line in evening.chat] == [False, True, False]
    assert [line.text for line in evening.shown_chat] == ["no"]
    assert not evening.mute("bo")
    assert len(evening.shown_chat) == 3


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("mia?", True), ("@Mia", True), ("hi MIA", True), ("Miami", False), ("Mamia", False), ("Miami, Mia", True)],
)
def test_what_is_a_mention(text: str, is_one: bool) -> None:
    """A name is a mention where it is a word of its own, in any case."""
    assert mentions(text, "Mia") is is_one
    assert not mentions(text, "")


def test_the_chat_is_bounded(evening: Evening) -> None:
    """Of ever more lines the latest are kept, and an old one told again is new."""
    for number in range(2, CHAT_LIMIT + 12):
        take(evening, "chat-message", **chat(number, "x"))

    assert len(evening.chat) == CHAT_LIMIT
    assert evening.chat[0].message_id == "m12"


def test_hostile_text(evening: Evening) -> None:
    """What others wrote can't steer the terminal."""
    take(evening, "chat-message", **chat(9, "a\x1b[2Jb", name="E\x07ve"))
    take(evening, "participants", changed=[participant("e", "E\x1bve")], left=[])
    take(evening, "notice", code="x", message="\x1b]52;c;aGk=\x07", participantId=None)
    shown = [evening.chat[-1].name, evening.chat[-1].text, evening.people["e"].name, last_words(evening)]

    assert not any(character < " " for text in shown for character in text)


def test_the_log_tells_what_is_news(evening: Evening) -> None:
    """The log has what happened, with the server's time, and not what one did oneself or knew."""
    take(evening, "user-joined", participant=participant("me", "Mia"))
    take(evening, "video-url-updated", media={**MEDIA, "duration": 5401.0}, playback=playback(4))
    take(evening, "chat-message", **chat(7, "x"))
    take(evening, "session-ended", LOCAL + 5, reason="the host ended it")

    assert [line.text for line in evening.log] == ["joined ABC-DEF", "the session is over: the host ended it"]
    assert [line.at for line in evening.log] == [SERVER, SERVER + 5]
    assert evening.over == "the host ended it"


def test_the_connection(evening: Evening) -> None:
    """A lost connection is known, with its words, until there is one again."""
    take(evening, "notice", code="link-lost", message="the connection is lost", participantId=None)
    lost = (evening.connected, evening.lost_words)
    take(evening, "notice", code="link-restored", message="connected again", participantId=None)

    assert lost == (False, "the connection is lost")
    assert (evening.connected, evening.lost_words) == (True, None)


def test_only_what_changed_is_counted(evening: Evening) -> None:
    """Each part counts its own changes, so that nothing else is drawn anew."""
    before = evening.changes.copy()
    take(evening, "reaction", participantId="bo", emoji="👍")

    assert evening.changes - before == {"reactions": 1}
    assert evening.reactions[-1].name == "Bob"


def test_what_a_newer_server_tells(evening: Evening) -> None:
    """An event that is not known is passed over."""
    take(evening, "fireworks", colour="red")

    assert last_words(evening) == "joined ABC-DEF"
