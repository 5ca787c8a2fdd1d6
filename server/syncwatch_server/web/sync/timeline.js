// The timeline: where the media stands at any instant of server time. The twin of syncwatch_core/timeline.py.
//
// A timeline is a value, never changed, only replaced. It is all that a participant needs to stay together with the
// others while a video plays: everyone extrapolates it on the server clock, and nothing has to be sent.

/**
 * At server time `anchoredAt` (s) the media stands at `position` (s); then, if `playing`, it moves at `rate`.
 *
 * `anchoredAt` may lie in the future: until then everybody holds at `position`. `rate` is kept while paused.
 */
export class Timeline {
  /**
   * @param {number} position Seconds of media.
   * @param {number} rate Media seconds a second, above zero.
   * @param {number} anchoredAt Server time, s.
   * @param {boolean} playing
   */
  constructor(position, rate, anchoredAt, playing) {
    this.position = position;
    this.rate = rate;
    this.anchoredAt = anchoredAt;
    this.playing = playing;
    Object.freeze(this);
  }

  /** The timeline that a playback of the wire means. */
  static of(playback) {
    return new Timeline(playback.currentTime, playback.rate, playback.at, playback.isPlaying);
  }

  /** Where the media stands at `serverTime`, s. */
  positionAt(serverTime) {
    if (!this.playing || serverTime <= this.anchoredAt) return this.position;
    return this.position + this.rate * (serverTime - this.anchoredAt);
  }

  /**
   * The server time at which the media comes to `position`; null while paused.
   *
   * For a position before the anchor's it is the instant at which the line, drawn backwards, would have passed it.
   */
  reachedAt(position) {
    if (!this.playing) return null;
    return this.anchoredAt + (position - this.position) / this.rate;
  }

  /** Whether the media moves at that instant: playing, and no longer held for a common start. */
  isMovingAt(serverTime) {
    return this.playing && serverTime >= this.anchoredAt;
  }

  /** This timeline, stopped at that instant (or at `position`, if given). */
  pausedAt(serverTime, position = null) {
    return new Timeline(position ?? this.positionAt(serverTime), this.rate, serverTime, false);
  }

  /** A timeline that holds where this one stands then (or at `position`) and moves from `serverTime` on. */
  startedAt(serverTime, position = null) {
    return new Timeline(position ?? this.positionAt(serverTime), this.rate, serverTime, true);
  }

  /** The same position at `serverTime`, moving at `rate` from then on: a change of rate is never a jump. */
  withRate(rate, serverTime) {
    if (serverTime < this.anchoredAt) return new Timeline(this.position, rate, this.anchoredAt, this.playing);
    return new Timeline(this.positionAt(serverTime), rate, serverTime, this.playing);
  }

  /** Whether the two mean the same at every instant, by the same numbers. */
  equals(other) {
    return (
      other !== null &&
      this.position === other.position &&
      this.rate === other.rate &&
      this.anchoredAt === other.anchoredAt &&
      this.playing === other.playing
    );
  }
}
