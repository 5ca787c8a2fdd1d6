"""What is asked of the servers, and what is promised of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.server_traffic import STATUS_EVERY

if TYPE_CHECKING:
    import argparse

BOTH = ("syncwatch", "node")


WORKERS_SIZES = (1000, 10)

FOREIGN_MOST = 1.1
"""What a node may cost beside 1,000 sessions of another, in relation to what it costs without them: two runs of the
same thing differ by some percent, and the other node's processes share the machine's caches."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of load; ``load`` is a ``Load`` without the server."""

    name: str
    servers: tuple[str, ...]
    load: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """A figure of one scenario, and the most it may be: of our server, or in relation to ``beside``."""

    scenario: str
    figure: str
    most: float
    beside: str | None = None
    """Another server in the same scenario, or our server in another one."""
    server: str = "syncwatch"


TARGETS = (
    Target("sessions-of-1000", "cpuPerDeliveryUs", 0.65, "node"),
    Target("sessions-of-10", "cpuPerDeliveryUs", 0.7, "node"),
    Target("sessions-of-2", "cpuPerDeliveryUs", 0.7, "node"),
    *(
        Target(f"sessions-of-{size}", figure, 1.0, "node")
        for size in (1000, 10, 2)
        for figure in ("deliveryMs.p99", "connectionKiB")
    ),
    Target("evening", "serverCpuShare", 0.35),
    Target("evening", "serverCpuShare", 0.75, "node"),
    Target("evening", "residentMiB", 300.0),
    Target("evening", "ackMs.p99", 10.0),
    Target("durable", "ackMs.p50", 2.0),
    Target("durable", "ackMs.p99", 10.0),
    *(Target(f"workers-of-{size}", "cpuPerDeliveryUs", 1.15, "one-worker", "two-workers") for size in WORKERS_SIZES),
    Target("foreign", "serverCpuShare", FOREIGN_MOST, "node-alone", "node-beside-1000"),
    Target("large", "bytesPerParticipantPerSecond", 2.0, "small"),
)
"""In the order in which docs/capacity.md has them."""


def scenarios(typed: argparse.Namespace) -> list[Scenario]:
    """The scenarios that were asked for, in their order."""
    fan_outs = [
        Scenario(f"sessions-of-{size}", BOTH, _fan_out(typed.clients, size, typed.event, typed.deliveries))
        for size in (1000, 10, 2)
    ]
    half = typed.clients // 2
    seeks = {"event": "video-seek"}
    # Until everybody has reported once, everybody's state changes.
    playing = {**seeks, "evening": True, "size": 4, "rate": typed.commands, "warm_up": STATUS_EVERY + 1.0}
    alone = ("syncwatch",)
    offered = [
        *fan_outs,
        Scenario("evening", BOTH, {**playing, "clients": typed.participants}),
        Scenario("durable", alone, {**seeks, "clients": 400, "size": 2, "rate": 1000.0}),
        Scenario("large", alone, {**playing, "clients": 2000, "size": 2000, "rate": 0.0}),
        Scenario("small", alone, {**playing, "clients": 20, "size": 20, "rate": 0.0}),
        *(
            Scenario(
                f"workers-of-{size}",
                ("one-worker", "two-workers"),
                _fan_out(typed.clients, size, "reaction", typed.deliveries),
            )
            for size in WORKERS_SIZES
        ),
        *(
            # As each of two has it: what a delivery costs more only because less is done at a time.
            Scenario(
                f"workers-half-of-{size}",
                ("one-worker",),
                _fan_out(half, min(size, half), "reaction", typed.deliveries / 2),
            )
            for size in WORKERS_SIZES
        ),
        Scenario("foreign", ("node-alone", "node-beside-1000"), {**playing, "clients": 400}),
        *(
            Scenario(f"idle-{users}", ("syncwatch", "syncplay"), {**playing, "clients": users, "rate": 0.0})
            for users in typed.syncplay
        ),
    ]
    return [scenario for scenario in offered if not typed.only or _named(scenario.name, typed.only)]


def _fan_out(clients: int, size: int, event: str, deliveries: float) -> dict[str, Any]:
    """So many deliveries a second in sessions of ``size``: each command is told to all of them and acknowledged."""
    return {"clients": clients, "size": size, "event": event, "rate": deliveries / (size + 1)}


def _named(name: str, asked: list[str]) -> bool:
    return any(name == each or name.startswith(f"{each}-") for each in asked)


def figure_of(medians: dict[str, Any], path: str) -> float | None:
    """A figure by its name, ``a.b`` being ``b`` of ``a``; None where it could not be measured."""
    value: Any = medians
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return None if value is None else float(value)


def judged(results: dict[str, dict[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Every target of which there are figures: ``results`` is scenario -> server -> medians."""
    return [row for target in TARGETS if (row := _row(target, results)) is not None]


def _row(target: Target, results: dict[str, dict[str, dict[str, Any]]]) -> dict[str, Any] | None:
    here = results.get(target.scenario, {})
    ours = figure_of(here.get(target.server, {}), target.figure)
    row = {"scenario": target.scenario, "figure": target.figure, "atMost": target.most, "beside": target.beside}
    if target.beside is None:
        return None if ours is None else {**row, "value": ours, "met": ours <= target.most}
    other = here.get(target.beside) or results.get(target.beside, {}).get(target.server, {})
    theirs = figure_of(other, target.figure)
    if ours is None or not theirs:
        return None
    return {**row, "value": round(ours / theirs, 3), "met": ours / theirs <= target.most}
