// The instant of a start, met as precisely as the platform allows.
//
// A timer of a browser is late by 1 to 5 ms, more the longer it was set for, and counts in whole milliseconds. So a
// first one is set for a little earlier, a second one for most of what is left, and the rest is waited for by looking
// at the clock: a few milliseconds of one thread, once a start.

/** Seconds before a start at which the second timer is set. */
export const NEAR = 0.025;

/** Seconds before a start that are waited for by looking at the clock. */
export const SPIN = 0.004;

/** Lets something go at one local instant; at most one start waits at a time. */
export class StartTimer {
  #clock;
  #timers;
  #spin;
  #timer = null;

  /** `clock` gives local seconds; without `spin` (s) the timers alone decide, as for a clock that stands meanwhile. */
  constructor({ clock, timers, spin = SPIN }) {
    this.#clock = clock;
    this.#timers = timers;
    this.#spin = spin;
  }

  /** Call `go` at local instant `at` (s), or at once where that has passed; takes the place of a start before it. */
  set(at, go) {
    this.cancel();
    const left = at - this.#clock();
    // Twice as far, so that a first timer that was early by a hair is not set again and again.
    const wait = left > 2 * NEAR ? left - NEAR : Math.max(0, left - this.#spin);
    this.#timer = this.#timers.setTimeout(() => this.#comesNear(at, go), wait * 1000);
  }

  /** There is to be no start after all. */
  cancel() {
    this.#timers.clearTimeout(this.#timer);
    this.#timer = null;
  }

  #comesNear(at, go) {
    // A timer may be early too: browsers round down.
    if (at - this.#clock() > this.#spin + 1e-9) {
      this.set(at, go);
      return;
    }
    this.#timer = null;
    while (this.#spin > 0 && this.#clock() < at);
    go();
  }
}
