// Stands in for https://www.youtube.com/iframe_api: positions are pushed and late, rates snap to what there is, an ad is
// told by nothing, and a seek before the first start plays.

{
  const NUMBERS = { ended: 0, playing: 1, paused: 2, buffering: 3, asked: 3 };
  const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

  class Player {
    constructor(frame, { events }) {
      const media = new PretendMedia({ rates: RATES, ...globalThis.KNOBS });
      globalThis.standIn = media;
      this._media = media;
      this._events = events;
      this._told = { position: 0, at: 0, isPlaying: false };
      this._frame = frame;
      media.hear((what) => this._hear(what));
      media.later(0.1, () => events.onReady({ target: this }));
      this._push();
    }

    _hear(what) {
      if (what === "blocked") this._events.onAutoplayBlocked({ target: this });
      else if (what === "rate") this._events.onPlaybackRateChange({ data: this._media.rate });
      else if (what in NUMBERS) this._state(NUMBERS[what]);
    }

    _state(data) {
      this._number = data;
      this._events.onStateChange({ data, target: this });
    }

    _push() {
      const media = this._media;
      this._timer = media.later(media.pushesEvery, () => {
        const position = media.position();
        media.message(() => (this._told = { position, at: media.now() }));
        this._push();
      });
    }

    cueVideoById({ videoId, startSeconds }) {
      const media = this._media;
      if (media.fails !== null) {
        media.message(() => this._events.onError({ data: media.fails, video: videoId }));
        return;
      }
      media.state = "cued";
      media._position = startSeconds;
      this._told = { position: 0, at: media.now() };
      media.message(() => this._state(-1));
      media.message(() => this._state(5));
    }

    getCurrentTime() {
      const { position, at } = this._told;
      const isRunning = this._media.extrapolates && this._number === 1;
      return isRunning ? position + Math.min(1, this._media.now() - at) * this._media.rate : position;
    }

    seekTo(position) {
      const media = this._media;
      media.message(() => media.seek(position, media.state === "cued" || media.state === "ended" ? "playing" : undefined));
    }

    playVideo() {
      this._media.message(() => this._media.play());
    }

    pauseVideo() {
      this._media.message(() => this._media.pause());
    }

    setPlaybackRate(rate) {
      this._media.message(() => this._media.setRate(rate));
    }

    getPlaybackRate() {
      return this._media.rate;
    }

    getAvailablePlaybackRates() {
      return this._media.rates;
    }

    getDuration() {
      return this._media.duration;
    }

    getVideoData() {
      return { isLive: false };
    }

    getIframe() {
      return this._frame;
    }

    setVolume() {}

    mute() {
      this._media.message(() => (this._media.isMuted = true));
    }

    unMute() {
      this._media.message(() => (this._media.isMuted = false));
    }

    destroy() {
      clearTimeout(this._timer);
      this._frame.remove();
    }
  }

  globalThis.YT = { Player };
  setTimeout(() => globalThis.onYouTubeIframeAPIReady?.(), 20);
}
