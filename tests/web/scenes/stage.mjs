// What scenes of the session runtime are played with: virtual time, a client without a network, and players whose truth
// is known. Times are in seconds.

/** Local time that passes only when it is told to, with timers that are never early. */
export class VirtualTime {
  now = 100;
  #entries = [];
  #count = 0;

  clock = () => this.now;

  timers = {
    setTimeout: (action, milliseconds = 0) => {
      this.#count += 1;
      this.#entries.push({ id: this.#count, at: this.now + milliseconds / 1000, action });
      return this.#count;
    },
    clearTimeout: (id) => {
      this.#entries = this.#entries.filter((entry) => entry.id !== id);
    },
  };

  /** Let so much time pass, and let all promises settle at each instant. */
  async run(seconds) {
    const until = this.now + seconds;
    await settled();
    for (;;) {
      this.#entries.sort((one, other) => one.at - other.at || one.id - other.id);
      if (this.#entries.length === 0 || this.#entries[0].at > until) break;
      const { at, action } = this.#entries.shift();
      this.now = Math.max(this.now, at);
      action();
      await settled();
    }
    this.now = until;
  }
}

async function settled() {
  for (let turn = 0; turn < 8; turn += 1) await null;
}

/** A VideoSessionClient without a network: facts are told by `tell`, what is sent is kept and answered by `answers`. */
export class StandInClient {
  session = null;
  participantId = null;
  estimate = null;
  sent = [];
  posted = [];
  answers = () => ({ ok: true });
  #listeners = new Set();

  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(fact) {
    for (const listener of this.#listeners) listener(fact);
  }

  async send(event, payload) {
    this.sent.push({ event, payload });
    return this.answers(event, payload);
  }

  post(event, payload) {
    this.posted.push({ event, payload });
  }
}

/** A player that obeys at once, but for seeks and loads, which take 0.1 s; the truth is `position()`. */
export class StandInPlayer {
  listener = () => {};
  calls = [];
  isAway = null;
  device = 1;
  seekCost = 0.1;
  #time;
  #position = 0;
  #since = 0;
  #rate = 1;
  #paused = true;
  #turn = 0;

  constructor(time, capabilities = {}) {
    this.#time = time;
    this.capabilities = { fineRate: true, rates: null, seekWhilePaused: true, stepsWhilePaused: true, ...capabilities };
  }

  position() {
    if (this.#paused) return this.#position;
    return this.#position + (this.#time.now - this.#since) * this.#rate * this.device;
  }

  /** What it was told since: the names of the calls, without readings and rates. */
  get deeds() {
    return this.calls.map(({ name }) => name).filter((name) => name !== "setRate");
  }

  /** Be where nobody sent it, as a disturbance. */
  isPushedTo(position) {
    this.#stand();
    this.#position = position;
  }

  #note(name, ...given) {
    this.calls.push({ name, given, at: this.#time.now });
  }

  #stand() {
    this.#position = this.position();
    this.#since = this.#time.now;
  }

  #later(event) {
    this.#turn += 1;
    const turn = this.#turn;
    this.#time.timers.setTimeout(() => turn === this.#turn && this.listener(event), this.seekCost * 1000);
  }

  load(source, position) {
    this.#note("load", source, position);
    this.#stand();
    this.#paused = true;
    this.#position = position;
    this.#later({ type: "playerPrimed", position, duration: 600, frameDuration: 0.04, seekable: true });
  }

  unload() {
    this.#note("unload");
    this.#turn += 1;
  }

  pause() {
    this.#note("pause");
    this.#stand();
    this.#paused = true;
  }

  unpause() {
    this.#note("unpause");
    this.#stand();
    this.#paused = this.isAway !== null;
  }

  seek(position) {
    this.#note("seek", position);
    this.#stand();
    this.#position = position;
    this.#later({ type: "playerLanded", position });
  }

  setRate(rate, wish) {
    this.#note("setRate", rate, wish);
    this.#stand();
    this.#rate = this.capabilities.fineRate ? rate : wish.sessionRate;
  }

  sample() {
    return this.#paused ? null : { position: this.position(), at: this.#time.now };
  }

  bufferedFor() {
    return 12;
  }

  absence() {
    return this.isAway;
  }

  unlock() {
    this.#note("unlock");
  }

  destroy() {}
}

export const FILM = { mediaId: "m1", url: "https://example.org/film.mp4", file: null, title: "film", duration: 600 };

/** The server's clock is 1000 s ahead of the local one. */
export const ESTIMATE = { offset: 1000, skew: 0, uncertainty: 0.001, estimatedAt: 0, rtt: 0.1, jitter: 0 };

/** A playback as the wire has it; `at` is local time here. */
export function playback(revision, given = {}) {
  const { position = 10, playing = false, rate = 1, at = 100, mediaId = "m1", by = "other" } = given;
  return {
    sessionId: "s",
    mediaId,
    revision,
    currentTime: position,
    isPlaying: playing,
    rate,
    at: at + 1000,
    cause: { event: playing ? "video-play" : "video-pause", participantId: by },
  };
}
