// `<video>`: files, HLS and DASH, to the millisecond.
//
// Who paused? The browser pauses a muted video whose page is hidden, and plays it again on return; a person pauses in a
// small window of its own (picture in picture), by a headset or in a phone's full screen. What we asked for is known by
// what we want; what the browser does is told by the page being hidden; what is left is the person.

import { Failure } from "./failure.js";
import { SAME_PLACE, bufferedFrom, isSeekable, showSubtitles, videoIn } from "./html_element.js";
import { HtmlPermission } from "./html_permission.js";
import { reasonOf } from "./player.js";
import { read } from "./readings.js";
import { attach } from "./streaming.js";

/** Seconds after a start in which `currentTime` is not to be trusted; measured in Chromium: 100 ms, and some more. */
export const UNSURE_AFTER_START = 0.35;

/** MediaError.code */
const WHY = { 1: "stopped", 2: "gone", 3: "not-decoded", 4: "not-here" };

export class HtmlVideo {
  /**
   * @param {object} given
   * @param {HTMLElement} given.place What it fills.
   * @param {() => number} given.clock The local clock, s.
   * @param {{setTimeout: Function, clearTimeout: Function}} given.timers
   */
  constructor({ place, clock, timers }) {
    this.listener = () => {};
    this.capabilities = {
      fineRate: true,
      rates: null,
      // Chromium, ten starts: 66 to 86 ms, the median 70. Each start follows an exact seek, that after a pause too.
      startsLate: 0.07,
      stepsWhilePaused: true,
      seekWhilePaused: true,
      buffering: true,
      ads: false,
      live: false,
    };
    /** What is to be loaded: its form (streaming.js), and `[{url, language, name}]`, subtitles of the page's own origin. */
    this.about = { form: "file", subtitles: [] };
    this._clock = clock;
    this._timers = timers;
    this._letGo = null;
    this._load = 0;
    this._wants = { play: false, rate: 1, keepPitch: false };
    this._isPrimed = false;
    this._isStalled = false;
    /** Where we sent it, until it is there. */
    this._target = null;
    this._handSeeks = false;
    this._startedAt = -Infinity;
    this._element = videoIn(place, this._hears());
    this._permission = new HtmlPermission(this._element, () => this.listener({ type: "gestureNeeded" }));
    this._returned = () => this._pageTurned();
    document.addEventListener("visibilitychange", this._returned);
  }

  /** Who hears what of the element. */
  _hears() {
    return {
      loadedmetadata: () => this._goToStart(),
      loadeddata: () => this._maybePrimed(),
      seeking: () => this._seeking(),
      seeked: () => this._seeked(),
      pause: () => this._paused(),
      play: () => this._played(),
      playing: () => this._runs(),
      waiting: () => this._waits(),
      canplay: () => this._resumed(),
      ended: () => this._ended(),
      ratechange: () => this._rateChanged(),
      error: () => this._failed(this._element.error),
    };
  }

  destroy() {
    this.listener = () => {};
    this.unload();
    document.removeEventListener("visibilitychange", this._returned);
    this._element.remove();
  }

  // --- what it is told -------------------------------------------------------------------------------

  async load(source, position) {
    this.unload();
    const load = this._load;
    const { form, subtitles } = this.about;
    this._start = position;
    showSubtitles(this._element, subtitles);
    const fail = (fault, how) => load === this._load && this._breaksOff(fault, how);
    try {
      const letGo = await attach(this._element, source, { form, position, fail });
      if (load === this._load) this._letGo = letGo;
      else letGo();
    } catch (fault) {
      fail(fault);
    }
    // A load sets the rate back to the default one.
    if (load === this._load) this._applyRate();
  }

  unload() {
    this._load += 1;
    this._wants.play = false;
    this._isPrimed = this._isStalled = this._permission.isRefused = this._handSeeks = false;
    this._target = null;
    this._letGo?.();
    this._letGo = null;
    this._element.replaceChildren();
  }

  pause() {
    this._wants.play = false;
    this._permission.isRefused = false;
    this._element.pause();
  }

  unpause() {
    this._wants.play = true;
    this._startedAt = this._clock();
    this._play();
  }

  seek(position) {
    this._handSeeks = false;
    this._target = position;
    this._element.currentTime = position;
  }

  setRate(rate, { keepPitch }) {
    this._wants.rate = rate;
    this._wants.keepPitch = keepPitch;
    this._applyRate();
  }

  get sound() {
    return this._permission.sound;
  }

  setSound(sound) {
    this._permission.setSound(sound);
  }

  unlock() {
    this._permission.touched();
    if (this._wants.play) this._play();
    else if (this._element.paused) this._permission.bless(() => this._wants.play);
    this.listener({ type: "gestureGiven" });
  }

  // --- what it tells when asked ----------------------------------------------------------------------

  async sample() {
    if (!this._isMeasurable()) return null;
    // Timers of a hidden page come once a second.
    const count = document.hidden ? 1 : undefined;
    const isWanted = () => this._isMeasurable();
    return read(this._element, { clock: this._clock, timers: this._timers, count, isWanted });
  }

  bufferedFor() {
    return bufferedFrom(this._element) ?? (this._isPrimed ? 0 : null);
  }

  absence() {
    if (!this._wants.play || !this._element.paused || this._element.ended) return null;
    if (this._permission.isRefused) return "gesture";
    return document.hidden ? "hidden" : null;
  }

  _isMeasurable() {
    const { paused, seeking, ended, readyState } = this._element;
    const runs = this._wants.play && !paused && !seeking && !ended && readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
    return runs && !this._isStalled && this._clock() > this._startedAt + UNSURE_AFTER_START;
  }

  // --- loading ---------------------------------------------------------------------------------------

  _goToStart() {
    const { duration } = this._element;
    this.capabilities.live = !Number.isFinite(duration);
    if (this._start > 0 && isSeekable(this._element) && Math.abs(this._element.currentTime - this._start) > SAME_PLACE) {
      this._target = this._start;
      this._element.currentTime = Math.min(this._start, duration);
    }
  }

  _maybePrimed() {
    if (this._isPrimed || this._target !== null || this._element.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    this._isPrimed = true;
    this._applyRate();
    const { currentTime, duration } = this._element;
    this.listener({
      type: "playerPrimed",
      position: currentTime,
      duration: Number.isFinite(duration) ? duration : null,
      frameDuration: null,
      seekable: isSeekable(this._element),
    });
  }

  _failed(error) {
    if (error === null || this._letGo === null) return;
    const fault = new Failure(WHY[error.code] ?? "not-here", { why: "" });
    this._breaksOff(fault, { isNetwork: error.code === MediaError.MEDIA_ERR_NETWORK });
  }

  _breaksOff(fault, { isNetwork = false } = {}) {
    const type = isNetwork && this._isPrimed ? "playerCutOff" : "playerFailed";
    this._isPrimed = false;
    this.listener({ type, ...reasonOf(fault) });
  }

  // --- playing ---------------------------------------------------------------------------------------

  _play() {
    const load = this._load;
    this._permission.play(() => load === this._load && this._wants.play);
  }

  _paused() {
    const { ended, error, seeking, currentTime } = this._element;
    if (!this._wants.play || ended || error !== null || seeking || document.hidden || this._permission.isRefused) return;
    this._wants.play = false;
    this.listener({ type: "personPaused", position: currentTime, at: this._clock() });
  }

  _played() {
    if (this._wants.play || !this._isPrimed || document.hidden || this._permission.isBlessing) return;
    this.listener({ type: "personPlayed", position: this._element.currentTime, at: this._clock() });
  }

  _runs() {
    this._startedAt = Math.max(this._startedAt, this._clock() - UNSURE_AFTER_START / 2);
    this._resumed();
  }

  _waits() {
    if (!this._wants.play || !this._isPrimed || this._element.seeking || this._isStalled) return;
    this._isStalled = true;
    this.listener({ type: "playerStalled" });
  }

  _resumed() {
    if (!this._isStalled || this._element.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) return;
    this._isStalled = false;
    this._startedAt = this._clock();
    this.listener({ type: "playerResumed" });
  }

  _ended() {
    this._wants.play = false;
    this.listener({ type: "playerEnded", position: this._element.currentTime });
  }

  /** The browser plays again what it paused itself; where it doesn't, we do. */
  _pageTurned() {
    if (!document.hidden && this._wants.play && this._element.paused && !this._element.ended) this._play();
  }

  // --- going elsewhere -------------------------------------------------------------------------------

  _seeking() {
    if (this._target !== null || !this._isPrimed) return;
    this._handSeeks = true;
    this.listener({ type: "personSetOut", at: this._clock() });
  }

  _seeked() {
    const { currentTime } = this._element;
    if (this._handSeeks) {
      this._handSeeks = false;
      this.listener({ type: "personSought", position: currentTime });
      return;
    }
    if (this._target === null) return;
    this._target = null;
    if (this._wants.play) this._startedAt = this._clock();
    if (this._isPrimed) this.listener({ type: "playerLanded", position: currentTime });
    else this._maybePrimed();
  }

  // --- the rate --------------------------------------------------------------------------------------

  _applyRate() {
    const { rate, keepPitch } = this._wants;
    const { _element: element } = this;
    // With the pitch corrected Chromium ignores a change of 0.1 %, and each change costs it 20 ms.
    if (element.preservesPitch !== keepPitch) element.preservesPitch = keepPitch;
    element.defaultPlaybackRate = rate;
    if (element.playbackRate !== rate) element.playbackRate = rate;
  }

  _rateChanged() {
    const { playbackRate } = this._element;
    if (playbackRate === this._wants.rate || !this._isPrimed) return;
    this._wants.rate = playbackRate;
    this.listener({ type: "personChangedRate", rate: playbackRate, at: this._clock() });
  }
}
