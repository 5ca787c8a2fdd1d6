// What is believed of one player: its phase, where it stands or goes, and how it runs.
// The twin of syncwatch_core/player_belief.py.
//
// Every method but the questions is one fact, that has just happened or was just asked for; none asks for anything
// itself.

import { PlayerRate } from "./player_rate.js";
import { Run } from "./player_run.js";

/** Seconds; positions nearer than this are one frame. */
export const SAME_FRAME = 0.001;

/** Seconds after which a seek is shown to the others as buffering. */
export const SLOW_SEEK = 0.5;

/** What the player does, at its simplest. */
export const Phase = Object.freeze({
  EMPTY: "nothing is loaded",
  LOADING: "media was asked for",
  FAILED: "the media can't be played here",
  STANDING: "paused",
  SEEKING: "paused, on the way elsewhere",
  ARMED: "paused, to be let go at an instant",
  RUNNING: "playing",
  ENDED: "on the last frame",
});

/** What is believed of one player; positions are in seconds of media, instants in local seconds. */
export class PlayerBelief {
  phase = Phase.EMPTY;
  phaseSince = 0;
  // the media
  /** The media that was asked for last, whether or not it is there yet. */
  loadedId = null;
  duration = null;
  /** Whether it can be brought to a place; a live stream can't. */
  seekable = true;
  stalled = false;
  /** The media that broke off, until it is asked for again. */
  #brokenOffId = null;
  // where it is
  /** The frame that it stands on, sound and all; null where that is not known, or where it does not stand. */
  standsAt = null;
  /** Whether it stands on a frame on which the seek before had landed too. */
  foundAgain = false;
  #landedOn = null;
  /** Where it was asked to go last, until it leaves from there. */
  target = null;
  /** Whether it has been where it should be since the media was asked for. */
  arrived = false;
  inSync = false;
  // how it plays
  rate = new PlayerRate();
  run = new Run();
  #startsAt = 0;

  // --- facts ---

  /** It is to show nothing. */
  isEmptied(now) {
    this.loadedId = null;
    this.#enter(Phase.EMPTY, now);
  }

  /** It was asked for media. */
  loads(mediaId, position, now) {
    const anew = mediaId === this.#brokenOffId;
    this.loadedId = mediaId;
    this.duration = null;
    this.target = position;
    this.#brokenOffId = null;
    this.seekable = true;
    this.inSync = false;
    // What broke off is waited for by the others as a stall is; who has yet to come in isn't.
    this.stalled = anew;
    this.arrived = anew && this.arrived;
    this.#enter(Phase.LOADING, now);
  }

  /** It has the media, and stands on the frame at `position`. */
  isPrimedAt(position, duration, now, seekable) {
    this.duration = duration;
    this.seekable = seekable;
    this.stalled = false;
    this.rate.forget();
    this.stands(position, now);
  }

  /** What it plays no longer comes. */
  breaksOff(now) {
    this.#brokenOffId = this.loadedId;
    this.loadedId = null;
    this.runsDry();
    this.#enter(Phase.LOADING, now);
  }

  /** It can't play the media. */
  fails(now) {
    this.#enter(Phase.FAILED, now);
  }

  /**
   * It stands: on the frame at `position`, or, if null, on one that its sound is off from.
   *
   * After a pause the sound stands a part of a frame before the picture; only an exact seek brings the two together.
   */
  stands(position, now) {
    this.standsAt = position;
    if (position === null) {
      this.target = null;
      this.inSync = false;
    } else if (this.phase === Phase.SEEKING) {
      this.foundAgain = this.#landedOn !== null && Math.abs(position - this.#landedOn) < SAME_FRAME;
      this.#landedOn = position;
    }
    this.#enter(Phase.STANDING, now);
  }

  /** It was asked to go elsewhere. */
  seeks(position, now) {
    this.target = position;
    this.standsAt = null;
    this.inSync = false;
    this.#enter(Phase.SEEKING, now);
  }

  /** It stands on the frame on which it should. */
  isThere(position) {
    this.target = position;
    this.inSync = true;
    this.arrived = true;
  }

  /** It was asked to start at that instant. */
  isArmed(startsAt, now) {
    this.#startsAt = startsAt;
    this.#enter(Phase.ARMED, now);
  }

  /** It plays from now on. */
  runs(now) {
    this.standsAt = null;
    this.target = null;
    this.arrived = true;
    this.foundAgain = false;
    this.#landedOn = null;
    this.run = new Run(now, this.run.integral);
    this.#enter(Phase.RUNNING, now);
  }

  /** It has no media to play, and waits for more. */
  runsDry() {
    this.stalled = true;
    this.inSync = false;
  }

  /** It stands on the last frame. */
  ends(position, now) {
    this.standsAt = position;
    this.#enter(Phase.ENDED, now);
  }

  #enter(phase, now) {
    this.phase = phase;
    this.phaseSince = now;
  }

  // --- questions ---

  /** Whether it has media that it shows. */
  get isPrimed() {
    return ![Phase.EMPTY, Phase.LOADING, Phase.FAILED].includes(this.phase);
  }

  /** The instant at which it is to be let go; null where it is not armed. */
  get startsAt() {
    return this.phase === Phase.ARMED ? this.#startsAt : null;
  }

  /** The instant from which the seek on its way is a slow one; null where there is none. */
  get slowFrom() {
    return this.phase === Phase.SEEKING ? this.phaseSince + SLOW_SEEK : null;
  }

  /** Seconds, positive is ahead; null while it is not measured. */
  get drift() {
    return this.phase === Phase.RUNNING ? this.run.drift : null;
  }

  /** Whether what it reported of that instant can be trusted. */
  isMeasurable(at) {
    return this.phase === Phase.RUNNING && !this.stalled && this.run.isSettled(at);
  }

  /** Whether it stands on the frame that a seek to `position` finds. */
  isOnFrame(position) {
    if (this.standsAt === null) return false;
    return this.target === position || Math.abs(this.standsAt - position) < SAME_FRAME;
  }
}
