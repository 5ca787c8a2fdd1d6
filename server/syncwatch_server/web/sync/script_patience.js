// How often a script in the player is put right, and how often the person reads of it.
// The twin of syncwatch_core/script_patience.py; in a browser an extension may be such a script.

/** Times within so many seconds that a player is brought back from where scripts take it. A choice. */
export const PUT_RIGHT_AT_MOST = 3;
export const WITHIN = 10;

/** Seconds until it is tried again: the shorter half of what sponsor skippers skip. A choice. */
export const LEFT_ALONE_FOR = 15;

/** Seconds between two words about it. */
export const TOLD_EVERY = 60;

/** The acts of scripts in one player; instants are local seconds. */
export class ScriptPatience {
  /** The instant from which a player that is left alone is brought back; null where none is. */
  triedAgainAt = null;
  #putRight = [];
  #toldAt = null;

  /** Whether to undo what a script has just done; else the player is left to it. */
  putsRight(now) {
    if (this.triedAgainAt !== null) return false;
    if (this.#putRight.length === PUT_RIGHT_AT_MOST && now < this.#putRight[0] + WITHIN) {
      this.triedAgainAt = now + LEFT_ALONE_FOR;
      this.#putRight = [];
      return false;
    }
    this.#putRight = [...this.#putRight, now].slice(-PUT_RIGHT_AT_MOST);
    return true;
  }

  /** Whether a player that is left alone is to be brought back. */
  isDue(now) {
    return this.triedAgainAt !== null && now >= this.triedAgainAt;
  }

  /** The player is with the session again, whoever brought it there. */
  ends() {
    this.triedAgainAt = null;
  }

  /** Whether to say something about it now. */
  tells(now) {
    if (this.#toldAt !== null && now < this.#toldAt + TOLD_EVERY) return false;
    this.#toldAt = now;
    return true;
  }
}
