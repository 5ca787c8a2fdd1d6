// Dailymotion, by its web SDK: https://developers.dailymotion.com/reference/web-sdk-player-events
//
// It tells of its ads, with the film said to be paused just before. A seek before the first start is lost, and later ones
// miss, so a place is kept until it plays. Whether it obeys a rate is not known beforehand: it is tried, and measured.

import { script } from "./api_scripts.js";
import { CoarsePlayer } from "./coarse_player.js";
import { Failure } from "./failure.js";
import { recognise } from "../media_url.js";

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2];

/** Seconds after which a rate that was asked for is in its state, or was not taken. */
const OBEYS_WITHIN = 0.25;

let count = 0;

export class Dailymotion extends CoarsePlayer {
  provider = "dailymotion";

  async _open(source, position) {
    const load = this._load;
    this._player = null;
    await script("dailymotion", this._timers);
    if (load !== this._load) return;
    const frame = document.createElement("div");
    count += 1;
    frame.id = `dailymotion-${count}`;
    this._place.replaceChildren(frame);
    this._hasStarted = false;
    const { id } = recognise(source);
    const params = { startTime: position, mute: this.sound.muted, autoplay: false };
    const player = await globalThis.dailymotion.createPlayer(frame.id, { video: id, params });
    if (load !== this._load) {
      player.destroy();
      return;
    }
    this._player = player;
    this._listen(load);
    const state = await player.getState();
    if (load === this._load) this._take(state);
  }

  _take({ videoDuration, playerError }) {
    if (playerError) {
      this._fails(why(playerError));
      return;
    }
    const rates = this._player.setPlaybackSpeed ? RATES : [1];
    this._ready({ duration: videoDuration, rates });
  }

  _close() {
    this._player?.destroy();
    this._player = null;
  }

  _listen(load) {
    const { events } = globalThis.dailymotion;
    // The names of events differ between versions; what there is not is not listened to.
    const on = (name, hear) => {
      if (name in events) this._player.on(events[name], (state = {}) => load === this._load && hear(state));
    };
    on("VIDEO_TIMECHANGE", ({ videoTime }) => this._pushed(videoTime));
    on("VIDEO_SEEKEND", ({ videoTime }) => this._pushed(videoTime));
    on("VIDEO_PLAYING", () => this._plays());
    on("VIDEO_PAUSE", () => this._said("paused"));
    on("VIDEO_BUFFERING", () => this._said("buffering"));
    on("VIDEO_END", () => this._said("ended"));
    on("AD_START", () => this._adBegan());
    on("AD_END", () => this._adEnded());
    on("PLAYER_PLAYBACKSPEEDCHANGE", ({ playerPlaybackSpeed }) => this._rateIs(playerPlaybackSpeed));
    on("PLAYER_PLAYBACKPERMISSION", ({ playerPlaybackPermission }) => {
      if (playerPlaybackPermission === "denied") this._blocked();
    });
    on("PLAYER_ERROR", ({ playerError }) => this._fails(why(playerError)));
  }

  _plays() {
    this._hasStarted = true;
    this._said("playing");
  }

  _canSeekNow() {
    return this._hasStarted;
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

  _askRate(rate) {
    const load = this._load;
    this._player.setPlaybackSpeed?.(rate);
    this._due.after("rate", OBEYS_WITHIN, async () => {
      const { playerPlaybackSpeed = rate } = await this._player.getState();
      if (load === this._load && playerPlaybackSpeed !== rate) this._hasNoRates();
    });
  }

  _askSound({ muted, volume }) {
    this._player.setVolume(volume);
    this._player.setMute(muted);
  }
}

function why(error) {
  const site = "Dailymotion";
  const said = error?.title ?? error?.message;
  return said ? new Failure("site", { site, why: said }) : new Failure("unsaid", { site });
}

export function makePlayer(surroundings) {
  return new Dailymotion(surroundings);
}
