// The way out: carries out what the `VideoController` asks for, at the player and at the session.
// The twin of syncwatch_cli/way_out.py.
//
// Each command is begun at once and none is waited for. The one thing that needs care is the instant of a start.

import { reasonOf } from "../players/player.js";
import { StartTimer } from "./start_timer.js";

/** Carries out commands; it has the player, which changes with the media. */
export class WayOut {
  /** @type {?import("../players/player.js").Player} */
  player = null;
  /** The media's title, as whoever found it has it. */
  title = null;
  /** Why the player can't play the media, `{message, code, fields}` as a player tells it; null while it can, or tries. */
  failure = null;
  #playerFor;
  #client;
  #on;
  #start;
  #wish = null;
  #load = 0;
  /** The media that was found last. */
  #foundId = null;

  /**
   * @param {object} given
   * @param {import("../players/player.js").PlayerFor} given.playerFor
   * @param {{send: Function, post: Function}} given.client
   * @param {() => number} given.clock The local clock, s.
   * @param {{setTimeout: Function, clearTimeout: Function}} given.timers
   * @param {number} [given.spin]
   * @param {object} given.on Who hears: `tell(event)` what comes of a command, `turned(player)` that another player is
   *   the one now, `status(state)` gives what the session is told, `notice(code, message)` and `fault(error)` are for
   *   the page.
   */
  constructor({ playerFor, client, clock, timers, spin, on }) {
    this.#playerFor = playerFor;
    this.#client = client;
    this.#on = on;
    this.#start = new StartTimer({ clock, timers, spin });
  }

  /** Begin what is asked for. */
  carryOut(command) {
    switch (command.type) {
      case "setRate":
        this.#wish = command;
        this.#setRate();
        break;
      case "pauseNow":
        this.disarm();
        this.ask("pause");
        break;
      case "seekTo":
        this.disarm();
        this.ask("seek", command.position);
        break;
      case "startAt":
        this.#start.set(command.at, () => this.ask("unpause"));
        break;
      case "loadMedia":
        this.#drop();
        this.title = null;
        this.failure = null;
        this.ask("pause");
        this.#find(command.media, command.position);
        break;
      case "unloadMedia":
        this.#drop();
        this.ask("unload");
        break;
      case "sendAction":
        this.#sendAction(command);
        break;
      case "sendEnded":
        // Without a link it is said again once there is one.
        this.#client.send("video-ended", { mediaId: command.mediaId }).catch(() => {});
        break;
      case "sendStatus":
        this.#client.post("status", this.#on.status(command.state));
        break;
      case "tell":
        this.#on.notice(command.code, command.message);
        break;
    }
  }

  /** The player is not to be let go after all. */
  disarm() {
    this.#start.cancel();
  }

  /** Ask something of the player, if there is one; a fault of it is told and keeps nothing else from going on. */
  ask(name, ...given) {
    try {
      this.player?.[name]?.(...given);
    } catch (fault) {
      this.#on.fault(fault);
    }
  }

  // --- at the player ---

  /** What is on its way is no longer wanted. */
  #drop() {
    this.disarm();
    this.#load += 1;
  }

  async #find(media, position) {
    const load = this.#load;
    const anew = media.mediaId === this.#foundId;
    this.#foundId = media.mediaId;
    try {
      const found = await this.#playerFor(media, { anew });
      if (load !== this.#load) return;
      this.#turnTo(found.player);
      this.title = found.title ?? null;
      this.#setRate();
      found.player.load(found.source, position, { title: media.title ?? this.title });
    } catch (fault) {
      if (load !== this.#load) return;
      this.failure = reasonOf(fault);
      this.#on.tell({ type: "playerFailed", ...this.failure });
    }
  }

  #turnTo(player) {
    if (player === this.player) return;
    if (this.player !== null) {
      this.player.listener = () => {};
      this.ask("unload");
    }
    this.player = player;
    this.#on.turned(player);
  }

  #setRate() {
    if (this.#wish === null) return;
    const { rate, keepPitch, sessionRate } = this.#wish;
    this.ask("setRate", rate, { keepPitch, sessionRate });
  }

  // --- at the session ---

  async #sendAction({ event, at, position, rate }) {
    const fields = Object.entries({ at, currentTime: position, rate });
    const payload = Object.fromEntries(fields.filter(([, value]) => value !== null));
    let answer;
    try {
      answer = await this.#client.send(event, payload);
    } catch (refusal) {
      // An action that a broken link swallowed is kept by the controller until the link is mended.
      if (refusal.code === "server-unreachable") return;
      const { code = "server-error", message, playback = null } = refusal;
      this.#on.tell({ type: "actionRefused", code, message, playback });
      return;
    }
    this.#on.tell({ type: "actionAccepted", playback: answer.playback });
  }
}
