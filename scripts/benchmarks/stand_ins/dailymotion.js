// Stands in for https://geo.dailymotion.com/libs/player.js: a player by promise, states with each event, ads that are
// told, seeks that miss, and none before the first start.

{
  const events = Object.fromEntries(
    [
      "AD_START", "AD_END", "PLAYER_ERROR", "PLAYER_PLAYBACKPERMISSION", "PLAYER_PLAYBACKSPEEDCHANGE", "VIDEO_BUFFERING",
      "VIDEO_DURATIONCHANGE", "VIDEO_END", "VIDEO_PAUSE", "VIDEO_PLAY", "VIDEO_PLAYING", "VIDEO_SEEKEND",
      "VIDEO_SEEKSTART", "VIDEO_TIMECHANGE",
    ].map((name) => [name, name.toLowerCase()]),
  );
  const NAMES = {
    playing: "VIDEO_PLAYING",
    paused: "VIDEO_PAUSE",
    ended: "VIDEO_END",
    buffering: "VIDEO_BUFFERING",
    asked: "VIDEO_PLAY",
    seeked: "VIDEO_SEEKEND",
    rate: "PLAYER_PLAYBACKSPEEDCHANGE",
    adEnded: "AD_END",
    blocked: "PLAYER_PLAYBACKPERMISSION",
  };

  class Player {
    constructor({ startTime = 0 }) {
      const media = new PretendMedia({ seekMisses: 0.2, rates: [1], ...globalThis.KNOBS });
      globalThis.standIn = media;
      this._media = media;
      this._listeners = new Map();
      media._position = startTime;
      media.hear((what, position) => this._hear(what, position));
      this._push();
    }

    _hear(what, position) {
      if (what === "adBegan") {
        // The film is said to be paused, and only then that an ad is why.
        this._emit("VIDEO_PAUSE", position);
        this._media.message(() => this._emit("AD_START", position));
      } else if (what in NAMES) {
        this._emit(NAMES[what], position);
        if (what === "adEnded") this._emit("VIDEO_PLAYING", position);
      }
    }

    _state(videoTime) {
      const { duration, state, isInAd, isMuted, rate, fails, refuses } = this._media;
      return {
        videoTime,
        videoDuration: duration,
        playerIsPlaying: state === "playing",
        playerIsBuffering: state === "buffering",
        playerIsMuted: isMuted,
        playerPlaybackSpeed: rate,
        playerPlaybackPermission: refuses === "everything" || (refuses === "sound" && !isMuted) ? "denied" : "allowed",
        playerError: fails === null ? null : { title: fails, message: fails, code: "DM005" },
        adIsPlaying: isInAd,
        videoIsCreatedForKids: false,
      };
    }

    _emit(name, position) {
      for (const listener of this._listeners.get(events[name]) ?? []) listener(this._state(position));
    }

    _push() {
      const media = this._media;
      this._timer = media.later(media.pushesEvery, () => {
        const position = media.position();
        if (media.state === "playing" && !media.isInAd) media.message(() => this._emit("VIDEO_TIMECHANGE", position));
        this._push();
      });
    }

    on(name, listener) {
      this._listeners.set(name, [...(this._listeners.get(name) ?? []), listener]);
    }

    getState() {
      return new Promise((resolve) => this._media.message(() => resolve(this._state(this._media.position()))));
    }

    play() {
      this._media.message(() => this._media.play());
    }

    pause() {
      this._media.message(() => this._media.pause());
    }

    seek(position) {
      const media = this._media;
      media.message(() => media.state !== "cued" && media.seek(position));
    }

    setPlaybackSpeed(rate) {
      this._media.message(() => this._media.setRate(rate));
    }

    setMute(muted) {
      this._media.message(() => (this._media.isMuted = muted));
    }

    setVolume() {}

    destroy() {
      clearTimeout(this._timer);
    }
  }

  globalThis.dailymotion = {
    events,
    createPlayer: (id, { params }) => {
      if (document.getElementById(id) === null) return Promise.reject(new Error(`no element ${id}`));
      return new Promise((resolve) => setTimeout(() => resolve(new Player(params)), 100));
    },
  };
}
