"""The server's clock, as a participant estimates it from exchanges of timestamps.

One exchange has four of them. With an offset ``theta`` (server minus local) and delays ``f`` there and ``b`` back,

    server_received - client_sent = theta + f        client_received - server_sent = -theta + b

Queues only ever add to ``f`` and ``b``, so the smallest of each over a window come near the bare path,
also when no single exchange was fast both ways. The two are therefore taken *separately*, after taking out the skew
``rho``, by which theta moves meanwhile: that ``rho`` is chosen under which the two lower envelopes lie closest to the
exchanges (the linear programme of Moon, Skelly, Towsley, INFOCOM 1999, for both ways at once), held near zero by a weak
prior as long as the window is short. What no two-party exchange can see is a static asymmetry ``A`` of the path: it
adds ``A/2``, and the uncertainty says so.

The published estimate is *slewed*: a better one is approached at no more than ``SLEW``, so the target of a playing
video never steps; in the first seconds, while it is still poor and moves much, at ``YOUNG_SLEW``.
Only a gap far beyond the uncertainty, seen twice, is taken at once.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import NamedTuple

WINDOW = 60.0
"""Seconds of exchanges that are looked at: enough to tell the skew, of which 20 ppm are 1.2 ms in it. docs/sync.md."""

BURST, BURST_PAUSE = 16, 0.04
"""Exchanges in a row on connecting, and the seconds between them; none waits for the answer to the one before.

Closer together they would share one queue on the way, and tell little more than a single one. docs/sync.md."""

EAGER, EAGER_PAUSE = 36, 0.25
"""Exchanges after the burst that follow one another quicker than they will in the long run, for nine seconds."""

EVERY = 1.0
"""Seconds between exchanges in the long run; a link that died is noticed by the first one that stays unanswered."""

EVERY_JITTERY, JITTERY = 0.5, 0.005
"""Seconds between exchanges in the long run where they exceed the fastest by ``JITTERY`` s: so much more is learned."""

SKEW_LIMIT = 200e-6
"""Seconds a second. Crystals are off by 20 to 100 ppm; two of them by twice that at most."""

SKEW_PRIOR, SKEW_PRIOR_WEIGHT = 100e-6, 0.3
"""How strongly the skew is held near zero: a skew of the first, s a second, counts against a fit as much as the second,
a share of the jitter, spread over the exchanges. Found by simulation over 60 seeds, RTT 20 to 300 ms, jitter 10 %."""

ASYMMETRY = 0.04
"""The uncertainty's share of the bare path, for its hidden asymmetry: one way may take 8 % of it more than the other.
docs/sync.md."""

SLEW = 500e-6
"""Seconds a second by which the published offset is led to a better one."""

YOUNG_SLEW, YOUNG_FOR = 5e-3, 10.0
"""The same while the first exchange is no older than ``YOUNG_FOR`` s: no more than a nudge of 0.5 % makes good."""

SLEEP_ERROR = 1.0
"""Seconds by which a clock that goes on through sleep may have missed it: many a computer's chip counts whole ones."""

STEP_AT_LEAST = 0.02
"""Seconds; a smaller gap is never stepped over: players make it good by nudges that nobody hears
(``correction.GENTLE_WITHIN``)."""

AGES_BY = 10e-6
"""Seconds a second by which the uncertainty grows while nothing more is learned: what the fit may leave of a skew."""

FLOOR = 1e-4
"""Seconds; what remains with a perfect network: scheduling and the resolution of timestamps."""


class Exchange(NamedTuple):
    """One exchange of timestamps, s; the first and last on the local clock, the others on the server's."""

    client_sent: float
    server_received: float
    server_sent: float
    client_received: float

    @property
    def rtt(self) -> float:
        """Seconds on the network, there and back."""
        return (self.client_received - self.client_sent) - (self.server_sent - self.server_received)

    @property
    def offset(self) -> float:
        """Server minus local clock, s, as if both ways took as long; off by at most half the rtt."""
        return ((self.server_received - self.client_sent) + (self.server_sent - self.client_received)) / 2


@dataclass(frozen=True, slots=True)
class ClockEstimate:
    """What is believed of the server's clock."""

    offset: float
    """The best guess of server minus local clock at local instant ``estimated_at``, s; published is ``offset_at``."""
    skew: float
    """Rate of change of the offset, ppm."""
    uncertainty: float
    """Half-width of what is believed of the offset, s."""
    estimated_at: float
    """Local instant, s."""
    rtt: float
    """The typical time there and back, s."""
    jitter: float
    """By how much exchanges typically exceed the fastest one, s."""
    gap: float = 0.0
    """The published offset is that much above the best one at ``estimated_at``, s; it closes at ``slew``."""
    exchanges: int = 1
    """On how many exchanges this rests."""
    slew: float = SLEW
    """Seconds a second."""

    def offset_at(self, local: float) -> float:
        """Server minus local clock at that local instant, s."""
        age = local - self.estimated_at
        left = max(0.0, abs(self.gap) - self.slew * max(0.0, age))
        return self.offset + self.skew * 1e-6 * age + (left if self.gap > 0 else -left)

    def server_time(self, local: float) -> float:
        """The server's time at a local instant, s."""
        return local + self.offset_at(local)

    def local_time(self, server: float) -> float:
        """The local instant at which the server's clock shows ``server``, s."""
        local = server - self.offset_at(self.estimated_at)
        for _ in range(3):  # the offset moves by less than a hundredth of what it is asked for: thrice is exact
            local = server - self.offset_at(local)
        return local

    def uncertainty_at(self, local: float) -> float:
        """Half-width of what is believed of the offset at a local instant, s; grows with age."""
        return self.uncertainty + AGES_BY * max(0.0, local - self.estimated_at)


class ClockEstimator:
    """Turns exchanges into an estimate, and says when the next exchange is due."""

    def __init__(self) -> None:
        self.estimate: ClockEstimate | None = None
        self._exchanges: deque[Exchange] = deque()
        self._count = 0
        self._is_settled = False
        self._began_at: float | None = None
        self._suspect: Exchange | None = None
        self._large_gaps = 0

    def observe(self, exchange: Exchange) -> ClockEstimate:
        """Take in an exchange and give the estimate after it.

        One that can't be (a reply before its request) is passed over, and so is one that contradicts what is believed;
        if the next one contradicts it too, a clock was set, and all is believed anew from these two.
        """
        self._count += 1
        if self.estimate is not None:
            if exchange.rtt < 0 or exchange.client_received < exchange.client_sent:
                return self.estimate
            if self._contradicts(self.estimate, exchange):
                if self._suspect is None:
                    self._suspect = exchange
                    return self.estimate
                self.forget(self._suspect)
        self._suspect = None
        self._exchanges.append(exchange)
        now = exchange.client_received
        self._began_at = now if self._began_at is None else self._began_at
        while self._exchanges[0].client_received < now - WINDOW:
            self._exchanges.popleft()
        self.estimate = self._published(_fit(list(self._exchanges)), now)
        return self.estimate

    def next_exchange_at(self, now: float, on_the_way: int = 0) -> float:
        """The local instant at which the next exchange should be sent.

        The last was sent at ``now``, or came back then, and ``on_the_way`` are still unanswered.
        """
        begun = self._count + on_the_way
        if begun < BURST:
            return now + BURST_PAUSE
        if begun < BURST + EAGER:
            return now + EAGER_PAUSE
        jittery = self.estimate is not None and self.estimate.jitter > JITTERY
        return now + (EVERY_JITTERY if jittery else EVERY)

    def restart(self) -> None:
        """Begin anew with a burst, keeping what is believed; after a reconnection."""
        self._count = 0

    def forget(self, *but: Exchange) -> None:
        """Believe nothing that was measured before (``but`` these); after the machine slept or a clock was set."""
        self.restart()
        self._exchanges = deque(but)
        self._is_settled, self._began_at, self._suspect, self._large_gaps = False, None, None, 0

    def slept(self, now: float) -> ClockEstimate | None:
        """The machine slept until ``now``: what was believed holds but roughly, until the next exchange.

        The local clock is one that goes on meanwhile, to within ``SLEEP_ERROR``. None if nothing was believed.
        """
        self.forget()
        if self.estimate is not None:
            uncertainty = self.estimate.uncertainty_at(now) + SLEEP_ERROR
            offset = self.estimate.offset_at(now)
            self.estimate = replace(
                self.estimate, offset=offset, gap=0.0, uncertainty=uncertainty, estimated_at=now, exchanges=0
            )
        return self.estimate

    def _contradicts(self, believed: ClockEstimate, exchange: Exchange) -> bool:
        """Whether an exchange lies where, with the clocks as they are believed to be, none can.

        What it shows of the offset is off by at most half of what it took longer than the bare path.
        """
        if not self._is_settled:
            return False
        longer = abs(exchange.rtt - (believed.rtt - believed.jitter))
        at = exchange.client_received
        possible = max(STEP_AT_LEAST, longer / 2 + 2 * believed.uncertainty_at(at))
        return abs(exchange.offset - believed.offset_at(at)) > possible

    def _published(self, best: ClockEstimate, now: float) -> ClockEstimate:
        """The best estimate, approached from the one published before."""
        before, was_settled = self.estimate, self._is_settled
        self._is_settled = was_settled or len(self._exchanges) >= BURST
        if before is None or not was_settled:
            # What rests on a few exchanges is not worth clinging to.
            return best
        gap = before.offset_at(now) - best.offset_at(now)
        self._large_gaps = self._large_gaps + 1 if abs(gap) > max(STEP_AT_LEAST, 2 * best.uncertainty) else 0
        if self._large_gaps > 1:
            self._large_gaps = 0
            return best
        young = self._began_at is not None and now - self._began_at < YOUNG_FOR
        slew = YOUNG_SLEW if young else SLEW
        return replace(best, uncertainty=best.uncertainty + abs(gap), gap=gap, slew=slew)


# --- the fit -----------------------------------------------------------------------------------------


class _Envelope:
    """One way: instants about the middle of the window, and how much later the other clock showed than ours."""

    def __init__(self, points: list[tuple[float, float]]) -> None:
        self.points = points
        self._edge = _lower_edge(points)

    def lowest(self, slope: float) -> float:
        """By how much the lowest point lies above a line of that slope."""
        return min(value - slope * instant for instant, value in self._edge)

    def above_lowest(self, slope: float) -> float:
        """How far the lowest points lie apart, as a measure of how far the very lowest may lie above the bare path."""
        values = sorted(value - slope * instant for instant, value in self.points)
        return values[min(3, len(values) - 1)] - values[0]


def _lower_edge(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Those few of the points that can be the lowest above some line: the convex hull, from below."""
    edge: list[tuple[float, float]] = []
    for x, y in sorted(points):
        while len(edge) > 1:
            (x0, y0), (x1, y1) = edge[-2:]
            if (y1 - y0) * (x - x0) < (y - y0) * (x1 - x0):
                break
            edge.pop()
        edge.append((x, y))
    return edge


def _fit(exchanges: list[Exchange]) -> ClockEstimate:
    """The best estimate from a window of exchanges, as of the last of them."""
    count, last = len(exchanges), exchanges[-1]
    middle = sum(exchange.client_sent + exchange.client_received for exchange in exchanges) / (2 * count)
    # Offsets are huge beside what is looked for: taken relative to one exchange, no digits are lost.
    reference = last.offset
    there = _Envelope([(e.client_sent - middle, e.server_received - e.client_sent - reference) for e in exchanges])
    back = _Envelope([(e.client_received - middle, e.client_received - e.server_sent + reference) for e in exchanges])
    rtts = sorted(exchange.rtt for exchange in exchanges)
    typical = rtts[count // 2]
    jitter = typical - rtts[0]
    skew = _skew(there, back, SKEW_PRIOR_WEIGHT * (jitter + FLOOR) / count)
    lowest_there, lowest_back = there.lowest(skew), back.lowest(-skew)
    path = abs(lowest_there + lowest_back) / 2
    now = last.client_received
    offset = reference + (lowest_there - lowest_back) / 2 + skew * (now - middle)
    return ClockEstimate(
        offset=offset,
        skew=skew * 1e6,
        uncertainty=_uncertainty(exchanges, there, back, skew, path, now - middle),
        estimated_at=now,
        rtt=typical,
        jitter=jitter,
        exchanges=count,
    )


def _skew(there: _Envelope, back: _Envelope, weight: float) -> float:
    """The skew under which both envelopes lie highest, that is closest to the exchanges; found by ternary search.

    The sum of two lower envelopes is concave in the skew, and so is the prior.
    """

    def closeness(skew: float) -> float:
        return there.lowest(skew) + back.lowest(-skew) - weight * (skew / SKEW_PRIOR) ** 2

    low, high = -SKEW_LIMIT, SKEW_LIMIT
    for _ in range(24):  # to 0.02 ppm
        third = (high - low) / 3
        if closeness(low + third) < closeness(high - third):
            low += third
        else:
            high -= third
    return (low + high) / 2


def _uncertainty(
    exchanges: list[Exchange], there: _Envelope, back: _Envelope, skew: float, path: float, reach: float
) -> float:
    """Half-width of what is believed: the hidden asymmetry, the queues that even the best met, the skew's part in it.

    The exchanges of a burst may all have stood in one queue, behind one packet that had to be sent again. As long as
    there are no others the hard bound is what is known: half the time on the way. The shares of the queues were found
    by simulation, so that the truth lies within in 99.95 % of all instants (docs/sync.md). ``reach``: seconds from the
    window's middle to its end, over which an error of the skew counts.
    """
    if len(exchanges) < BURST:
        return path + FLOOR
    span = max(exchanges[-1].client_received - exchanges[0].client_sent, 0.1)
    queues = 1.5 * (there.above_lowest(skew) + back.above_lowest(-skew)) / 2
    return min(path, ASYMMETRY * path + queues + (queues + FLOOR) * 2 * reach / span) + FLOOR
