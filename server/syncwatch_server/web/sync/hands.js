// The hands on one player, a person's or a script's: what they do is taken on, said to the session, or undone.
// The twin of syncwatch_core/hands.py.
//
// A person's pause or seek has already happened: the goal takes it on at once and the session is told, with the instant
// at which they did it. A play is taken back until the session has said when all start.
//
// Setting out: a seek takes a while to land, and what the session says meanwhile must not override it unsaid. So the
// session is not followed while a person is on the way; where they land is said with the instant at which they set out,
// and the session decides who was later.
//
// Scripts in the player act as well. Unless they are to steer, what they do is undone and the person is told.

import { Outbox } from "./outbox.js";
import { Phase, SAME_FRAME } from "./player_belief.js";
import { ScriptPatience } from "./script_patience.js";
import { LIVE_WORDS, UNSEEKABLE_WORDS, isLive } from "./unseekable_media.js";

/** Seconds of drift within which a person's pause is taken to be at what everybody saw. */
export const TRUSTED_WITHIN = 0.25;

/** Seconds a person's seek may take and still be taken for later than what others do meanwhile. */
export const ON_THE_WAY_AT_MOST = 2;

/** The rates that a session takes. */
export const SLOWEST = 0.25;
export const FASTEST = 4;

const TOO_SLOW = "your seek took too long and others moved on; you are with them again";

/** Takes what is done at one player by hand or by a script; see the module for how. */
export class Hands {
  viewOnly;
  outbox = new Outbox();
  #out;
  #follower;
  #player;
  #scripts = new ScriptPatience();
  #scriptsSteer;
  #setOutAt = null;
  #keptWaiting = false;
  /** The media of which the person was told so last. */
  #toldUnseekable = null;

  constructor(out, follower, { viewOnly = false, scriptsSteer = false } = {}) {
    this.#out = out;
    this.#follower = follower;
    this.#player = follower.player;
    this.#scriptsSteer = scriptsSteer;
    this.viewOnly = viewOnly;
  }

  // --- on the way ---

  /** The person is on the way elsewhere. */
  setOut(event, now) {
    this.#setOutAt = event.at ?? now;
  }

  /** The person is where they wanted to go, or stayed. */
  arrived() {
    this.#setOutAt = null;
    this.#keptWaiting = false;
  }

  /** Whether the person's seek has not landed, and is not too slow to be waited for. */
  isOnTheWay(now) {
    return this.#setOutAt !== null && now < this.#setOutAt + ON_THE_WAY_AT_MOST;
  }

  /** The session moved on while the person is on the way. */
  keepsWaiting() {
    this.#keptWaiting = this.#setOutAt !== null;
  }

  /** Whether the person's seek is too slow to be waited for, with the session moved on; they are told. */
  isGivenUp(now) {
    if (this.#setOutAt === null || !this.#keptWaiting || this.isOnTheWay(now)) return false;
    this.arrived();
    this.#tell("overtaken", TOO_SLOW);
    return true;
  }

  /** Local instants at which `woken` is wanted; null for none. */
  get wakesAt() {
    const waits = this.#setOutAt !== null && this.#keptWaiting;
    return [waits ? this.#setOutAt + ON_THE_WAY_AT_MOST : null, this.#scripts.triedAgainAt];
  }

  // --- acts ---

  /** Take on what was done in the player: at once for the person themselves, then for all. */
  take(event, playback, now) {
    const { goal } = this.#follower;
    if (goal === null || !this.#player.isPrimed) return;
    if (this.viewOnly) this.#keepToMyself(event, now);
    else if (event.byScript && !this.#scriptsSteer) this.#putRight(event, goal, now);
    else this.#personActs(event, goal, playback, now);
  }

  #personActs(event, goal, playback, now) {
    const astray = this.#follower.atLarge;
    if (astray) this.withTheSession();
    if (event.type === "personPaused") this.#personPaused(event, goal, playback, now, astray);
    else if (event.type === "personPlayed") this.#personPlayed(event, goal, playback, now);
    else if (event.type === "personSought") this.#personSought(event, goal, playback, now);
    else this.#personChangedRate(event, goal, playback, now, astray);
  }

  #personPaused(event, goal, playback, now, astray) {
    const at = this.#actedAt(event, now);
    if (!goal.playing) {
      if (playback !== null && playback.isPlaying && this.outbox.endsWith("video-seek")) {
        // They had set out just before, and the goal stands only until the session has answered that.
        this.#act(action("video-pause", at, { position: goal.position }), goal, playback, now);
      }
      return;
    }
    const running = this.#player.phase === Phase.RUNNING && !this.#player.stalled;
    const close = Math.abs(this.#player.drift ?? 0) < TRUSTED_WITHIN;
    const seen = running && this.#player.seekable && !astray && close ? event.position : null;
    this.#player.stands(null, now);
    const paused = action("video-pause", at, { position: seen });
    this.#act(paused, goal.pausedAt(this.#follower.serverTime(now), seen), playback, now);
  }

  #personPlayed(event, goal, playback, now) {
    if (goal.playing) {
      // They are about to be let go anyway; back to the mark.
      this.#follower.stop(now);
      this.#follower.follow(now);
      return;
    }
    const played = action("video-play", this.#actedAt(event, now));
    if (this.outbox.linked) {
      this.#follower.stop(now);
      this.#act(played, goal, playback, now);
    } else {
      this.#player.runs(now);
      const moved = goal.startedAt(this.#follower.serverTime(now), event.position);
      this.#act(played, moved, playback, now);
    }
  }

  #personSought(event, goal, playback, now) {
    if (!this.#player.seekable) {
      this.#tellUnseekable();
      return;
    }
    const server = this.#follower.serverTime(now);
    const { position } = event;
    const frame = (event.exact ?? true) ? position : null;
    const sought = action("video-seek", this.#actedAt(event, now), { position });
    if (goal.playing && this.outbox.linked) {
      // Shown at once, then held until the session has said when all go on from there.
      this.#follower.stop(now, this.#player.phase === Phase.RUNNING ? null : frame);
      this.#act(sought, goal.pausedAt(server, position), playback, now);
    } else if (goal.playing) {
      // The player runs on from there already: there is nothing to leave.
      this.#follower.goal = goal.startedAt(server, position);
      this.#player.runs(now);
      this.#act(sought, this.#follower.goal, playback, now);
    } else {
      this.#player.stands(frame, now);
      // Steps to and fro.
      if (frame === null && Math.abs(position - goal.position) < SAME_FRAME) this.#follower.follow(now);
      else this.#act(sought, goal.pausedAt(server, position), playback, now);
    }
  }

  /** Say, once for each media, that nobody goes along: a place in it means nothing to another player. */
  #tellUnseekable() {
    if (this.#toldUnseekable === this.#player.loadedId) return;
    this.#toldUnseekable = this.#player.loadedId;
    this.#tell("unseekable", isLive(this.#player.duration, false) ? LIVE_WORDS : UNSEEKABLE_WORDS);
  }

  #personChangedRate(event, goal, playback, now, astray) {
    if (astray) this.#follower.stop(now);
    const rate = Math.max(SLOWEST, Math.min(FASTEST, event.rate));
    this.#player.rate.forget();
    const changed = action("video-rate", this.#actedAt(event, now), { rate });
    this.#act(changed, goal.withRate(rate, this.#follower.serverTime(now)), playback, now);
  }

  /** View only: the player does as the person says and nobody hears of it; a play leads back to the session. */
  #keepToMyself(event, now) {
    if (event.type === "personPlayed") {
      this.#player.rate.forget();
      this.backToSession(now);
    } else {
      this.#leaveAlone(event, now);
    }
  }

  /** Server time of it; null where the clock is not known yet. */
  #actedAt(event, now) {
    const { clock } = this.#follower;
    return clock === null ? null : clock.serverTime(event.at ?? now);
  }

  /** Make `goal` ours and tell the session. */
  #act(said, goal, playback, now) {
    this.outbox.put(said, playback?.revision ?? 0);
    this.#follower.adopt(goal, now);
    this.sayNext();
  }

  /** Tell the session the next of what was done, if it is time to. */
  sayNext() {
    const next = this.outbox.take();
    if (next !== null) this.#out.push(next);
  }

  #tell(code, message) {
    this.#out.push({ type: "tell", code, message });
  }

  // --- scripts, and other ways of one's own ---

  /** A player that was left to its scripts for a while is brought back. */
  woken(now) {
    if (this.#scripts.isDue(now)) this.backToSession(now);
  }

  /** Wherever the player is, it is to be where the session is. */
  backToSession(now) {
    this.withTheSession();
    this.#follower.stop(now);
    this.#follower.follow(now);
  }

  /** The player is no longer left to itself. */
  withTheSession() {
    this.#follower.atLarge = false;
    this.#scripts.ends();
  }

  /** A script did it: undo it, unless it does it again and again. */
  #putRight(event, goal, now) {
    if (event.type === "personPaused" && !goal.playing) return;
    this.#player.rate.forget();
    if (!this.#scripts.putsRight(now)) {
      this.#leaveAlone(event, now);
    } else if (event.type === "personChangedRate") {
      this.#follower.follow(now);
    } else {
      this.#follower.stop(now);
      this.#follower.follow(now);
    }
    if (this.#scripts.tells(now)) {
      this.#tell("script", `a script in mpv ${inWords(event)}; with --scripts-steer everybody would have gone along`);
    }
  }

  /** The player goes its own way. */
  #leaveAlone(event, now) {
    this.#player.rate.forget();
    this.#follower.atLarge = true;
    this.#player.inSync = false;
    if (event.type === "personPaused") this.#player.stands(null, now);
  }
}

const action = (event, at, { position = null, rate = null } = {}) => ({
  type: "sendAction",
  event,
  at,
  position,
  rate,
});

function inWords(event) {
  if (event.type === "personSought") return `went to ${clockFace(Math.trunc(event.position))}`;
  if (event.type === "personChangedRate") return `set the speed to ${Number(event.rate.toPrecision(6))}`;
  return event.type === "personPaused" ? "paused" : "played";
}

function clockFace(position) {
  const [hours, minutes] = [Math.floor(position / 3600), Math.floor((position % 3600) / 60)];
  const seconds = String(position % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}
