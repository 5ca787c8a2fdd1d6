// What a person does on the page's own controls, done at the player as if their hand were on it.
//
// It acts here at once, and the session is told by the controller. Where the controller brings the player there anyway
// nothing is done twice.

import { Phase } from "./player_belief.js";

/** Takes the acts of the page's controls to one player. */
export class PageHands {
  #controller;
  #wayOut;
  #tell;
  #clock;

  /** `tell(event)` tells the controller, `clock` gives local seconds. */
  constructor({ controller, wayOut, tell, clock }) {
    this.#controller = controller;
    this.#wayOut = wayOut;
    this.#tell = tell;
    this.#clock = clock;
  }

  /**
   * Do what was asked for: `pause`, `play`, `seek` (to `position`, s) or `rate`; `isLinked` says whether the session
   * can be told at once. False where nothing is to be done at the player: the session is to be asked, and what it
   * answers does the rest.
   */
  take(act, { position, rate, isLinked }) {
    const isPrimed = ![Phase.EMPTY, Phase.LOADING, Phase.FAILED].includes(this.#controller.phase);
    if (this.#wayOut.player === null || !isPrimed) return false;
    if (act === "play") return this.#play(isLinked);
    if (act === "pause") this.#pause();
    else if (act === "seek") this.#seek(position, isLinked);
    else this.#changeRate(rate);
    return true;
  }

  #position() {
    return this.#controller.view(this.#clock()).position;
  }

  #pause() {
    const position = this.#position();
    this.#wayOut.carryOut({ type: "pauseNow" });
    this.#tell({ type: "personPaused", position });
  }

  /**
   * A play is made when all make it. So a player that stands is left standing, where a play by its own button would
   * have to be taken back, unless the session has yet to hear of something that comes before it.
   */
  #play(isLinked) {
    const { viewOnly, goal, hasUnanswered } = this.#controller;
    this.#wayOut.ask("unlock");
    if (!viewOnly) {
      // Who waits for the common start is about to be let go.
      if (goal.playing) return true;
      if (isLinked && !hasUnanswered) return false;
      if (!isLinked) this.#wayOut.ask("unpause");
    }
    this.#tell({ type: "personPlayed", position: this.#position() });
    return true;
  }

  #seek(position, isLinked) {
    const { viewOnly, goal } = this.#controller;
    // With a link the controller brings the player there, and lets it go on with all the others.
    const goesAlone = viewOnly || (!isLinked && goal.playing);
    if (goesAlone) this.#wayOut.carryOut({ type: "seekTo", position });
    this.#tell({ type: "personSought", position, exact: goesAlone });
  }

  #changeRate(rate) {
    if (this.#controller.viewOnly) this.#wayOut.ask("setRate", rate, { keepPitch: rate !== 1, sessionRate: rate });
    this.#tell({ type: "personChangedRate", rate });
  }
}
