// What the players of YouTube, Vimeo, Dailymotion and Twitch have in common: a frame of another site, asked by messages,
// which does what it is told after a while and not quite, and tells of it later.
//
// Each of them is a class of its own with the few words that its site understands:
//
//   _open(source, position)   make the frame, and have it stand at `position`; then `_ready({duration})`
//   _close()                  take it away
//   _askPlay() _askPause() _askSeek(position) _askRate(rate) _askSound({muted, volume})
//
// and tells what it hears: `_said(state, at)` with "playing", "paused", "buffering", "ended"; `_pushed(position, at)`;
// `_rateIs(rate)`, `_adBegan()`, `_adEnded()`; `_fails(message)`; `_blocked()`.
//
// What we ask comes back as events, which are not the person's hand: for a while after each command nothing is.

import { CoarseSteering } from "./coarse_steering.js";
import { ELSEWHERE, PushedPosition } from "./pushed_position.js";

/** Seconds after a command in which what happens is taken for its effect. */
export const ECHO = 1;

/** Seconds after a start, or a return, in which positions are not looked at. */
export const UNSURE = 0.5;

/** Seconds in which a seek is told to have landed, wherever. */
const LANDS_WITHIN = 3;

/** Seconds by which a seek may miss and be there: these players go to the nearest keyframe where nothing is buffered. */
const NEAR = 1.5;

/** Seconds after a seek in which only its very place counts: what comes may have been said before it. */
const OLD_NEWS = 0.35;

/** Seconds by which a seek may miss and be exactly there. */
const THERE = 0.1;

/** Seconds of buffering that belong to playing on, and to a start. */
const BUFFERS_BEFORE_TOLD = 0.4;
const BUFFERS_AT_START = 1.5;

/** Seconds for which a pause may be the beginning of an ad: some say first that the film stands, and then why. */
const MAY_BE_AD = 0.25;

/** Times that a player is asked again to do what it did not do, before the browser is thought to forbid it. */
const ASKS_AGAIN = 2;

/** Seconds for which a player that says it plays may stand still before it is thought to show an ad. */
const STANDS_STILL = 1.2;

export class CoarsePlayer {
  /** @param {{place: HTMLElement, clock: () => number, timers: object, language?: string}} surroundings See stage.js. */
  constructor({ place, clock, timers, language = "en" }) {
    this.listener = () => {};
    this.capabilities = {
      fineRate: false,
      rates: [1],
      stepsWhilePaused: false,
      seekWhilePaused: true,
      buffering: true,
      ads: true,
      live: false,
    };
    this.sound = { muted: false, volume: 1 };
    this._place = place;
    this._clock = clock;
    this._timers = timers;
    this._language = language;
    this._position = new PushedPosition();
    this._steering = new CoarseSteering();
    this._load = 0;
    this._timersOf = new Map();
    this._forgetAll();
  }

  _forgetAll() {
    this._wants = { play: false, rate: this._wants?.rate ?? 1 };
    this._state = "unloaded";
    this._isPrimed = this._isStalled = this._isInAd = this._isRefused = this._isMutedByBrowser = false;
    this._target = null;
    this._keptFor = null;
    this._askedAgain = 0;
    this._askedAt = this._startedAt = -Infinity;
    this._movedAt = -Infinity;
  }

  // --- what it is told -------------------------------------------------------------------------------

  load(source, position) {
    this.unload();
    this._state = "loading";
    const load = this._load;
    this._start = position;
    Promise.resolve()
      .then(() => load === this._load && this._open(source, position))
      .catch((fault) => load === this._load && this._fails(fault.message));
  }

  unload() {
    this._load += 1;
    for (const timer of this._timersOf.values()) this._timers.clearTimeout(timer);
    this._timersOf.clear();
    this._position.forget(1);
    if (this._state !== "unloaded") this._close();
    this._forgetAll();
  }

  destroy() {
    this.listener = () => {};
    this.unload();
    this._place.replaceChildren();
  }

  pause() {
    this._wants.play = false;
    this._isRefused = false;
    this._isStalled = false;
    this._askedAgain = 0;
    this._ask(() => this._askPause());
  }

  unpause() {
    this._wants.play = true;
    this._startedAt = this._movedAt = this._clock();
    this._askedAgain = 0;
    this._position.forget(this._wants.rate);
    this._ask(() => this._askPlay());
  }

  seek(position) {
    if (!this._canSeekNow()) {
      this._keptFor = position;
      this._target = position;
      this._ask(() => {});
      this._landed(position);
      return;
    }
    this._target = position;
    this._position.forget(this._wants.rate);
    this._ask(() => this._askSeek(position));
    this._after("landing", LANDS_WITHIN, () => this._landed(this._position.last?.position ?? position));
  }

  setRate(rate) {
    const nearest = this._nearest(rate);
    if (nearest === this._wants.rate) return;
    this._wants.rate = nearest;
    this._position.forget(nearest);
    this._ask(() => this._askRate(nearest));
  }

  setSound(sound) {
    this.sound = sound;
    // What the browser muted so that it plays at all stays so until the person touches the page.
    if (this._isPrimed) this._askSound({ ...sound, muted: sound.muted || this._isMutedByBrowser });
  }

  unlock() {
    this._isRefused = this._isMutedByBrowser = false;
    if (this._isPrimed) this._askSound(this.sound);
    if (this._wants.play) this._ask(() => this._askPlay());
    this.listener({ type: "gestureGiven" });
  }

  /** Something of ours is under way: what happens now is its effect, and no correction is any more. */
  _ask(act) {
    this._askedAt = this._clock();
    this._steering.interrupt(this._askedAt);
    if (this._timersOf.has("pulse")) this._askRate(this._wants.rate);
    for (const name of ["pulse", "pause", "hand"]) this._never(name);
    if (!this._isPrimed) return;
    act();
    this._after("settling", ECHO, () => this._settle());
  }

  /** A command may be lost in the frame, or undone by what came after it: ask again; a browser that forbids it is told. */
  _settle() {
    if (this._isInAd || this._isRefused || document.hidden || this._target !== null) return;
    if (!this._wants.play && this._state === "playing") this._stillAgain();
    if (!this._wants.play || this._state !== "paused") return;
    this._askedAgain += 1;
    if (this._askedAgain <= ASKS_AGAIN) this._ask(() => this._askPlay());
    else this._blocked();
  }

  /** Whether a seek would be obeyed; the place is kept for the next start otherwise. */
  _canSeekNow() {
    return true;
  }

  _nearest(rate) {
    const { rates } = this.capabilities;
    if (rates === null) return rate;
    return rates.reduce((best, each) => (Math.abs(each - rate) < Math.abs(best - rate) ? each : best));
  }

  // --- what it tells when asked ----------------------------------------------------------------------

  sample() {
    const now = this._clock();
    if (!this._runs() || now < this._startedAt + UNSURE || this._timersOf.has("pulse") || this._timersOf.has("pause")) {
      return null;
    }
    const position = this._position.positionAt(now);
    return position === null ? null : { position, at: now };
  }

  bufferedFor() {
    return null;
  }

  absence() {
    if (!this._wants.play || this._state === "ended") return null;
    if (this._isRefused) return "gesture";
    if (this._isInAd || this._standsStill()) return "ad";
    return document.hidden && this._state !== "playing" ? "hidden" : null;
  }

  _runs() {
    const isSelf = this._isPrimed && this._wants.play && this._state === "playing" && this._target === null;
    return isSelf && !this._isInAd && !this._isStalled && !document.hidden;
  }

  /** It says that it plays and comes no further: what is shown meanwhile is not what we watch. */
  _standsStill() {
    if (!this._isPrimed || this._state !== "playing" || this._target !== null || this._timersOf.has("pause")) return false;
    return this._clock() > this._movedAt + STANDS_STILL;
  }

  // --- steering --------------------------------------------------------------------------------------

  /** @param {import("./player.js").Steering} steering */
  steer({ drift, at, sessionRate, positionAt }) {
    if (!this._runs()) return;
    const { rates } = this.capabilities;
    const act = this._steering.decide(drift, { at, rates, sessionRate });
    if (act === null) return;
    this._askedAt = this._clock();
    if (act.kind === "pulse") this._pulse(act, sessionRate);
    else if (act.kind === "pause") this._rest(act);
    else this._jump(positionAt(this._clock()) + act.ahead);
  }

  _pulse({ rate, lasts }, sessionRate) {
    this._askRate(this._nearest(rate));
    this._after("pulse", lasts, () => {
      this._askedAt = this._clock();
      this._askRate(sessionRate);
      this._startAnew();
    });
  }

  /** It has no other rate, as it turned out: what was being done by one is done in another way. */
  _hasNoRates() {
    this.capabilities.rates = [1];
    this._wants.rate = 1;
    if (!this._timersOf.has("pulse")) return;
    this._never("pulse");
    this._steering.failed(this._clock());
    this._position.forget(1);
  }

  _rest({ lasts }) {
    this._askPause();
    this._after("pause", lasts, () => {
      this._askedAt = this._clock();
      this._askPlay();
      this._startAnew();
    });
  }

  _jump(position) {
    this._askSeek(position);
    this._startAnew();
    // Until it plays there, it buffers, which is no news.
    this._startedAt += this._steering.seekCost;
  }

  /** It runs: now it may go to the place that was kept for it, and the time that has passed. */
  _goToKept() {
    const position = this._keptFor;
    this._keptFor = null;
    this._askedAt = this._clock();
    const passed = this._askedAt - this._startedAt + this._steering.seekCost;
    this._jump(position + passed * this._wants.rate);
  }

  _startAnew() {
    this._startedAt = this._movedAt = this._clock();
    this._position.forget(this._wants.rate);
  }

  // --- what the frame says ---------------------------------------------------------------------------

  /** It is there and stands; `rates` and `live`: where they are known by now. */
  _ready({ duration = null, rates = null, live = false } = {}) {
    if (this._isPrimed) return;
    this._isPrimed = true;
    this._state = "paused";
    if (rates !== null) this.capabilities.rates = rates;
    this.capabilities.live = live;
    this._askSound(this.sound);
    if (this._wants.rate !== 1) this._askRate(this._nearest(this._wants.rate));
    this.listener({
      type: "playerPrimed",
      position: this._start,
      duration: duration > 0 && Number.isFinite(duration) ? duration : null,
      frameDuration: null,
      seekable: !live,
    });
  }

  _said(state, at = this._clock()) {
    const before = this._state;
    if (!this._isPrimed || state === before) return;
    this._state = state;
    if (state === "playing") this._movedAt = this._startedAt = Math.max(this._startedAt, at);
    if (state !== "paused") this._never("hand");
    if (state === "buffering") {
      const isOurs = at < this._startedAt + ECHO;
      this._after("buffering", isOurs ? BUFFERS_AT_START : BUFFERS_BEFORE_TOLD, () => this._ranOut());
    } else this._never("buffering");
    if (state === "playing" && this._wants.play && this._keptFor !== null) this._goToKept();
    if (state === "playing" && this._isStalled) this._runsAgain();
    if (state === "ended") this._end();
    else if (this._isByHand(at)) this._tellHand(state, at);
    else if (state === "playing" && !this._wants.play && this._target === null) this._stillAgain();
  }

  /** Some begin to play at a seek while they are paused. */
  _stillAgain() {
    this._askedAt = this._clock();
    this._askPause();
  }

  _isByHand(at) {
    return at > this._askedAt + ECHO && !document.hidden && !this._isInAd && !this._isRefused && this._target === null;
  }

  _tellHand(state, at) {
    const position = this._position.positionAt(at, 1) ?? this._start;
    if (state === "paused" && this._wants.play) {
      this._after("hand", MAY_BE_AD, () => {
        this._wants.play = false;
        this.listener({ type: "personPaused", position, at });
      });
    } else if (state === "playing" && !this._wants.play) {
      this._wants.play = true;
      this.listener({ type: "personPlayed", position, at });
    }
  }

  _pushed(position, at = this._clock()) {
    if (!this._isPrimed || this._keptFor !== null) return;
    const { last } = this._position;
    if (last === null || Math.abs(position - last.position) > 0.01) this._movedAt = at;
    if (this._target !== null) this._mayHaveLanded(position, at);
    else if (last !== null && !this._timersOf.has("pulse")) this._mayHaveJumped(position, at, last);
    // What it told while it stood would be the furthest ahead of all, and be believed for seconds.
    if (at < this._startedAt + UNSURE) this._position.forget(this._wants.rate);
    this._position.push(position, at);
  }

  /** It was looked at: what stands there is news where it differs from the last time, or where it does not play. */
  _looked(position) {
    if (position === this._seen && this._state === "playing") return;
    this._seen = position;
    this._pushed(position);
  }

  _mayHaveLanded(position, at) {
    const off = Math.abs(position - this._target);
    if (off < THERE || (off < NEAR && at > this._askedAt + OLD_NEWS)) this._landed(position);
  }

  _mayHaveJumped(position, at, last) {
    const moved = position - last.position;
    const jump = this._state === "playing" ? this._position.jump(position, at) : moved;
    if (Math.abs(jump) <= ELSEWHERE) return;
    this._position.forget(this._wants.rate);
    // Who stood still, as in an ad that nothing tells of, goes on where they were: that is nobody's seek.
    if (Math.abs(moved) > ELSEWHERE && this._isByHand(at)) this.listener({ type: "personSought", position, at });
  }

  /** It plays at another rate, which nobody of us asked for. */
  _rateIs(rate) {
    const isOurs = this._timersOf.has("pulse") || this._clock() < this._askedAt + ECHO;
    if (rate === this._wants.rate || isOurs || !this._isPrimed) return;
    this._wants.rate = rate;
    this._position.forget(rate);
    this.listener({ type: "personChangedRate", rate, at: this._clock() });
  }

  _landed(position) {
    if (this._target === null) return;
    this._target = null;
    this._never("landing");
    this._startAnew();
    this.listener({ type: "playerLanded", position });
    if (!this._wants.play && this._state === "playing") this._stillAgain();
  }

  _ranOut() {
    if (!this._wants.play || this._isStalled || this._isInAd || this._target !== null) return;
    this._isStalled = true;
    this.listener({ type: "playerStalled" });
  }

  _runsAgain() {
    this._isStalled = false;
    this._startAnew();
    this.listener({ type: "playerResumed" });
  }

  _end() {
    this._wants.play = false;
    this.listener({ type: "playerEnded", position: this._position.last?.position ?? this._start });
  }

  _adBegan() {
    this._isInAd = true;
    this._never("buffering");
    this._never("hand");
  }

  _adEnded() {
    this._isInAd = false;
    this._askedAt = this._clock();
    this._startAnew();
    if (!this._wants.play) this._askPause();
  }

  _fails(message) {
    this._isPrimed = false;
    this.listener({ type: "playerFailed", message });
  }

  /** It won't play aloud before the person has touched it; without sound it mostly does. */
  _blocked() {
    if (!this._wants.play) return;
    this.listener({ type: "gestureNeeded" });
    if (this._isMutedByBrowser || this.sound.muted) {
      this._isRefused = true;
      return;
    }
    this._isMutedByBrowser = true;
    this._askSound({ ...this.sound, muted: true });
    this._ask(() => this._askPlay());
  }

  // --- timers ----------------------------------------------------------------------------------------

  _after(name, seconds, act) {
    this._never(name);
    const timer = this._timers.setTimeout(() => {
      this._timersOf.delete(name);
      act();
    }, seconds * 1000);
    this._timersOf.set(name, timer);
  }

  _never(name) {
    this._timers.clearTimeout(this._timersOf.get(name));
    this._timersOf.delete(name);
  }
}
