"""Server time through wall clocks that are set, machines that sleep, and servers that are started again."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from syncwatch_server import server_clock as module
from syncwatch_server.server_clock import ServerClock, awake_and_asleep, boot_id


class Machine:
    """A computer whose wall clock can be set; ``uptime`` goes on through sleep."""

    def __init__(self) -> None:
        self.wall, self.uptime, self.boot = 1_800_000_000.0, 500.0, "first"

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.wall += seconds
        self.uptime += seconds

    def starts_again(self) -> None:
        """Switch it off and on."""
        self.uptime, self.boot = 10.0, self.boot + "+"

    def server(self, kept: Path) -> ServerClock:
        """Start a server on it."""
        clock = ServerClock(wall=lambda: self.wall, monotonic=lambda: self.uptime)
        clock.keep_in(kept, self.boot)
        return clock


@pytest.mark.parametrize("step", [-3600.0, -1.0, 0.5, 3600.0])
def test_a_wall_clock_that_is_set_moves_neither_a_running_server_nor_the_next(tmp_path: Path, step: float) -> None:
    """A step of the wall clock is not seen by a server that runs, nor by the one that follows on this machine."""
    machine = Machine()
    clock = machine.server(tmp_path / "clock")
    began = clock.now()

    machine.passes(100.0)
    machine.wall += step
    assert clock.now() - began == pytest.approx(100.0)
    machine.passes(20.0)

    assert machine.server(tmp_path / "clock").now() - began == pytest.approx(120.0)


def test_a_wall_clock_that_had_not_been_set_is_not_kept(tmp_path: Path) -> None:
    """A machine that begins in 1970 and learns the time later serves the right time from the next start on."""
    machine = Machine()
    machine.wall = 5.0
    machine.server(tmp_path / "clock")

    machine.wall = 1_800_000_000.0

    assert machine.server(tmp_path / "clock").now() == pytest.approx(1_800_000_000.0)
    assert machine.server(tmp_path / "clock").now() == pytest.approx(1_800_000_000.0)


def test_after_a_restart_of_the_machine_the_wall_clock_is_read_anew(tmp_path: Path) -> None:
    """What was kept says nothing once the machine's own clock has begun anew."""
    machine = Machine()
    machine.server(tmp_path / "clock")
    machine.starts_again()
    machine.wall += 60.0

    assert machine.server(tmp_path / "clock").now() == pytest.approx(machine.wall)


def test_what_was_stored_moves_the_kept_time_too(tmp_path: Path) -> None:
    """A time that the database moved forward is the one that the next server goes on with."""
    machine = Machine()
    machine.server(tmp_path / "clock").never_before(machine.wall + 1000.0)
    machine.passes(5.0)

    assert machine.server(tmp_path / "clock").now() == pytest.approx(machine.wall + 1000.0)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"boot": "first"}', '{"boot": "first", "epoch": "x"}', "null"])
def test_a_file_that_says_nothing_is_written_anew(tmp_path: Path, text: str) -> None:
    """A broken file is as good as none."""
    (tmp_path / "clock").write_text(text)
    machine = Machine()

    assert machine.server(tmp_path / "clock").now() == pytest.approx(machine.wall)
    assert '"boot": "first"' in (tmp_path / "clock").read_text()


def test_a_folder_that_can_not_be_written_keeps_nobody_from_serving(tmp_path: Path) -> None:
    """Where nothing can be kept, the wall clock is the time."""
    machine = Machine()

    assert machine.server(tmp_path / "nowhere" / "clock").now() == pytest.approx(machine.wall)


def test_where_starts_can_not_be_told_apart_nothing_is_kept(tmp_path: Path) -> None:
    """Without an id of the machine's start there is no file."""
    ServerClock().keep_in(tmp_path / "clock", None)

    assert not list(tmp_path.iterdir())


def test_the_time_is_kept_beside_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is a file has the time's file beside it."""
    monkeypatch.setattr(module, "boot_id", lambda: "first")
    ServerClock().keep_beside(tmp_path / "sessions.db")

    assert [path.name for path in tmp_path.iterdir()] == ["sessions.db.clock"]


@pytest.mark.parametrize(("platform", "clock"), [("linux", 7), ("darwin", 4), ("win32", None)])
def test_the_clock_goes_on_through_sleep(monkeypatch: pytest.MonkeyPatch, platform: str, clock: int | None) -> None:
    """On each system the clock is the one that does not stand still while the machine sleeps."""
    monkeypatch.setattr(module, "sys", SimpleNamespace(platform=platform))
    clocks = {"CLOCK_BOOTTIME": 7, "CLOCK_MONOTONIC_RAW": 4, "clock_gettime": float, "perf_counter": lambda: None}
    monkeypatch.setattr(module, "time", SimpleNamespace(**clocks))

    assert awake_and_asleep()() == clock


def test_a_start_of_the_machine_has_an_id_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The id is the same for as long as the machine runs; where there is no such file there is none."""
    assert boot_id() == boot_id()
    monkeypatch.setattr(module, "_BOOT_ID", tmp_path / "none")

    assert boot_id() is None
