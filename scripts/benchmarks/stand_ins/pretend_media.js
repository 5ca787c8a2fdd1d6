// A film that is not there: what stands in for the players of other sites plays it, with their faults, on the page's own
// clock. Where it truly is, it alone knows; `standIn` lets a test look, be the person's hand, show an ad, and let it run
// dry.
//
// The knobs, in seconds, are what was seen of such players: an order takes its way into the frame and back, a start and a
// seek take longer and not always the same, and a seek lands on a keyframe.

const KNOBS = {
  duration: 600,
  messageTakes: 0.02,
  messageVaries: 0.03,
  startTakes: 0.15,
  startVaries: 0.06,
  seekTakes: 0.25,
  seekVaries: 0.1,
  seekMisses: 0,
  pushesEvery: 0.265,
  rates: null,
  refuses: null,
  skew: 0,
  fails: null,
};

class PretendMedia {
  constructor(knobs = {}) {
    Object.assign(this, KNOBS, knobs);
    this.state = "cued";
    this.isInAd = false;
    this.isMuted = false;
    this.rate = 1;
    this.counts = { play: 0, pause: 0, seek: 0, rate: 0 };
    this._heard = new Set();
    this._seed = 7;
    this._act = 0;
    this._position = 0;
    this._since = this.now();
    this._arrivesAt = 0;
  }

  now() {
    return performance.now() / 1000;
  }

  /** The same evening each time. */
  chance() {
    this._seed = (this._seed * 16807) % 2147483647;
    return this._seed / 2147483647;
  }

  later(seconds, act) {
    return setTimeout(act, seconds * 1000);
  }

  /** By a message, which takes its time and never overtakes another. */
  message(act) {
    const takes = this.messageTakes + this.messageVaries * this.chance() ** 2;
    this._arrivesAt = Math.max(this._arrivesAt + 0.0005, this.now() + takes);
    this.later(this._arrivesAt - this.now(), act);
  }

  // --- the truth ---

  position() {
    if (this.state !== "playing" || this.isInAd) return this._position;
    return Math.min(this.duration, this._position + (this.now() - this._since) * this.rate * (1 + this.skew));
  }

  _turn(state, position = this.position()) {
    this._position = position;
    this._since = this.now();
    this.state = state;
    this.tell(state);
  }

  hear(listener) {
    this._heard.add(listener);
  }

  /** "playing", "paused", "buffering", "ended", "seeked", "rate", "adBegan", "adEnded", "blocked", "asked" (to play). */
  tell(what) {
    const position = this.position();
    for (const listener of this._heard) this.message(() => listener(what, position));
  }

  // --- what it is asked, or a person does ---

  play() {
    this.counts.play += 1;
    if (this.refuses === "everything" || (this.refuses === "sound" && !this.isMuted)) {
      this.tell("blocked");
      return;
    }
    if (this.state === "playing") return;
    const act = ++this._act;
    this.tell("asked");
    this.later(this.startTakes + this.startVaries * (this.chance() - 0.5), () => act === this._act && this._turn("playing"));
  }

  pause() {
    this.counts.pause += 1;
    this._act += 1;
    if (this.state !== "paused" && this.state !== "cued") this._turn("paused");
  }

  /** `state`: what it does afterwards, if not what it did before. */
  seek(position, state = this._goesTo ?? (this.state === "buffering" ? "playing" : this.state)) {
    this.counts.seek += 1;
    const act = ++this._act;
    this._goesTo = state;
    if (state === "playing") this._turn("buffering");
    this.later(this.seekTakes + this.seekVaries * this.chance(), () => {
      this._goesTo = undefined;
      const lands = Math.max(0, position + this.seekMisses * (this.chance() - 0.5) * 2);
      if (act === this._act) this._turn(state, lands);
      else this._position = lands;
      this.tell("seeked");
    });
  }

  setRate(rate) {
    this.counts.rate += 1;
    const nearest = this.rates === null ? rate : this._nearest(rate);
    if (nearest === this.rate) return;
    this._position = this.position();
    this._since = this.now();
    this.rate = nearest;
    this.tell("rate");
  }

  _nearest(rate) {
    return this.rates.reduce((best, each) => (Math.abs(each - rate) < Math.abs(best - rate) ? each : best));
  }

  // --- what happens ---

  stall(seconds) {
    const act = ++this._act;
    this._turn("buffering");
    this.later(seconds, () => act === this._act && this._turn("playing"));
  }

  advertise(seconds) {
    this._position = this.position();
    this.isInAd = true;
    this.tell("adBegan");
    this.later(seconds, () => {
      this._since = this.now();
      this.isInAd = false;
      this.tell("adEnded");
    });
  }
}

globalThis.PretendMedia = PretendMedia;
globalThis.KNOBS ??= {};
