// The place where the video is: it puts the session runtime, the players and the page together, and takes them apart.
//
// The engine and the players are loaded once somebody is in a session, the streaming libraries when a player wants them.
// `players/choose_player.js` has `choosePlayer(media, surroundings) -> {player, source, title?}` (or a promise of it; it
// throws with a `message` for people). The surroundings:
//
//     place      the element that the player fills; it holds nothing else
//     clock()    the local clock, s, and `timers` (setTimeout, clearTimeout)
//     language   "en", "tr", …
//     anew       whether it was found before, and what was found no longer works: a ticket may have expired
//     shared()   a promise of what the host shares for this media: {url, subtitles: [{url, language, name}]}, url null
//     last       the player that was chosen before, to be used again where it will do; else null
//
// A player may have, besides what players/player.js asks: `sound {muted, volume}` and `setSound({muted, volume})`.

import { mediaSession, wakeLock } from "./device.js";
import { titleOf } from "./figures.js";
import { pageTimers } from "./page_timers.js";
import { hostToAskAbout } from "./private_addresses.js";
import { PinnedTracks } from "./pinned_tracks.js";
import { sharedFor } from "./shared_media.js";

/** Fields of the runtime's view that are drawn when they are looked at, not whenever they change. */
const FIGURES = ["state", "drift", "uncertainty"];

export class Stage {
  constructor(evening, deck, report) {
    this._evening = evening;
    this._deck = deck;
    this._report = report;
    this._place = document.createElement("div");
    this._place.className = "player-place";
    this._runtime = null;
    this._choosePlayer = null;
    this._last = null;
    this._permitted = new Set();
    this._pinned = new PinnedTracks((kind, pin) => evening.notice({ key: `notice.no-track.${kind}`, fields: { pin }, tone: "warn" }));
    this._isClosed = false;
    this.sound = { state: { muted: false, volume: 1 }, set: (wish) => this._setSound(wish) };
    this._wakeLock = wakeLock();
    this._lockScreen = mediaSession(deck);
    this._stops = [evening.onChange(() => this._showOutside())];
    const look = () => this._runtime?.look();
    for (const [target, name] of [[document, "visibilitychange"], [window, "pageshow"], [window, "online"]]) {
      target.addEventListener(name, look);
      this._stops.push(() => target.removeEventListener(name, look));
    }
  }

  // --- the place -------------------------------------------------------------------------------------

  /** The page shows the place: from the first time on there is a player. */
  mount(element) {
    element.append(this._place);
    if (this._runtime === null) this._begin();
  }

  unmount() {
    this._place.remove();
  }

  close() {
    this._isClosed = true;
    for (const stop of this._stops) stop();
    this._runtime?.stop();
    this._last?.destroy();
    this._wakeLock.stop();
    this._lockScreen.stop();
    this._place.remove();
  }

  // --- what the person may do ------------------------------------------------------------------------

  /** The person has touched the page: the video may sound. */
  unlock() {
    this._setSound({ muted: false });
    this._runtime?.unlock();
    this._evening.setOwn({ isMuted: false });
  }

  /** Play what is at a private address, this once. */
  permit() {
    const { media } = this._evening.session;
    this._permitted.add(media?.mediaId);
    this._evening.setOwn({ askAbout: null });
    this.again();
  }

  /** Try once more to play what could not be played. */
  again() {
    this._evening.setOwn({ failure: null });
    this._runtime?.stop();
    this._runtime = null;
    this._begin();
  }

  // --- how -------------------------------------------------------------------------------------------

  async _begin() {
    const { client } = this._evening;
    try {
      const [{ SessionRuntime }, { choosePlayer }] = await Promise.all([
        import("./sync/session_runtime.js"),
        import("./players/choose_player.js"),
      ]);
      if (this._isClosed || this._runtime !== null) return;
      this._choosePlayer = choosePlayer;
      this._runtime = new SessionRuntime({
        client,
        playerFor: (media, how) => this._playerFor(media, how),
        clock: client.clock,
        timers: pageTimers(),
        listener: (fact) => this._hear(fact),
      });
      this._runtime.start();
      this._deck.hand = (act, fields) => this._runtime?.hand(act, fields) ?? false;
    } catch (fault) {
      this._report(fault, "video-player");
      this._evening.setOwn({ failure: { message: fault.message } });
    }
  }

  async _playerFor(media, { anew }) {
    const host = media.url === null ? null : hostToAskAbout(media.url, location.hostname);
    if (host !== null && !this._permitted.has(media.mediaId)) {
      this._evening.setOwn({ askAbout: host });
      throw new Error(host);
    }
    this._evening.setOwn({ askAbout: null, failure: null });
    const { client } = this._evening;
    const found = await this._choosePlayer(media, {
      place: this._place,
      clock: client.clock,
      timers: pageTimers(),
      language: document.documentElement.lang,
      shared: () => sharedFor(media, client),
      anew,
      last: this._last,
    });
    if (this._last !== null && this._last !== found.player) this._last.destroy();
    this._last = found.player;
    found.player.setSound?.(this.sound.state);
    return found;
  }

  _hear(fact) {
    const { _evening: evening } = this;
    if (fact.type === "stands") this._stands(fact.view);
    else if (fact.type === "notice") this._noticed(fact);
    else if (fact.type === "gestureNeeded") evening.setOwn({ isMuted: true });
    else if (fact.type === "gestureGiven") evening.setOwn({ isMuted: false });
    else if (fact.type === "fault") this._report(fact.error, "video-player");
  }

  _noticed({ code, message }) {
    // Why nothing plays here is said in the video's place, for as long as that is so.
    if (code !== "unplayable") this._evening.notice({ key: `notice.${code}`, text: message });
  }

  _stands(view) {
    const { _evening: evening } = this;
    for (const name of FIGURES) evening.own[name] = view[name];
    const isLoading = view.state === "loading";
    if (!isLoading && view.failure === null) this._chooseTracks();
    evening.setOwn({ isLoading, absence: view.absence, failure: evening.own.askAbout ? null : view.failure });
  }

  _chooseTracks() {
    const { session } = this._evening;
    if (session?.media && session.tracks) this._pinned.choose(session.tracks, session.media, this._place.querySelector("video"));
  }

  _setSound(wish) {
    const { state } = this.sound;
    this.sound.state = { ...state, ...wish };
    this._last?.setSound?.(this.sound.state);
    this._evening.changed();
  }

  /** The screen's lock, and what the lock screen shows. */
  _showOutside() {
    const { session } = this._evening;
    if (session === null) return;
    const { playback, media } = session;
    this._wakeLock.keep(playback.isPlaying);
    const artwork = media?.thumbnailUrl ? [{ src: media.thumbnailUrl }] : [];
    this._lockScreen.show({
      title: media === null ? null : titleOf(media),
      artist: session.title ?? "SyncWatch",
      artwork,
      isPlaying: playback.isPlaying,
      position: this._evening.position() ?? playback.currentTime,
      duration: media?.duration ?? null,
      rate: playback.rate,
    });
  }
}
