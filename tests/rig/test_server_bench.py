"""The load that servers are measured with, and what is made of its figures."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks import server_bench, server_frames, server_traffic
from benchmarks.server_plot import draw
from benchmarks.server_scenarios import TARGETS, figure_of, judged, scenarios

ROOT = Path(__file__).resolve().parents[2]


def sent_by_server(payload: bytes, first: int = 0x81) -> bytes:
    """A frame as a server sends it."""
    length = len(payload)
    if length < 126:
        return bytes((first, length)) + payload
    if length < 1 << 16:
        return bytes((first, 126)) + length.to_bytes(2, "big") + payload
    return bytes((first, 127)) + length.to_bytes(8, "big") + payload


# --- frames --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536])
def test_frames_are_walked(length: int) -> None:
    """Every whole frame is found with the place of its payload, and what is not whole yet is left."""
    payloads = [b"x" * length, b"42", b"y" * length]
    received = b"".join(sent_by_server(payload) for payload in payloads)
    for cut in (len(received), len(received) - 1):
        found = [received[start:end] for start, end in server_frames.frames(received[:cut])]

        assert found == (payloads if cut == len(received) else payloads[: len(found)])
        assert len(found) >= 2


def test_server_that_closes_is_noticed() -> None:
    """A closing frame is an error that names the server's words."""
    received = sent_by_server(b"2") + sent_by_server(b"\x03\xe9bye", 0x88)

    with pytest.raises(ConnectionError, match="bye"):
        list(server_frames.frames(received))


@pytest.mark.parametrize("length", [1, 125, 126, 65_535, 65_536])
def test_what_is_sent_is_masked_with_nothing(length: int) -> None:
    """A client's frame is marked as masked, with a key that leaves its payload as it is."""
    frame = server_frames.text_frame("x" * length)

    assert frame[1] & 0x80
    assert frame.endswith(bytes(4) + b"x" * length)


# --- traffic -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", server_traffic.MARKS)
def test_everybody_commands_in_turn(event: str) -> None:
    """Commands come at their rate, numbered, and from every client alike."""
    plan = server_traffic.commands(event, 10, rate=50.0, seconds=2.0)

    assert [sending.at for sending in plan] == [n / 50 for n in range(100)]
    assert [sending.number for sending in plan] == list(range(1, 101))
    assert set(Counter(sending.who for sending in plan).values()) == {10}


@pytest.mark.parametrize("event", server_traffic.MARKS)
def test_command_is_known_by_its_number(event: str) -> None:
    """The number of a command stands behind its mark in what it carries."""
    mark = server_traffic.MARKS[event][1]
    text = json.dumps(server_traffic.payload_of(event, 4711), separators=(",", ":")).encode()

    assert text.partition(mark)[2].startswith(b"4711")


def test_evening() -> None:
    """Everybody who plays asks for the time and reports as often as clients do, and not all at once."""
    plan = server_traffic.evening(["m"] * 100, seconds=50.0, began=60.0)
    reports = Counter(sending.who for sending in plan if sending.number < 0)
    exchanges = Counter(sending.who for sending in plan if server_traffic.is_exchange(sending.number))

    assert len(reports) == len(exchanges) == 100
    assert {*reports.values(), *exchanges.values()} == {10}
    assert len({round(sending.at, 3) for sending in plan}) > 1000


# --- figures -------------------------------------------------------------------------------------------


def test_medians() -> None:
    """The median is taken of each figure, nested ones too, leaving out what could not be measured."""
    runs = [{"a": 1.0, "b": {"p50": value}, "c": None, "d": seen} for value, seen in ((1, None), (9, 2), (5, 4))]

    assert server_bench.medians(runs) == {"a": 1.0, "b": {"p50": 5}, "c": None, "d": 3}


def test_figures_are_held_to_their_targets() -> None:
    """A target is judged by our figure, or by its relation to another's; where one is missing it is left out."""
    results: dict[str, Any] = {
        "sessions-of-10": {"syncwatch": {"cpuPerDeliveryUs": 8.0}, "node": {"cpuPerDeliveryUs": 10.0}},
        "sessions-of-2": {"syncwatch": {"cpuPerDeliveryUs": 8.0}},
        "durable": {"syncwatch": {"ackMs": {"p50": 1.0, "p99": None}}},
        "large": {"syncwatch": {"bytesPerParticipantPerSecond": 30.0}},
        "small": {"syncwatch": {"bytesPerParticipantPerSecond": 20.0}},
    }
    rows = {(row["scenario"], row["figure"]): (row["value"], row["met"]) for row in judged(results)}

    assert rows == {
        ("sessions-of-10", "cpuPerDeliveryUs"): (0.8, False),
        ("durable", "ackMs.p50"): (1.0, True),
        ("large", "bytesPerParticipantPerSecond"): (1.5, True),
    }


def test_every_target_has_its_scenario() -> None:
    """Whatever is promised is measured."""
    offered = {scenario.name for scenario in scenarios(server_bench.parser().parse_args([]))}

    assert {target.scenario for target in TARGETS} <= offered


@pytest.mark.parametrize(("asked", "count"), [("sessions", 3), ("sessions-of-10", 1), ("idle", 4), ("nonsense", 0)])
def test_scenarios_by_name(asked: str, count: int) -> None:
    """A scenario, or all whose names begin so, can be asked for alone."""
    assert len(scenarios(server_bench.parser().parse_args(["--only", asked]))) == count


def test_figure_that_is_not_there() -> None:
    """A figure that could not be measured is None, however deep it would stand."""
    assert figure_of({"ackMs": None}, "ackMs.p99") is None


def test_picture(tmp_path: Path) -> None:
    """The medians are drawn, also where some were not measured."""
    out = tmp_path / "servers.png"
    draw(out, {"sessions-of-2": {"syncwatch": {"cpuPerDeliveryUs": 1.0}, "node": {}}, "idle-20": {"syncplay": {}}})

    assert out.read_bytes().startswith(b"\x89PNG")


# --- the real thing ------------------------------------------------------------------------------------


def test_a_small_run() -> None:
    """Ours and Node's are loaded alike: everything arrives, and everything is answered."""
    done = subprocess.run(
        [ROOT / "scripts" / "bench", "server", "--only", "sessions-of-10", "--clients", "20", "--runs", "1",
         "--seconds", "1", "--deliveries", "220"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    runs = json.loads(done.stdout)["runs"]["sessions-of-10"]

    assert set(runs) == {"syncwatch", "node"}
    for (figures,) in runs.values():
        # 20 commands, each told to 10 and acknowledged; one may fall on either side of the window's edge.
        assert figures["delivered"] == pytest.approx(220, abs=22)
        assert figures["ackMs"]["p50"] > 0
        assert figures["deliveryMs"]["p50"] > 0
        assert figures["connectionKiB"] > 0


def test_beside_syncplay() -> None:
    """Syncplay's server is loaded with as many users, each of whom hears from it once a second."""
    done = subprocess.run(
        [ROOT / "scripts" / "bench", "server", "--only", "idle", "--syncplay", "8", "--runs", "1", "--seconds", "3"],
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    medians = json.loads(done.stdout)["medians"]["idle-8"]

    assert medians["syncplay"]["deliveriesPerSecond"] == pytest.approx(8, rel=0.5)
    assert medians["syncwatch"]["clockMs"]["p50"] > 0
