// Where a coarse player is, and whether it is where it was sent: what the places show that it tells now and then, and late.
//
// A start takes these players a while. So where one is brought to a place while it stands, it stands by so much further
// on, its lead; to the outside it stands where it was sent (`asMeant`).
//
// Pure: told the time, it says what a place shows. Positions are in seconds of media, instants in local seconds.

import { ELSEWHERE, PushedPosition } from "./pushed_position.js";

/** Seconds after a start, or a return, in which positions are not looked at. */
export const UNSURE = 0.5;

/** Seconds by which a seek may miss and be there: these players go to the nearest keyframe where nothing is buffered. */
const NEAR = 1.5;

/** Seconds after a seek in which only its very place counts: what comes may have been said before it. */
const OLD_NEWS = 0.35;

/** Seconds by which a seek may miss and be exactly there. */
const THERE = 0.1;

/** Seconds of media from which a place is another than the one before. */
const STIRS = 0.01;

/** Seconds for which a player that says it plays may stand still before it is thought to show an ad. */
const STANDS_STILL = 1.2;

export class CoarsePlace {
  /** Where it was sent, until it is there. */
  target = null;
  /** By how much it stands further on than was meant; null where it stands as it came to, or plays. */
  #lead = null;
  #isLeadKnown = false;
  /** When it was let go last, and what was told before is forgotten. */
  startedAt = -Infinity;
  #movedAt = -Infinity;
  #pushes = new PushedPosition();
  #rate = 1;

  /** The last place that it told; null where that was none. */
  get last() {
    return this.#pushes.last?.position ?? null;
  }

  /** Where it is while it plays; null with fewer than `least` places to go by. */
  positionAt(at, least) {
    return this.#pushes.positionAt(at, least);
  }

  /** It says that it plays and has come no further for long: what is shown meanwhile is not what we watch. */
  standsStill(now) {
    return now > this.#movedAt + STANDS_STILL;
  }

  /** The place that is meant where it stands at `position`. */
  asMeant(position) {
    return position - (this.#lead ?? 0);
  }

  /** Its lead, where it told itself that it stands there; else null. */
  get knownLead() {
    return this.#isLeadKnown ? this.#lead : null;
  }

  // --- facts ---

  /** Nothing is loaded any more. */
  isEmptied() {
    this.target = null;
    this.startedAt = this.#movedAt = -Infinity;
    this.standsByItself();
    this.forget();
  }

  /** What was told before says nothing any more. */
  forget() {
    this.#pushes.forget(this.#rate);
  }

  /** It plays at another rate from now on, or will. */
  playsAt(rate) {
    this.#rate = rate;
    this.forget();
  }

  /** What is loaded stands there, by so much further on. */
  isLoadedAt(lead) {
    this.#lead = lead;
  }

  /** It was sent to `position`; `lead`: so much further on, where it stands. */
  isSentTo(position, lead = null) {
    this.target = position + (lead ?? 0);
    this.#lead = lead;
    this.#isLeadKnown = false;
    this.forget();
  }

  /** It was let go, or brought elsewhere by a hand. */
  standsByItself() {
    this.#lead = null;
    this.#isLeadKnown = false;
  }

  /** It is where it was sent, or will not come nearer. */
  arrives(at) {
    this.target = null;
    this.startsAnew(at);
  }

  /** It goes on from another place, or at another rate; for `buffers` seconds it may stand there. */
  startsAnew(at, buffers = 0) {
    this.#movedAt = at;
    this.startedAt = at + buffers;
    this.forget();
  }

  /** It says that it plays now. */
  plays(at) {
    this.#movedAt = this.startedAt = Math.max(this.startedAt, at);
  }

  /** It goes on, wherever that is: a live stream, whose places mean nothing. */
  moves(at) {
    this.#movedAt = at;
  }

  /**
   * It told a place; what that shows: `"landed"` where it was sent, `"jumped"` elsewhere, or null.
   *
   * @param {number} position
   * @param {number} at
   * @param {{askedAt: number, isPlaying: boolean, isPulsing: boolean}} how `askedAt`: when it was asked for anything
   *   last; `isPulsing`: whether it plays at a rate of its own for a while, so that no place is to be expected.
   * @returns {?("landed"|"jumped")}
   */
  push(position, at, { askedAt, isPlaying, isPulsing }) {
    const moved = this.last === null ? null : position - this.last;
    if (moved === null || Math.abs(moved) > STIRS) this.#movedAt = at;
    let shows = null;
    if (this.target !== null) shows = this.#hasLanded(position, at, askedAt) ? "landed" : null;
    else if (moved !== null && !isPulsing) shows = this.#jumps(position, at, isPlaying, moved);
    if (shows === "landed") {
      this.arrives(at);
      this.#isLeadKnown = this.#lead !== null;
    }
    // What it told while it stood would be the furthest ahead of all, and be believed for seconds.
    if (at < this.startedAt + UNSURE) this.forget();
    this.#pushes.push(position, at);
    return shows;
  }

  #hasLanded(position, at, askedAt) {
    const off = Math.abs(position - this.target);
    return off < THERE || (off < NEAR && at > askedAt + OLD_NEWS);
  }

  #jumps(position, at, isPlaying, moved) {
    const jump = isPlaying ? this.#pushes.jump(position, at) : moved;
    if (Math.abs(jump) <= ELSEWHERE) return null;
    this.forget();
    // Who stood still, as in an ad that nothing tells of, goes on where they were: that is nobody's seek.
    return Math.abs(moved) > ELSEWHERE ? "jumped" : null;
  }
}
