// One participant, live: a player, a seat in the session, a controller between them.
// The twin of syncwatch_cli/runtime.py, without a document: clock, timers, client and players are given.
//
// What the client and the player say is handed to the `Pump`, and the `WayOut` carries out what comes of it. Besides,
// the player is looked at four times a second, and what a coarse player does about its drift is left to itself.

import { PERSON_EVENTS, PLAYER_EVENTS, reasonOf } from "../players/player.js";
import { PageHands } from "./page_hands.js";
import { Pump } from "./pump.js";
import { VideoController } from "./video_controller.js";
import { WayOut } from "./way_out.js";

/** Seconds between two readings of the player. */
export const SAMPLE_EVERY = 0.25;

/** Seconds after which a reading that did not come is waited for no more. */
const READING_LOST_AFTER = 2;

/** Characters of a title or of the words for a failure, as the wire takes them. */
const TEXT_LIMIT = 300;

/**
 * What the page hears, through the `listener`:
 *
 * - `{type: "stands", view}` whenever something has happened; see `view`.
 * - `{type: "notice", code, message}`: words for the person, as if the session had said them.
 * - `{type: "gestureNeeded"}`, `{type: "gestureGiven"}`: the browser wants a touch before it plays; `unlock` is for
 *   that.
 * - `{type: "turned", player}`: another player is the one now.
 * - `{type: "fault", error}`: a player threw; nothing else is the worse for it.
 *
 * @typedef {{type: string} & Record<string, unknown>} RuntimeFact
 */

/** One participant, live; see the module. */
export class SessionRuntime {
  controller;
  /** Seconds of media that the player has ahead; null where that is not known. */
  bufferedFor = null;
  #client;
  #clock;
  #timers;
  #listener;
  #pump;
  #wayOut;
  #hands;
  #absence = null;
  #isRunning = false;
  #isLinked = true;
  #looking = null;
  #timer = null;
  #unlisten = () => {};

  /**
   * @param {object} given
   * @param {object} given.client A VideoSessionClient: `listen(listener)` tells its facts, `send` and `post` take
   *   events.
   * @param {import("../players/player.js").PlayerFor} given.playerFor
   * @param {() => number} given.clock The client's and the players' local clock, s.
   * @param {{setTimeout: Function, clearTimeout: Function}} given.timers
   * @param {(fact: RuntimeFact) => void} [given.listener]
   * @param {boolean} [given.viewOnly] What the person does in the player stays theirs.
   * @param {number} [given.deviceDelay] The sound device's own, s.
   * @param {number} [given.spin] See start_timer.js.
   */
  constructor({ client, playerFor, clock, timers, listener = () => {}, viewOnly = false, deviceDelay = 0, spin }) {
    this.#client = client;
    this.#clock = clock;
    this.#timers = timers;
    this.#listener = listener;
    this.controller = new VideoController("", { viewOnly, deviceDelay });
    const carryOut = (command) => this.#wayOut.carryOut(command);
    this.#pump = new Pump(this.controller, { clock, timers, carryOut, after: () => this.#stands() });
    const on = {
      tell: (event) => this.#pump.tell(event),
      turned: (player) => this.#turned(player),
      status: (state) => this.#status(state),
      notice: (code, message) => listener({ type: "notice", code, message }),
      fault: (error) => listener({ type: "fault", error }),
    };
    this.#wayOut = new WayOut({ playerFor, client, clock, timers, spin, on });
    this.#hands = new PageHands({ controller: this.controller, wayOut: this.#wayOut, tell: on.tell, clock });
  }

  // --- its life ---

  /** Begin: with what the client knows already, if it has a seat. */
  start() {
    this.#isRunning = true;
    this.#unlisten = this.#client.listen((fact) => this.#take(fact));
    this.#pump.open();
    const { estimate, session, participantId } = this.#client;
    if (estimate) this.#take({ type: "exchanged", estimate });
    if (session) this.#take({ type: "seated", session, participantId, isAgain: false });
    this.#keepLooking();
  }

  /** End; the player shows nothing, and is the page's again. */
  stop() {
    this.#isRunning = false;
    this.#unlisten();
    this.#pump.close();
    this.#timers.clearTimeout(this.#timer);
    this.#wayOut.carryOut({ type: "unloadMedia" });
    if (this.player !== null) this.player.listener = () => {};
  }

  /** @returns {?import("../players/player.js").Player} */
  get player() {
    return this.#wayOut.player;
  }

  /**
   * How things stand: the controller's view, and what it can't know. A player that is `absence` (see player.js) is
   * away, wherever it was before.
   */
  view() {
    const view = this.controller.view(this.#clock());
    const { failure, title } = this.#wayOut;
    const beside = { absence: this.#absence, failure, title, bufferedFor: this.bufferedFor };
    if (this.#absence === null) return { ...view, ...beside };
    return { ...view, ...beside, state: "away", position: null, drift: null, inSync: false };
  }

  /** Look at the player now: the page is shown again, the phone is back, the network says that it is up. */
  look() {
    if (this.#isRunning) this.#look();
  }

  /** The person has touched the page: let the player play aloud. To be called from that very touch. */
  unlock() {
    this.#wayOut.ask("unlock");
  }

  // --- in: the session ---

  #take(fact) {
    switch (fact.type) {
      case "seated":
        this.#isLinked = true;
        this.controller.participantId = fact.participantId;
        this.#tellPlayback(fact.session);
        if (fact.isAgain) this.#pump.tell({ type: "linkRestored" });
        break;
      case "playback":
        this.#tellPlayback(fact);
        break;
      case "exchanged":
        this.#pump.tell({ type: "clockEstimated", estimate: fact.estimate });
        break;
      case "lost":
        this.#isLinked = false;
        this.#pump.tell({ type: "linkLost" });
        break;
      case "over":
        this.stop();
        break;
    }
    // Timers of a hidden page may come once a minute; what the session says comes when it is said.
    if (this.#looking === null || this.#clock() > this.#looking.since + 4 * SAMPLE_EVERY) this.look();
  }

  #tellPlayback({ media, playback }) {
    this.#pump.tell({ type: "playbackReceived", media, playback });
  }

  // --- in: the player ---

  #turned(player) {
    this.bufferedFor = null;
    this.#noteAbsence(null);
    player.listener = (event) => this.#onPlayer(player, event);
    const { fineRate, startsLate = 0 } = player.capabilities;
    this.controller.turnTo({ correcting: fineRate, startsLate });
    this.#listener({ type: "turned", player });
  }

  #onPlayer(player, event) {
    if (event.type === "gestureNeeded" || event.type === "gestureGiven") {
      this.#listener({ type: event.type });
      this.look();
    } else if (event.type === "playerNotice") {
      this.#listener({ type: "notice", code: event.code, message: event.message });
    } else if (PLAYER_EVENTS.has(event.type) || PERSON_EVENTS.has(event.type)) {
      if (event.type === "playerFailed" || event.type === "playerCutOff") this.#wayOut.failure = reasonOf(event);
      const endless = event.duration !== undefined && !Number.isFinite(event.duration);
      this.#pump.tell(endless ? { ...event, duration: null } : event);
    }
  }

  #keepLooking() {
    this.#timer = this.#timers.setTimeout(() => {
      this.#look();
      this.#keepLooking();
    }, SAMPLE_EVERY * 1000);
  }

  async #look() {
    const now = this.#clock();
    const { player } = this;
    if (player === null || (this.#looking?.isOpen && now < this.#looking.since + READING_LOST_AFTER)) return;
    const looking = { since: now, isOpen: true };
    this.#looking = looking;
    try {
      this.#noteAbsence(player.absence?.() ?? null);
      const sample = await player.sample();
      if (!this.#isRunning || player !== this.player || looking !== this.#looking) return;
      if (sample !== null && this.#absence === null) this.#sampled(player, sample);
      this.bufferedFor = await player.bufferedFor();
    } catch (error) {
      this.#listener({ type: "fault", error });
    } finally {
      looking.isOpen = false;
    }
  }

  #sampled(player, { position, at }) {
    this.controller.correcting = player.capabilities.fineRate;
    this.#pump.tell({ type: "playerSampled", position, at });
    const { controller } = this;
    if (controller.correcting || !player.steer || !controller.isMeasurable(at)) return;
    player.steer({
      drift: controller.calculateTimeDrift(position, at),
      at,
      sessionRate: controller.goal.rate,
      positionAt: (instant) => controller.goal.positionAt(controller.serverTime(instant)),
    });
  }

  /** Who was away is not waited for; who is back has missed something, and meets the timeline anew. */
  #noteAbsence(absence) {
    const before = this.#absence;
    this.#absence = absence;
    if (absence === before || !this.#isRunning) return;
    if (absence === null) {
      this.#pump.tell({ type: "playerStalled" });
      this.#pump.tell({ type: "playerResumed" });
    } else {
      this.#client.post("status", this.#status(this.controller.view(this.#clock()).state));
    }
    this.#stands();
  }

  // --- in: the person, by the page's own controls ---

  /**
   * Do at the player what the person asked for on the page: `pause`, `play`, `seek` (with `position`, s) or `rate`.
   *
   * It counts as their hand on the player: it acts here at once, and the session is told. False where nothing is to be
   * done at the player, as without one and for a play: then the session is to be asked by who calls this.
   */
  hand(act, { position, rate } = {}) {
    return this.#hands.take(act, { position, rate, isLinked: this.#isLinked });
  }

  // --- out ---

  #stands() {
    this.#listener({ type: "stands", view: this.view() });
  }

  /** What the session is told: docs/contract.md, 3. */
  #status(state) {
    const view = this.view();
    const atLeastZero = (value) => (value === null ? null : Math.max(0, value));
    return {
      state: this.#absence === null ? state : "away",
      currentTime: atLeastZero(view.position),
      drift: view.drift,
      uncertainty: view.uncertainty,
      rtt: atLeastZero(view.rtt),
      jitter: atLeastZero(view.jitter),
      seekCost: view.seekCost,
      bufferedFor: this.bufferedFor,
      duration: view.duration,
      live: view.live,
      mediaId: view.mediaId,
      title: view.title?.slice(0, TEXT_LIMIT) || null,
      failure: view.failure?.message.slice(0, TEXT_LIMIT) || null,
    };
  }
}
