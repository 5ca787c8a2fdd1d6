// Made from syncwatch_core/messages.py by scripts/protocol_schema.py; not to be edited.
//
//     const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, { auth });
//     const answer = await socket.emitWithAck("video-play", {});
//     if (answer.ok) console.log(answer.playback.at);
//
// Every time and position is in seconds; server time is seconds since the Unix epoch.

/** The number of this protocol. */
export type Protocol = 1;

export type Role = "host" | "controller" | "viewer";

export type Platform = "mpv" | "web" | "mobile" | "bot";

export type ParticipantState = "loading" | "paused" | "playing" | "buffering" | "ended" | "away";

export type SessionState = "waiting" | "active" | "ended";

export type Control = "everyone" | "host";

export type BufferWait = "wait" | "go-on";

/** What made the playback as it is. */
export interface Cause {
  /** The wire name of the event. */
  event: string;
  /** null where no participant did it: a script by HTTP, or the session itself. */
  participantId: string | null;
}

/** One line of chat; also the payload of the event of that name. */
export interface ChatMessage {
  messageId: string;
  participantId: string | null;
  displayName: string;
  text: string;
  sentAt: number;
}

/** Somebody said something. */
export interface ChatSaid {
  messageId: string;
  participantId: string | null;
  displayName: string;
  text: string;
  sentAt: number;
}

/** Reports a fault of the client, to be logged and counted. */
export interface ClientError {
  message: string;
  context?: Record<string, unknown> | null;
}

/** Asks for the server's time; also the heartbeat. */
export interface Clock {
  /** The client's own clock, whatever it counts from; it comes back as it was. */
  clientSent: number;
}

/** The server's half of an exchange of timestamps. */
export interface ClockReply {
  ok: true;
  clientSent: number;
  serverReceived: number;
  serverSent: number;
}

/** What a client says of itself when it connects. */
export interface ConnectAuth {
  protocol?: number;
  client?: string;
  platform?: Platform;
}

/** Creates a session and takes its host's seat. */
export interface CreateSession {
  url?: string | null;
  file?: GivenMediaFile | null;
  title?: string | null;
  displayName: string;
  password?: string | null;
  control?: Control | null;
  startPosition?: number | null;
}

/** The session and the secrets of its creator. */
export interface Created {
  ok: true;
  session: Session;
  participantId: string;
  participantToken: string;
  hostToken: string;
}

/** The acknowledgement of what was accepted and needs no answer; the root of those that have one. */
export interface Done {
  ok: true;
}

/** Ends the session for everybody. */
export interface EndSession {
}

/** A refusal. */
export interface ErrorBody {
  code: string;
  message: string;
  /** Seconds to wait; for `rate-limited` only. */
  retryAfter?: number | null;
}

/** Asks for the whole session. */
export interface GetSession {
}

/** A local file as others know it: by what it is, never by where it lies. */
export interface GivenMediaFile {
  name: string;
  /** Bytes. */
  size: number;
  /** Seconds; null until a player reports it. */
  duration?: number | null;
  /** A hash over samples of the content; null where it was not computed. */
  fingerprint?: string | null;
}

/** What was watched before, and what became of it. */
export interface HistoryItem {
  mediaId: string;
  url: string | null;
  file: MediaFile | null;
  title: string | null;
  duration: number | null;
  /** A participant id, or null where a script chose it. */
  addedBy: string | null;
  /** Server time at which it came on. */
  startedAt: number;
  /** `watched` to its end, `skipped` before it, or `failed`: nobody could play it. */
  outcome: "failed" | "skipped" | "watched";
  /** Why it failed. */
  reason: string | null;
}

/** One more in the history, as its newest; all beyond 50 are forgotten. */
export interface HistoryUpdated {
  item: HistoryItem;
}

/** Takes a seat, or one's own again by its token. */
export interface JoinSession {
  code: string;
  displayName: string;
  password?: string | null;
  participantToken?: string | null;
  hostToken?: string | null;
}

/** The session and the secret of one's own seat. */
export interface Joined {
  ok: true;
  session: Session;
  participantId: string;
  participantToken: string;
}

/** Removes a participant; with `ban` for good. */
export interface Kick {
  participantId: string;
  ban?: boolean;
}

/** To who was removed. */
export interface Kicked {
  reason: string;
}

/** Gives up one's seat. */
export interface LeaveSession {
}

/** The media that was loaded and the playback that stands on it. */
export interface LoadReply {
  ok: true;
  media: Media;
  playback: Playback;
}

/** What the session watches. */
export interface Media {
  mediaId: string;
  url: string | null;
  file: MediaFile | null;
  provider: string | null;
  title: string | null;
  duration: number | null;
  live: boolean | null;
  thumbnailUrl: string | null;
  startPosition: number;
}

/** A local file as others know it: by what it is, never by where it lies. */
export interface MediaFile {
  name: string;
  /** Bytes. */
  size: number;
  /** Seconds; null until a player reports it. */
  duration: number | null;
  /** A hash over samples of the content; null where it was not computed. */
  fingerprint: string | null;
}

/** Something that people should know: who is waited for, the server going down. */
export interface Notice {
  code: string;
  message: string;
  participantId: string | null;
}

/** One person's seat in a session, as everybody sees it. */
export interface Participant {
  participantId: string;
  displayName: string;
  role: Role;
  platform: Platform;
  connected: boolean;
  /** The person's own flag. */
  ready: boolean;
  state: ParticipantState;
  currentTime: number | null;
  /** Observed position minus the timeline's; positive is ahead. */
  drift: number | null;
  uncertainty: number | null;
  rtt: number | null;
}

/** Who changed and who left since the last one; at most one a second. */
export interface Participants {
  changed: Participant[];
  left: string[];
}

/**
 * At server time `at` the media stands at `currentTime`; from then on it moves at `rate`, if `isPlaying`.
 *
 * `at` may lie in the future: until then everybody holds at `currentTime`.
 * `revision` counts every accepted change of media or playback, by one.
 */
export interface Playback {
  sessionId: string;
  mediaId: string | null;
  revision: number;
  currentTime: number;
  isPlaying: boolean;
  rate: number;
  at: number;
  cause: Cause;
}

/** The playback in force after the command. */
export interface PlaybackReply {
  ok: true;
  playback: Playback;
}

/** Adds to the end of the queue, or with `next` to its front: one item, or all of `items` in their order. */
export interface QueueAdd {
  url?: string | null;
  file?: GivenMediaFile | null;
  title?: string | null;
  items?: QueueEntry[] | null;
  next?: boolean;
}

/** One of many that are added to the queue at once: a `url`, or a `file` in its stead. */
export interface QueueEntry {
  url?: string | null;
  file?: GivenMediaFile | null;
  title?: string | null;
  /** Seconds, where whoever adds it knows. */
  duration?: number | null;
}

/** What is to be watched later. */
export interface QueueItem {
  itemId: string;
  url: string | null;
  file: MediaFile | null;
  title: string | null;
  duration: number | null;
  /** A participant id, or null where a script added it. */
  addedBy: string | null;
  thumbnailUrl: string | null;
}

/** Moves an item to `index`, counted from 0 in the queue without it. */
export interface QueueMove {
  itemId: string;
  index: number;
}

/** Goes on to the first item of the queue, playing. */
export interface QueueNext {
}

/** Takes an item out of the queue. */
export interface QueueRemove {
  itemId: string;
}

/** Says what happens at the end of an item. */
export interface QueueRepeat {
  repeat: "all" | "off" | "one";
}

/** The queue after the command. */
export interface QueueReply {
  ok: true;
  queue: QueueItem[];
  repeat: "all" | "off" | "one";
}

/** Puts the queue into another order, drawn by lot. */
export interface QueueShuffle {
}

/** The queue changed, or what happens at the end of an item. */
export interface QueueUpdated {
  queue: QueueItem[];
  repeat: "all" | "off" | "one";
}

/** Somebody reacted. */
export interface Reaction {
  participantId: string | null;
  emoji: string;
}

/** The acknowledgement of what was refused; a `conflict` has the playback in force beside it. */
export interface Refused {
  ok: false;
  error: ErrorBody;
  playback?: Playback | null;
}

/** Says something to everybody. */
export interface SendChat {
  text: string;
}

/** Shows an emoji to everybody for a moment. */
export interface SendReaction {
  emoji: string;
}

/** The whole of a session, as `status --json` prints it and `GET /sessions/{code}` answers it. */
export interface Session {
  sessionId: string;
  code: string;
  link: string;
  title: string | null;
  /** `waiting` for media, `active`, or `ended`. */
  state: SessionState;
  createdAt: number;
  control: Control;
  bufferWait: BufferWait;
  hasPassword: boolean;
  locked: boolean;
  media: Media | null;
  playback: Playback;
  participants: Participant[];
  queue: QueueItem[];
  /** The last 50 messages. */
  chat: ChatMessage[];
  serverTime: number;
  /** What happens at the end of an item: the next one, the same again, or the next and this one queued again. */
  repeat: "all" | "off" | "one";
  /** What was watched before, the last 50, newest last. */
  history: HistoryItem[];
  /** Which audio and subtitle tracks all are to have. */
  tracks: Tracks;
}

/** The session is over. */
export interface SessionEnded {
  reason: string;
}

/** To who joined: the session, and which seat is theirs. */
export interface SessionJoined {
  session: Session;
  participantId: string;
}

/** The session as it is now. */
export interface SessionReply {
  ok: true;
  session: Session;
}

/** Settings or roles changed; the session comes with an empty `chat`. */
export interface SessionUpdated {
  session: Session;
}

/** Sets one's own ready flag. */
export interface SetReady {
  ready: boolean;
}

/** Gives a participant a role; `host` hands the session over. */
export interface SetRole {
  participantId: string;
  role: Role;
}

/** How a participant's player stands; at once when the state changes, else every few seconds. */
export interface Status {
  state: ParticipantState;
  currentTime?: number | null;
  drift?: number | null;
  uncertainty?: number | null;
  rtt?: number | null;
  /** By how much the time there and back typically exceeds the shortest, s. */
  jitter?: number | null;
  /** What an exact seek takes on this player, s. */
  seekCost?: number | null;
  /** Seconds of media that lie buffered ahead. */
  bufferedFor?: number | null;
  /** The media's duration as this player sees it, s. */
  duration?: number | null;
  /** Whether this player finds the media to be a live stream: without a duration, and without a way about in it. */
  live?: boolean | null;
  /** Which media the state speaks of; a report of what was loaded before is not taken for the present one's. */
  mediaId?: string | null;
  /** The media's title, as what this client asked about the link told it. */
  title?: string | null;
  /** Why this player can't play `mediaId`, in words; not while it can, nor while `state` is `loading`. */
  failure?: string | null;
}

/** Which tracks are to be pinned; what is left out stays, an empty one is un-pinned. */
export interface TrackPins {
  audio?: string | null;
  subtitles?: string | null;
}

/** What the host pinned for everybody: a track's number, a language, or `no`; null is each person's own choice. */
export interface Tracks {
  audio: string | null;
  subtitles: string | null;
}

/** Changes settings; what is left out stays, an empty `title` or `password` takes it away. */
export interface UpdateSession {
  title?: string | null;
  password?: string | null;
  control?: Control | null;
  bufferWait?: BufferWait | null;
  locked?: boolean | null;
  tracks?: TrackPins | null;
}

/** Somebody came. */
export interface UserJoined {
  participant: Participant;
}

/** Somebody went; `reason` is `left`, `disconnected` or `kicked`. */
export interface UserLeft {
  participantId: string;
  displayName: string;
  reason: string;
}

/** Says that a player came to the end of the media. */
export interface VideoEnded {
  mediaId: string;
}

/** Loads media for everybody, who then stand paused at `startPosition` or 0. */
export interface VideoLoad {
  url?: string | null;
  file?: GivenMediaFile | null;
  title?: string | null;
  startPosition?: number | null;
}

/** Pauses, at `currentTime` or where the timeline is. */
export interface VideoPause {
  /** Server time of the person's action; null: now. */
  at?: number | null;
  currentTime?: number | null;
}

/** Plays, from `currentTime` or from where the timeline is. */
export interface VideoPlay {
  /** Server time of the person's action; null: now. */
  at?: number | null;
  currentTime?: number | null;
}

/** Changes the rate for all. */
export interface VideoRate {
  /** Server time of the person's action; null: now. */
  at?: number | null;
  rate: number;
}

/** Goes to `currentTime`, playing on if it played. */
export interface VideoSeek {
  /** Server time of the person's action; null: now. */
  at?: number | null;
  currentTime: number;
}

/** The playback in force. */
export interface VideoSync {
  sessionId: string;
  mediaId: string | null;
  revision: number;
  currentTime: number;
  isPlaying: boolean;
  rate: number;
  at: number;
  cause: Cause;
}

/** Other media was loaded, or more became known of what is. */
export interface VideoUrlUpdated {
  media: Media | null;
  playback: Playback;
}

/** What a client sends. Every event but `status` is answered: accepted (`ok: true`) or refused. */
export interface ClientToServerEvents {
  "clock": (payload: Clock, acknowledge: (answer: ClockReply | Refused) => void) => void;
  "create-session": (payload: CreateSession, acknowledge: (answer: Created | Refused) => void) => void;
  "join-session": (payload: JoinSession, acknowledge: (answer: Joined | Refused) => void) => void;
  "get-session": (payload: GetSession, acknowledge: (answer: SessionReply | Refused) => void) => void;
  "leave-session": (payload: LeaveSession, acknowledge: (answer: Done | Refused) => void) => void;
  "end-session": (payload: EndSession, acknowledge: (answer: Done | Refused) => void) => void;
  "video-load": (payload: VideoLoad, acknowledge: (answer: LoadReply | Refused) => void) => void;
  "video-play": (payload: VideoPlay, acknowledge: (answer: PlaybackReply | Refused) => void) => void;
  "video-pause": (payload: VideoPause, acknowledge: (answer: PlaybackReply | Refused) => void) => void;
  "video-seek": (payload: VideoSeek, acknowledge: (answer: PlaybackReply | Refused) => void) => void;
  "video-rate": (payload: VideoRate, acknowledge: (answer: PlaybackReply | Refused) => void) => void;
  "video-ended": (payload: VideoEnded, acknowledge: (answer: Done | Refused) => void) => void;
  "status": (payload: Status) => void;
  "queue-add": (payload: QueueAdd, acknowledge: (answer: QueueReply | Refused) => void) => void;
  "queue-remove": (payload: QueueRemove, acknowledge: (answer: QueueReply | Refused) => void) => void;
  "queue-move": (payload: QueueMove, acknowledge: (answer: QueueReply | Refused) => void) => void;
  "queue-next": (payload: QueueNext, acknowledge: (answer: QueueReply | Refused) => void) => void;
  "queue-shuffle": (payload: QueueShuffle, acknowledge: (answer: QueueReply | Refused) => void) => void;
  "queue-repeat": (payload: QueueRepeat, acknowledge: (answer: QueueReply | Refused) => void) => void;
  "chat-message": (payload: SendChat, acknowledge: (answer: Done | Refused) => void) => void;
  "reaction": (payload: SendReaction, acknowledge: (answer: Done | Refused) => void) => void;
  "set-ready": (payload: SetReady, acknowledge: (answer: SessionReply | Refused) => void) => void;
  "set-role": (payload: SetRole, acknowledge: (answer: SessionReply | Refused) => void) => void;
  "kick": (payload: Kick, acknowledge: (answer: SessionReply | Refused) => void) => void;
  "update-session": (payload: UpdateSession, acknowledge: (answer: SessionReply | Refused) => void) => void;
  "client-error": (payload: ClientError, acknowledge: (answer: Done | Refused) => void) => void;
}

/** What the server sends. */
export interface ServerToClientEvents {
  "session-joined": (payload: SessionJoined) => void;
  "user-joined": (payload: UserJoined) => void;
  "user-left": (payload: UserLeft) => void;
  "participants": (payload: Participants) => void;
  "video-url-updated": (payload: VideoUrlUpdated) => void;
  "video-sync": (payload: VideoSync) => void;
  "queue-updated": (payload: QueueUpdated) => void;
  "history-updated": (payload: HistoryUpdated) => void;
  "chat-message": (payload: ChatSaid) => void;
  "reaction": (payload: Reaction) => void;
  "session-updated": (payload: SessionUpdated) => void;
  "session-ended": (payload: SessionEnded) => void;
  "kicked": (payload: Kicked) => void;
  "notice": (payload: Notice) => void;
}
