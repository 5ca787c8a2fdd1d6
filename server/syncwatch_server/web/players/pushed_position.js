// Where a player is that tells its position now and then, each time a little late: by messages from a frame of its own.
//
// While it plays at one rate, a push that came straight through is the one that puts it furthest ahead; those that waited
// on the way say less than is true. So of the pushes of the last seconds the one furthest ahead is believed.

/** Seconds for which a push is looked at. */
const WINDOW = 4;

/** Seconds beyond which a position is another place, not a push that came late. */
export const ELSEWHERE = 1;

export class PushedPosition {
  #pushes = [];
  #rate = 1;

  /** It plays at another rate, or from another place: what was told before says nothing any more. */
  forget(rate) {
    this.#rate = rate;
    this.#pushes = [];
  }

  /** It told `position` (s), which came at local instant `at` (s). */
  push(position, at) {
    this.#pushes = this.#pushes.filter((push) => push.at > at - WINDOW);
    this.#pushes.push({ position, at, start: position - this.#rate * at });
  }

  /** The last that it told; null where that was nothing. */
  get last() {
    return this.#pushes.at(-1) ?? null;
  }

  /** Where it is at a local instant, while it plays; null with fewer than `least` pushes to go by. */
  positionAt(at, least = 3) {
    if (this.#pushes.length < least) return null;
    return Math.max(...this.#pushes.map(({ start }) => start)) + this.#rate * at;
  }

  /** By how much `position` at `at` is away from what was told before; 0 without that. */
  jump(position, at) {
    const expected = this.positionAt(at, 1);
    return expected === null ? 0 : position - expected;
  }
}
