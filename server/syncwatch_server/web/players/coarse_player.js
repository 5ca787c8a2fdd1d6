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
// `_rateIs(rate)`, `_adBegan()`, `_adEnded()`; `_fails(fault)`; `_blocked()`. Timers that end with what is loaded are
// `_due`'s. Here is the conversation with both sides; where the player is, coarse_place.js judges, and what is done about
// a drift is the matter of coarse_helm.js and coarse_steering.js.
//
// What we ask comes back as events, which are not the person's hand: for a while after each command nothing is.

import { CoarseHelm } from "./coarse_helm.js";
import { CoarsePlace, UNSURE } from "./coarse_place.js";
import { nearestRate } from "./coarse_steering.js";
import { NamedTimers } from "./named_timers.js";
import { reasonOf } from "./player.js";

/** Seconds after a command in which what happens is taken for its effect. */
export const ECHO = 1;

/** Seconds in which a seek is told to have landed, wherever. */
const LANDS_WITHIN = 3;

/** Seconds of buffering that belong to playing on, and to a start. */
const BUFFERS_BEFORE_TOLD = 0.4;
const BUFFERS_AT_START = 1.5;

/** Seconds for which a pause may be the beginning of an ad: some say first that the film stands, and then why. */
const MAY_BE_AD = 0.25;

/** Times that a player is asked again to do what it did not do, before the browser is thought to forbid it. */
const ASKS_AGAIN = 2;

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
    this._due = new NamedTimers(timers);
    this._where = new CoarsePlace();
    this._helm = new CoarseHelm({ clock, due: this._due, place: this._where, ask: this._asking() });
    this._load = 0;
    this._forgetAll();
  }

  /** How the helm asks: what comes of it is no news either. */
  _asking() {
    const asked = (ask) => (given) => {
      this._askedAt = this._clock();
      ask(given);
    };
    return {
      play: asked(() => this._askPlay()),
      pause: asked(() => this._askPause()),
      seek: asked((position) => this._askSeek(position)),
      rate: asked((rate) => this._askRate(rate)),
    };
  }

  _forgetAll() {
    this._wants = { play: false, rate: this._wants?.rate ?? 1 };
    this._state = "unloaded";
    this._isPrimed = this._isStalled = this._isInAd = this._isRefused = this._isMutedByBrowser = false;
    this._keptFor = null;
    this._duration = null;
    this._askedAgain = 0;
    this._askedAt = this._letGoAt = -Infinity;
    this._where.isEmptied();
  }

  // --- what it is told -------------------------------------------------------------------------------

  load(source, position) {
    this.unload();
    this._state = "loading";
    const load = this._load;
    this._start = position;
    const lead = this._helm.leadAt(this._wants.rate);
    this._where.isLoadedAt(lead);
    Promise.resolve()
      .then(() => load === this._load && this._open(source, position + lead))
      .catch((fault) => load === this._load && this._fails(fault));
  }

  unload() {
    this._load += 1;
    this._due.neverAny();
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
    this._letGoAt = this._clock();
    this._where.startsAnew(this._letGoAt);
    this._askedAgain = 0;
    this._ask(() => this._askPlay());
    if (this._where.knownLead !== null) this._helm.starts(this._where.knownLead);
    this._where.standsByItself();
  }

  seek(position) {
    if (!this._canSeekNow()) {
      this._keptFor = position;
      this._where.isSentTo(position);
      this._ask(() => {});
      this._landed(position);
      return;
    }
    this._where.isSentTo(position, this._wants.play ? null : this._leadFrom(position));
    const { target } = this._where;
    this._ask(() => this._askSeek(target));
    this._due.after("landing", LANDS_WITHIN, () => this._landed(this._where.last ?? target));
  }

  /** How far beyond `position` it is to stand, so that it starts together with the others; not over the end. */
  _leadFrom(position) {
    const lead = this._helm.leadAt(this._wants.rate);
    return this._duration !== null && position + lead >= this._duration ? 0 : lead;
  }

  setRate(rate) {
    const nearest = nearestRate(this.capabilities.rates, rate);
    if (nearest === this._wants.rate) return;
    this._wants.rate = nearest;
    this._where.playsAt(nearest);
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
    this._helm.interrupt(this._wants.rate);
    this._due.never("hand");
    if (!this._isPrimed) return;
    act();
    this._due.after("settling", ECHO, () => this._settle());
  }

  /** A command may be lost in the frame, or undone by what came after it: ask again; a browser that forbids it is told. */
  _settle() {
    if (this._isInAd || this._isRefused || document.hidden || this._where.target !== null) return;
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

  // --- what it tells when asked ----------------------------------------------------------------------

  sample() {
    const now = this._clock();
    const isSteered = this._helm.isPulsing || this._helm.isResting;
    if (!this._runs() || now < this._where.startedAt + UNSURE || isSteered) return null;
    const position = this._where.positionAt(now);
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

  /** @param {import("./player.js").Steering} steering */
  steer(steering) {
    if (this._runs()) this._helm.steer(steering, this.capabilities.rates);
  }

  _runs() {
    const isSelf = this._isPrimed && this._wants.play && this._state === "playing" && this._where.target === null;
    return isSelf && !this._isInAd && !this._isStalled && !document.hidden;
  }

  /** It says that it plays and comes no further. */
  _standsStill() {
    const isToMove = this._isPrimed && this._state === "playing" && this._where.target === null;
    return isToMove && !this._helm.isResting && this._where.standsStill(this._clock());
  }

  // --- what the frame says: of what it does ----------------------------------------------------------

  /** It is there and stands; `rates` and `live`: where they are known by now. */
  _ready({ duration = null, rates = null, live = false } = {}) {
    if (this._isPrimed) return;
    this._isPrimed = true;
    this._state = "paused";
    if (rates !== null) this.capabilities.rates = rates;
    this.capabilities.live = live;
    this._duration = duration > 0 && Number.isFinite(duration) ? duration : null;
    this._askSound(this.sound);
    if (this._wants.rate !== 1) this._askRate(nearestRate(this.capabilities.rates, this._wants.rate));
    this.listener({
      type: "playerPrimed",
      position: this._start,
      duration: this._duration,
      frameDuration: null,
      seekable: !live,
    });
  }

  _said(state, at = this._clock()) {
    const before = this._state;
    if (!this._isPrimed || state === before) return;
    this._state = state;
    const isOurs = at < this._where.startedAt + ECHO;
    if (state === "playing") this._where.plays(at);
    if (state !== "paused") this._due.never("hand");
    if (state === "buffering") {
      this._due.after("buffering", isOurs ? BUFFERS_AT_START : BUFFERS_BEFORE_TOLD, () => this._ranOut());
    } else this._due.never("buffering");
    if (state === "playing" && this._wants.play && this._keptFor !== null) this._goToKept();
    if (state === "playing" && this._isStalled) this._runsAgain();
    if (state === "ended") this._end();
    else if (this._isByHand(at)) this._tellHand(state, at);
    else if (state === "playing" && !this._wants.play && this._where.target === null) this._stillAgain();
  }

  /** It runs: now it may go to the place that was kept for it, and the time that has passed. */
  _goToKept() {
    const { rate } = this._wants;
    const position = this._keptFor + (this._clock() - this._letGoAt) * rate;
    this._keptFor = null;
    this._helm.startsBySeek(position, rate);
  }

  /** Some begin to play at a seek while they are paused. */
  _stillAgain() {
    this._askedAt = this._clock();
    this._askPause();
  }

  _ranOut() {
    if (!this._wants.play || this._isStalled || this._isInAd || this._where.target !== null) return;
    this._isStalled = true;
    this.listener({ type: "playerStalled" });
  }

  _runsAgain() {
    this._isStalled = false;
    this._where.startsAnew(this._clock());
    this.listener({ type: "playerResumed" });
  }

  _end() {
    this._wants.play = false;
    this.listener({ type: "playerEnded", position: this._where.last ?? this._start });
  }

  _adBegan() {
    this._isInAd = true;
    this._due.never("buffering", "hand");
  }

  _adEnded() {
    this._isInAd = false;
    this._askedAt = this._clock();
    this._where.startsAnew(this._askedAt);
    if (!this._wants.play) this._askPause();
  }

  _fails(fault) {
    this._isPrimed = false;
    this.listener({ type: "playerFailed", ...reasonOf(fault) });
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

  // --- what the frame says: of where it is -----------------------------------------------------------

  _pushed(position, at = this._clock()) {
    if (!this._isPrimed || this._keptFor !== null) return;
    const how = { askedAt: this._askedAt, isPlaying: this._state === "playing", isPulsing: this._helm.isPulsing };
    const shows = this._where.push(position, at, how);
    if (shows === "landed") this._tellLanded(position);
    else if (shows === "jumped" && this._isByHand(at)) {
      this._where.standsByItself();
      this.listener({ type: "personSought", position, at });
    }
  }

  /** It was looked at: what stands there is news where it differs from the last time, or where it does not play. */
  _looked(position) {
    if (position === this._seen && this._state === "playing") return;
    this._seen = position;
    this._pushed(position);
  }

  /** It is where it was sent, as far as it can be known. */
  _landed(position) {
    if (this._where.target === null) return;
    this._where.arrives(this._clock());
    this._tellLanded(position);
  }

  _tellLanded(position) {
    this._due.never("landing");
    this._start = this._where.asMeant(position);
    this.listener({ type: "playerLanded", position: this._start });
    if (!this._wants.play && this._state === "playing") this._stillAgain();
  }

  // --- the person's hand on it -----------------------------------------------------------------------

  _isByHand(at) {
    const isAway = document.hidden || this._isInAd || this._isRefused;
    return at > this._askedAt + ECHO && !isAway && this._where.target === null;
  }

  _tellHand(state, at) {
    const heard = this._where.positionAt(at, 1);
    const position = heard === null ? this._start : this._where.asMeant(heard);
    if (state === "paused" && this._wants.play) {
      this._due.after("hand", MAY_BE_AD, () => {
        this._wants.play = false;
        this.listener({ type: "personPaused", position, at });
      });
    } else if (state === "playing" && !this._wants.play) {
      this._wants.play = true;
      this._where.standsByItself();
      this.listener({ type: "personPlayed", position, at });
    }
  }

  /** It plays at another rate, which nobody of us asked for. */
  _rateIs(rate) {
    const isOurs = this._helm.isPulsing || this._clock() < this._askedAt + ECHO;
    if (rate === this._wants.rate || isOurs || !this._isPrimed) return;
    this._wants.rate = rate;
    this._where.playsAt(rate);
    this.listener({ type: "personChangedRate", rate, at: this._clock() });
  }

  /** It has no other rate, as it turned out: what was being done by one is done in another way. */
  _hasNoRates() {
    this.capabilities.rates = [1];
    this._wants.rate = 1;
    this._helm.failsToPulse();
    this._where.playsAt(1);
  }
}
