// One evening, as every panel draws it: the session, what people did, how well each is in sync, and what is to be read.
//
// It is told the facts of the VideoSessionClient, and says when there is something new to draw. It knows no document.

import { titleOf } from "./figures.js";
import { positionAt } from "./session_state.js";

/** Measurements of a drift that are kept of each participant: a minute or more. */
const DRIFTS_KEPT = 60;

/** Notices on the screen at once, and the seconds for which each stays. */
const NOTICES_SHOWN = 4;
const NOTICE_FOR = 6;

/** Seconds for which a reaction is shown. */
const REACTION_FOR = 4;
const REACTIONS_SHOWN = 12;

/** What a cause of a new playback is called, of those that a person does. */
const DEEDS = { "video-pause": "paused", "video-play": "played", "video-seek": "sought", "video-rate": "rate" };

export class Evening {
  /** `timers` has setTimeout; `now()` is in seconds. */
  constructor(client, timers) {
    this.client = client;
    this._timers = timers;
    this._listeners = new Set();
    this._next = 1;
    this.notices = [];
    this.reactions = [];
    this.drifts = new Map();
    this.muted = new Set();
    this.waitingFor = null;
    this.isLost = false;
    this.over = null;
    this.unread = 0;
    this.isChatSeen = true;
    /** How the own player stands, as the session runtime tells it. */
    this.own = {
      state: null,
      drift: null,
      uncertainty: null,
      failure: null,
      absence: null,
      isLoading: false,
      isMuted: false,
      askAbout: null,
    };
    client.listen((fact) => this._take(fact));
  }

  get session() {
    return this.client.session;
  }

  get me() {
    return this.client.me;
  }

  onChange(listener) {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  }

  /** Where the media stands now, s; null before the server's clock is known. */
  position() {
    const now = this.client.serverNow();
    const { session } = this;
    if (now === null || session === null) return null;
    const position = positionAt(session.playback, now);
    return Math.min(position, session.media?.duration ?? position);
  }

  nameOf(participantId) {
    const found = this.session?.participants.find((each) => each.participantId === participantId);
    return found?.displayName ?? null;
  }

  chatIsSeen(seen) {
    this.isChatSeen = seen;
    if (seen && this.unread > 0) {
      this.unread = 0;
      this.changed();
    }
  }

  mute(participantId, isMuted) {
    if (isMuted) this.muted.add(participantId);
    else this.muted.delete(participantId);
    this.changed();
  }

  setOwn(fields) {
    const isNew = Object.entries(fields).some(([name, value]) => this.own[name] !== value);
    if (!isNew) return;
    Object.assign(this.own, fields);
    this.changed();
  }

  /** Show something for a moment: a key of the words with its fields, or `text` as it is. */
  notice(notice, seconds = NOTICE_FOR) {
    const id = this._next++;
    const alike = (other) => other.key === notice.key && other.text === notice.text && other.fields?.name === notice.fields?.name;
    this.notices = [...this.notices.filter((other) => !alike(other)), { id, tone: "plain", ...notice }];
    this.notices = this.notices.slice(-NOTICES_SHOWN);
    this._timers.setTimeout(() => this.dismiss(id), seconds * 1000);
    this.changed();
  }

  dismiss(id) {
    const left = this.notices.filter((notice) => notice.id !== id);
    if (left.length === this.notices.length) return;
    this.notices = left;
    this.changed();
  }

  changed() {
    for (const listener of [...this._listeners]) listener();
  }

  // --- what the client tells -------------------------------------------------------------------------

  _take(fact) {
    if (fact.type === "heard") this._heard(fact.event, fact.payload);
    else if (fact.type === "seated") this._seated(fact);
    else if (fact.type === "lost") {
      this.isLost = true;
    } else if (fact.type === "over") this.over = { code: fact.code, message: fact.message };
    else if (fact.type === "exchanged") return;
    this.changed();
  }

  _seated({ isAgain }) {
    this.isLost = false;
    if (isAgain) this.notice({ key: "link.restored", tone: "good" });
  }

  _heard(event, payload) {
    const hear = {
      notice: () => this._noticed(payload),
      "chat-message": () => this._said(payload),
      reaction: () => this._reacted(payload),
      participants: () => this._measured(payload.changed),
      "user-joined": () => this._came(payload.participant),
      "user-left": () => this._went(payload),
      "video-sync": () => this._synced(payload),
      "video-url-updated": () => this._loaded(payload),
    }[event];
    hear?.();
  }

  _noticed({ code, message, participantId }) {
    // A seat that was taken over ends the evening, and why nothing plays here is said in the video's place.
    const isOwn = participantId !== null && participantId === this.client.participantId;
    if (code === "superseded" || (code === "cannot-play" && isOwn)) return;
    if (code === "waiting") this.waitingFor = participantId;
    else if (code === "going-on") this.waitingFor = null;
    const name = this.nameOf(participantId);
    // The server's words are more exact than ours, but for those who read another language.
    const key = code === "cannot-play" && participantId === null ? "notice.nobody-can-play" : `notice.${code}`;
    this.notice({ key, fields: { name }, text: message, tone: code === "waiting" ? "warn" : "plain" });
  }

  _said({ participantId }) {
    if (participantId === this.client.participantId || this.muted.has(participantId)) return;
    if (!this.isChatSeen) this.unread += 1;
  }

  _reacted({ participantId, emoji }) {
    if (this.muted.has(participantId)) return;
    const reaction = { id: this._next++, emoji, name: this.nameOf(participantId) };
    this.reactions = [...this.reactions, reaction].slice(-REACTIONS_SHOWN);
    this._timers.setTimeout(() => {
      this.reactions = this.reactions.filter((other) => other.id !== reaction.id);
      this.changed();
    }, REACTION_FOR * 1000);
  }

  _measured(changed) {
    for (const { participantId, drift, state } of changed) {
      if (drift === null || state !== "playing") continue;
      const before = this.drifts.get(participantId) ?? [];
      this.drifts.set(participantId, [...before, drift].slice(-DRIFTS_KEPT));
    }
  }

  _came({ participantId, displayName }) {
    const { participantId: own } = this.client;
    // One's own coming is told before the seat is known.
    if (own === null || participantId === own) return;
    this.notice({ key: "notice.joined", fields: { name: displayName } });
  }

  _went({ participantId, displayName }) {
    this.drifts.delete(participantId);
    if (this.waitingFor === participantId) this.waitingFor = null;
    this.notice({ key: "notice.left", fields: { name: displayName } });
  }

  _synced({ cause, currentTime, rate, isPlaying }) {
    if (isPlaying) this.waitingFor = null;
    const deed = DEEDS[cause.event];
    if (deed === undefined || cause.participantId === this.client.participantId) return;
    this.notice({ key: `notice.${deed}`, fields: { name: this.nameOf(cause.participantId), position: currentTime, rate } }, 3);
  }

  _loaded({ media, playback }) {
    this.waitingFor = null;
    const { cause } = playback;
    const isNew = media !== null && media.mediaId !== this.session?.media?.mediaId;
    if (!isNew || cause.event !== "video-load" || cause.participantId === this.client.participantId) return;
    this.notice({ key: "notice.loaded", fields: { name: this.nameOf(cause.participantId), title: titleOf(media) } });
  }
}
