// What a person did and the session has not yet answered: said one at a time, kept while the link is down.
// The twin of syncwatch_core/outbox.py.
//
// An action is never lost in silence: it is accepted, refused in words, or, where others moved on while the link was
// down, given up, and the person is told.

/** The actions of one participant on their way to the session. */
export class Outbox {
  linked = true;
  #actions = [];
  #inFlight = false;
  /** The revision that the person saw when they did the first of them. */
  #revision = 0;

  /** Whether nothing waits for its answer any more. */
  get isEmpty() {
    return this.#actions.length === 0;
  }

  /** Whether the last that still waits for its answer is of that kind. */
  endsWith(event) {
    return this.#actions.at(-1)?.event === event;
  }

  /** One more; of several alike that were not yet said the last one is enough. */
  put(action, revision) {
    if (this.isEmpty) this.#revision = revision;
    const notYetSaid = this.#actions.length - (this.#inFlight ? 1 : 0);
    if (notYetSaid && this.endsWith(action.event)) this.#actions.pop();
    this.#actions.push(action);
  }

  /** The action to say now; null if there is none, or one still waits for its answer, or there is no link. */
  take() {
    if (!this.linked || this.#inFlight || this.isEmpty) return null;
    this.#inFlight = true;
    return this.#actions[0];
  }

  /** The action that was said has its answer. */
  answered() {
    this.#inFlight = false;
    this.#actions.shift();
  }

  /** Whether the action on its way arrived is not known. */
  linkLost() {
    this.linked = false;
    this.#inFlight = false;
  }

  /** Drop what had arrived after all; false, with everything dropped, if others have moved on meanwhile. */
  linkRestored(playback, participantId) {
    this.linked = true;
    this.#inFlight = false;
    if (this.isEmpty) return true;
    const arrived =
      playback.revision === this.#revision + 1 &&
      playback.cause.participantId === participantId &&
      playback.cause.event === this.#actions[0].event;
    if (arrived) {
      this.#actions.shift();
    } else if (playback.revision !== this.#revision) {
      this.#actions = [];
      return false;
    }
    this.#revision = playback.revision;
    return true;
  }
}
