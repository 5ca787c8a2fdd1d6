// `<video>`: files, HLS and DASH, to the millisecond.
//
// Who paused? The browser pauses a muted video whose page is hidden, and plays it again on return; a person pauses in a
// small window of its own (picture in picture), by a headset or in a phone's full screen. What we asked for is known by
// what we want; what the browser does is told by the page being hidden; what is left is the person.

import { read } from "./readings.js";
import { attach } from "./streaming.js";

/** Seconds after a start in which `currentTime` is not to be trusted; measured in Chromium: 100 ms, and some more. */
export const UNSURE_AFTER_START = 0.35;

/** Seconds by which a place may be missed and still be the one that was asked for: a rounding of the browser. */
const SAME_PLACE = 0.001;

const WHY = {
  1: "loading was stopped",
  2: "its server no longer gives it",
  3: "it can't be decoded here",
  4: "this browser can't play it, or its server does not give it",
};

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
    this.sound = { muted: false, volume: 1 };
    this._isMutedByBrowser = false;
    this._clock = clock;
    this._timers = timers;
    this._letGo = null;
    this._load = 0;
    this._wants = { play: false, rate: 1, keepPitch: false };
    this._isPrimed = false;
    this._isStalled = false;
    this._isRefused = false;
    this._isBlessing = false;
    /** Where we sent it, until it is there. */
    this._target = null;
    this._handSeeks = false;
    this._startedAt = -Infinity;
    this._element = this._build(place);
  }

  _build(place) {
    const element = document.createElement("video");
    element.playsInline = true;
    element.preload = "auto";
    element.disableRemotePlayback = true;
    element.className = "html-video";
    const on = (name, hear) => element.addEventListener(name, hear);
    on("loadedmetadata", () => this._goToStart());
    on("loadeddata", () => this._maybePrimed());
    on("seeking", () => this._seeking());
    on("seeked", () => this._seeked());
    on("pause", () => this._paused());
    on("play", () => this._played());
    on("playing", () => this._runs());
    on("waiting", () => this._waits());
    on("canplay", () => this._resumed());
    on("ended", () => this._ended());
    on("ratechange", () => this._rateChanged());
    on("error", () => this._failed(element.error));
    this._returned = () => this._pageTurned();
    document.addEventListener("visibilitychange", this._returned);
    place.replaceChildren(element);
    return element;
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
    this._showSubtitles(subtitles);
    const fail = (fault) => load === this._load && this._cutOff(fault);
    try {
      const letGo = await attach(this._element, source, { form, position, fail });
      if (load === this._load) this._letGo = letGo;
      else letGo();
    } catch (fault) {
      fail({ isNetwork: false, message: fault.message });
    }
    // A load sets the rate back to the default one.
    if (load === this._load) this._applyRate();
  }

  unload() {
    this._load += 1;
    this._wants.play = false;
    this._isPrimed = this._isStalled = this._isRefused = this._handSeeks = false;
    this._target = null;
    this._letGo?.();
    this._letGo = null;
    this._element.replaceChildren();
  }

  pause() {
    this._wants.play = false;
    this._isRefused = false;
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

  setSound({ muted, volume }) {
    this.sound = { muted, volume };
    this._element.volume = volume;
    // What the browser muted so that it plays at all stays so until the person touches the page.
    if (!this._isMutedByBrowser || !muted) this._element.muted = muted;
  }

  unlock() {
    this._isMutedByBrowser = false;
    this._element.muted = this.sound.muted;
    if (this._wants.play) this._play();
    else if (this._element.paused) this._blessPaused();
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
    const { buffered, currentTime } = this._element;
    for (let part = 0; part < buffered.length; part += 1) {
      if (buffered.start(part) <= currentTime + SAME_PLACE && currentTime <= buffered.end(part)) {
        return buffered.end(part) - currentTime;
      }
    }
    return this._isPrimed ? 0 : null;
  }

  absence() {
    if (!this._wants.play || !this._element.paused || this._element.ended) return null;
    if (this._isRefused) return "gesture";
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
    if (this._start > 0 && this._isSeekable() && Math.abs(this._element.currentTime - this._start) > SAME_PLACE) {
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
      seekable: this._isSeekable(),
    });
  }

  _isSeekable() {
    const { seekable, duration } = this._element;
    return Number.isFinite(duration) && seekable.length > 0 && seekable.end(seekable.length - 1) > 0;
  }

  _failed(error) {
    if (error === null || this._letGo === null) return;
    this._cutOff({ isNetwork: error.code === MediaError.MEDIA_ERR_NETWORK, message: WHY[error.code] ?? "it can't be played" });
  }

  _cutOff({ isNetwork, message }) {
    const type = isNetwork && this._isPrimed ? "playerCutOff" : "playerFailed";
    this._isPrimed = false;
    this.listener({ type, message });
  }

  _showSubtitles(subtitles) {
    const tracks = subtitles.map(({ url, language, name }, number) => {
      const track = document.createElement("track");
      Object.assign(track, { kind: "subtitles", src: url, srclang: language ?? "", label: name, default: number === 0 });
      return track;
    });
    this._element.replaceChildren(...tracks);
  }

  // --- playing ---------------------------------------------------------------------------------------

  async _play() {
    const load = this._load;
    try {
      await this._element.play();
      this._isRefused = false;
    } catch (fault) {
      if (load === this._load && this._wants.play && fault.name === "NotAllowedError") this._refused();
    }
  }

  /** Without a touch a browser plays no sound; without sound it mostly plays. */
  _refused() {
    this.listener({ type: "gestureNeeded" });
    if (this._element.muted) {
      this._isRefused = true;
      return;
    }
    this._isMutedByBrowser = true;
    this._element.muted = true;
    this._play();
  }

  /** A touch counts for a play that is asked for in it; later ones need none then. */
  async _blessPaused() {
    this._isBlessing = true;
    try {
      await this._element.play();
      if (!this._wants.play) this._element.pause();
    } catch {
      // It will be asked for again.
    } finally {
      this._isBlessing = false;
    }
  }

  _paused() {
    const { ended, error, seeking, currentTime } = this._element;
    if (!this._wants.play || ended || error !== null || seeking || document.hidden || this._isRefused) return;
    this._wants.play = false;
    this.listener({ type: "personPaused", position: currentTime, at: this._clock() });
  }

  _played() {
    if (this._wants.play || !this._isPrimed || document.hidden || this._isBlessing) return;
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
