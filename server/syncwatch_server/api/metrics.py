"""The counts in the form that Prometheus reads, made when it asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from syncwatch_core import __version__
from syncwatch_server.fellow_workers import Seats, Told
from syncwatch_server.live.counts import Counts

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncwatch_server.fellow_workers import FellowWorkers
    from syncwatch_server.live.counts import Spread
    from syncwatch_server.services.live_session import LiveSession
    from syncwatch_server.services.session_keeper import SessionKeeper


class Metrics:
    """A registry of this server's own: several may live in one process."""

    def __init__(
        self, counts: Counts, sessions: Callable[[], dict[str, Seats]], fellows: FellowWorkers | None = None
    ) -> None:
        """``fellows``: the workers of the same port, for all of whom is answered; None: this process is alone."""
        self._counts = counts
        self._sessions = sessions
        self._fellows = fellows

    def text(self, accepted: str) -> tuple[bytes, str]:
        """All of them, and the content type, as the header ``Accept`` asks for it."""
        registry = CollectorRegistry()
        if self._fellows is None:
            registry.register(_Counted(self._counts, [self._sessions()]))
            ProcessCollector(registry=registry)
        else:
            workers, counts = self._fellows.everybody()
            for worker in workers:
                counts.add(worker.counts)
            registry.register(_Counted(counts, [worker.sessions for worker in workers]))
            registry.register(_Processes(workers))
        encode, content_type = choose_encoder(accepted)
        return encode(registry), content_type


def census(keeper: SessionKeeper, is_here: Callable[[LiveSession, str], bool]) -> dict[str, Seats]:
    """The sessions in memory by their ids, and who is in them."""
    return {live.shown.session_id: _seats(live, is_here) for live in keeper.all()}


def _seats(live: LiveSession, is_here: Callable[[LiveSession, str], bool]) -> Seats:
    presence = live.shown.presence
    connected = [key for key, seat in presence.items() if seat.connected]
    return Seats(sum(is_here(live, key) for key in connected), len(presence) - len(connected))


class _Counted(Collector):
    def __init__(self, counts: Counts, workers: list[dict[str, Seats]]) -> None:
        """``workers``: the sessions in the memory of each."""
        self._counts = counts
        self._workers = workers

    def describe(self) -> list[Metric]:
        """Nothing beforehand; all names are this file's."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        yield _gauge("build", "Always 1; says which version runs.", {(("version", __version__),): 1})
        yield _gauge("workers", "Processes that serve the port.", {(): len(self._workers)})
        yield from self._who_is_here()
        yield from self._messages()
        yield from self._http()
        counts = self._counts
        yield _histogram(
            "drift_seconds", "How far players are from the timeline while they play, as they report it.", counts.drift
        )
        yield _histogram(
            "drift_uncertainty_seconds", "What players believe of their own figure of drift.", counts.uncertainty
        )
        yield _histogram("event_loop_delay_seconds", "By how much timers come too late.", counts.loop_delay)

    def _who_is_here(self) -> Iterator[Metric]:
        connected = sum(seats.here for sessions in self._workers for seats in sessions.values())
        # A session that several serve is one, and each of them knows the same people as away.
        away: dict[str, int] = {}
        for sessions in self._workers:
            for key, seats in sessions.items():
                away[key] = max(seats.away, away.get(key, 0))
        yield _gauge("sessions", "Sessions in memory.", {(): len(away)})
        yield _gauge(
            "participants",
            "People in sessions: connected here, or away.",
            {(("state", "connected"),): connected, (("state", "away"),): sum(away.values())},
        )
        yield _gauge("connections", "Socket.IO clients that are connected.", {(): self._counts.connections})
        yield _counter("connections", "Socket.IO connections so far.", {(): self._counts.connected})

    def _messages(self) -> Iterator[Metric]:
        counts = self._counts
        yield _counter("messages_received", "Socket.IO events from clients.", _by("event", counts.received))
        yield _counter("messages_sent", "Socket.IO events to clients, for each recipient.", _by("event", counts.sent))
        yield _counter("received_bytes", "Of Socket.IO packets.", {(): counts.bytes_received})
        yield _counter("sent_bytes", "Of Socket.IO packets.", {(): counts.bytes_sent})
        yield _counter("client_errors", "Faults that clients reported.", {(): counts.client_errors})
        errors: _Samples = {(("transport", by), ("code", code)): count for (by, code), count in counts.errors.items()}
        yield _counter("errors", "Refusals and faults by their code.", errors)

    def _http(self) -> Iterator[Metric]:
        requests: _Samples = {
            (("method", method), ("route", route), ("status", str(status))): count
            for (method, route, status), count in self._counts.requests.items()
        }
        yield _counter("http_requests", "HTTP requests.", requests)
        family = HistogramMetricFamily(
            f"{_OURS}http_request_seconds", "From an HTTP request to the end of its answer.", labels=["method", "route"]
        )
        for labels, times in list(self._counts.response_times.items()):
            family.add_metric(list(labels), _buckets(times), times.sum)
        yield family


class _Processes(Collector):
    """Memory, CPU and files of each worker: a sum of these would be nobody's."""

    def __init__(self, workers: list[Told]) -> None:
        self._workers = workers

    def describe(self) -> list[Metric]:
        """Nothing beforehand."""
        return []

    def collect(self) -> Iterable[Metric]:
        """Every family, with the worker's number."""
        families: dict[str, Metric] = {}
        for worker in self._workers:
            for family in ProcessCollector(pid=partial(_pid_of, worker), registry=None).collect():
                marked = [
                    sample._replace(labels={**sample.labels, "worker": str(worker.number)}) for sample in family.samples
                ]
                known = families.get(family.name)
                if known is None:
                    families[family.name] = family
                    family.samples = marked
                else:
                    known.samples += marked
        return families.values()


def _pid_of(worker: Told) -> int:
    return worker.pid


_OURS = "syncwatch_"
_Samples = dict[tuple[tuple[str, str], ...], int]


def _by(label: str, numbers: dict[str, int]) -> _Samples:
    return {((label, name),): number for name, number in numbers.items()}


def _gauge(name: str, words: str, samples: _Samples) -> GaugeMetricFamily:
    family = GaugeMetricFamily(_OURS + name, words, labels=_labels(samples))
    for labels, value in samples.items():
        family.add_metric([text for _, text in labels], value)
    return family


def _counter(name: str, words: str, samples: _Samples) -> CounterMetricFamily:
    family = CounterMetricFamily(_OURS + name, words, labels=_labels(samples))
    for labels, value in samples.items():
        family.add_metric([text for _, text in labels], value)
    return family


def _labels(samples: _Samples) -> list[str]:
    return [name for name, _ in next(iter(samples), ())]


def _histogram(name: str, words: str, spread: Spread) -> HistogramMetricFamily:
    return HistogramMetricFamily(_OURS + name, words, buckets=_buckets(spread), sum_value=spread.sum)


def _buckets(spread: Spread) -> list[tuple[str, float]]:
    """``(upper bound, how many lie at or below it)``."""
    bounds = [*map(str, spread.bounds), "+Inf"]
    return list(zip(bounds, accumulate(spread.counts), strict=True))
