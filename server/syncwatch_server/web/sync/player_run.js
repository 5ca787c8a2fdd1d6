// One run of a player, from a start to the next standstill: its readings of drift, and what each asks for.
// The twin of syncwatch_core/player_run.py.

import { Correction, RESTART_BEYOND, RESTART_SOONER_BEYOND } from "./correction.js";

/** Seconds after a start in which the player's report is not yet to be trusted. */
export const SETTLE = 0.5;

/** Seconds after a start or a change of rate in which drift is taken out firmly: by then all are to be together. */
export const FIRM_FOR = 3;

/** Seconds that the first reading stands for, as one of four a second does, and that any stands for at most. */
export const FIRST_ELAPSED = 0.25;
export const ELAPSED_AT_MOST = 1;

/** Local instant. */
const LONG_AGO = -Infinity;

/** See the module; what was learned of the sound device is handed on from run to run. */
export class Run {
  /** Local instant. */
  beganAt;
  /** Seconds, positive is ahead; null before the first reading. */
  drift = null;
  /** Whether the next reading shows how late the start was: none was taken since, and the rate is the same. */
  showsStart = true;
  #correction;
  #elapsed = FIRST_ELAPSED;
  #readAt = null;
  #newRateAt = LONG_AGO;

  constructor(beganAt = LONG_AGO, integral = 0) {
    this.beganAt = beganAt;
    this.#correction = new Correction(integral);
  }

  /** The lasting part of the change of rate. */
  get integral() {
    return this.#correction.integral;
  }

  /** Whether a reading of that local instant can be trusted. */
  isSettled(at) {
    return at >= this.beganAt + SETTLE;
  }

  /** The goal moves at another rate from now on. */
  rateChanged(now) {
    this.#newRateAt = now;
    this.showsStart = false;
  }

  /** The drift was `drift` (s) at local instant `at`. */
  read(drift, at) {
    if (this.#readAt !== null) this.#elapsed = Math.min(ELAPSED_AT_MOST, Math.max(0, at - this.#readAt));
    this.drift = drift;
    this.#readAt = at;
  }

  /** What to do about the last reading. */
  steer(now) {
    const newRate = now < this.#newRateAt + FIRM_FOR;
    const [correction, steering] = this.#correction.steer(this.drift, this.#elapsed, {
      firmly: newRate || now < this.beganAt + FIRM_FOR,
      restartBeyond: newRate ? RESTART_SOONER_BEYOND : RESTART_BEYOND,
    });
    this.#correction = correction;
    return steering;
  }
}
