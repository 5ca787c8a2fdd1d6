// One Socket.IO connection: requests with their answers, in seconds that are counted. No document, no clock of its own.

/** Seconds for the answer to a request; a slow disk on the server may delay one. */
const ANSWER_WITHIN = 8;

const PROTOCOL = 1;

/** What the server refused, or why it could not be asked (`server-unreachable`). */
export class Refusal extends Error {
  constructor(code, message, { retryAfter = null, playback = null, hint = null } = {}) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.retryAfter = retryAfter;
    this.playback = playback;
    this.hint = hint;
  }
}

/** What Socket.IO is asked for: WebSocket first, and long polling where something on the way lets none through. */
export function connectOptions(client, platform) {
  return {
    auth: { protocol: PROTOCOL, client, platform },
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 250,
    reconnectionDelayMax: 2000,
    randomizationFactor: 0.2,
    timeout: 4000,
    autoConnect: false,
  };
}

/** The connection; `on` has `connected()`, `lost()`, `heard(event, payload)`, `refused(refusal)`. */
export class SessionLink {
  constructor(socket, timers, on) {
    this._socket = socket;
    this._timers = timers;
    this._waiting = new Set();
    socket.on("connect", () => on.connected());
    socket.on("disconnect", () => {
      this._giveUp(new Refusal("server-unreachable", "the connection to the server broke"));
      on.lost();
    });
    socket.on("connect_error", (fault) => {
      if (fault?.data?.code === "protocol") {
        this.close();
        on.refused(new Refusal("protocol", "this page and its server differ in version: load the page again"));
      }
    });
    socket.onAny((event, payload) => on.heard(event, payload));
  }

  open() {
    this._socket.connect();
  }

  get isOpen() {
    return this._socket.connected;
  }

  /** Let go of a connection that no longer answers; Socket.IO makes a new one at once. */
  drop() {
    this._socket.io?.engine?.close();
  }

  close() {
    this._giveUp(new Refusal("server-unreachable", "the connection was closed"));
    this._socket.disconnect();
  }

  /** Send an event; gives its acknowledgement, or throws a Refusal. */
  request(event, payload = {}, within = ANSWER_WITHIN) {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) {
        reject(new Refusal("server-unreachable", "the connection to the server is down"));
        return;
      }
      const entry = { reject, timer: null };
      const settled = () => {
        this._timers.clearTimeout(entry.timer);
        return this._waiting.delete(entry);
      };
      entry.timer = this._timers.setTimeout(() => {
        if (settled()) reject(new Refusal("server-unreachable", "the server does not answer"));
      }, within * 1000);
      this._waiting.add(entry);
      this._socket.emit(event, payload, (answer) => {
        if (!settled()) return;
        if (answer?.ok === true) resolve(answer);
        else reject(refusalOf(answer));
      });
    });
  }

  /** Send an event that is not acknowledged; without a connection it is dropped, for the next one says it better. */
  post(event, payload) {
    if (this.isOpen) this._socket.emit(event, payload);
  }

  _giveUp(refusal) {
    for (const entry of this._waiting) {
      this._timers.clearTimeout(entry.timer);
      entry.reject(refusal);
    }
    this._waiting.clear();
  }
}

function refusalOf(answer) {
  const error = answer?.error ?? {};
  return new Refusal(error.code ?? "server-error", error.message ?? "the server's answer was not understood", {
    retryAfter: error.retryAfter ?? null,
    playback: answer?.playback ?? null,
  });
}
