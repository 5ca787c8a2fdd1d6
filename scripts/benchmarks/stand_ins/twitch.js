// Stands in for https://player.twitch.tv/js/embed/v1.js: one rate, no ad is told, and a seek while it is paused loses its
// way.

{
  const NAMES = { playing: "playing", paused: "pause", ended: "ended", asked: "play", blocked: "playbackBlocked" };
  const STATES = { playing: "Playing", paused: "Idle", buffering: "Buffering", ended: "Ended", cued: "Ready" };

  class Player {
    constructor(element, { parent, channel, video, time }) {
      const media = new PretendMedia({ rates: [1], ...globalThis.KNOBS });
      globalThis.standIn = media;
      this._media = media;
      this._listeners = new Map();
      this._told = 0;
      media.about = { parent, time, of: channel ?? video };
      media.isLive = channel !== undefined;
      media._position = this._told = seconds(time);
      media.hear((what) => what in NAMES && this._emit(NAMES[what]));
      media.later(0.1, () => this._emit(parent.includes(location.hostname) ? "ready" : "none"));
      this._push();
    }

    _push() {
      const media = this._media;
      this._timer = media.later(media.pushesEvery, () => {
        const position = media.position();
        media.message(() => (this._told = position));
        this._push();
      });
    }

    _emit(name) {
      if (name === "ready" && this._media.fails !== null) name = this._media.fails;
      for (const listener of this._listeners.get(name) ?? []) listener({});
    }

    addEventListener(name, listener) {
      this._listeners.set(name, [...(this._listeners.get(name) ?? []), listener]);
    }

    play() {
      this._media.message(() => this._media.play());
    }

    pause() {
      this._media.message(() => this._media.pause());
    }

    seek(position) {
      const media = this._media;
      media.message(() => media.seek(media.state === "playing" ? position : 0));
    }

    getCurrentTime() {
      return this._told;
    }

    getDuration() {
      return this._media.isLive ? Infinity : this._media.duration;
    }

    getPlayerState() {
      return { playback: STATES[this._media.state] };
    }

    isPaused() {
      return this._media.state !== "playing";
    }

    setMuted(muted) {
      this._media.message(() => (this._media.isMuted = muted));
    }

    setVolume() {}

    destroy() {
      clearTimeout(this._timer);
    }
  }

  Object.assign(Player, {
    READY: "ready",
    PLAY: "play",
    PLAYING: "playing",
    PAUSE: "pause",
    ENDED: "ended",
    OFFLINE: "offline",
    ONLINE: "online",
    SEEK: "seek",
    PLAYBACK_BLOCKED: "playbackBlocked",
  });

  const seconds = (time) => {
    const [, hours, minutes, rest] = /^(\d+)h(\d+)m(\d+)s$/.exec(time ?? "0h0m0s");
    return Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
  };

  globalThis.Twitch = { Player };
}
