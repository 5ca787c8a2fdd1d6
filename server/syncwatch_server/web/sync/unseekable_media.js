// Media that can't be brought to a place: how it is known, and what is said to whoever tries.
// The twin of syncwatch_core/unseekable_media.py.

export const LIVE_WORDS = "a live stream can only be played and paused";
export const UNSEEKABLE_WORDS = "this can't be sought in";

/** Whether media that a player has loaded is a live stream: without a length (s), and without a way about in it. */
export function isLive(duration, seekable) {
  return duration === null && !seekable;
}
