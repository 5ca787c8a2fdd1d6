// How a player that takes no fine rate is kept with the others: by a pulse of a rate it has, by a pause of so many
// milliseconds, by a seek. Pure: told the time, it gives what is to be done.
//
// Each of these costs something that differs from player to player and from evening to evening, so each is learned: what
// was asked for is compared with what came of it, and the difference goes into the next. After each it is left alone for
// a while, since a correction on top of one that has not arrived yet is what swings.

/** Seconds of drift that are left alone: three quarters of what can be told apart from a push that came late. */
export const DEAD_BAND = 0.05;

/** Seconds from which a seek is quicker than anything else, where there are rates, and where there are none. */
export const SEEK_FROM = 0.75;

/** Without rates, who is behind can only seek, which is seen; so it is left to drifts that are heard. */
export const SEEK_FROM_BEHIND = 0.12;

/** Seconds that a pulse lasts at most; a longer one is noticed as another speed. */
export const LONGEST_PULSE = 3;

/** Of what a pulse was to take out, the part that it takes out, as it is learned: from a rate that is hardly obeyed on. */
const LEAST_GAIN = 0.5;
const MOST_GAIN = 2;

/** Below that part a pulse has done nothing; after so many of these the player is believed to have no such rate. */
const NO_GAIN = 0.3;
const FUTILE_PULSES = 2;

/** Seconds of drift from which a pulse shows its gain; with less, what was read is too coarse. */
const SHOWS_GAIN = 0.15;

/** Seconds of a pause below which a player can't be trusted to make it. */
export const SHORTEST_PAUSE = 0.08;

/** Seconds after the end of a correction before the next: positions are pushed four times a second, and some come late. */
export const REST = 1.5;

/** Seconds between two seeks at least: each may buffer, and a player that lands badly would seek for ever. */
export const BETWEEN_SEEKS = 5;

/** Without rates a seek goes this much too far, s: a pause takes out exactly what is ahead, and nothing what is behind. */
export const AIMS_AHEAD = 0.2;

/** Of an error, the part that goes into what is learned: half, since what was read is off by some 50 ms itself. */
export const LEARNS = 0.5;

/** Seconds beyond which what came of a seek, a pause and a start says nothing of its cost: a buffering, an ad, or a hand. */
const NOT_A_SEEKS = 2;
const NOT_A_PAUSES = 0.3;
const NOT_A_STARTS = 0.6;

/** Seconds that a seek, and a pause or a start, is believed to cost at most, whatever was seen. */
const SEEK_COSTS_AT_MOST = 4;
const START_COSTS_AT_MOST = 0.6;

/**
 * What is to be done: a `pulse` at `rate` for `lasts` seconds, a `pause` of `lasts` seconds, a `seek` that lands `ahead`
 * of where the timeline is now, by so many seconds.
 *
 * @typedef {{kind: "pulse", rate: number, lasts: number, before: number, share: number}|{kind: "pause", lasts: number}|{kind: "seek", ahead: number, aim: number}} Act
 */

export class CoarseSteering {
  /** What a start takes until it plays, a pause longer than it was asked to, and a seek until it plays, s. */
  startCost = 0.15;
  pauseCost = 0.15;
  seekCost = 0.5;
  /** What a pulse takes out, of what it was to. */
  gain = 1;
  #futile = 0;
  #restsUntil = -Infinity;
  #soughtAt = -Infinity;
  #under = null;

  /**
   * What to do about a drift (s, ahead is positive); null for nothing.
   *
   * @param {number} drift
   * @param {{at: number, rates: ?number[], sessionRate: number}} how `at`: local instant, s; `rates`: see player.js.
   * @returns {?Act}
   */
  decide(drift, { at, rates, sessionRate }) {
    if (at < this.#restsUntil) return null;
    this.#learn(drift, sessionRate);
    const size = Math.abs(drift);
    if (size <= DEAD_BAND) return null;
    const hasRates = size < SEEK_FROM && this.#futile < FUTILE_PULSES;
    const rate = hasRates ? pulseRate(drift, rates, sessionRate) : null;
    if (rate !== null) {
      const lasts = Math.min(LONGEST_PULSE, size / Math.abs(rate - sessionRate) / this.gain);
      return this.#begin({ kind: "pulse", rate, lasts, before: drift, share: lasts * (rate - sessionRate) }, at + lasts);
    }
    if (drift > 0 && drift < SEEK_FROM) {
      const lasts = drift / sessionRate - this.pauseCost;
      return lasts < SHORTEST_PAUSE ? null : this.#begin({ kind: "pause", lasts }, at + lasts);
    }
    if (size < SEEK_FROM_BEHIND || at < this.#soughtAt + BETWEEN_SEEKS) return null;
    this.#soughtAt = at;
    const aim = this.#futile < FUTILE_PULSES && pulseRate(drift, rates, sessionRate) !== null ? 0 : AIMS_AHEAD;
    return this.#begin({ kind: "seek", ahead: this.seekCost * sessionRate + aim, aim }, at + this.seekCost);
  }

  /** It was let go at local instant `at`, from a place known to be `lead` seconds of media ahead of the timeline. */
  starts(at, lead) {
    this.#begin({ kind: "start", lead }, at);
  }

  /** It is sent to where the timeline is, by the session's wish; gives how many seconds further it is to go. */
  seeks(at) {
    this.#begin({ kind: "seek", aim: 0 }, at + this.seekCost);
    return this.seekCost;
  }

  /** What is under way was not done at all: the next may come at once. */
  failed(at) {
    this.#under = null;
    this.#restsUntil = at;
  }

  /** What is under way is over, or was taken away: by a pause, a seek or a load of the session's. */
  interrupt(at) {
    this.#under = null;
    this.#restsUntil = at + REST;
  }

  #begin(act, until) {
    this.#under = act;
    this.#restsUntil = until + REST;
    return act;
  }

  /** `drift` is what is left after the last act: too far ahead, and it cost less than was thought. */
  #learn(drift, sessionRate) {
    const act = this.#under;
    this.#under = null;
    const size = Math.abs(drift);
    if (act === null || size > NOT_A_SEEKS) return;
    if (act.kind === "pulse") this.#learnGain(act, drift);
    if (act.kind === "start" && size < NOT_A_STARTS) {
      const cost = (act.lead - drift) / sessionRate;
      this.startCost = between(0, this.startCost + LEARNS * (cost - this.startCost), START_COSTS_AT_MOST);
    }
    if (act.kind === "pause" && size < NOT_A_PAUSES) {
      this.pauseCost = between(0, this.pauseCost - LEARNS * drift, START_COSTS_AT_MOST);
    }
    if (act.kind === "seek") this.seekCost = between(0, this.seekCost - LEARNS * (drift - act.aim), SEEK_COSTS_AT_MOST);
  }

  #learnGain({ before, share }, drift) {
    if (Math.abs(share) < SHOWS_GAIN) return;
    const gain = (drift - before) / share;
    this.#futile = gain < NO_GAIN ? this.#futile + 1 : 0;
    if (gain >= NO_GAIN) this.gain = between(LEAST_GAIN, this.gain + LEARNS * (gain - this.gain), MOST_GAIN);
  }
}

/** Of the rates that a player has, the nearest to the session's that takes the drift out; null without one. */
function pulseRate(drift, rates, sessionRate) {
  if (rates === null) return sessionRate * (drift > 0 ? 0.75 : 1.25);
  const fitting = rates.filter((rate) => (drift > 0 ? rate < sessionRate : rate > sessionRate) && rate > 0);
  if (fitting.length === 0) return null;
  return fitting.reduce((best, rate) => (Math.abs(rate - sessionRate) < Math.abs(best - sessionRate) ? rate : best));
}

/** Of the rates that a player has, the nearest; `rates`: see player.js. */
export function nearestRate(rates, rate) {
  if (rates === null) return rate;
  return rates.reduce((best, each) => (Math.abs(each - rate) < Math.abs(best - rate) ? each : best));
}

function between(least, value, most) {
  return Math.min(most, Math.max(least, value));
}
