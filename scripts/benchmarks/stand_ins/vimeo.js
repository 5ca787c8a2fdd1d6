// Stands in for https://player.vimeo.com/api/player.js: everything is a promise, buffering has events, and rates are
// refused where the owner of the video does not allow them.

{
  const EVENTS = { playing: "playing", paused: "pause", ended: "ended", asked: "play", seeked: "seeked", rate: "playbackratechange" };

  class Player {
    constructor(frame) {
      const media = new PretendMedia(globalThis.KNOBS);
      globalThis.standIn = media;
      this._media = media;
      this._listeners = new Map();
      this._source = frame.src || frame.dataset.src;
      media.hear((what, position) => this._hear(what, position));
      this._push();
    }

    _hear(what, seconds) {
      if (what === "buffering") this._emit("bufferstart", {});
      if (this._before === "buffering" && what === "playing") this._emit("bufferend", {});
      this._before = what;
      const fields = { seconds, duration: this._media.duration, percent: seconds / this._media.duration };
      if (what === "rate") this._emit("playbackratechange", { playbackRate: this._media.rate });
      else if (what in EVENTS) this._emit(EVENTS[what], fields);
    }

    _push() {
      const media = this._media;
      this._timer = media.later(media.pushesEvery, () => {
        const seconds = media.position();
        const { duration } = media;
        if (media.state === "playing" && !media.isInAd) media.message(() => this._emit("timeupdate", { seconds, duration }));
        this._push();
      });
    }

    _emit(name, fields) {
      for (const listener of this._listeners.get(name) ?? []) listener(fields);
    }

    on(name, listener) {
      this._listeners.set(name, [...(this._listeners.get(name) ?? []), listener]);
    }

    _answer(give) {
      return new Promise((resolve, reject) => {
        this._media.message(() => {
          try {
            const answer = give();
            this._media.message(() => resolve(answer));
          } catch (fault) {
            this._media.message(() => reject(fault));
          }
        });
      });
    }

    ready() {
      return this._answer(() => {
        if (this._media.fails !== null) throw named(this._media.fails, "no");
      });
    }

    play() {
      return this._answer(() => {
        this._media.play();
        const { refuses, isMuted } = this._media;
        if (refuses === "everything" || (refuses === "sound" && !isMuted)) throw named("NotAllowedError", "touch it first");
      });
    }

    pause() {
      return this._answer(() => this._media.pause());
    }

    setCurrentTime(seconds) {
      return this._answer(() => this._media.seek(seconds));
    }

    getCurrentTime() {
      return this._answer(() => this._media.position());
    }

    getDuration() {
      return this._answer(() => this._media.duration);
    }

    setPlaybackRate(rate) {
      return this._answer(() => {
        if (this._media.rates !== null) throw named("Error", "the owner allows no other speed");
        if (rate > 2) throw named("RangeError", "from 0 to 2");
        this._media.setRate(rate);
      });
    }

    setMuted(muted) {
      return this._answer(() => (this._media.isMuted = muted));
    }

    setVolume() {
      return this._answer(() => null);
    }

    destroy() {
      clearTimeout(this._timer);
      return Promise.resolve();
    }
  }

  const named = (name, message) => Object.assign(new Error(message), { name });

  globalThis.Vimeo = { Player };
}
