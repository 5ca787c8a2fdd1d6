"""The next item starts when all have loaded it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from syncwatch_core import messages as wire
from syncwatch_core.gathering import LOST_FOR
from syncwatch_core.session_parts import Stage
from syncwatch_core.staging import GATHERS_FOR, LOAD_LEAD
from syncwatch_core.watch_session import Outcome, TakeSeat, Wake

if TYPE_CHECKING:
    from syncwatch_core.session_parts import Gathering
    from tests.core.conftest import Party

NEXT = 200.0
"""When Ann goes on to the next item."""


def goes_on(party: Party) -> Outcome:
    """Ann goes on to the next item."""
    party.does("ann", wire.QueueAdd(url="https://h/a.mp4"), 120.0)
    return party.does("ann", wire.QueueNext(), NEXT)


def loaded(party: Party, name: str, now: float) -> Outcome:
    """Somebody's player has loaded the next item."""
    assert party.playback.media_id is not None
    return party.reports(name, "playing", now, media_id=party.playback.media_id, rtt=0.0)


def gathering(party: Party) -> Gathering | None:
    """Whom the start is held for."""
    return party.session.stage.gathering


def notices(outcome: Outcome) -> list[tuple[str, str]]:
    """What people were told, by code."""
    return [(told.code, told.message) for told, _ in outcome.messages if isinstance(told, wire.Notice)]


def test_all_start_as_soon_as_the_last_has_loaded(playing: Party):
    """The start is pulled forward, one revision on, when nobody loads any more; everybody is told."""
    goes_on(playing)
    held = playing.playback
    loaded(playing, "ann", NEXT + 0.3)
    loaded(playing, "bob", NEXT + 0.4)
    assert playing.playback == held
    outcome = loaded(playing, "cem", NEXT + 2.5)

    assert (held.at, held.is_playing) == (NEXT + GATHERS_FOR, True)
    assert (playing.playback.at, playing.playback.current_time) == (NEXT + 2.56, 0.0)
    assert playing.playback.revision == held.revision + 1
    assert [told.event for told, _ in outcome.messages] == ["video-sync"]
    assert gathering(playing) is None


def test_nobody_waits_for_who_never_kept_up(three: Party):
    """Where no player ever kept up with the session, the next item starts after a moment, as it stands."""
    three.does("ann", wire.QueueAdd(url="https://h/a.mp4"), 120.0)
    three.does("ann", wire.QueueNext(), NEXT)

    assert (three.playback.at, gathering(three)) == (NEXT + LOAD_LEAD, None)


def test_with_go_on_the_next_item_waits_for_nobody(playing: Party):
    """A session that is to go on starts the next item after a moment."""
    playing.does("ann", wire.UpdateSession(buffer_wait="go-on"), 120.0)
    goes_on(playing)

    assert playing.playback.at == NEXT + LOAD_LEAD


def test_after_a_second_it_is_said_who_is_waited_for(playing: Party):
    """Whoever loads longer than a second is named, once."""
    goes_on(playing)
    loaded(playing, "ann", NEXT + 0.5)
    assert playing.session.wakes_at == NEXT + 1.0
    first = playing.apply(Wake(), NEXT + 1.0)
    again = playing.apply(Wake(), NEXT + 1.5)

    assert notices(first) == [
        ("waiting", "waiting for Bob and Cem, who are loading; play starts without them"),
    ]
    assert notices(again) == []
    assert playing.session.wakes_at == NEXT + GATHERS_FOR


def test_one_who_loads_is_named_alone(playing: Party):
    """The notice speaks of one person as of one."""
    goes_on(playing)
    loaded(playing, "ann", NEXT + 0.5)
    loaded(playing, "bob", NEXT + 0.5)

    assert notices(playing.apply(Wake(), NEXT + 1.0))[0][1].startswith("waiting for Cem, who is loading;")


def test_after_the_limit_the_others_start(playing: Party):
    """Who has not loaded after the limit is left behind, and nobody holds for them again."""
    goes_on(playing)
    loaded(playing, "ann", NEXT + 0.5)
    loaded(playing, "bob", NEXT + 0.5)
    playing.reports("cem", "loading", NEXT + 0.5)
    outcome = playing.apply(Wake(), NEXT + GATHERS_FOR)
    later = playing.apply(Wake(), NEXT + GATHERS_FOR + 5.0)

    assert notices(outcome) == [("going-on", "starting without Cem: the video is still loading there")]
    assert playing.playback.at == NEXT + GATHERS_FOR
    assert (notices(later), playing.playback.is_playing) == ([], True)


def test_a_play_starts_without_waiting(playing: Party):
    """Whoever presses play starts the item for all who are there, and who loads catches up unwaited for."""
    goes_on(playing)
    loaded(playing, "ann", NEXT + 0.5)
    playing.does("ann", wire.VideoPlay(), NEXT + 1.5)
    start = playing.playback.at
    playing.reports("bob", "loading", NEXT + 1.6)
    playing.apply(Wake(), NEXT + 9.0)

    assert start < NEXT + 3.0
    assert (playing.playback.at, playing.playback.is_playing, gathering(playing)) == (start, True, None)


def test_a_pause_just_pauses(playing: Party):
    """Whoever pauses meanwhile has it paused at its beginning, also when all have loaded."""
    goes_on(playing)
    playing.does("ann", wire.VideoPause(), NEXT + 1.5)
    for name in ("ann", "bob", "cem"):
        loaded(playing, name, NEXT + 2.0)

    assert (playing.playback.is_playing, playing.playback.current_time, gathering(playing)) == (False, 0.0, None)


def test_another_rate_is_waited_with(playing: Party):
    """A change of the rate leaves the start where it is held."""
    goes_on(playing)
    playing.does("ann", wire.VideoRate(rate=1.5), NEXT + 1.5)
    for name in ("ann", "bob", "cem"):
        loaded(playing, name, NEXT + 2.0)

    assert (playing.playback.at, playing.playback.rate) == (NEXT + 2.06, 1.5)


@pytest.mark.parametrize("state", ["paused", "ended", "away", "buffering"])
def test_any_word_but_loading_is_readiness(playing: Party, state: wire.ParticipantState):
    """Who has loaded, is over or can't play is waited for no longer."""
    goes_on(playing)
    loaded(playing, "ann", NEXT + 0.5)
    loaded(playing, "bob", NEXT + 0.5)
    playing.reports("cem", state, NEXT + 3.0, media_id=playing.playback.media_id)

    assert playing.playback.at < NEXT + 4.0


def test_a_late_word_on_the_last_item_is_no_readiness(playing: Party):
    """A report that speaks of what was on before says nothing of the next item."""
    before = playing.playback.media_id
    goes_on(playing)
    for name in ("ann", "bob", "cem"):
        playing.reports(name, "playing", NEXT + 0.2, media_id=before)

    assert playing.playback.at == NEXT + GATHERS_FOR


def test_who_leaves_is_waited_for_no_longer(playing: Party):
    """Who goes for good lets the others start."""
    goes_on(playing)
    loaded(playing, "ann", NEXT + 0.5)
    loaded(playing, "bob", NEXT + 0.5)
    playing.does("cem", wire.LeaveSession(), NEXT + 3.0)

    assert playing.playback.at == NEXT + 3.06


def test_a_lost_connection_is_waited_for_a_moment(playing: Party):
    """Whose connection breaks while they load has a moment to be back; then the others start."""
    goes_on(playing)
    loaded(playing, "ann", NEXT + 0.5)
    loaded(playing, "bob", NEXT + 0.5)
    playing.loses("cem", NEXT + 1.5)
    assert playing.playback.at == NEXT + GATHERS_FOR
    playing.apply(Wake(), NEXT + 1.6)
    assert playing.session.wakes_at == NEXT + 1.5 + LOST_FOR
    playing.apply(Wake(), NEXT + 1.5 + LOST_FOR)

    assert playing.playback.at == pytest.approx(NEXT + 1.5 + LOST_FOR + 0.06)


def test_who_is_lost_wakes_nobody_while_somebody_loads(playing: Party):
    """While the start is held for another, nothing falls due when a lost connection is no longer waited for."""
    goes_on(playing)
    loaded(playing, "ann", NEXT + 0.5)
    playing.loses("cem", NEXT + 1.5)
    playing.apply(Wake(), NEXT + 1.5 + LOST_FOR)
    assert playing.session.wakes_at == NEXT + GATHERS_FOR
    loaded(playing, "bob", NEXT + 9.0)

    assert playing.playback.at == pytest.approx(NEXT + 9.06)


def test_of_several_who_are_lost_the_last_is_waited_for(playing: Party):
    """With more than one connection lost the others start when the last of them is waited for no longer."""
    goes_on(playing)
    loaded(playing, "ann", NEXT + 0.5)
    playing.loses("bob", NEXT + 1.5)
    playing.loses("cem", NEXT + 2.5)
    assert playing.session.wakes_at == NEXT + 2.5 + LOST_FOR
    playing.apply(Wake(), NEXT + 2.5 + LOST_FOR)

    assert playing.playback.at == pytest.approx(NEXT + 2.5 + LOST_FOR + 0.06)


def test_the_wait_survives_a_restart_of_the_server(playing: Party):
    """After a restart those who come back are waited for as before, and the start is pulled forward as before."""
    goes_on(playing)
    stage = msgspec.json.decode(msgspec.json.encode(playing.session.stage), type=Stage)
    away = {
        key: msgspec.structs.replace(seat, connected=False, lost_at=NEXT + 1.0, state="away", settled=False)
        for key, seat in playing.session.presence.items()
    }
    playing.session = playing.session.replace(stage=stage, presence=away)
    for name in ("ann", "bob", "cem"):
        seat = TakeSeat(participant_id=name, display_name=name, platform="mpv", token_hash=f"hash-{name}")
        playing.apply(seat, NEXT + 1.5)
    assert playing.playback.at == NEXT + GATHERS_FOR
    for name in ("ann", "bob", "cem"):
        loaded(playing, name, NEXT + 3.0)

    assert playing.playback.at == NEXT + 3.06


def test_what_has_begun_is_not_begun_again(playing: Party):
    """Where the last one has loaded only a moment before the limit, the start stays as it is."""
    goes_on(playing)
    loaded(playing, "ann", NEXT + 0.5)
    loaded(playing, "bob", NEXT + 0.5)
    before = playing.playback
    loaded(playing, "cem", NEXT + GATHERS_FOR - 0.01)

    assert (playing.playback, gathering(playing)) == (before, None)


def test_at_the_limit_with_everybody_there_nothing_is_said(playing: Party):
    """A wake that comes when the start has come finds nobody late and changes nothing."""
    goes_on(playing)
    for name in ("ann", "bob", "cem"):
        playing.session = playing.session.with_presence(
            name, msgspec.structs.replace(playing.seat(name), state="playing")
        )
    outcome = playing.apply(Wake(), NEXT + GATHERS_FOR)

    assert (outcome.messages, gathering(playing)) == ((), None)


def test_the_end_of_the_session_ends_the_wait(playing: Party):
    """A session that is over starts nothing any more."""
    goes_on(playing)
    playing.does("ann", wire.EndSession(), NEXT + 1.0)

    assert playing.playback.at == NEXT + GATHERS_FOR
    assert playing.session.wakes_at is None


def test_a_seek_starts_without_waiting(playing: Party):
    """Whoever seeks meanwhile has all start from there, as soon as they can make it."""
    goes_on(playing)
    playing.does("ann", wire.VideoSeek(current_time=60.0), NEXT + 1.5)

    assert (gathering(playing), playing.playback.is_playing) == (None, True)
    assert (playing.playback.current_time, playing.playback.at < NEXT + 3.0) == (60.0, True)
