// One participant's state machine: keeps one player on the session's timeline.
// The twin of syncwatch_core/controller.py.
//
// `VideoController.handle(event, now)` is told what happened and answers with what is to be done; `wakesAt` says when
// it wants to be told `woken`; `view(now)` is what a screen shows. `now` is the participant's own local clock, s.
//
// There is one goal, a `Timeline`: the session's, or, until the session has answered, what the person has just done.
// There is one belief about the player. Whatever happens changes the goal or the belief, and then the `Follower`
// compares the two and asks for what is missing; its module says how a start is made. So nothing depends on the order
// in which messages arrive, and a message that arrives twice changes nothing. Here is the conversation: which goal it
// is, and what the session and the person are told.
//
// What the session refuses is undone by following its playback. What is done at the player itself is the `Hands`'.

import { isAlike } from "./alike.js";
import { stateOf, viewOf } from "./controller_view.js";
import { Follower } from "./follower.js";
import { Hands } from "./hands.js";
import { Phase } from "./player_belief.js";
import { Timeline } from "./timeline.js";

/** Seconds between reports while nothing changes. docs/contract.md, 3: every few seconds. */
export const STATUS_EVERY = 5;

const OVERTAKEN = "while you were away others moved on; you are with them again";

/** Keeps one player on the timeline; see the module for how. */
export class VideoController {
  participantId;
  /** The session's, as far as it was heard. */
  playback = null;
  #out = [];
  #follower;
  #hands;
  #outbox;
  #player;
  #reported = null;
  #reportAt = 0;
  #handlers;

  /**
   * @param {string} participantId
   * @param {object} [options]
   * @param {boolean} [options.correcting] Whether drift is taken out here.
   * @param {number} [options.deviceDelay] The sound device's own, s.
   * @param {boolean} [options.viewOnly] Whether what the person does stays theirs.
   * @param {boolean} [options.scriptsSteer] Whether what scripts in the player do leads everybody.
   */
  constructor(participantId = "", { correcting, deviceDelay, viewOnly, scriptsSteer } = {}) {
    this.participantId = participantId;
    this.#follower = new Follower(this.#out, { correcting, deviceDelay });
    this.#hands = new Hands(this.#out, this.#follower, { viewOnly, scriptsSteer });
    this.#outbox = this.#hands.outbox;
    this.#player = this.#follower.player;
    this.#handlers = this.#whoTakesWhat();
  }

  /** Every event and who takes it. */
  #whoTakesWhat() {
    const act = (event, now) => this.handleLocalVideoEvent(event, now);
    const landedByHand = (event, now) => this.#landedByHand(event, now);
    return {
      playbackReceived: (event, now) => this.syncVideo(event, now),
      clockEstimated: (event, now) => this.#follower.learnClock(event.estimate, now),
      linkLost: () => this.#outbox.linkLost(),
      linkRestored: (_, now) => this.#linkRestored(now),
      actionAccepted: (event, now) => this.#actionAnswered(event.playback, now),
      actionRefused: (event, now) => this.#actionRefused(event, now),
      playerPrimed: (event, now) => this.#follower.primed(event, now),
      playerFailed: (event, now) => this.#failed(event, now),
      playerCutOff: (event, now) => this.#cutOff(event, now),
      playerLanded: (event, now) => this.#follower.landed(event, now),
      playerSampled: (event, now) => this.#sampled(event, now),
      playerStalled: () => this.#follower.ranDry(),
      playerResumed: (_, now) => this.#resumed(now),
      playerEnded: (event, now) => this.#ended(event, now),
      personPaused: act,
      personPlayed: act,
      personSetOut: (event, now) => this.#hands.setOut(event, now),
      personSought: landedByHand,
      personStayed: landedByHand,
      personChangedRate: act,
      woken: (_, now) => this.#woken(now),
    };
  }

  // --- the three faces ---

  /**
   * Take in what happened and give what is to be done, in this order.
   *
   * @param {import("./controller_events.js").ControllerEvent} event
   * @param {number} now Local instant, s.
   * @returns {import("./controller_events.js").ControllerCommand[]}
   */
  handle(event, now) {
    this.#handlers[event.type](event, now);
    this.#report(now);
    return this.#out.splice(0);
  }

  /** The local instant at which `woken` is wanted; null if never. */
  get wakesAt() {
    if (this.goal === null) return null;
    const instants = [this.#reportAt, this.#player.startsAt, ...this.#hands.wakesAt];
    if (this.#reported !== null && this.#reported.state !== "buffering") instants.push(this.#player.slowFrom);
    return Math.min(...instants.filter((instant) => instant !== null));
  }

  /** What there is to show at `now`. */
  view(now) {
    return viewOf(this.#follower, now);
  }

  /** The timeline that the player is kept on; null until the session was heard. */
  get goal() {
    return this.#follower.goal;
  }

  /** What is believed of the player. */
  get phase() {
    return this.#player.phase;
  }

  /** Whether drift is taken out here, which is so unless a coarse player takes out its own. */
  get correcting() {
    return this.#follower.correcting;
  }

  set correcting(correcting) {
    this.#follower.correcting = correcting;
  }

  /**
   * Another player is there; what was learned of the one before does not hold for it.
   *
   * `correcting`: whether drift is taken out here; `startsLate`: by how many seconds a start of it is late, before one
   * was seen.
   */
  turnTo({ correcting, startsLate }) {
    this.#follower.turnTo({ correcting, startsLate });
  }

  /** Whether what the person does stays theirs. */
  get viewOnly() {
    return this.#hands.viewOnly;
  }

  set viewOnly(viewOnly) {
    this.#hands.viewOnly = viewOnly;
  }

  /** Whether the session has yet to hear, or to answer, something that the person did. */
  get hasUnanswered() {
    return !this.#outbox.isEmpty;
  }

  /** The server's time at a local instant, s; null before the first estimate. */
  serverTime(local) {
    return this.#follower.clock === null ? null : this.#follower.clock.serverTime(local);
  }

  /** Whether a reading of local instant `at` tells the drift. */
  isMeasurable(at) {
    return this.#follower.isMeasurable(at);
  }

  // --- told by the session ---

  /** Take on the session's media and playback, unless something newer is known. */
  syncVideo({ media, playback }, now) {
    if (this.playback !== null && playback.revision < this.playback.revision) return;
    const newer = this.playback === null || playback.revision > this.playback.revision;
    // Where they are on the way to is a place in what is over.
    if (!isAlike(media, this.#follower.media)) this.#hands.arrived();
    this.#follower.media = media;
    this.playback = playback;
    if (newer) this.#hands.keepsWaiting();
    if (newer && this.#follower.atLarge) {
      this.#hands.withTheSession();
      this.#follower.stop(now);
    }
    this.#followSession(now);
    // Who plays on at the end is there at once, and no player will come to it by itself any more.
    if (newer) this.#tellEnd();
  }

  /** Say what the person did meanwhile, unless others have moved on. */
  #linkRestored(now) {
    if (this.playback === null) return;
    this.#reported = null;
    if (!this.#outbox.linkRestored(this.playback, this.participantId)) this.#tell("overtaken", OVERTAKEN);
    this.#tellEnd();
    this.#goOnWithOutbox(now);
  }

  #actionRefused(event, now) {
    this.#tell(event.code, event.message);
    this.#actionAnswered(event.playback, now);
  }

  #actionAnswered(playback, now) {
    this.#outbox.answered();
    if (playback !== null && (this.playback === null || playback.revision >= this.playback.revision)) {
      this.playback = playback;
    }
    this.#goOnWithOutbox(now);
  }

  /** Say the next action; with none left the session's playback is the goal again. */
  #goOnWithOutbox(now) {
    this.#hands.sayNext();
    this.#followSession(now);
  }

  /** The session's playback is the goal, unless the person has done something else that it does not know yet. */
  #followSession(now) {
    if (!this.#outbox.isEmpty || this.#hands.isOnTheWay(now) || this.playback === null) return;
    this.#follower.adopt(Timeline.of(this.playback), now);
  }

  // --- told by the player ---

  #failed(event, now) {
    this.#player.fails(now);
    this.#tell("unplayable", event.message);
  }

  /** What is played no longer comes: once more from where all are, by a fresh way. */
  #cutOff(event, now) {
    if (!this.#player.isPrimed) return;
    this.#hands.arrived();
    this.#hands.withTheSession();
    if (this.#follower.brokeOff(now)) this.#followSession(now);
    else this.#failed(event, now);
  }

  #sampled(event, now) {
    if (!this.#follower.isMeasurable(event.at)) return;
    this.smoothSync(this.calculateTimeDrift(event.position, event.at), event.at, now);
  }

  /** By how much what is heard is ahead of the timeline at local instant `at`, s; behind is negative. */
  calculateTimeDrift(position, at) {
    return this.#follower.driftAt(position, at);
  }

  /** Take the drift out: by a nudge of the rate, or by a restart. */
  smoothSync(drift, at, now) {
    this.#follower.takeOut(drift, at, now);
  }

  #ended(event, now) {
    if (!this.#player.isPrimed) return;
    this.#player.ends(event.position, now);
    this.#tellEnd();
  }

  /** Tell the session that the media is over, where the player stands at its end and the session moves on. */
  #tellEnd() {
    const mediaId = this.#player.loadedId;
    if (this.phase !== Phase.ENDED || mediaId === null) return;
    if (this.#follower.atLarge || !this.#outbox.linked || !this.goal?.playing) return;
    this.#out.push({ type: "sendEnded", mediaId });
  }

  // --- told by the person's hands ---

  /** Take on what was done in the player itself: at once for the person, then for all. */
  handleLocalVideoEvent(event, now) {
    this.#hands.take(event, this.playback, now);
  }

  /** The person is where they were on the way to; where the session has moved on meanwhile is seen to now. */
  #landedByHand(event, now) {
    this.#hands.arrived();
    if (event.type === "personSought") this.handleLocalVideoEvent(event, now);
    this.#followSession(now);
  }

  #resumed(now) {
    // It may have been the person's own seek that had to wait for media.
    if (this.#hands.isOnTheWay(now)) this.#player.stalled = false;
    else this.#follower.resumed(now);
  }

  #woken(now) {
    this.#hands.woken(now);
    if (this.#hands.isGivenUp(now)) this.#followSession(now);
    this.#follower.woken(now);
  }

  // --- reports ---

  /** Tell the session how this player stands: at once when that changes, else every few seconds. */
  #report(now) {
    if (this.goal === null) return;
    const state = stateOf(this.#follower, now);
    // Where all stand is where the next start is from.
    const standsAt = state === "paused" ? this.#player.standsAt : null;
    const report = { state, inSync: this.#player.inSync, standsAt };
    if (isAlike(report, this.#reported) && now < this.#reportAt) return;
    this.#reported = report;
    this.#reportAt = now + STATUS_EVERY;
    if (this.#outbox.linked) this.#out.push({ type: "sendStatus", state });
  }

  #tell(code, message) {
    this.#out.push({ type: "tell", code, message });
  }
}
