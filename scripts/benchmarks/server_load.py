"""The process that loads a server: ``python -m benchmarks.server_load SPEC``, SPEC being a ``Load`` as JSON.

Prints one JSON object of what it measured. It takes the server's times and memory from /proc by itself, around the
very window in which it loads, and tells its own share of a core, so that a reader sees which of the two was busy.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from benchmarks.server_crowd import Crowd
from benchmarks.server_stage import more_files
from benchmarks.server_traffic import MARKS, Sending, commands, evening, is_exchange
from benchmarks.skew import percentile

if TYPE_CHECKING:
    from collections.abc import Callable

_TICKS = os.sysconf("SC_CLK_TCK")

_LISTENERS = 200
"""Clients that look into what they hear, about."""

_SETTLE = 1.0
"""s of silence before a reading of memory and before the load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One measurement."""

    url: str
    pid: int
    """The server's; what its own children use is the server's, too."""
    clients: int
    size: int
    """Participants of a session."""
    event: str
    rate: float
    """Commands a second, of all clients together."""
    seconds: float
    warm_up: float = 2.0
    evening: bool = False
    """Whether all play, with the traffic of that."""
    redis: int | None = None
    """The process of the Redis by which nodes tell one another; None: there is none."""

    def as_json(self) -> str:
        """What the process is started with."""
        return json.dumps(asdict(self))


def main() -> None:
    """Load, and print what was measured."""
    more_files()
    print(json.dumps(measured(Load(**json.loads(sys.argv[1])))))


def measured(load: Load) -> dict[str, Any]:
    """Connect, sit down, load, and go."""
    place = urlsplit(load.url)
    assert place.hostname is not None  # noqa: S101 - the server printed it
    assert place.port is not None  # noqa: S101 - as above
    crowd = Crowd(place.hostname, place.port, MARKS[load.event], max(1, load.clients // _LISTENERS))
    empty = resident(load.pid)
    cpu = cpu_of(load.pid)
    connecting = crowd.connect(load.clients)
    connecting_cpu = cpu_of(load.pid) - cpu
    crowd.listen(_SETTLE)
    connected = resident(load.pid)
    seating = crowd.seat(load.size)
    if load.evening:
        crowd.play(load.size)
    listen_until(crowd.listen, time.monotonic() + _SETTLE)
    seated = resident(load.pid)
    result = _under_load(crowd, load)
    crowd.leave()
    return {
        "connectionsPerSecond": load.clients / connecting,
        "connectionCpuUs": connecting_cpu / load.clients * 1e6,
        "seatingSeconds": seating,
        "connectionKiB": (connected - empty) / load.clients / 1024,
        "participantKiB": (seated - empty) / load.clients / 1024,
        "residentMiB": resident(load.pid) / 2**20,
    } | result


def _under_load(crowd: Crowd, load: Load) -> dict[str, Any]:
    whole = load.warm_up + load.seconds
    plan = commands(load.event, load.clients, load.rate, whole)
    if load.evening:
        plan += evening([member.session["mediaId"] for member in crowd.members], whole, 60.0)
    plan.sort(key=lambda sending: sending.at)
    began_at = time.monotonic()
    warm = sum(sending.at < load.warm_up for sending in plan)
    _run(crowd, plan[:warm], began_at, began_at + load.warm_up)
    crowd.heard.clear()
    crowd.acknowledged.clear()
    delivered, received = crowd.delivered, crowd.received
    cpu, own, at = cpu_of(load.pid), time.process_time(), time.monotonic()
    redis = 0.0 if load.redis is None else cpu_of(load.redis)
    late = _run(crowd, plan[warm:], began_at, began_at + whole)
    took = time.monotonic() - at
    cpu, own = cpu_of(load.pid) - cpu, time.process_time() - own
    delivered, received = crowd.delivered - delivered, crowd.received - received
    in_time = len(crowd.acknowledged)
    listen_until(crowd.listen, time.monotonic() + _SETTLE)
    asked = sum(sending.number >= 0 for sending in plan[warm:])
    return {
        "seconds": took,
        "delivered": delivered,
        "deliveriesPerSecond": delivered / took,
        "bytesPerParticipantPerSecond": received / took / load.clients,
        "serverCpuShare": cpu / took,
        "cpuPerDeliveryUs": cpu / max(1, delivered) * 1e6,
        "redisCpuShare": None if load.redis is None else (cpu_of(load.redis) - redis) / took,
        "ownCpuShare": own / took,
        "ownLateMs": _milliseconds(late),
        "unansweredAtTheEnd": asked - in_time,
        "ackMs": _milliseconds([took for number, took in crowd.acknowledged if not is_exchange(number)]),
        "clockMs": _milliseconds([took for number, took in crowd.acknowledged if is_exchange(number)]),
        "deliveryMs": _milliseconds([took for _, took in crowd.heard]),
    }


def _run(crowd: Crowd, plan: list[Sending], began_at: float, until: float) -> list[float]:
    """Send each when it is due, listening meanwhile; by how much each was late, s."""
    late = []
    for sending in plan:
        due = began_at + sending.at
        while (now := time.monotonic()) < due:
            crowd.listen(due - now)
        late.append(now - due)
        crowd.sent_at[sending.number] = now
        crowd.members[sending.who].send(sending.frame)
        crowd.listen(0)
    listen_until(crowd.listen, until)
    return late


def listen_until(listen: Callable[[float], None], until: float) -> None:
    """Have ``listen`` wait for what comes, again and again, until ``until`` on CLOCK_MONOTONIC, s."""
    while (now := time.monotonic()) < until:
        listen(until - now)


def _milliseconds(latencies: list[float]) -> dict[str, float] | None:
    if not latencies:
        return None
    shares = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {name: round(1000 * (percentile(latencies, share) or 0.0), 3) for name, share in shares.items()}


def cpu_of(pid: int) -> float:
    """Seconds of a core that a process and its children have used, all their threads together."""
    return sum(_cpu_of_one(each) for each in (pid, *children_of(pid)))


def resident(pid: int) -> int:
    """Bytes of memory that a process and its children hold, each by itself."""
    pages = (Path(f"/proc/{each}/statm").read_text().split()[1] for each in (pid, *children_of(pid)))
    return sum(map(int, pages)) * resource.getpagesize()


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    listed = (file.read_text().split() for file in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(child) for children in listed for child in children]


def _cpu_of_one(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


if __name__ == "__main__":
    main()
