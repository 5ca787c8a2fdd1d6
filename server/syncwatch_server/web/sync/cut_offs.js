// How often media that broke off is asked for anew: once, until it has been of use.
// The twin of syncwatch_core/cut_offs.py.

/** Seconds: what breaks off a second time sooner than this, never in sync meanwhile, will break off again. A choice. */
export const AGAIN_WITHIN = 30;

/** Remembers when media broke off last; instants are local, s. */
export class CutOffs {
  #lastAt = null;

  /** It has broken off; whether a fresh way to it is worth a try. */
  happened(now) {
    const lastAt = this.#lastAt;
    this.#lastAt = now;
    return lastAt === null || now - lastAt > AGAIN_WITHIN;
  }

  /** The player has come into sync: the fresh way was of use. */
  helped() {
    this.#lastAt = null;
  }
}
