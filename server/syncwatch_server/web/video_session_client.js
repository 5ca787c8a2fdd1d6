// A participant's place in a session, kept through every loss of the connection for as long as the session lives.
//
// The twin of syncwatch_cli/session_client.py. It knows no document: storage, sockets, timers, clocks and fetch are
// given, so a React Native application uses it as it stands. What happens is told to listeners, as facts:
//
//     {type: "seated", session, participantId, participantToken, isAgain}   the seat is taken, or taken again
//     {type: "heard", event, payload}        the session said something (docs/contract.md, 3)
//     {type: "changed", session}             the session as it is now; after "seated" and whatever changes it
//     {type: "playback", media, playback}    media or playback that is newer than what was known, or as new
//     {type: "exchanged", estimate}          one exchange of timestamps, and what is believed of the server's clock
//     {type: "lost"}                         the connection is lost; it is being replaced
//     {type: "over", code, message}          the session is over for this participant

import { ClockExchanges } from "./clock_exchanges.js";
import { askByHttp } from "./http_api.js";
import { SeatMemory } from "./seat_memory.js";
import { Refusal, SessionLink, connectOptions } from "./session_link.js";
import { ClockEstimator } from "./sync/clock.js";
import { after, isGap, whole, withPlayback } from "./session_state.js";

/** Refusals after which trying again is of no use. */
const FATAL = new Set([
  "not-found",
  "wrong-password",
  "forbidden",
  "locked",
  "ended",
  "kicked",
  "protocol",
  "bad-request",
]);

/** Seconds until the seat is asked for again, where the refusal says nothing else. */
const ASK_AGAIN_AFTER = 0.5;

export class VideoSessionClient {
  /**
   * `makeSocket(options)` opens nothing yet: `io(server, options)` of socket.io-client.
   * `clock()` is monotonic, in seconds; `slept()` says for how many the computer slept since it was last asked, by
   * which that clock has been put on (local_clock.js has both for browsers).
   * `storage` has getItem, setItem, removeItem; `timers` setTimeout and clearTimeout.
   */
  constructor({
    makeSocket,
    clock,
    slept,
    timers,
    storage,
    fetch,
    server = "",
    platform = "web",
    version = "",
  }) {
    Object.assign(this, { clock, server, _timers: timers, _seats: new SeatMemory(storage), _fetch: fetch });
    this.session = null;
    this.participantId = null;
    this.participantToken = null;
    this.hostToken = null;
    this.estimate = null;
    this.isConnected = false;
    this._listeners = new Set();
    this._join = null;
    this._asking = null;
    this._isOver = false;
    const socket = makeSocket(connectOptions(`syncwatch-web/${version}`, platform));
    this._link = new SessionLink(socket, timers, {
      connected: () => this._connected(),
      lost: () => this._lost(),
      heard: (event, payload) => this._heard(event, payload),
      refused: (refusal) => this._end(refusal.code, refusal.message),
    });
    this._exchanges = new ClockExchanges({
      estimator: new ClockEstimator(),
      clock,
      slept,
      timers,
      link: this._link,
      exchanged: (estimate) => {
        this.estimate = estimate;
        this._tell({ type: "exchanged", estimate });
      },
      dead: () => this._link.drop(),
    });
  }

  /** Hear every fact from now on; gives how to stop. */
  listen(listener) {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  }

  /** One's own seat as everybody sees it; null before there is one. */
  get me() {
    return this.session?.participants.find((each) => each.participantId === this.participantId) ?? null;
  }

  /** Server time as it is believed, s; null before the first exchange. */
  serverNow() {
    if (this.estimate === null) return null;
    const now = this.clock();
    return now + this.estimate.offsetAt(now);
  }

  // --- coming and going ------------------------------------------------------------------------------

  /** Create a session and take its host's seat; gives the acknowledgement, throws a Refusal. */
  async createSession({ displayName, url, file, title, password, control }) {
    const create = given({ displayName, url, file, title, password, control });
    const answer = await this._first("create-session", create);
    this.hostToken = answer.hostToken;
    this._join = { code: answer.session.code, displayName, ...given({ password }) };
    this._seated(answer);
    return answer;
  }

  /** Take a seat, or one's own again if this device remembers it; gives the acknowledgement, throws a Refusal. */
  async joinSession({ code, displayName, password }) {
    const remembered = given(this._seats.recall(code));
    const join = { code, displayName, ...given({ password, ...remembered }) };
    const answer = await this._first("join-session", join).catch((refusal) => {
      // A seat that was forgotten or given away does not keep anybody out.
      if (refusal.code !== "forbidden" || remembered.participantToken === undefined) throw refusal;
      return this._first("join-session", { code, displayName, ...given({ password }) });
    });
    this.hostToken = remembered.hostToken ?? null;
    this._join = { code: answer.session.code, displayName, ...given({ password }) };
    this._seated(answer);
    return answer;
  }

  /** Whether this device has a seat in that session. */
  knows(code) {
    return Boolean(this._seats.recall(code).participantToken);
  }

  /** Leave the session, if there is a connection to say so, and close it. */
  async cleanup({ leave = true } = {}) {
    const isSeated = this._join !== null;
    this._join = null;
    this._isOver = true;
    this._exchanges.stop();
    if (leave && isSeated && this._link.isOpen) {
      await this._link.request("leave-session", {}, 1).catch(() => {});
      this._forget();
    }
    this._link.close();
    this._listeners.clear();
  }

  // --- asking ----------------------------------------------------------------------------------------

  /** Send an event; gives its acknowledgement, throws a Refusal. */
  async send(event, payload = {}) {
    try {
      const answer = await this._link.request(event, payload);
      this._takeAnswer(answer);
      return answer;
    } catch (refusal) {
      if (refusal.playback) this._takeAnswer({ playback: refusal.playback });
      throw refusal;
    }
  }

  /** Send an event that is not acknowledged. */
  post(event, payload) {
    this._link.post(event, payload);
  }

  /** Load a URL for everybody. */
  setVideoUrl(url, { title, startPosition } = {}) {
    return this.send("video-load", given({ url, title, startPosition }));
  }

  /** What a link means and what is there, as the server sees it: docs/contract.md, 4. */
  validateVideoUrl(url, { signal } = {}) {
    return this._ask("/urls/validate", { method: "POST", body: JSON.stringify({ url }), signal });
  }

  /** What the session's host shares of their own files: docs/contract.md, 4. */
  async shares() {
    if (this.session === null) return [];
    const { shares } = await this._ask(`/sessions/${this.session.code}/shares`, { cache: "no-store" });
    return shares.filter((share) => share.path !== null);
  }

  _ask(path, request) {
    return askByHttp(this._fetch, this.server, path, this.participantToken, request);
  }

  // --- the connection --------------------------------------------------------------------------------

  _first(event, payload) {
    return new Promise((resolve, reject) => {
      const ask = () => {
        this._asking = null;
        this._link.request(event, payload).then(resolve, reject);
      };
      const timer = this._timers.setTimeout(() => {
        if (this._asking === null) return;
        this._asking = null;
        reject(new Refusal("server-unreachable", "the server does not answer"));
      }, 10_000);
      this._asking = () => {
        this._timers.clearTimeout(timer);
        ask();
      };
      if (this._link.isOpen) this._asking();
      else this._link.open();
    });
  }

  _connected() {
    if (this._asking !== null) this._asking();
    else if (this._join !== null) this._takeSeatAgain();
  }

  async _takeSeatAgain() {
    const join = { ...this._join, participantToken: this.participantToken };
    try {
      const answer = await this._link.request("join-session", join);
      if (this._join !== null) this._seated(answer);
    } catch (refusal) {
      if (this._join === null) return;
      if (FATAL.has(refusal.code)) this._end(refusal.code, refusal.message);
      else if (this._link.isOpen) {
        const wait = refusal.retryAfter ?? ASK_AGAIN_AFTER;
        this._timers.setTimeout(() => this._link.isOpen && this._join && this._takeSeatAgain(), wait * 1000);
      }
    }
  }

  _seated({ session, participantId, participantToken }) {
    const isAgain = this.participantId !== null;
    this.session = whole(this.session, session);
    this.participantId = participantId;
    this.participantToken = participantToken;
    this.isConnected = true;
    this._remember();
    this._exchanges.start();
    this._tell({ type: "seated", session: this.session, participantId, participantToken, isAgain });
    this._tell({ type: "changed", session: this.session });
    this._tell({ type: "playback", media: this.session.media, playback: this.session.playback });
  }

  _lost() {
    this._exchanges.stop();
    if (!this.isConnected) return;
    this.isConnected = false;
    if (!this._isOver) this._tell({ type: "lost" });
  }

  _end(code, message) {
    if (this._isOver) return;
    this._isOver = true;
    this._join = null;
    this._exchanges.stop();
    if (code !== "protocol") this._forget(code === "ended");
    this._link.close();
    this._tell({ type: "over", code, message });
  }

  // --- hearing ---------------------------------------------------------------------------------------

  _heard(event, payload) {
    this._tell({ type: "heard", event, payload });
    if (event === "session-ended") this._end("ended", payload.reason);
    else if (event === "kicked") this._end("kicked", payload.reason);
    else if (event === "notice" && payload.code === "superseded") this._end("superseded", payload.message);
    if (this.session === null) return;
    if (event === "video-sync" && isGap(this.session, payload)) this._askForSession();
    const before = this.session;
    this._become(after(before, event, payload));
  }

  _become(session) {
    const before = this.session;
    if (session === before) return;
    this.session = session;
    this._tell({ type: "changed", session });
    if (session.playback !== before.playback || session.media !== before.media) {
      this._tell({ type: "playback", media: session.media, playback: session.playback });
    }
  }

  _takeAnswer({ session, playback, media, queue, repeat }) {
    if (this.session === null) return;
    if (session) this._become(whole(this.session, session));
    if (playback) this._become(withPlayback(this.session, media ?? this.session.media, playback));
    if (queue) this._become({ ...this.session, queue, repeat });
  }

  async _askForSession() {
    try {
      const { session } = await this._link.request("get-session");
      if (this.session !== null) this._become(whole(this.session, session));
    } catch {
      // A connection that broke is taken up again, and brings the session with it.
    }
  }

  _tell(fact) {
    for (const listener of [...this._listeners]) listener(fact);
  }

  // --- remembering -----------------------------------------------------------------------------------

  _remember() {
    this._seats.keep(this.session.code, this);
  }

  /** The seat is given up; whoever made the session may still come back as its host, unless it is over. */
  _forget(isOver = false) {
    if (this.session === null) return;
    this.participantToken = null;
    if (!isOver && this.hostToken) this._remember();
    else this._seats.forget(this.session.code);
  }
}

/** What of it has a value. */
function given(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
}
