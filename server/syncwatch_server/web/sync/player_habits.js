// What is learned of one player: what a seek costs it, how late it starts, and whether restarts help it.
// The twin of syncwatch_core/player_habits.py. Each habit is read off what happens anyway.

/** Seconds; what an exact seek is taken to cost before one was seen. */
export const FIRST_SEEK_COST = 0.2;

/** Seconds that a seek ahead leaves for what the last seeks did not show. */
export const SEEK_MARGIN = 0.05;

/** Seconds by which a seek is quicker than those before it, so that what was learned from them no longer holds. */
export const FAR_QUICKER = 0.5;

/** Seconds; a start that was earlier or later than that shows something else than a habit. */
export const EARLY_AT_MOST = 0.02;
export const LATE_AT_MOST = 0.2;

/** Seconds; a first start that was later than that is taken for what the sound device needs. */
export const SLOW_DEVICE = 0.01;

/** Starts that the latency is the median of, and how many on time are taken to have been before the first. */
export const STARTS_KEPT = 9;
export const UNBELIEVED = 2;

/** Seconds between two restarts; doubled by each that did not help, so that a hopeless player is not tormented. */
export const RESTART_PAUSE = 2;
export const RESTART_PAUSE_LIMIT = 30;

/** What an exact seek costs this player. */
export class SeekCost {
  seconds = FIRST_SEEK_COST;

  /** By how many seconds a seek is to aim ahead of a moving timeline, to be done before the timeline is there. */
  get ahead() {
    return this.seconds * 1.2 + SEEK_MARGIN;
  }

  /** For how many seconds it is better to wait for the timeline than to seek again. */
  get worthWaiting() {
    return 2 * (this.seconds + SEEK_MARGIN);
  }

  /**
   * A seek took so long.
   *
   * A cost that was exceeded counts for more than one that was undercut: starts are to be made.
   * So does one undercut by far, as after a stall within a seek: else the player would stand and wait for long.
   */
  learn(seconds) {
    const countsForMore = seconds > this.seconds || seconds < this.seconds - FAR_QUICKER;
    this.seconds += (seconds - this.seconds) * (countsForMore ? 0.7 : 0.3);
  }
}

/**
 * By how much this player is late in starting; pitch correction, where it is on, has a latency of its own.
 *
 * It is the median of the last starts: a start that a busy machine made late says nothing of the next.
 */
export class StartLatency {
  /**
   * Seconds that a start is taken to be late before one was seen: 0 for mpv, and what a browser's player says of
   * itself.
   */
  expected = 0;
  #seen = new Map();

  /** Seconds by which it is to be let go sooner. */
  of(keepPitch) {
    const seen = this.#seen.get(keepPitch);
    return seen === undefined ? this.expected : median(seen);
  }

  /** Another player: nothing is known of it but what it says. */
  forget(expected) {
    this.expected = expected;
    this.#seen.clear();
  }

  /** A start was `late` seconds late, made sooner by what was known. */
  learn(late, keepPitch) {
    const learned = Math.max(-EARLY_AT_MOST, Math.min(LATE_AT_MOST, this.of(keepPitch) + late));
    const seen = this.#seen.get(keepPitch);
    if (seen === undefined) {
      // A start that was a little late is believed once others were; a very late one shows a slow sound device.
      const first = Math.abs(learned) < SLOW_DEVICE ? Array(UNBELIEVED).fill(0) : [];
      this.#seen.set(keepPitch, [...first, learned]);
    } else {
      this.#seen.set(keepPitch, [...seen, learned].slice(-STARTS_KEPT));
    }
  }
}

/** When this player may be restarted again. */
export class RestartPatience {
  /** Restarts so far. */
  count = 0;
  #notBefore = 0;
  #pause = RESTART_PAUSE;

  /** Whether the last restart was long enough ago. */
  allows(now) {
    return now >= this.#notBefore;
  }

  /** The player is restarted now; the pause until the next is twice that before it. */
  restarted(now) {
    this.count += 1;
    this.#notBefore = now + this.#pause;
    this.#pause = Math.min(2 * this.#pause, RESTART_PAUSE_LIMIT);
  }

  /** The player has come into sync. */
  helped() {
    this.#pause = RESTART_PAUSE;
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
