// A Socket.IO server that does the work of SyncWatch's for the benchmark: sessions, playback, presence, clock, chat.
// It keeps everything in memory and stores nothing. Prints {"event":"listening","url":…} once it accepts.

import { createServer } from "node:http";
import { Server } from "socket.io";

const PARTICIPANTS_EVERY = 1000; // ms between two `participants` messages of one session, as SyncWatch has it
const CHAT_KEPT = 50;

const http = createServer();
const io = new Server(http, { pingInterval: 10000, pingTimeout: 10000, maxHttpBufferSize: 65536 });
const sessions = new Map();
let made = 0;

const now = () => (performance.timeOrigin + performance.now()) / 1000;

class Session {
  constructor() {
    made += 1;
    this.sessionId = `s${made}`;
    this.code = made.toString(36).toUpperCase().padStart(6, "0");
    this.participants = new Map();
    this.chat = [];
    this.playback = {
      sessionId: this.sessionId, mediaId: "m1", revision: 1, currentTime: 0, isPlaying: false, rate: 1,
      at: now(), cause: { event: "video-load", participantId: null },
    };
    this.changed = new Set();
    this.timer = null;
    this.toldAt = -Infinity;
  }

  view() {
    return {
      sessionId: this.sessionId, code: this.code, link: `http://127.0.0.1/s/${this.code}`, title: null,
      state: "active", createdAt: this.playback.at, control: "everyone", bufferWait: "wait", hasPassword: false,
      locked: false, media: { mediaId: "m1", url: "https://media.example/film.mp4", file: null, duration: null },
      playback: this.playback, participants: [...this.participants.values()], queue: [], chat: this.chat,
      serverTime: now(),
    };
  }

  tell(event, payload) {
    io.to(this.code).emit(event, payload);
  }

  note(participantId) {
    this.changed.add(participantId);
    this.timer ??= setTimeout(() => this.report(), Math.max(0, this.toldAt + PARTICIPANTS_EVERY - performance.now()));
  }

  report() {
    this.timer = null;
    this.toldAt = performance.now();
    const changed = [...this.changed].map((id) => this.participants.get(id)).filter(Boolean);
    this.changed.clear();
    this.tell("participants", { changed, left: [] });
  }

  move(event, participantId, changes) {
    this.playback = {
      ...this.playback, ...changes, revision: this.playback.revision + 1, at: now(), cause: { event, participantId },
    };
    this.tell("video-sync", this.playback);
    return { ok: true, playback: this.playback };
  }
}

function seat(socket, session, { displayName }) {
  const participantId = `p${session.participants.size + 1}-${session.sessionId}`;
  const participant = {
    participantId, displayName, role: "controller", platform: "bot", connected: true, ready: false, state: "loading",
    currentTime: null, drift: null, uncertainty: null, rtt: null,
  };
  session.participants.set(participantId, participant);
  socket.session = session;
  socket.participant = participant;
  socket.join(session.code);
  session.tell("user-joined", { participant });
  socket.emit("session-joined", { session: session.view(), participantId });
  return { ok: true, session: session.view(), participantId, participantToken: "t" };
}

const finite = (value) => value === undefined || value === null || Number.isFinite(value);
const refused = (message) => ({ ok: false, error: { code: "bad-request", message } });
const isText = (text, most) => typeof text === "string" && text.length > 0 && text.length <= most;

const seated = {
  "video-play": (session, id, { currentTime }) =>
    finite(currentTime)
      ? session.move("video-play", id, { isPlaying: true, ...(currentTime === undefined ? {} : { currentTime }) })
      : refused("currentTime"),
  "video-seek": (session, id, { currentTime }) =>
    Number.isFinite(currentTime) ? session.move("video-seek", id, { currentTime }) : refused("currentTime"),
  "chat-message": (session, participantId, { text }, { displayName }) => {
    if (!isText(text, 500)) return refused("text");
    const message = { messageId: `c${session.chat.length}`, participantId, displayName, text, sentAt: now() };
    session.chat = [...session.chat, message].slice(-CHAT_KEPT);
    session.tell("chat-message", message);
    return { ok: true };
  },
  reaction: (session, participantId, { emoji }) => {
    if (!isText(emoji, 32)) return refused("emoji");
    session.tell("reaction", { participantId, emoji });
    return { ok: true };
  },
};

io.use((socket, next) => next(socket.handshake.auth.protocol === 1 ? undefined : new Error("protocol")));
io.on("connection", (socket) => {
  socket.on("clock", ({ clientSent }, answer) => {
    const serverReceived = now();
    answer({ ok: true, clientSent, serverReceived, serverSent: now() });
  });
  socket.on("create-session", (request, answer) => {
    const session = new Session();
    sessions.set(session.code, session);
    answer({ ...seat(socket, session, request), hostToken: "h" });
  });
  socket.on("join-session", (request, answer) => {
    const session = sessions.get(request.code);
    answer(session ? seat(socket, session, request) : refused("code"));
  });
  socket.on("status", (status) => {
    const { session, participant } = socket;
    if (!session || !["currentTime", "drift", "uncertainty", "rtt"].every((name) => finite(status[name]))) return;
    const { state, currentTime, drift, uncertainty, rtt } = status;
    Object.assign(participant, { state, currentTime, drift, uncertainty, rtt });
    session.note(participant.participantId);
  });
  for (const [event, handle] of Object.entries(seated)) {
    socket.on(event, (payload, answer) => {
      const { session, participant } = socket;
      answer(session ? handle(session, participant.participantId, payload, participant) : refused("join first"));
    });
  }
  socket.on("disconnect", () => {
    const { session, participant } = socket;
    if (!session) return;
    session.participants.delete(participant.participantId);
    if (session.participants.size === 0) {
      clearTimeout(session.timer);
      sessions.delete(session.code);
    }
  });
});

http.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ event: "listening", url: `http://127.0.0.1:${http.address().port}` }));
});
process.on("SIGTERM", () => process.exit(0));
