// The rate that one player was asked to play at: written only where it makes a difference.
// The twin of syncwatch_core/player_rate.py.

/** A change of rate below this is not worth writing. */
export const RATE_STEP = 10e-6;

/** What the player plays at: a goal's rate, a little changed by a nudge; unknown until it was written once. */
export class PlayerRate {
  keepPitch = false;
  #written = null;
  #ofGoal = 1;
  #filledAt = 1;

  /** The player or the person has set another rate: the next one is written whatever it is. */
  forget() {
    this.#written = null;
  }

  /** Whether the player plays at that rate of the goal's, nudged or not. */
  isOf(goalRate) {
    return this.#written !== null && this.#ofGoal === goalRate;
  }

  /** By which share what was written is off from that rate of the goal's. */
  changeOf(goalRate) {
    return this.#written ? this.#written / goalRate - 1 : 0;
  }

  /** What to ask for so that the player plays at the goal's rate changed by that share; nothing if it does. */
  write(goalRate, change) {
    const rate = goalRate * (1 + change);
    const keepPitch = goalRate !== 1;
    this.#ofGoal = goalRate;
    const near = this.#written !== null && Math.abs(rate - this.#written) <= RATE_STEP * goalRate;
    if (near && keepPitch === this.keepPitch) return [];
    this.#written = rate;
    this.keepPitch = keepPitch;
    return [{ type: "setRate", rate, keepPitch, sessionRate: goalRate }];
  }

  /** The sound buffer is about to be filled anew, for that rate of the goal's. */
  fill(goalRate) {
    this.#filledAt = goalRate;
  }

  /** Whether what is heard first after a start was made for that rate of the goal's. */
  isFilledAt(goalRate) {
    return this.#filledAt === goalRate;
  }
}
