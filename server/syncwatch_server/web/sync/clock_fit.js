// The best estimate of the server's clock that a window of exchanges gives: the fit of syncwatch_core/clock.py.

/** Crystals are off by 20 to 100 ppm; two of them by twice that at most. */
export const SKEW_LIMIT = 200e-6;

/** How strongly the skew is held near zero; found by simulation over 60 seeds, RTT 20 to 300 ms, jitter 10 %. */
export const SKEW_PRIOR = 100e-6;
export const SKEW_PRIOR_WEIGHT = 0.3;

/** Half the share of the bare path by which the two ways may differ, as a prior. */
export const ASYMMETRY = 0.04;

/** Seconds; what remains with a perfect network: scheduling and the resolution of timestamps. */
export const FLOOR = 1e-4;

/** One way: instants about the middle of the window, and how much later the other clock showed than ours. */
class Envelope {
  #points;
  #edge;

  /** @param {[number, number][]} points */
  constructor(points) {
    this.#points = points;
    this.#edge = lowerEdge(points);
  }

  /** By how much the lowest point lies above a line of that slope. */
  lowest(slope) {
    let lowest = Infinity;
    for (const [instant, value] of this.#edge) lowest = Math.min(lowest, value - slope * instant);
    return lowest;
  }

  /** How far the lowest points lie apart, as a measure of how far the very lowest may lie above the bare path. */
  aboveLowest(slope) {
    const values = this.#points.map(([instant, value]) => value - slope * instant).sort((a, b) => a - b);
    return values[Math.min(3, values.length - 1)] - values[0];
  }
}

/** Those few of the points that can be the lowest above some line: the convex hull, from below. */
function lowerEdge(points) {
  const edge = [];
  for (const [x, y] of [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    while (edge.length > 1) {
      const [[x0, y0], [x1, y1]] = edge.slice(-2);
      if ((y1 - y0) * (x - x0) < (y - y0) * (x1 - x0)) break;
      edge.pop();
    }
    edge.push([x, y]);
  }
  return edge;
}

/**
 * The best estimate from a window of exchanges, as of the last of them; the fields of a `ClockEstimate`.
 *
 * With fewer than `burst` exchanges its uncertainty is the hard bound.
 */
export function fit(exchanges, burst) {
  const count = exchanges.length;
  const last = exchanges[count - 1];
  const middle = exchanges.reduce((sum, each) => sum + (each.clientSent + each.clientReceived), 0) / (2 * count);
  // Offsets are huge beside what is looked for: taken relative to one exchange, no digits are lost.
  const reference = last.offset;
  const there = new Envelope(
    exchanges.map((each) => [each.clientSent - middle, each.serverReceived - each.clientSent - reference]),
  );
  const back = new Envelope(
    exchanges.map((each) => [each.clientReceived - middle, each.clientReceived - each.serverSent + reference]),
  );
  const rtts = exchanges.map((each) => each.rtt).sort((a, b) => a - b);
  const typical = rtts[Math.floor(count / 2)];
  const jitter = typical - rtts[0];
  const skew = skewOf(there, back, (SKEW_PRIOR_WEIGHT * (jitter + FLOOR)) / count);
  const lowestThere = there.lowest(skew);
  const lowestBack = back.lowest(-skew);
  const path = Math.abs(lowestThere + lowestBack) / 2;
  const now = last.clientReceived;
  return {
    offset: reference + (lowestThere - lowestBack) / 2 + skew * (now - middle),
    skew: skew * 1e6,
    uncertainty: count < burst ? path + FLOOR : uncertaintyOf(exchanges, there, back, skew, path, now - middle),
    estimatedAt: now,
    rtt: typical,
    jitter,
    exchanges: count,
  };
}

/**
 * The skew under which both envelopes lie highest, that is closest to the exchanges; found by ternary search.
 *
 * The sum of two lower envelopes is concave in the skew, and so is the prior.
 */
function skewOf(there, back, weight) {
  const closeness = (skew) => there.lowest(skew) + back.lowest(-skew) - weight * (skew / SKEW_PRIOR) ** 2;
  let [low, high] = [-SKEW_LIMIT, SKEW_LIMIT];
  // To 0.02 ppm.
  for (let turn = 0; turn < 24; turn += 1) {
    const third = (high - low) / 3;
    if (closeness(low + third) < closeness(high - third)) low += third;
    else high -= third;
  }
  return (low + high) / 2;
}

/**
 * Half-width of what is believed: the hidden asymmetry, the queues that even the best met, the skew's part in it.
 *
 * The exchanges of a burst may all have stood in one queue; as long as there are no others the hard bound is what is
 * known, half the time on the way.
 */
function uncertaintyOf(exchanges, there, back, skew, path, reach) {
  const span = Math.max(exchanges[exchanges.length - 1].clientReceived - exchanges[0].clientSent, 0.1);
  const queues = (1.5 * (there.aboveLowest(skew) + back.aboveLowest(-skew))) / 2;
  return Math.min(path, ASYMMETRY * path + queues + ((queues + FLOOR) * 2 * reach) / span) + FLOOR;
}
