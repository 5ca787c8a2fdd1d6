// Carries out what the steering of a coarse player decides: the pulses, pauses and seeks, each until it is over, or until
// the session asks for something, which ends it.

import { CoarseSteering, nearestRate } from "./coarse_steering.js";

export class CoarseHelm {
  #clock;
  #due;
  #place;
  #ask;
  #steering = new CoarseSteering();

  /**
   * @param {object} given
   * @param {() => number} given.clock
   * @param {import("./named_timers.js").NamedTimers} given.due
   * @param {import("./coarse_place.js").CoarsePlace} given.place
   * @param {{play: Function, pause: Function, seek: Function, rate: Function}} given.ask How the player is asked.
   */
  constructor({ clock, due, place, ask }) {
    this.#clock = clock;
    this.#due = due;
    this.#place = place;
    this.#ask = ask;
  }

  get isPulsing() {
    return this.#due.has("pulse");
  }

  /** Whether it was paused for a moment, to let the others catch up. */
  get isResting() {
    return this.#due.has("rest");
  }

  /** How far ahead of the timeline it is to stand, s of media, so that at `rate` it starts together with the others. */
  leadAt(rate) {
    return this.#steering.startCost * rate;
  }

  /** @param {import("./player.js").Steering} steering @param {?number[]} rates See player.js. */
  steer({ drift, at, sessionRate, positionAt }, rates) {
    const act = this.#steering.decide(drift, { at, rates, sessionRate });
    if (act?.kind === "pulse") this.#pulse(nearestRate(rates, act.rate), act.lasts, sessionRate);
    else if (act?.kind === "pause") this.#rest(act.lasts);
    else if (act?.kind === "seek") this.#jump(positionAt(this.#clock()) + act.ahead);
  }

  /** It was let go from a place that is known to be `lead` seconds of media ahead of the timeline. */
  starts(lead) {
    this.#steering.starts(this.#clock(), lead);
  }

  /** It was let go elsewhere, and goes only now to where the timeline is: `position`, s of media. */
  startsBySeek(position, rate) {
    this.#jump(position + this.#steering.seeks(this.#clock()) * rate);
  }

  /** The session asks for something: what is under way is no more, and `rate` is the one to play at. */
  interrupt(rate) {
    this.#steering.interrupt(this.#clock());
    if (this.isPulsing) this.#ask.rate(rate);
    this.#due.never("pulse", "rest");
  }

  /** The rate of the pulse that is under way was not taken. */
  failsToPulse() {
    if (!this.isPulsing) return;
    this.#due.never("pulse");
    this.#steering.failed(this.#clock());
  }

  #pulse(rate, lasts, sessionRate) {
    this.#ask.rate(rate);
    this.#due.after("pulse", lasts, () => {
      this.#ask.rate(sessionRate);
      this.#place.startsAnew(this.#clock());
    });
  }

  #rest(lasts) {
    this.#ask.pause();
    this.#due.after("rest", lasts, () => {
      this.#ask.play();
      this.#place.startsAnew(this.#clock());
    });
  }

  #jump(position) {
    this.#ask.seek(position);
    // Until it plays there, it buffers, which is no news.
    this.#place.startsAnew(this.#clock(), this.#steering.seekCost);
  }
}
