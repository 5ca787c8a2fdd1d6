// What a `VideoController` is told, and what it asks for; the whole of its conversation with the world.
// The twin of syncwatch_core/controller_events.py: the same names in camelCase, as plain objects with a `type`.
//
// Events are facts in the past tense, commands are imperatives.
// Positions are in seconds of media, instants in seconds of the participant's own local clock unless they say
// otherwise. Media and playback are as the wire has them (docs/contract.md, section 3).

/**
 * Told by the session.
 *
 * - `playbackReceived {media, playback}`: its media (or null) and playback, from whichever message brought them.
 * - `clockEstimated {estimate}`: a new `ClockEstimate` of the server's clock.
 * - `linkLost {}`: nothing reaches the server, or nothing comes back.
 * - `linkRestored {}`: the seat is taken again; the playback in force has been handed over before this.
 * - `actionAccepted {playback}`: it took the action that was sent; `playback` is in force.
 * - `actionRefused {code, message, playback}`: it refused it; `playback` is in force, or null where the refusal did not
 *   bring it.
 *
 * Told by the player: see web/players/player.js; besides these
 *
 * - `playerSampled {position, at}`: while playing, the media stood at `position` at local instant `at`.
 *
 * Told by the person, through the player: see there too. What every act may have besides what was done: `at`, the local
 * instant of it, where that is not the one at which it is told, and `byScript`, whether a script did it with nobody's
 * hand on the player.
 *
 * And `woken {}`: the instant `wakesAt` has come.
 *
 * @typedef {{type: string} & Record<string, unknown>} ControllerEvent
 */
export const EVENT_TYPES = Object.freeze([
  "playbackReceived",
  "clockEstimated",
  "linkLost",
  "linkRestored",
  "actionAccepted",
  "actionRefused",
  "playerPrimed",
  "playerFailed",
  "playerCutOff",
  "playerLanded",
  "playerSampled",
  "playerStalled",
  "playerResumed",
  "playerEnded",
  "personPaused",
  "personPlayed",
  "personSetOut",
  "personSought",
  "personStayed",
  "personChangedRate",
  "woken",
]);

/**
 * Asked for, of the player:
 *
 * - `loadMedia {media, position}`: load this, stand paused at `position`, and answer `playerPrimed` or `playerFailed`.
 *   After a `playerCutOff` it is what was loaded already, to be come by in a fresh way.
 * - `unloadMedia {}`: show nothing.
 * - `pauseNow {}`: stand still.
 * - `seekTo {position}`: go exactly there, paused or not as it is, and answer `playerLanded`.
 * - `startAt {at}`: begin to play at local instant `at`, to the millisecond; at once where it has passed. Any later
 *   `pauseNow`, `seekTo`, `loadMedia` or `startAt` takes its place.
 * - `setRate {rate, keepPitch, sessionRate}`: play at `rate`, which is `sessionRate` nudged, from now on.
 *
 * Of the session:
 *
 * - `sendAction {event, at, position, rate}`: tell what the person did (`video-play`, `video-pause`, `video-seek` or
 *   `video-rate`; `at` is server time, null where the clock is not known), and answer `actionAccepted` or
 *   `actionRefused`.
 * - `sendEnded {mediaId}`: tell that the media is over.
 * - `sendStatus {state}`: tell how this player stands; the figures are the controller's `view`.
 *
 * Of the screen:
 *
 * - `tell {code, message}`: tell the person.
 *
 * @typedef {{type: string} & Record<string, unknown>} ControllerCommand
 */
export const COMMAND_TYPES = Object.freeze([
  "loadMedia",
  "unloadMedia",
  "pauseNow",
  "seekTo",
  "startAt",
  "setRate",
  "sendAction",
  "sendEnded",
  "sendStatus",
  "tell",
]);
