// The pump: facts go into the `VideoController` in the order of their arrival, its commands go out at once.
// The twin of syncwatch_cli/pump.py. Nothing is decided here.

/** Drives one controller by the local clock; `carryOut` is given each of its commands. */
export class Pump {
  #controller;
  #clock;
  #timers;
  #carryOut;
  #after;
  #facts = [];
  #isOpen = false;
  #isPumping = false;
  #alarm = null;

  /**
   * @param {import("./video_controller.js").VideoController} controller
   * @param {object} given
   * @param {() => number} given.clock The local clock, s.
   * @param {{setTimeout: Function, clearTimeout: Function}} given.timers
   * @param {(command: object) => void} given.carryOut
   * @param {() => void} given.after Called whenever something has happened.
   */
  constructor(controller, { clock, timers, carryOut, after }) {
    this.#controller = controller;
    this.#clock = clock;
    this.#timers = timers;
    this.#carryOut = carryOut;
    this.#after = after;
  }

  /** Begin with what has come in so far. */
  open() {
    this.#isOpen = true;
    this.#pump();
  }

  /** Hand on nothing any more, and wake no more. */
  close() {
    this.#isOpen = false;
    this.#clearAlarm();
  }

  /** Hand a fact to the controller; one that arises while another is being carried out waits for its turn. */
  tell(fact) {
    this.#facts.push(fact);
    this.#pump();
  }

  #pump() {
    if (this.#isPumping || !this.#isOpen) return;
    this.#isPumping = true;
    try {
      while (this.#facts.length > 0) {
        for (const command of this.#controller.handle(this.#facts.shift(), this.#clock())) this.#carryOut(command);
      }
    } finally {
      this.#isPumping = false;
    }
    this.#setAlarm();
    this.#after();
  }

  #setAlarm() {
    this.#clearAlarm();
    const at = this.#controller.wakesAt;
    if (at === null || !this.#isOpen) return;
    const wait = Math.max(0, at - this.#clock());
    this.#alarm = this.#timers.setTimeout(() => this.tell({ type: "woken" }), wait * 1000);
  }

  #clearAlarm() {
    this.#timers.clearTimeout(this.#alarm);
    this.#alarm = null;
  }
}
