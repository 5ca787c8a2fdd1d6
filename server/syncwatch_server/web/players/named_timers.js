// Timers by name: each can be set anew or called off by whoever knows what it is for.

export class NamedTimers {
  #timers;
  #set = new Map();

  /** @param {{setTimeout: Function, clearTimeout: Function}} timers */
  constructor(timers) {
    this.#timers = timers;
  }

  /** Do `act` in so many seconds; takes the place of what that name was for. */
  after(name, seconds, act) {
    this.never(name);
    const timer = this.#timers.setTimeout(() => {
      this.#set.delete(name);
      act();
    }, seconds * 1000);
    this.#set.set(name, timer);
  }

  never(...names) {
    for (const name of names) {
      this.#timers.clearTimeout(this.#set.get(name));
      this.#set.delete(name);
    }
  }

  neverAny() {
    this.never(...this.#set.keys());
  }

  /** Whether it is still to come. */
  has(name) {
    return this.#set.has(name);
  }
}
