// What the session runtime asks of a player, whichever it is: the twin of syncwatch_cli/player/interface.py.
//
// A player reports what happens to it by events, through its `listener`. It tells a person's own act from the effect
// of a command of ours: only the first becomes a `person…` event, and what the browser does by itself (it pauses a
// muted video of a hidden page) becomes none at all.
//
// Positions are in seconds of media. Instants are in seconds of the local clock that the player was made with, the same
// that the runtime goes by: `() => performance.now() / 1000` in a browser.
//
// Who plays
// ---------
// `load … destroy` are called in the order in which they are meant, return at once (a promise that they give is not
// waited for), and never throw: what goes wrong is told by an event. A later command takes the place of an earlier one
// that is still under way. A position that was asked for and a place where the player really is are two things: what is
// told by `playerPrimed` and `playerLanded` is where it really stands, which may be a frame or a keyframe off.
//
// How a start is made: `pause`, `seek(x)`, `playerLanded {position: y}`, and then `unpause` at the instant at which the
// timeline comes to `y`. A player that is late in starting is let go sooner the next time; that is learned outside.
//
// Fine and coarse players
// -----------------------
// With `capabilities.fineRate` the drift is taken out by the core's law: `setRate` with nudges of 10 ppm and more, and
// restarts. Without it the core only brings the player to a place and starts it; `steer` is then told each drift that
// was measured, and takes it out by whatever the player can do: a pulse of a coarse rate, a timed pause, a learned
// seek. While it does so, `sample` gives null, and whatever the runtime asks for ends it.

/**
 * What a player can do. It may change while it plays, and is looked at with each reading: one that obeys fine rates at
 * 1 only, say, is coarse at any other.
 *
 * @typedef {object} Capabilities
 * @property {boolean} fineRate Whether any rate is obeyed to some 10 ppm, so that nudges of the rate keep it in sync.
 * @property {number[]|null} rates The rates that it can play at, if these are few; null where any from 0.25 to 4 is;
 *   `[1]` where there is no choice. `setRate` takes the nearest.
 * @property {number} [startsLate] By how many seconds a start after a seek is late, before one was seen; then it is
 *   learned.
 * @property {boolean} stepsWhilePaused Whether it goes to the very frame that was asked for, so that people who are
 *   paused see the same frame.
 * @property {boolean} seekWhilePaused Whether a seek while it is paused shows its frame. Without it the player keeps
 *   the place, tells `playerLanded` at once and goes there as it is let go.
 * @property {boolean} buffering Whether it tells that it ran out of media (`playerStalled`, `playerResumed`).
 * @property {boolean} ads Whether advertisements may come in between; meanwhile `absence` is `"ad"`.
 * @property {boolean} live Whether what is loaded is a live stream: it can be played and paused, and no more.
 */

/**
 * One reading of a playing player.
 *
 * @typedef {object} Sample
 * @property {number} position What is heard, s of media.
 * @property {number} at Local instant, s.
 */

/**
 * What is done about a drift by a coarse player.
 *
 * @typedef {object} Steering
 * @property {number} drift By how much what is heard is ahead of the timeline, s; behind is negative.
 * @property {number} at Local instant of the reading, s.
 * @property {number} sessionRate The session's rate, media seconds a second.
 * @property {(at: number) => number} positionAt Where the timeline is at a local instant, s of media.
 */

/**
 * How a rate is to be played at.
 *
 * @typedef {object} RateWish
 * @property {boolean} keepPitch Whether the pitch is to be corrected: at every session rate but 1, and then always.
 * @property {number} sessionRate The session's rate, around which the rate is nudged.
 */

/**
 * What a player tells. `at` is a local instant (s), where the event is not of the moment in which it is told.
 *
 * Of the media:
 * - `playerPrimed {position, duration, frameDuration, seekable}`: what was loaded is there, and it stands paused on its
 *   first frame. `duration` is null for a live stream, `frameDuration` where it isn't known, and `seekable` false where
 *   it can't be brought to a place.
 * - `playerFailed {message, code?, fields?}`: it can't be played, or no longer is; in English words for people, and by a
 *   code and its fields where these words are ours (failure.js), so that they can be said in another language.
 * - `playerCutOff {message, code?, fields?}`: it was played and no longer comes; a fresh way to it may be found (`load`
 *   follows).
 * - `playerLanded {position}`: the seek that was asked for last is done.
 * - `playerStalled {}`, `playerResumed {}`: it ran out of buffered media and waits; it has some again. Not at a seek.
 * - `playerEnded {position}`: it came to the end and stands there.
 *
 * Of the person's hand, on the player's own controls; never the effect of a command, of the browser or of an ad:
 * - `personPaused {position, at?}`, `personPlayed {position, at?}`
 * - `personSetOut {at?}`: they are on the way elsewhere; `personSought {position, at?, exact?}` or `personStayed {}`
 *   follows. A player that only sees where they went tells `personSought` alone. `exact: false` says that the sound may
 *   stand elsewhere than the picture.
 * - `personChangedRate {rate, at?}`: the session rate that they mean.
 *
 * Of the player itself, which only the page hears of:
 * - `gestureNeeded {}`: the browser won't play (aloud) before the person touches the page; `unlock` is to be called
 *   from that very touch. `gestureGiven {}`: it plays now.
 * - `playerNotice {code, message}`: something that the person should know.
 *
 * @typedef {{type: string, position?: number, duration?: ?number, frameDuration?: ?number, seekable?: boolean,
 *   message?: string, code?: string, rate?: number, at?: number, exact?: boolean}} PlayerEvent
 */

/**
 * One media player under our control.
 *
 * @typedef {object} Player
 * @property {(event: PlayerEvent) => void} listener Who hears of what happens; set before the first call.
 * @property {Capabilities} capabilities What it can do.
 * @property {(source: string, position: number, wish?: {title?: ?string}) => void} load Load what its kind of source
 *   names (a URL, a video's id) and stand paused at `position`; tells `playerPrimed` or `playerFailed`.
 * @property {() => void} unload Show nothing.
 * @property {() => void} pause Stand still.
 * @property {() => void} unpause Play from now on; called at the very instant of the start.
 * @property {(position: number) => void} seek Go as exactly as it can to `position`, paused or playing as it is; tells
 *   `playerLanded`.
 * @property {(rate: number, wish: RateWish) => void} setRate Play at `rate` from now on; also kept while paused, for
 *   the next start.
 * @property {() => ?Sample|Promise<?Sample>} sample Where the media stands; null when it is not playing, or when the
 *   reading is not to be trusted: hidden and stopped, in an ad, just after a start, while it steers.
 * @property {() => ?number|Promise<?number>} bufferedFor Seconds of media that lie buffered ahead; null where that
 *   isn't known.
 * @property {() => void} destroy Leave nothing behind, and tell nothing any more.
 * @property {(steering: Steering) => void} [steer] Take a drift out; a coarse player's.
 * @property {() => ?("gesture"|"hidden"|"ad")} [absence] Why it does not do just now what it was told:
 *   nobody waits for it, it is shown as away, and what `sample` gives is not looked at; null while it does, and always
 *   while it was told to stand. Asked four times a second.
 * @property {() => void} [unlock] The person has touched the page: play aloud if it should play.
 * @property {(text: string, seconds: number) => void} [show] Show words on the player's own picture.
 */

/**
 * Which player plays some media, and what it is to load: the same player as before where that one will do.
 *
 * The page gives it to the runtime, which sets the `listener`, and calls `unload` on a player that it turns away from;
 * whoever made a player destroys it. A refusal (`throw`, with a `message` for people) means that the media can't be
 * played here.
 *
 * @callback PlayerFor
 * @param {object} media The session's media, as the wire has it.
 * @param {{anew: boolean}} how `anew`: it was found before, and what was found no longer works, as after a
 *   `playerCutOff`: a ticket or a link may have expired.
 * @returns {{player: Player, source: string, title?: ?string}|Promise<{player: Player, source: string, title?:
 *   ?string}>}
 */

/** Why something can't be played, as the events have it. */
export function reasonOf({ message, code = null, fields = {} }) {
  return { message, code, fields };
}

/** The events of a player that are facts for the core. */
export const PLAYER_EVENTS = new Set([
  "playerPrimed",
  "playerFailed",
  "playerCutOff",
  "playerLanded",
  "playerStalled",
  "playerResumed",
  "playerEnded",
]);

/** The events of a person's hand on the player. */
export const PERSON_EVENTS = new Set([
  "personPaused",
  "personPlayed",
  "personSetOut",
  "personSought",
  "personStayed",
  "personChangedRate",
]);

/** What a player that can't be told more about can do: be loaded, played, paused and sought in. */
export const PLAINEST = Object.freeze({
  fineRate: false,
  rates: [1],
  stepsWhilePaused: false,
  seekWhilePaused: true,
  buffering: false,
  ads: false,
  live: false,
});

/** A player that shows nothing and goes wherever it is told at once, for who only wants to be there. */
export class NoPlayer {
  constructor() {
    this.listener = () => {};
    this.capabilities = { ...PLAINEST, fineRate: true, rates: null, stepsWhilePaused: true };
  }

  load(_source, position) {
    this.listener({ type: "playerPrimed", position, duration: null, frameDuration: null, seekable: true });
  }

  seek(position) {
    this.listener({ type: "playerLanded", position });
  }

  unload() {}

  pause() {}

  unpause() {}

  setRate() {}

  sample() {
    return null;
  }

  bufferedFor() {
    return null;
  }

  destroy() {}
}
