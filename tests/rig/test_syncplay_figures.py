"""What is computed of a run of Syncplay, from made-up readings whose truth is known, and what a run is asked to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.scenario import Record
from benchmarks.skew import placed
from benchmarks.stage import Arrival
from benchmarks.syncplay_bench import from_typed, parser, peer_result
from benchmarks.syncplay_figures import Track, as_near_as_ever, figures
from benchmarks.syncplay_setup import Installation
from benchmarks.syncplay_stage import CONFIGURATION, write_configuration
from tests.rig.made_up import MakeReading, Where, command, readings


def record_of(make: MakeReading, until: float, steady: tuple[float, float], **where: Where) -> Record:
    return Record(list(where), placed(readings(make, until, **where)), steady=steady)


def tenths(*skews: float) -> Track:
    return [(10 + tick / 10, skew) for tick, skew in enumerate(skews)]


@pytest.mark.parametrize(
    ("track", "expected"),
    [
        ([], None),
        (tenths(*[0.2] * 40), (0.0, 0.2)),
        (tenths(*[0.5] * 10, *[0.2] * 40), (1.0, 0.2)),
        (tenths(*[0.2] * 10, 0.9, *[0.2] * 39), (1.1, 0.2)),
        (tenths(*[0.05] * 10, *[0.2] * 40), (0.0, 0.2)),
        (tenths(*[0.205] * 10, *[0.2] * 40), (0.0, 0.2)),
    ],
    ids=["nothing seen", "at once", "corrected later", "a jerk between", "nearer before", "a little farther before"],
)
def test_as_near_as_ever(track: Track, expected: tuple[float, float] | None):
    """Players are as near as ever from when the skew no longer leaves its last value upwards by over 10 ms."""
    assert as_near_as_ever(track, 10.0) == (None if expected is None else pytest.approx(expected))


def test_a_play_that_leaves_players_apart_is_told_by_how_far(reading: MakeReading):
    """A play that never brings all within 10 ms has failed, and says when all played and how far apart."""
    record = record_of(
        reading, 6.0, (0.0, 0.5), p0=lambda at: at if at >= 1.0 else None, p1=lambda at: at - 0.3 if at >= 1.3 else None
    )
    record.commands = [command("video-play", 1.0)]

    play = figures(record)["play"]

    assert (play["trials"], play["failed"], play["unfollowed"]) == (1, 1, 0)
    assert play["allPlayingSeconds"]["max"] == pytest.approx(0.3)
    assert play["asNearAsEverMs"]["max"] == pytest.approx(300)


def test_a_seek_is_followed_where_all_are_near_its_goal(reading: MakeReading):
    """After a seek a player that is still at the old place doesn't count as having followed."""
    record = record_of(
        reading,
        6.0,
        (0.0, 0.5),
        p0=lambda at: 100 + at if at >= 1.0 else at,
        p1=lambda at: 99.9 + at if at > 1.55 else at,
    )
    record.commands = [command("video-seek", 1.0, 101.0)]

    seek = figures(record)["seek"]

    assert seek["allPlayingSeconds"]["max"] == pytest.approx(0.6)
    assert seek["asNearAsEverSeconds"]["max"] == pytest.approx(0.6)
    assert seek["asNearAsEverMs"]["max"] == pytest.approx(100)


def test_a_command_that_a_player_does_not_follow_is_counted(reading: MakeReading):
    """A play after which a player stays standing has no skew, and is counted as not followed."""
    record = record_of(reading, 6.0, (0.0, 0.5), p0=lambda at: at, p1=lambda _: None)
    record.commands = [command("video-play", 1.0)]

    assert figures(record)["play"]["unfollowed"] == 1


def test_a_join_ends_as_far_from_the_others_as_the_newcomer_stays(reading: MakeReading):
    """A newcomer that plays 0.4 s behind the others is told with that distance, and when it began to play."""
    record = record_of(reading, 9.0, (8.0, 9.0), p0=lambda at: at, p1=lambda at: at - 0.4 if at >= 3.0 else None)
    record.arrivals = [Arrival("p0", 0.0, 0.1, 0.2), Arrival("p1", 2.0, 2.5, 2.7)]

    join = figures(record)["join"]

    assert (join["joins"], join["failed"], join["unfollowed"]) == (1, 1, 0)
    assert join["processStartToPlayingSeconds"]["max"] == pytest.approx(1.0)
    assert join["asNearAsEverMs"]["max"] == pytest.approx(400)


def test_who_comes_before_the_film_begins_is_no_join(reading: MakeReading):
    """Only those who come after the first play join."""
    record = record_of(reading, 9.0, (8.0, 9.0), p0=lambda at: at, p1=lambda at: at)
    record.arrivals = [Arrival("p0", 0.0, 0.1, 0.2), Arrival("p1", 0.5, 0.6, 0.7), Arrival("p2", 5.0, 5.1, 5.2)]
    record.commands = [command("video-play", 1.0), command("video-play", 8.5)]

    assert (figures(record)["join"]["joins"], figures(record)["join"]["playsUntilAllAreIn"]) == (1, 1)


def test_a_run_in_which_nothing_was_seen_has_figures_without_numbers():
    """Where nothing was measured the figures say so with null."""
    seen = figures(Record(["p0", "p1"]))

    assert seen["seek"]["asNearAsEverMs"]["p50"] is None
    assert seen["join"]["processStartToPlayingSeconds"]["p50"] is None


def test_the_result_names_the_peer_and_what_it_was_told():
    """The result has the parameters that were typed, the peer's version, and every setting that is not its default."""
    settings = from_typed(parser().parse_args(["--players=3", "--rtt=0.1", "--jitter=0.01", "--stall=0.02"]))

    result = peer_result(Installation(Path("/nowhere"), "1.2"), settings, [{"steady": 1}], gathered=True)

    assert result["peer"] == {"name": "Syncplay", "version": "1.2"}
    assert result["peerSettings"]["configuration"] == CONFIGURATION
    assert [result["parameters"][name] for name in ("players", "rtt", "jitter", "stall")] == [3, 0.1, 0.01, 0.02]
    assert (result["parameters"]["clockOffset"], result["parameters"]["gathered"]) == (0, True)
    assert result["steady"] == 1


def test_the_configuration_holds_what_differs_and_nothing_else(tmp_path: Path):
    """Syncplay's configuration file says that everybody is ready, and leaves all else at its default."""
    write_configuration(tmp_path / "config")

    assert (tmp_path / "config" / "syncplay.ini").read_text() == "[client_settings]\nreadyAtStart = True\n"
