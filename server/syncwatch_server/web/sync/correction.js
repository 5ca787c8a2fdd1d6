// From drift to what is done about it: nothing, a nudge of the rate, or a restart.
// The twin of syncwatch_core/correction.py, which says where each constant comes from.

/** 1/s. At most a quarter over the 0.38 s that mpv's sound buffer delays a change of rate. */
export const GAIN = 0.5;

/** 1/s². Damping 1.4: no overshoot beyond 2 ms was measured. */
export const INTEGRAL_GAIN = 0.03;

/** Sound devices are off by 20 to 100 ppm, and so is the clock. */
export const INTEGRAL_LIMIT = 300e-6;

/** Seconds of drift beyond which nothing is learned. */
export const INTEGRATE_WITHIN = 0.03;

/** Seconds; the noise of a reading. */
export const DEAD_BAND = 0.0001;

/** Below so many seconds of drift, change the rate by so much at most. */
export const GENTLE_WITHIN = 0.02;
export const GENTLE = 0.005;

/** The most by which the rate is changed at all; only in the seconds after an event. */
export const FIRM = 0.02;

/** Seconds; at 2 % this takes six, and a restart only a fraction of one. */
export const RESTART_BEYOND = 0.12;

/** Seconds; the same limit just after a change of rate, which finds everybody at their own delay on the network. */
export const RESTART_SOONER_BEYOND = 0.03;

/** Readings in a row beyond the limit before a restart: one may be false. */
export const CONFIRMATIONS = 2;

/**
 * What is to be done: `{change}` is to play at `1 + change` times the timeline's rate, `{restart: true}` is to pause,
 * seek ahead of the timeline, and start when it comes there.
 *
 * @typedef {{change: number}|{restart: true}} Steering
 */

/** What the law remembers between two readings; a value. */
export class Correction {
  /**
   * @param {number} integral The lasting part of the change of rate.
   * @param {number} beyond Readings in a row beyond the limit.
   */
  constructor(integral = 0, beyond = 0) {
    this.integral = integral;
    this.beyond = beyond;
    Object.freeze(this);
  }

  /**
   * What to do about `drift` (s, positive is ahead), `elapsed` seconds after the reading before.
   *
   * `firmly`: an event has just disturbed the picture anyway, and a small drift too may be taken out quickly.
   *
   * @returns {[Correction, Steering]}
   */
  steer(drift, elapsed, { firmly = false, restartBeyond = RESTART_BEYOND } = {}) {
    const size = Math.abs(drift);
    if (size > restartBeyond) {
      const beyond = this.beyond + 1;
      if (beyond >= CONFIRMATIONS) return [new Correction(this.integral), { restart: true }];
      return [new Correction(this.integral, beyond), { change: this.integral }];
    }
    // Both parts rest within the dead band: the integral part alone would swing to and fro in it for ever.
    const outside = Math.max(0, size - DEAD_BAND) * (drift > 0 ? 1 : -1);
    let integral = this.integral;
    if (size < INTEGRATE_WITHIN) integral = within(integral - INTEGRAL_GAIN * outside * elapsed, INTEGRAL_LIMIT);
    const limit = size < GENTLE_WITHIN && !firmly ? GENTLE : FIRM;
    return [new Correction(integral), { change: within(integral - GAIN * outside, limit) }];
  }
}

const within = (value, limit) => Math.max(-limit, Math.min(limit, value));
