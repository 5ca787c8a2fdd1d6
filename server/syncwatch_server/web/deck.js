// What a person may do from the page: each act is begun at once, and what is refused is said.
//
// Play, pause, seek and rate take the way of a hand on the player itself where there is one (`hand`), so that they act
// here at once; everything else is a request to the session.

/** Speeds that the page offers. */
export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

export class Deck {
  constructor(evening) {
    this._evening = evening;
    this._client = evening.client;
    /** `(act, {position, rate}) => boolean`: takes an act at the player; false where there is no player to take it. */
    this.hand = null;
  }

  get isPlaying() {
    return this._evening.session?.playback.isPlaying ?? false;
  }

  // --- the video -------------------------------------------------------------------------------------

  play() {
    return this._act("play", "video-play");
  }

  pause() {
    return this._act("pause", "video-pause");
  }

  playOrPause() {
    return this.isPlaying ? this.pause() : this.play();
  }

  seekTo(position) {
    const duration = this._evening.session?.media?.duration ?? Infinity;
    const within = Math.max(0, Math.min(position, duration));
    return this._act("seek", "video-seek", { position: within });
  }

  seekBy(seconds) {
    const position = this._evening.position();
    return position === null ? Promise.resolve(null) : this.seekTo(position + seconds);
  }

  setRate(rate) {
    return this._act("rate", "video-rate", { rate });
  }

  /** One of the offered speeds further up (1) or down (-1). */
  changeRate(by) {
    const rate = this._evening.session?.playback.rate ?? 1;
    const next = by > 0 ? RATES.find((each) => each > rate) : RATES.findLast((each) => each < rate);
    return next === undefined ? Promise.resolve(null) : this.setRate(next);
  }

  load(url, title) {
    return this._tell(this._client.setVideoUrl(url, { title }));
  }

  // --- the session -----------------------------------------------------------------------------------

  next() {
    return this.ask("queue-next");
  }

  queueAdd(url, title) {
    return this.ask("queue-add", title ? { url, title } : { url });
  }

  queueRemove(itemId) {
    return this.ask("queue-remove", { itemId });
  }

  queueMove(itemId, index) {
    return this.ask("queue-move", { itemId, index });
  }

  chat(text) {
    return this.ask("chat-message", { text });
  }

  react(emoji) {
    return this.ask("reaction", { emoji });
  }

  setReady(ready) {
    return this.ask("set-ready", { ready });
  }

  setRole(participantId, role) {
    return this.ask("set-role", { participantId, role });
  }

  kick(participantId, ban = false) {
    return this.ask("kick", { participantId, ban });
  }

  update(settings) {
    return this.ask("update-session", settings);
  }

  end() {
    return this.ask("end-session");
  }

  /** Send an event; gives what it was acknowledged with, or null after the refusal was shown. */
  ask(event, payload = {}) {
    return this._tell(this._client.send(event, payload));
  }

  // --- how -------------------------------------------------------------------------------------------

  _act(act, event, { position, rate } = {}) {
    if (this.hand?.(act, { position, rate })) return Promise.resolve(null);
    const payload = {};
    if (position !== undefined) payload.currentTime = position;
    if (rate !== undefined) payload.rate = rate;
    const at = this._client.serverNow();
    if (at !== null) payload.at = at;
    return this.ask(event, payload);
  }

  async _tell(answer) {
    try {
      return await answer;
    } catch (refusal) {
      // Who was overtaken sees what the others did.
      if (refusal.code !== "conflict") this._evening.notice({ refusal, tone: "bad" });
      return null;
    }
  }
}
