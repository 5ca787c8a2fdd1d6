"""The clock of this computer: it goes on through sleep, tells how long that was, and is made wrong for a rig alone."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from syncwatch_cli import local_clock as module
from syncwatch_cli.local_clock import asleep, awake_and_asleep, clock_error, local_clock


class Machine:
    """A computer with two clocks: one stands still while it sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
        self.awake, self.slept = 1000.0, 0.0
        self.asked: list[int] = []
        monkeypatch.setattr(module, "sys", SimpleNamespace(platform=platform))
        monkeypatch.setattr(module, "time", self)

    CLOCK_BOOTTIME, CLOCK_MONOTONIC_RAW = 7, 4

    def monotonic(self) -> float:
        return self.awake

    def clock_gettime(self, number: int) -> float:
        self.asked.append(number)
        return self.awake + self.slept

    def perf_counter(self) -> float:
        return self.awake + self.slept


@pytest.mark.parametrize(("platform", "number"), [("linux", 7), ("darwin", 4)])
def test_the_clock_goes_on_through_sleep_and_tells_how_long_it_was(
    monkeypatch: pytest.MonkeyPatch, platform: str, number: int
) -> None:
    """On Linux and macOS the clock is the one that goes on through sleep, and the sleep is what it is ahead by."""
    machine = Machine(monkeypatch, platform)
    before, slept = local_clock()(), asleep()

    machine.awake, machine.slept = machine.awake + 10, 3600.0

    assert local_clock()() - before == 3610.0
    assert asleep() - slept == 3600.0
    assert set(machine.asked) == {number}


def test_on_windows_the_fine_clock_is_taken_and_no_sleep_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows ``perf_counter`` is the clock, and a sleep shows by the dead link alone."""
    machine = Machine(monkeypatch, "win32")
    machine.slept = 50.0

    assert awake_and_asleep() == 1050.0
    assert asleep() == 0.0


def test_what_interrupts_two_readings_is_no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several readings the one least interrupted counts."""
    machine = Machine(monkeypatch, "linux")
    pauses = iter([0.0, 0.4, 0.0, 0.0, 0.0])

    def interrupted() -> float:
        machine.awake += next(pauses, 0.0)
        return machine.awake

    monkeypatch.setattr(machine, "monotonic", interrupted)

    assert asleep() == 0.0


def test_a_wrong_clock_is_off_and_runs_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock made wrong for a measurement is off by its offset at once, and by its skew with time."""
    machine = Machine(monkeypatch, "linux")
    monkeypatch.setenv("SYNCWATCH_CLOCK_ERROR", "-3600,100")
    clock = local_clock()
    began = clock()

    machine.awake += 1000.0

    assert began == pytest.approx(machine.awake - 1000.0 - 3600.0)
    assert clock() - began == pytest.approx(1000.1)
    assert clock_error() == pytest.approx((-3600.0, 100e-6))


def test_the_clock_of_this_machine_only_moves_forward() -> None:
    """The real clock moves forward by what really passes, and the real machine does not sleep meanwhile."""
    clock, slept = local_clock(), asleep()
    began = clock()

    time.sleep(0.01)

    assert 0.009 < clock() - began < 5.0
    assert abs(asleep() - slept) < 0.05
