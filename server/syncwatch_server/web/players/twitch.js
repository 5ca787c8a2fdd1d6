// Twitch, by its embed script: https://dev.twitch.tv/docs/embed/video-and-clips
//
// It has one rate, tells of no ad, and loses its way when it is sought in while it stands: a place is kept until it plays.
// It plays only on pages whose host it was told (`parent`), by HTTPS or on this machine. A channel that is live can be
// played and paused, and no more.

import { script } from "./api_scripts.js";
import { CoarsePlayer } from "./coarse_player.js";
import { Failure } from "./failure.js";
import { recognise } from "../media_url.js";

/** Seconds between two looks at its place and state, which come by messages. */
const LOOKS_EVERY = 0.05;

/** Seconds after which a frame that does not answer is believed to refuse this page. */
const ANSWERS_WITHIN = 20;

const SITE = "Twitch";

const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);

export class Twitch extends CoarsePlayer {
  provider = "twitch";

  async _open(source, position) {
    const load = this._load;
    const { kind, id } = recognise(source);
    if (location.protocol !== "https:" && !LOCAL.has(location.hostname)) {
      throw new Failure("https", { site: SITE });
    }
    await script("twitch", this._timers);
    if (load !== this._load) return;
    const frame = document.createElement("div");
    this._place.replaceChildren(frame);
    this._hasStarted = false;
    this._player = new globalThis.Twitch.Player(frame, {
      ...what(kind, id),
      parent: [location.hostname],
      time: spelled(position),
      autoplay: false,
      muted: this.sound.muted,
      width: "100%",
      height: "100%",
    });
    this._listen(load, kind === "channel");
    this._due.after("answer", ANSWERS_WITHIN, () => this._fails(new Failure("silent", { site: SITE })));
  }

  _close() {
    this._player?.destroy?.();
    this._player = null;
    this._place.replaceChildren();
  }

  _listen(load, live) {
    const names = globalThis.Twitch.Player;
    const on = (name, hear) => this._player.addEventListener(names[name], () => load === this._load && hear());
    on("READY", () => {
      this._due.never("answer");
      this._ready({ duration: live ? null : this._player.getDuration(), rates: [1], live });
      this._look(load);
    });
    on("PLAYING", () => this._plays());
    on("PAUSE", () => this._said("paused"));
    on("ENDED", () => this._said("ended"));
    on("OFFLINE", () => live && this._fails(new Failure("not-live")));
    on("PLAYBACK_BLOCKED", () => this._blocked());
  }

  _plays() {
    this._hasStarted = true;
    this._said("playing");
  }

  _look(load) {
    this._due.after("look", LOOKS_EVERY, () => {
      if (load !== this._load) return;
      const { playback } = this._player.getPlayerState?.() ?? {};
      if (playback === "Buffering" && this._state === "playing") this._said("buffering");
      if (playback === "Playing" && this._state === "buffering") this._said("playing");
      const position = this._player.getCurrentTime();
      if (this._hasStarted && !this.capabilities.live) this._looked(position);
      else if (this.capabilities.live) this._where.moves(this._clock());
      this._look(load);
    });
  }

  /** Where it stands while it is paused it is not to be sought in. */
  _canSeekNow() {
    return this._wants.play && (this._state === "playing" || this._state === "buffering");
  }

  // --- its words -------------------------------------------------------------------------------------

  _askPlay() {
    this._player.play();
  }

  _askPause() {
    this._player.pause();
  }

  _askSeek(position) {
    this._player.seek(position);
  }

  _askRate() {}

  _askSound({ muted, volume }) {
    this._player.setVolume(volume);
    this._player.setMuted(muted);
  }
}

function what(kind, id) {
  if (kind === "channel") return { channel: id };
  return kind === "collection" ? { collection: id } : { video: `v${id}` };
}

/** As Twitch spells a place: `1h2m3s`. */
function spelled(position) {
  const whole = Math.max(0, Math.floor(position));
  return `${Math.floor(whole / 3600)}h${Math.floor((whole % 3600) / 60)}m${whole % 60}s`;
}

export function makePlayer(surroundings) {
  return new Twitch(surroundings);
}
