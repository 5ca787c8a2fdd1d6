// What a session is, kept up to date by what its server says: a value, and a function from one to the next.
//
// Nothing here asks the network or the document. docs/protocol/protocol.d.ts has the shapes.

/** Messages kept of the chat; the server itself sends the last 50 to who joins. */
export const CHAT_KEPT = 1000;

const HISTORY_KEPT = 50;

const ORDER = { host: 0, controller: 1, viewer: 2 };

/** The session after `event`; the very same value where the event changes nothing of it. */
export function after(session, event, payload) {
  if (session === null || session === undefined) return session;
  const change = CHANGES[event];
  return change === undefined ? session : change(session, payload);
}

const CHANGES = {
  "session-joined": (session, { session: whole }) => withOlderChat(session, whole),
  "session-updated": (session, { session: whole }) => ({ ...whole, chat: session.chat }),
  "user-joined": (session, { participant }) => withParticipants(session, [participant], []),
  "user-left": (session, { participantId }) => withParticipants(session, [], [participantId]),
  participants: (session, { changed, left }) => withParticipants(session, changed, left),
  "queue-updated": (session, { queue, repeat }) => ({ ...session, queue, repeat }),
  "history-updated": (session, { item }) => ({
    ...session,
    history: [...session.history, item].slice(-HISTORY_KEPT),
  }),
  "chat-message": (session, message) => withMessage(session, message),
  "session-ended": (session) => ({ ...session, state: "ended" }),
  "video-sync": (session, playback) => withPlayback(session, session.media, playback),
  "video-url-updated": (session, { media, playback }) => withPlayback(session, media, playback),
};

/** The session with that media and playback, unless it has newer ones. */
export function withPlayback(session, media, playback) {
  if (playback.revision < session.playback.revision) return session;
  if (playback.mediaId !== (media?.mediaId ?? null)) return session;
  const state = session.state === "ended" ? "ended" : media === null ? "waiting" : "active";
  return { ...session, media, playback, state };
}

/** Whether `playback` does not follow on what is known: something was missed, and the session is to be asked for. */
export function isGap(session, playback) {
  const known = session.playback;
  return playback.mediaId !== known.mediaId || playback.revision > known.revision + 1;
}

/** A whole session that was asked for; what was heard of the chat before stays, and no older playback is taken. */
export function whole(session, asked) {
  if (session === null || session.sessionId !== asked.sessionId) return asked;
  const joined = withOlderChat(session, asked);
  const isOlder = asked.playback.revision < session.playback.revision;
  return isOlder ? { ...joined, media: session.media, playback: session.playback } : joined;
}

function withOlderChat(session, newer) {
  if (session.sessionId !== newer.sessionId) return newer;
  const known = new Set(newer.chat.map((message) => message.messageId));
  const older = session.chat.filter((message) => !known.has(message.messageId));
  const chat = [...older, ...newer.chat].sort((one, other) => one.sentAt - other.sentAt);
  return { ...newer, chat: chat.slice(-CHAT_KEPT) };
}

function withMessage(session, message) {
  if (session.chat.some((known) => known.messageId === message.messageId)) return session;
  return { ...session, chat: [...session.chat, message].slice(-CHAT_KEPT) };
}

function withParticipants(session, changed, left) {
  const gone = new Set(left);
  const newer = new Map(changed.map((participant) => [participant.participantId, participant]));
  const participants = session.participants
    .filter((participant) => !gone.has(participant.participantId))
    .map((participant) => {
      const update = newer.get(participant.participantId);
      newer.delete(participant.participantId);
      return update ?? participant;
    });
  return { ...session, participants: [...participants, ...newer.values()] };
}

/** Everybody, oneself first, then the host, then by name. */
export function inOrder(participants, ownId) {
  return [...participants].sort(
    (one, other) =>
      (one.participantId === ownId ? 0 : 1) - (other.participantId === ownId ? 0 : 1) ||
      ORDER[one.role] - ORDER[other.role] ||
      one.displayName.localeCompare(other.displayName),
  );
}

/** Where the media stands at that server time, s: the contract's rule for `playback`. */
export function positionAt(playback, serverTime) {
  const elapsed = playback.isPlaying ? Math.max(0, serverTime - playback.at) : 0;
  return playback.currentTime + elapsed * playback.rate;
}

/** Whether a participant may steer the video. */
export function maySteer(participant) {
  return participant?.role === "host" || participant?.role === "controller";
}
