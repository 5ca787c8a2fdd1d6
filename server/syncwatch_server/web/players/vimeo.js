// Vimeo, by its player SDK: https://developer.vimeo.com/player/sdk/reference
//
// Every question is a promise, its place is told four times a second, and rates from 0 to 2 are taken where the owner of
// the video allows other speeds; where not, the promise is refused, which is how we learn of it. A video that is not
// listed has a key in its address (`h`), which the frame must be given.

import { script } from "./api_scripts.js";
import { CoarsePlayer } from "./coarse_player.js";
import { Failure } from "./failure.js";
import { recognise } from "../media_url.js";

/** What its own menu offers, within what the SDK takes. */
const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2];

const SITE = "Vimeo";

const WHY = {
  NotFoundError: "unknown",
  PasswordError: "password",
  PrivacyError: "chosen-pages",
  UnsupportedError: "unsupported",
};

/** Seconds between two questions for its place, besides what it tells by itself. */
const ASKS_EVERY = 0.5;

/** Seconds after which a frame that does not answer is believed to be empty. */
const ANSWERS_WITHIN = 20;

export class Vimeo extends CoarsePlayer {
  provider = "vimeo";

  async _open(source, position) {
    const load = this._load;
    await script("vimeo", this._timers);
    if (load !== this._load) return;
    const frame = document.createElement("iframe");
    frame.allow = "autoplay; fullscreen; picture-in-picture; encrypted-media";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.src = frameAddress(source, this._language);
    this._place.replaceChildren(frame);
    this._player = new globalThis.Vimeo.Player(frame);
    this._listen(load);
    this._due.after("answer", ANSWERS_WITHIN, () => this._fails(new Failure("silent", { site: SITE })));
    try {
      await this._prepare(load, position);
    } catch (fault) {
      if (load === this._load) this._fails(why(fault));
    }
  }

  async _prepare(load, position) {
    const player = this._player;
    await player.ready();
    if (position > 0) await player.setCurrentTime(position);
    const duration = await player.getDuration();
    if (load !== this._load) return;
    this._due.never("answer");
    this._ready({ duration, rates: RATES });
    this._askPlace(load);
  }

  _close() {
    this._player?.destroy().catch(() => {});
    this._player = null;
  }

  _listen(load) {
    const on = (name, hear) => this._player.on(name, (told) => load === this._load && hear(told));
    on("timeupdate", ({ seconds }) => this._pushed(seconds));
    on("seeked", ({ seconds }) => this._pushed(seconds));
    on("playing", () => this._said("playing"));
    on("pause", () => this._said("paused"));
    on("ended", () => this._said("ended"));
    on("bufferstart", () => this._state === "playing" && this._said("buffering"));
    on("bufferend", () => this._state === "buffering" && this._said("playing"));
    on("playbackratechange", ({ playbackRate }) => this._rateIs(playbackRate));
    on("error", (fault) => !fault.method && this._fails(why(fault)));
  }

  /** Half of the way of question and answer is behind the place that they bring. */
  _askPlace(load) {
    this._due.after("asking", ASKS_EVERY, async () => {
      const asked = this._clock();
      const position = await this._player.getCurrentTime().catch(() => null);
      if (load !== this._load) return;
      if (position !== null) this._pushed(position, (asked + this._clock()) / 2);
      this._askPlace(load);
    });
  }

  // --- its words -------------------------------------------------------------------------------------

  _askPlay() {
    const load = this._load;
    this._player.play().catch((fault) => {
      // A play that a pause came after is refused too.
      if (load === this._load && fault.name === "NotAllowedError") this._blocked();
    });
  }

  _askPause() {
    this._player.pause().catch(() => {});
  }

  _askSeek(position) {
    this._player.setCurrentTime(position).catch(() => {});
  }

  _askRate(rate) {
    const load = this._load;
    this._player.setPlaybackRate(rate).catch(() => {
      if (load === this._load && rate !== 1) this._hasNoRates();
    });
  }

  _askSound({ muted, volume }) {
    this._player.setVolume(volume).catch(() => {});
    this._player.setMuted(muted).catch(() => {});
  }
}

function frameAddress(source, language) {
  const { id, kind, canonicalUrl } = recognise(source);
  const [, , , , key] = canonicalUrl.split("/");
  const path = kind === "event" ? `event/${id}/embed` : `video/${id}`;
  const address = new URL(`https://player.vimeo.com/${path}`);
  if (kind === "event") address.hostname = "vimeo.com";
  else if (key) address.searchParams.set("h", key);
  address.searchParams.set("dnt", "1");
  address.searchParams.set("playsinline", "1");
  address.searchParams.set("texttrack", language);
  return address.href;
}

function why({ name, message }) {
  return name in WHY ? new Failure(WHY[name], { site: SITE }) : new Failure("site", { site: SITE, why: message ?? name });
}

export function makePlayer(surroundings) {
  return new Vimeo(surroundings);
}
