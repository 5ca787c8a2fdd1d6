"""Scenes of a controller that is told what happens word by word: what no simulated player does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from msgspec import structs

from syncwatch_core import controller_events as told
from syncwatch_core import messages as wire
from syncwatch_core.clock import ClockEstimate
from tests.core.controller_bench import CLOCK, FRAME, Bench, media, playback
from tests.core.controller_traces import Recording


class RecordedBench(Bench):
    """A bench whose controller writes down what it is told."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.controller = Recording("me", **traits)


def scripts_in_the_player() -> Any:
    """A script seeks and speeds up again and again: it is put right, told, left alone, and brought back."""
    bench = RecordedBench().steady()
    for turn in range(5):
        bench.tell(told.PersonSought(200.0 + turn, by_script=True), 4.0 + turn)
        bench.tell(told.PlayerLanded(13.0 + turn), 4.1 + turn)
        bench.tell(told.Woken(), 4.6 + turn)
    bench.tell(told.PersonChangedRate(2.0, by_script=True), 9.0)
    bench.tell(told.PersonPaused(30.0, by_script=True), 10.0)
    wakes_at = bench.controller.wakes_at
    assert wakes_at is not None
    bench.tell(told.Woken(), wakes_at)
    bench.tell(told.Woken(), 30.0)
    return bench.controller


def a_script_now_and_then() -> Any:
    """A script that acts every four seconds is put right each time."""
    bench = RecordedBench().steady()
    for turn in range(6):
        bench.tell(told.PersonSought(400.0, by_script=True), 4.0 + 4 * turn)
        bench.tell(told.PlayerLanded(12.5 + 4 * turn), 4.1 + 4 * turn)
        bench.tell(told.Woken(), 4.6 + 4 * turn)
    return bench.controller


def slides() -> Any:
    """Two seeks to different places land on one frame, as between slides: it is waited for."""
    bench = RecordedBench().standing()
    bench.hears(playback(2, playing=True, at=1002.0), 4.0)
    bench.tell(told.PlayerLanded(20.0), 4.1)
    bench.tell(told.PlayerLanded(20.0), 4.2)
    bench.tell(told.Woken(), 12.0)
    bench.samples(13.0)
    return bench.controller


def an_act_that_had_arrived() -> Any:
    """The connection broke between an act and its answer: the act had arrived, and the next one is said."""
    bench = RecordedBench().standing()
    bench.tell(told.PersonSought(50.0), 2.0)
    bench.tell(told.PersonPlayed(50.0), 2.1)
    bench.tell(told.PlayerLanded(50.0), 2.2)
    bench.tell(told.LinkLost(), 2.3)
    bench.hears(playback(2, 50.0, at=1002.0, event="video-seek", by="me"), 3.0)
    bench.tell(told.LinkRestored(), 3.0)
    bench.tell(told.ActionAccepted(playback(3, 50.0, playing=True, at=1003.3, event="video-play", by="me")), 3.1)
    bench.tell(told.Woken(), 3.3)
    bench.tell(told.PersonChangedRate(1.0), 4.0)
    return bench.controller


def a_live_stream() -> Any:
    """What can't be sought in is played and paused; a stall costs it its place, and nobody is told of any drift."""
    bench = RecordedBench()
    bench.hears(playback(1, playing=True, at=1000.5), 0.1)
    bench.tell(told.ClockEstimated(_estimate(0.2)), 0.2)
    bench.tell(told.PlayerPrimed(0.0, None, None, seekable=False), 0.9)
    bench.tell(told.Woken(), 1.0)
    bench.tell(told.PlayerSampled(99.0, 2.0), 2.0)
    bench.tell(told.PersonSought(50.0), 3.0)
    bench.tell(told.PersonSought(60.0), 3.5)
    bench.tell(told.PlayerStalled(), 4.0)
    bench.tell(told.PlayerResumed(), 5.0)
    bench.tell(told.PersonPaused(3.0), 6.0)
    bench.hears(playback(2, 15.5, at=1006.0, by="me"), 6.1)
    bench.tell(told.ActionAccepted(playback(2, 15.5, at=1006.0, by="me")), 6.1)
    return bench.controller


def cut_offs() -> Any:
    """What is played breaks off: it is loaded anew, and given up when it breaks off again at once."""
    bench = RecordedBench().steady()
    bench.tell(told.PlayerCutOff("HTTP error 403"), 4.0)
    bench.tell(told.PlayerPrimed(12.36, 600.0, FRAME), 4.4)
    bench.tell(told.Woken(), 4.5)
    bench.tell(told.PlayerCutOff("HTTP error 403"), 4.8)
    bench.hears(playback(3, playing=True, at=1006.0, event="video-play"), 6.0)
    bench.hears(_other_film(4), 7.0, media("m2"))
    bench.tell(told.PlayerFailed("no such file"), 8.0)
    bench.hears(_no_film(5), 9.0, None)
    return bench.controller


def on_the_way() -> Any:
    """A person sets out on a seek that takes too long; another one stays where they were, a third is refused."""
    bench = RecordedBench().steady()
    bench.tell(told.PersonSetOut(), 4.0)
    bench.hears(playback(3, 40.0, playing=True, at=1004.5), 4.4)
    bench.tell(told.Woken(), 6.0)
    bench.tell(told.PersonSought(90.0), 6.4)
    bench.tell(told.ActionRefused("conflict", "somebody was later", playback(4, 41.0, at=1006.0)), 6.5)
    bench.tell(told.PlayerLanded(41.0), 6.6)
    bench.tell(told.PersonSetOut(at=7.0), 7.1)
    bench.tell(told.PersonStayed(), 7.3)
    bench.tell(told.PersonSetOut(), 8.0)
    bench.tell(told.PersonSought(60.0, exact=False, at=8.0), 8.2)
    bench.tell(told.ActionRefused("forbidden", "only the host may", None), 8.3)
    return bench.controller


def a_device_with_a_delay() -> Any:
    """A sound device with a delay of its own; drifts within and beyond every limit, and a clock that is set."""
    bench = RecordedBench(device_delay=0.15).running()
    for turn, drift in enumerate([0.15, 0.19, 0.17, 0.155, 0.1501, 0.15, 0.1, 0.4, 0.45, 0.4]):
        bench.samples(3.0 + turn / 4, drift)
    for turn in range(8):
        bench.tell(told.Woken(), 5.7 + turn / 10)
    bench.tell(told.ClockEstimated(_estimate(7.0, offset=1000.004, skew=40.0, gap=0.004)), 7.0)
    bench.tell(told.PlayerLanded(15.48), 7.1)
    bench.tell(told.ClockEstimated(_estimate(7.2, offset=999.99)), 7.2)
    return bench.controller


def _estimate(at: float, **fields: Any) -> ClockEstimate:
    return replace(CLOCK, estimated_at=at, jitter=0.01, **fields)


def _other_film(revision: int) -> wire.Playback:
    return structs.replace(playback(revision, 0.0, at=1007.0, event="video-load"), media_id="m2")


def _no_film(revision: int) -> wire.Playback:
    return structs.replace(playback(revision, 0.0, at=1009.0, event="video-load"), media_id=None)
