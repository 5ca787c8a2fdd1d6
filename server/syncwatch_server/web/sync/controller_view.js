// What a follower and its player look like from outside: to the screen, in figures, and to the session, in a word.
// The twin of syncwatch_core/controller_view.py.

import { Phase } from "./player_belief.js";
import { isLive } from "./unseekable_media.js";

/**
 * What there is to show at one instant.
 *
 * @typedef {object} ControllerView
 * @property {"loading"|"paused"|"playing"|"buffering"|"ended"|"away"} state
 * @property {?number} position Seconds of media.
 * @property {?number} drift Seconds, positive is ahead; null while it is not measured.
 * @property {?number} uncertainty Seconds by which the server's clock may be other than believed; null before the first
 *   estimate.
 * @property {?number} rtt Seconds.
 * @property {?number} jitter By how much the time there and back typically exceeds the shortest, s.
 * @property {?number} offset The server's clock minus the local one, s.
 * @property {number} rateChange By which share the rate is nudged.
 * @property {boolean} inSync
 * @property {number} seekCost Seconds.
 * @property {?number} duration Seconds of media.
 * @property {?boolean} live Whether the media is a live stream; null until it is loaded.
 * @property {?string} mediaId
 * @property {number} restarts So far.
 */

/**
 * What there is to show at local instant `now`.
 *
 * @returns {ControllerView}
 */
export function viewOf(follower, now) {
  const { player, clock } = follower;
  return {
    state: stateOf(follower, now),
    position: follower.position(now),
    drift: player.drift,
    uncertainty: clock === null ? null : clock.uncertaintyAt(now),
    rtt: clock === null ? null : clock.rtt,
    jitter: clock === null ? null : clock.jitter,
    offset: clock === null ? null : clock.offsetAt(now),
    rateChange: follower.goal === null ? 0 : player.rate.changeOf(follower.goal.rate),
    inSync: player.inSync,
    seekCost: follower.seekCost.seconds,
    duration: player.duration,
    live: player.isPrimed ? isLive(player.duration, player.seekable) : null,
    mediaId: player.loadedId,
    restarts: follower.restarts.count,
  };
}

/** Whether the player stands where all are to start from, and only the instant has not come yet. */
function waitsForStart(follower, now) {
  if (follower.goal === null || follower.player.phase !== Phase.ARMED) return false;
  return !follower.goal.isMovingAt(follower.serverTime(now));
}

/** How the participant stands at local instant `now`, as the others are shown it. */
export function stateOf(follower, now) {
  const { player } = follower;
  if (player.phase === Phase.FAILED || follower.atLarge) return "away";
  if (player.phase === Phase.ENDED) return "ended";
  if (follower.media !== null && !player.arrived && !waitsForStart(follower, now)) return "loading";
  if (player.stalled || (player.slowFrom !== null && now >= player.slowFrom)) return "buffering";
  return follower.goal?.playing ? "playing" : "paused";
}
