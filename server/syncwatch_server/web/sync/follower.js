// Keeps a player on a goal, which is a timeline; whose goal it is, and who else follows it, is not known here.
// The twin of syncwatch_core/follower.py.
//
// There is one goal, and one belief about the player. Whatever happens changes the goal or the belief,
// and then `follow` compares the two and asks for what is missing, by adding commands to a list that it was given.
// So nothing depends on the order in which things happen, and what happens twice changes nothing.
//
// A start: the player stands still on a frame at X. It is let go at the instant at which the timeline comes to X: not
// to where a seek was asked to go, but to where it really landed, which is up to a frame later. Where the timeline is
// past X the player seeks to where the timeline will be when that seek is done.
//
// What can't be sought in, a live stream for one, is only played and paused: it starts with the timeline, is never
// brought to a place, and no drift is told of it, since its positions mean nothing to anybody else.
//
// A run: readings of the player's position show its drift, which is taken out by nudges of the rate, or by a restart:
// pause, seek ahead, start.

import { RESTART_BEYOND, RESTART_SOONER_BEYOND } from "./correction.js";
import { CutOffs } from "./cut_offs.js";
import { Phase, PlayerBelief } from "./player_belief.js";
import { RestartPatience, SeekCost, StartLatency } from "./player_habits.js";

/** Seconds; a new timeline further than this from the old one is gone to by a restart, else the drift law takes it. */
export const JUMP = RESTART_SOONER_BEYOND;

/** Seconds; a start that is later than it should be by less than this is made at once and nudged out. */
export const START_LATE_BY = 0.01;

/** Seconds; a start is set anew if a better estimate of the clock moves it by more than this. */
export const BETTER_BY = 0.0005;

/** Seconds that a seek aims further ahead after one that came too late; doubled by each, up to the limit. */
export const MISSED_BY = 0.05;
export const MISSED_BY_LIMIT = 3.2;

/** Seconds that a player waits at most on a frame on which two seeks to different places landed: none is nearer. */
export const NEXT_FRAME_WITHIN = 60;

/** Seconds; how far ahead a moving timeline is met when media is loaded. */
export const LOAD_COST = 0.3;

/** Seconds of drift below which a player comes into sync and beyond which it falls out of it. */
export const IN_SYNC = 0.01;
export const OUT_OF_SYNC = 0.025;

/** Keeps one player on a goal; see the module for how. */
export class Follower {
  // what is wanted
  media = null;
  /** @type {?import("./timeline.js").Timeline} */
  goal = null;
  /** @type {?import("./clock.js").ClockEstimate} */
  clock = null;
  /** Whether the player is left to itself. */
  atLarge = false;
  // what is believed, and what was learned
  player = new PlayerBelief();
  seekCost = new SeekCost();
  restarts = new RestartPatience();
  /** Whether drift is taken out here; a coarse player takes out its own. */
  correcting;
  #out;
  #deviceDelay;
  #cutOffs = new CutOffs();
  #startLatency = new StartLatency();
  #missedBy = 0;

  constructor(out, { correcting = true, deviceDelay = 0 } = {}) {
    this.#out = out;
    this.correcting = correcting;
    this.#deviceDelay = deviceDelay;
  }

  // --- told by the player ---

  /** The media is loaded, and the player stands on its first frame. */
  primed(event, now) {
    this.player.isPrimedAt(event.position, event.duration ?? null, now, event.seekable ?? true);
    this.follow(now);
  }

  /** What is played no longer comes: ask for the same media anew; false where that was in vain just before. */
  brokeOff(now) {
    if (!this.#cutOffs.happened(now)) return false;
    this.player.breaksOff(now);
    this.follow(now);
    return true;
  }

  /** A seek is done, and the player stands on the frame that it found. */
  landed(event, now) {
    if (this.player.phase !== Phase.SEEKING) return;
    this.seekCost.learn(now - this.player.phaseSince);
    this.player.stands(event.position, now);
    this.#noteMiss(event.position, now);
    this.follow(now);
  }

  /** The player waits for media. */
  ranDry() {
    this.player.runsDry();
  }

  /** After a stall the player is behind: it meets the timeline anew, and moves nobody else. */
  resumed(now) {
    const wasStalled = this.player.stalled;
    this.player.stalled = false;
    const isRunning = this.player.phase === Phase.RUNNING;
    if (wasStalled && isRunning && this.correcting && this.player.seekable) this.#restart(now);
    else this.follow(now);
  }

  /** The instant of the start may have come. */
  woken(now) {
    if (this.player.startsAt !== null && now >= this.player.startsAt) this.player.runs(now);
  }

  /** Another player is there, which corrects its own drift or does not, and is late in starting by so many seconds. */
  turnTo({ correcting, startsLate }) {
    this.correcting = correcting;
    this.seekCost = new SeekCost();
    this.#startLatency.forget(startsLate);
  }

  // --- the goal ---

  /** Take on a new estimate of the server's clock; the first lets a moving goal be followed at all. */
  learnClock(estimate, now) {
    const first = this.clock === null;
    this.clock = estimate;
    if (first) this.follow(now);
    else if (this.player.phase === Phase.ARMED && this.player.seekable) this.#armAnew(now);
  }

  /** Make `goal` the goal; a player that is already on it is left alone. */
  adopt(goal, now) {
    const before = this.goal;
    this.goal = goal;
    if (before !== null && !before.equals(goal) && !this.atLarge) {
      if (this.player.phase === Phase.RUNNING && goal.playing && this.#leaves(before, goal, now)) {
        this.stop(now);
      } else if (this.player.startsAt !== null) {
        // Once the instant has come it has begun to play, whether or not we were told yet.
        this.stop(now, now < this.player.startsAt ? this.player.standsAt : null);
      }
    }
    this.follow(now);
  }

  /** Whether a player that runs on `before` has to stop in order to come onto `goal`. */
  #leaves(before, goal, now) {
    if (!this.player.seekable) return false;
    const server = this.serverTime(now);
    if (this.clock === null || !goal.isMovingAt(server)) return true;
    return Math.abs(goal.positionAt(server) - before.positionAt(server)) > JUMP;
  }

  /** Let the player pause, on the frame at `at` if that is known. */
  stop(now, at = null) {
    this.#out.push({ type: "pauseNow" });
    this.player.stands(at, now);
  }

  /** Ask for what is missing between the player and the goal. */
  follow(now) {
    if (this.goal === null || this.atLarge) return;
    if (this.media === null) this.#unload(now);
    else if (this.player.loadedId !== this.media.mediaId) this.#load(this.media, now);
    else if (!this.player.isPrimed || (this.player.phase === Phase.ENDED && this.#isOver(now))) return;
    else if (!this.player.seekable) this.#playOrPause(now);
    else if (this.goal.playing) this.#goAlong(now);
    else this.#standStill(this.goal.position, now);
  }

  // --- following it ---

  /** Follow the goal with media that can't be brought to a place. */
  #playOrPause(now) {
    const stands = this.player.phase === Phase.STANDING;
    if (!this.goal.playing) {
      if (!stands) this.stop(now);
      this.player.arrived = true;
    } else if (stands && this.clock !== null) {
      this.#playAt(0);
      this.#startAt(this.clock.localTime(this.goal.anchoredAt), now);
    } else if (this.player.phase === Phase.RUNNING) {
      this.#runAlong(now);
    }
  }

  #unload(now) {
    if (this.player.phase !== Phase.EMPTY) this.#out.push({ type: "unloadMedia" });
    this.player.isEmptied(now);
  }

  #load(media, now) {
    // Where to, nobody knows yet; the first estimate of the clock comes back here.
    if (this.goal.playing && this.clock === null) return;
    const position = this.#heardIfStarted(now + LOAD_COST);
    this.#fillAtRate();
    this.#out.push({ type: "loadMedia", media, position });
    this.player.loads(media.mediaId, position, now);
  }

  #seek(wanted, now) {
    const position = this.player.duration === null ? wanted : Math.min(wanted, this.player.duration);
    this.#fillAtRate();
    this.#out.push({ type: "seekTo", position });
    this.player.seeks(position, now);
  }

  /** The goal does not move: the player is to stand on its frame. */
  #standStill(position, now) {
    const player = this.player;
    if (player.phase === Phase.RUNNING || player.phase === Phase.ARMED) this.stop(now);
    else if (player.phase === Phase.ENDED) player.stands(player.standsAt, now);
    if (player.phase === Phase.SEEKING) {
      if (player.target !== position) this.#seek(position, now);
    } else if (player.isOnFrame(position) && player.rate.isFilledAt(this.goal.rate)) {
      player.isThere(position);
      this.#cutOffs.helped();
      this.#playAt(player.run.integral);
    } else {
      this.#seek(position, now);
    }
  }

  /** The goal moves, or is about to: the player is to be let go when it comes by. */
  #goAlong(now) {
    const player = this.player;
    if (this.clock === null || player.phase === Phase.ARMED) return;
    if (player.phase === Phase.RUNNING) {
      this.#runAlong(now);
      return;
    }
    const held = !this.goal.isMovingAt(this.serverTime(now));
    const makesStart = held && this.#startFrom(this.goal.position) > now;
    if (player.phase === Phase.SEEKING) {
      if (makesStart && player.target !== this.goal.position) this.#seek(this.goal.position, now);
    } else if (player.phase === Phase.ENDED || !this.#arm(now, held)) {
      const later = this.#heardIfStarted(now + this.seekCost.ahead + this.#missedBy);
      this.#seek(makesStart ? this.goal.position : later, now);
    }
  }

  /**
   * A seek has landed at `position`; if the goal is past that already, the next one aims further ahead.
   *
   * Else a player that always lands earlier than it was asked to would seek for ever.
   */
  #noteMiss(position, now) {
    const moves = this.clock !== null && this.goal.isMovingAt(this.serverTime(now));
    if (moves && this.#startFrom(position) < now - START_LATE_BY) {
      this.#missedBy = Math.min(2 * this.#missedBy || MISSED_BY, MISSED_BY_LIMIT);
    }
  }

  #runAlong(now) {
    if (this.player.rate.isOf(this.goal.rate)) return;
    this.player.run.rateChanged(now);
    this.#playAt(this.player.run.integral);
  }

  /** Set the rate before a seek or a load, which fill the sound buffer with what is heard first. */
  #fillAtRate() {
    this.#playAt(this.player.run.integral);
    this.player.rate.fill(this.goal.rate);
  }

  /** Play at the goal's rate changed by that share. */
  #playAt(change) {
    this.#out.push(...this.player.rate.write(this.goal.rate, change));
  }

  // --- the start ---

  /** Let the player go when the timeline comes to where it stands; false if that is past, or too far off. */
  #arm(now, held) {
    if (this.player.standsAt === null || !this.player.rate.isFilledAt(this.goal.rate)) return false;
    const start = this.#startFrom(this.player.standsAt);
    const hold = held ? Math.max(0, this.goal.anchoredAt - this.serverTime(now)) : 0;
    let patience = hold + this.seekCost.worthWaiting + this.#missedBy;
    if (this.player.foundAgain) patience = Math.max(patience, NEXT_FRAME_WITHIN);
    const wait = start - now;
    if (!(-START_LATE_BY <= wait && wait <= patience)) return false;
    this.#missedBy = 0;
    this.#playAt(this.player.run.integral);
    this.#startAt(start, now);
    return true;
  }

  /** Correct the instant of the start: who has just come in learns the time better while they wait for it. */
  #armAnew(now) {
    const { standsAt, startsAt } = this.player;
    const start = this.#startFrom(standsAt);
    if (now < startsAt && Math.abs(start - startsAt) > BETTER_BY) this.#startAt(start, now);
  }

  /** The local instant at which the player must be let go from `position` to be heard on the timeline. */
  #startFrom(position) {
    return this.clock.localTime(this.goal.reachedAt(position)) - this.#delay;
  }

  /** Where the goal will be when what is let go at local `instant` is heard, s of media. */
  #heardIfStarted(instant) {
    return this.goal.positionAt(this.serverTime(instant + this.#delay));
  }

  /** Seconds from letting the player go until it is heard. */
  get #delay() {
    return this.#startLatency.of(this.goal.rate !== 1) + this.#deviceDelay;
  }

  #startAt(instant, now) {
    const at = Math.max(instant, now);
    this.#out.push({ type: "startAt", at });
    this.player.isArmed(at, now);
  }

  // --- the drift ---

  /** Whether a reading of local instant `at` tells the drift. */
  isMeasurable(at) {
    return this.clock !== null && !this.atLarge && this.player.seekable && this.player.isMeasurable(at);
  }

  /** By how much what is heard is ahead of the goal at local instant `at`, s; behind is negative. */
  driftAt(position, at) {
    const heard = position - this.#deviceDelay * this.goal.rate;
    return heard - this.goal.positionAt(this.serverTime(at));
  }

  /** Take the drift out that was read at local instant `at`: by a nudge of the rate, or by a restart. */
  takeOut(drift, at, now) {
    this.player.run.read(drift, at);
    this.#judgeSync(Math.abs(drift));
    if (!this.correcting) return;
    if (this.player.run.showsStart) this.#learnStart(drift);
    const steering = this.player.run.steer(now);
    if (steering.change !== undefined) this.#playAt(steering.change);
    else if (this.restarts.allows(now)) this.#restart(now);
  }

  #judgeSync(size) {
    if (size <= IN_SYNC) {
      this.player.inSync = true;
      this.restarts.helped();
      this.#cutOffs.helped();
    } else if (size > OUT_OF_SYNC) {
      this.player.inSync = false;
    }
  }

  /** The first reading after a start shows by how much the player was late in starting. */
  #learnStart(drift) {
    this.player.run.showsStart = false;
    if (Math.abs(drift) < RESTART_BEYOND) {
      this.#startLatency.learn(-drift / this.goal.rate, this.player.rate.keepPitch);
    }
  }

  #restart(now) {
    this.restarts.restarted(now);
    this.stop(now);
    this.follow(now);
  }

  // --- asking ---

  /** The server's time; without an estimate the goal's own anchor, at which nothing moves yet. */
  serverTime(local) {
    return this.clock === null ? this.goal.anchoredAt : this.clock.serverTime(local);
  }

  /** Where the player stands, s of media; null without media. */
  position(now) {
    if (this.goal === null || this.media === null) return null;
    if (this.player.phase === Phase.RUNNING) {
      return this.goal.positionAt(this.serverTime(now)) + (this.player.drift ?? 0);
    }
    return this.player.standsAt ?? this.player.target ?? this.goal.position;
  }

  /** Whether the goal stands at or beyond the end of the media, as this player knows it. */
  #isOver(now) {
    if (!this.player.seekable) return true;
    const { duration } = this.player;
    return duration !== null && this.goal.positionAt(this.serverTime(now)) >= duration - 0.05;
  }
}
