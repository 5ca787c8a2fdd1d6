// YouTube, by its IFrame player API: https://developers.google.com/youtube/iframe_api_reference
//
// Its position is pushed about four times a second and extrapolated in between, its rates are steps of a quarter, it
// tells nothing of its ads, and it wants the page's address as Referer (else it fails with 153).

import { script } from "./api_scripts.js";
import { CoarsePlayer } from "./coarse_player.js";
import { Failure } from "./failure.js";
import { recognise } from "../media_url.js";

const STATES = { 0: "ended", 1: "playing", 2: "paused", 3: "buffering" };
const CUED = 5;

/** https://developers.google.com/youtube/iframe_api_reference#onError */
const WHY = { 2: "unknown", 5: "unsupported", 100: "private", 101: "elsewhere", 150: "elsewhere", 153: "referer" };

/** Seconds between two looks at its position. */
const LOOKS_EVERY = 0.05;

export class YouTube extends CoarsePlayer {
  provider = "youtube";

  async _open(source, position) {
    const load = this._load;
    await ready(this._timers);
    if (load !== this._load) return;
    const { id } = recognise(source);
    const frame = document.createElement("iframe");
    // The page says nobody where it is; this frame must know, from its very first request on.
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
    frame.src = frameAddress(id, this._language);
    this._place.replaceChildren(frame);
    this._hasStarted = false;
    this._videoId = id;
    this._player = new globalThis.YT.Player(frame, {
      events: {
        onReady: () => load === this._load && this._cue(position),
        onStateChange: ({ data }) => load === this._load && this._stateIs(data),
        onPlaybackRateChange: ({ data }) => load === this._load && this._rateIs(data),
        onError: ({ data }) => load === this._load && this._fails(why(data)),
        onAutoplayBlocked: () => load === this._load && this._blocked(),
      },
    });
    this._look(load);
  }

  _close() {
    this._player?.destroy();
    this._player = null;
  }

  _cue(position) {
    this._player.cueVideoById({ videoId: this._videoId, startSeconds: position });
  }

  _stateIs(number) {
    if (number === CUED) {
      const rates = this._player.getAvailablePlaybackRates();
      const { isLive = false } = this._player.getVideoData?.() ?? {};
      this._ready({ duration: this._player.getDuration(), rates, live: isLive });
      if (this._where.target !== null) this._landed(this._where.target);
    } else if (number in STATES) {
      if (number === 1) this._hasStarted = true;
      this._said(STATES[number]);
    }
  }

  /** Its position comes by messages; what stands here changes as one arrives. */
  _look(load) {
    this._due.after("look", LOOKS_EVERY, () => {
      if (load !== this._load) return;
      const position = this._player?.getCurrentTime?.();
      if (this._hasStarted && position !== undefined) this._looked(position);
      this._look(load);
    });
  }

  // --- its words -------------------------------------------------------------------------------------

  _askPlay() {
    this._player.playVideo();
  }

  _askPause() {
    this._player.pauseVideo();
  }

  _askSeek(position) {
    // Before its first start a seek would make it play.
    if (this._hasStarted) this._player.seekTo(position, true);
    else this._cue(position);
  }

  _askRate(rate) {
    this._player.setPlaybackRate(rate);
  }

  _askSound({ muted, volume }) {
    this._player.setVolume(volume * 100);
    if (muted) this._player.mute();
    else this._player.unMute();
  }
}

function frameAddress(id, language) {
  const address = new URL(`https://www.youtube.com/embed/${id}`);
  const wishes = { enablejsapi: 1, origin: location.origin, disablekb: 1, playsinline: 1, rel: 0, hl: language };
  for (const [name, wish] of Object.entries(wishes)) address.searchParams.set(name, wish);
  return address.href;
}

function why(error) {
  const site = "YouTube";
  return error in WHY ? new Failure(WHY[error], { site }) : new Failure("site", { site, why: String(error) });
}

export function makePlayer(surroundings) {
  return new YouTube(surroundings);
}

/** YouTube's script calls a function of the page's once it is there. */
async function ready(timers) {
  if (globalThis.YT?.Player) return;
  const called = new Promise((resolve) => {
    globalThis.onYouTubeIframeAPIReady = resolve;
  });
  await script("youtube", timers);
  await called;
}
