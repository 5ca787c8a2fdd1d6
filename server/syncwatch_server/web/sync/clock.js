// The server's clock, as a participant estimates it from exchanges of timestamps.
// The twin of syncwatch_core/clock.py, which says why it is done so and where each constant comes from.
//
// One exchange has four timestamps. With an offset `theta` (server minus local) and delays `f` there and `b` back,
//
//     serverReceived - clientSent = theta + f        clientReceived - serverSent = -theta + b
//
// Queues only ever add to `f` and `b`, so the smallest of each over a window come near the bare path. The two are taken
// separately, after taking out the skew by which theta moves meanwhile. The published estimate is slewed: a better one
// is approached at no more than `SLEW`, so the target of a playing video never steps.

import { fit } from "./clock_fit.js";

/** Seconds of exchanges that are looked at. */
export const WINDOW = 60;

/** Exchanges in a row on connecting, and the seconds between them; none waits for the answer to the one before. */
export const BURST = 16;
export const BURST_PAUSE = 0.04;

/** Exchanges after the burst that follow one another quicker than they will in the long run, for nine seconds. */
export const EAGER = 36;
export const EAGER_PAUSE = 0.25;

/** Seconds between exchanges in the long run; a link that died is noticed by the first one that stays unanswered. */
export const EVERY = 1;

/** Seconds between exchanges in the long run where they exceed the fastest by `JITTERY` s: so much more is learned. */
export const EVERY_JITTERY = 0.5;
export const JITTERY = 0.005;

/** Seconds a second by which the published offset is led to a better one. */
export const SLEW = 500e-6;

/** The same while the first exchange is no older than `YOUNG_FOR` s: no more than a nudge of 0.5 % makes good. */
export const YOUNG_SLEW = 5e-3;
export const YOUNG_FOR = 10;

/** Seconds by which a clock that goes on through sleep may have missed it: many a computer's chip counts whole ones. */
export const SLEEP_ERROR = 1;

/** Seconds; a smaller gap is never stepped over. */
export const STEP_AT_LEAST = 0.02;

/** Seconds a second by which the uncertainty grows while nothing more is learned. */
export const AGES_BY = 10e-6;

/** One exchange of timestamps, s; the first and last on the local clock, the others on the server's. */
export class Exchange {
  constructor(clientSent, serverReceived, serverSent, clientReceived) {
    this.clientSent = clientSent;
    this.serverReceived = serverReceived;
    this.serverSent = serverSent;
    this.clientReceived = clientReceived;
    Object.freeze(this);
  }

  /** Seconds on the network, there and back. */
  get rtt() {
    return this.clientReceived - this.clientSent - (this.serverSent - this.serverReceived);
  }

  /** Server minus local clock, s, as if both ways took as long; off by at most half the rtt. */
  get offset() {
    return (this.serverReceived - this.clientSent + (this.serverSent - this.clientReceived)) / 2;
  }
}

/** What is believed of the server's clock; a value. */
export class ClockEstimate {
  /**
   * @param {object} fields
   * @param {number} fields.offset Server minus local clock at local instant `estimatedAt`, s.
   * @param {number} fields.skew Rate of change of the offset, ppm.
   * @param {number} fields.uncertainty Half-width of what is believed of the offset, s.
   * @param {number} fields.estimatedAt Local instant, s.
   * @param {number} fields.rtt The typical time there and back, s.
   * @param {number} fields.jitter By how much exchanges typically exceed the fastest one, s.
   * @param {number} [fields.gap] The published offset is off from the best one by this at `estimatedAt`, s; it closes
   *   at `slew`.
   * @param {number} [fields.exchanges] On how many exchanges this rests.
   * @param {number} [fields.slew] Seconds a second.
   */
  constructor({ offset, skew, uncertainty, estimatedAt, rtt, jitter, gap = 0, exchanges = 1, slew = SLEW }) {
    Object.assign(this, { offset, skew, uncertainty, estimatedAt, rtt, jitter, gap, exchanges, slew });
    Object.freeze(this);
  }

  /** Server minus local clock at that local instant, s. */
  offsetAt(local) {
    const age = local - this.estimatedAt;
    const left = Math.max(0, Math.abs(this.gap) - this.slew * Math.max(0, age));
    return this.offset + this.skew * 1e-6 * age + (this.gap > 0 ? left : -left);
  }

  /** The server's time at a local instant, s. */
  serverTime(local) {
    return local + this.offsetAt(local);
  }

  /** The local instant at which the server's clock shows `server`, s. */
  localTime(server) {
    let local = server - this.offsetAt(this.estimatedAt);
    // The offset moves by less than a hundredth of what it is asked for: thrice is exact.
    for (let turn = 0; turn < 3; turn += 1) local = server - this.offsetAt(local);
    return local;
  }

  /** Half-width of what is believed of the offset at a local instant, s; grows with age by 10 ppm. */
  uncertaintyAt(local) {
    return this.uncertainty + AGES_BY * Math.max(0, local - this.estimatedAt);
  }
}

/** Turns exchanges into an estimate, and says when the next exchange is due. */
export class ClockEstimator {
  /** @type {?ClockEstimate} */
  estimate = null;
  #exchanges = [];
  #count = 0;
  #isSettled = false;
  #beganAt = null;
  #suspect = null;
  #largeGaps = 0;

  /**
   * Take in an exchange and give the estimate after it.
   *
   * One that can't be (a reply before its request) is passed over, and so is one that contradicts what is believed;
   * if the next one contradicts it too, a clock was set, and all is believed anew from these two.
   *
   * @param {Exchange} exchange
   * @returns {ClockEstimate}
   */
  observe(exchange) {
    this.#count += 1;
    if (this.estimate !== null) {
      if (exchange.rtt < 0 || exchange.clientReceived < exchange.clientSent) return this.estimate;
      if (this.#contradicts(this.estimate, exchange)) {
        if (this.#suspect === null) {
          this.#suspect = exchange;
          return this.estimate;
        }
        this.forget(this.#suspect);
      }
    }
    this.#suspect = null;
    this.#exchanges.push(exchange);
    const now = exchange.clientReceived;
    this.#beganAt ??= now;
    while (this.#exchanges[0].clientReceived < now - WINDOW) this.#exchanges.shift();
    this.estimate = this.#published(new ClockEstimate(fit(this.#exchanges, BURST)), now);
    return this.estimate;
  }

  /**
   * The local instant at which the next exchange should be sent.
   *
   * The last was sent at `now`, or came back then, and `onTheWay` are still unanswered.
   */
  nextExchangeAt(now, onTheWay = 0) {
    const begun = this.#count + onTheWay;
    if (begun < BURST) return now + BURST_PAUSE;
    if (begun < BURST + EAGER) return now + EAGER_PAUSE;
    const jittery = this.estimate !== null && this.estimate.jitter > JITTERY;
    return now + (jittery ? EVERY_JITTERY : EVERY);
  }

  /** Begin anew with a burst, keeping what is believed; after a reconnection. */
  restart() {
    this.#count = 0;
  }

  /** Believe nothing that was measured before (`but` these); after the machine slept or a clock was set. */
  forget(...but) {
    this.restart();
    this.#exchanges = but;
    this.#isSettled = false;
    this.#beganAt = null;
    this.#suspect = null;
    this.#largeGaps = 0;
  }

  /**
   * The machine slept until `now`: what was believed holds but roughly, until the next exchange.
   *
   * The local clock is one that goes on meanwhile, to within `SLEEP_ERROR`. Null if nothing was believed.
   */
  slept(now) {
    this.forget();
    if (this.estimate !== null) {
      const uncertainty = this.estimate.uncertaintyAt(now) + SLEEP_ERROR;
      const offset = this.estimate.offsetAt(now);
      const held = { offset, gap: 0, uncertainty, estimatedAt: now, exchanges: 0 };
      this.estimate = new ClockEstimate({ ...this.estimate, ...held });
    }
    return this.estimate;
  }

  /**
   * Whether an exchange lies where, with the clocks as they are believed to be, none can.
   *
   * What it shows of the offset is off by at most half of what it took longer than the bare path.
   */
  #contradicts(believed, exchange) {
    if (!this.#isSettled) return false;
    const longer = Math.abs(exchange.rtt - (believed.rtt - believed.jitter));
    const at = exchange.clientReceived;
    const possible = Math.max(STEP_AT_LEAST, longer / 2 + 2 * believed.uncertaintyAt(at));
    return Math.abs(exchange.offset - believed.offsetAt(at)) > possible;
  }

  /** The best estimate, approached from the one published before. */
  #published(best, now) {
    const before = this.estimate;
    const wasSettled = this.#isSettled;
    this.#isSettled = wasSettled || this.#exchanges.length >= BURST;
    // What rests on a few exchanges is not worth clinging to.
    if (before === null || !wasSettled) return best;
    const gap = before.offsetAt(now) - best.offsetAt(now);
    this.#largeGaps = Math.abs(gap) > Math.max(STEP_AT_LEAST, 2 * best.uncertainty) ? this.#largeGaps + 1 : 0;
    if (this.#largeGaps > 1) {
      this.#largeGaps = 0;
      return best;
    }
    const young = this.#beganAt !== null && now - this.#beganAt < YOUNG_FOR;
    const uncertainty = best.uncertainty + Math.abs(gap);
    return new ClockEstimate({ ...best, uncertainty, gap, slew: young ? YOUNG_SLEW : SLEW });
  }
}
