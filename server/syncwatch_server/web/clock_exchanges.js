// The exchanges of timestamps that feed the clock's estimator; also the heartbeat, for a dead link shows here first.

import { Exchange } from "./sync/clock.js";

/** Seconds without an answer to `clock` after which a link is dead. */
export const DEAD_AFTER = 2;

/** Seconds between two looks whether the computer has slept. */
const LOOK_EVERY = 0.5;

/**
 * Keeps exchanging for as long as it runs.
 *
 * `estimator` is one of sync/clock.js, `clock()` the local clock (s), `slept()` says for how long the computer slept
 * since it was last asked. `exchanged(estimate)` hears what is believed, `dead()` that the link no longer answers.
 */
export class ClockExchanges {
  constructor({ estimator, clock, slept, timers, link, exchanged, dead }) {
    Object.assign(this, { estimator, clock, slept, timers, link, exchanged, dead });
    this._onTheWay = 0;
    this._era = 0;
    this._timer = null;
    this._looking = null;
  }

  /** Begin with a burst, on a link that has just come up. */
  start() {
    this.stop();
    this.estimator.restart();
    this._onTheWay = 0;
    this._exchange();
    this._look();
  }

  stop() {
    this._era += 1;
    this.timers.clearTimeout(this._timer);
    this.timers.clearTimeout(this._looking);
  }

  _exchange() {
    const era = this._era;
    const clientSent = this.clock();
    this._onTheWay += 1;
    this.link.request("clock", { clientSent }, DEAD_AFTER).then(
      (reply) => {
        if (era === this._era) this._answered(reply, this.clock());
      },
      () => {
        if (era === this._era) this.dead();
      },
    );
    const wait = this.estimator.nextExchangeAt(clientSent, this._onTheWay) - this.clock();
    this._timer = this.timers.setTimeout(() => this._exchange(), Math.max(0, wait) * 1000);
  }

  _answered({ clientSent, serverReceived, serverSent }, clientReceived) {
    this._onTheWay -= 1;
    const exchange = new Exchange(clientSent, serverReceived, serverSent, clientReceived);
    this.exchanged(this.estimator.observe(exchange));
  }

  /** After a sleep the link is dead, and the time is known but roughly until there is another one. */
  _look() {
    this._looking = this.timers.setTimeout(() => this._look(), LOOK_EVERY * 1000);
    if (this.slept() === 0) return;
    const estimate = this.estimator.slept(this.clock());
    if (estimate !== null) this.exchanged(estimate);
    this.dead();
  }
}
