"""Every message on the wire, typed and validated; what the documents, the schema and both sides are held to.

Names are snake_case here and camelCase on the wire.
Every time and position is in seconds; server time is seconds since the Unix epoch.
In what the server sends, what is unknown is ``null``, never absent.
Unknown fields of a message are ignored, so that additions need no new protocol number.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_args

import msgspec
from msgspec import Meta

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.timeline import Timeline
from syncwatch_core.tracks import PIN_LIMIT, PIN_PATTERN

PROTOCOL = 1
"""The number of this protocol; raised by every change that an older client could trip over."""

PROTOCOLS = (PROTOCOL,)
"""The protocol numbers that a server of this version speaks."""

# --- the words that a field may hold -------------------------------------------------------------

Role = Literal["host", "controller", "viewer"]
Platform = Literal["mpv", "web", "mobile", "bot"]
ParticipantState = Literal["loading", "paused", "playing", "buffering", "ended", "away"]
SessionState = Literal["waiting", "active", "ended"]
Control = Literal["everyone", "host"]
BufferWait = Literal["wait", "go-on"]
Repeat = Literal["off", "one", "all"]
WatchedOutcome = Literal["watched", "skipped", "failed"]

Position = Annotated[float, Meta(ge=0, le=31_536_000)]
"""Seconds of media; a year is longer than anything that is watched."""

Instant = Annotated[float, Meta(ge=0, le=1e11)]
"""An instant of server time, s."""

Rate = Annotated[float, Meta(ge=0.25, le=4)]
"""Media seconds a second."""

Seconds = Annotated[float, Meta(ge=-1e9, le=1e9)]
"""A signed length of time, s."""

DISPLAY_NAME_LIMIT = 64
"""Characters."""

DisplayName = Annotated[str, Meta(min_length=1, max_length=DISPLAY_NAME_LIMIT)]
Title = Annotated[str, Meta(max_length=300)]
Url = Annotated[str, Meta(min_length=1, max_length=4096)]
Id = Annotated[str, Meta(min_length=1, max_length=64)]
Password = Annotated[str, Meta(max_length=256)]
Token = Annotated[str, Meta(max_length=256)]
ChatText = Annotated[str, Meta(min_length=1, max_length=500)]
FailureWords = Annotated[str, Meta(max_length=300)]

TrackPin = Annotated[str, Meta(max_length=PIN_LIMIT, pattern=PIN_PATTERN)]
"""A track's number as players count (``1``), a language (``en``, ``pt-BR``), or ``no``; empty takes the pin away."""

FileName = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^(?!\.{1,2}$)(?![\s\S]*[/\\\x00-\x1f\x7f])")]
"""A name without a folder: a joiner looks for it beside them, and must not be led elsewhere."""

MAX_SAFE_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exact."""


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The root of all that travels: immutable, camelCase, fields by name."""


# --- objects -------------------------------------------------------------------------------------


class MediaFile(Wire, frozen=True, kw_only=True):
    """A local file as others know it: by what it is, never by where it lies."""

    name: FileName
    size: Annotated[int, Meta(ge=0, le=MAX_SAFE_INTEGER)]
    """Bytes."""
    duration: Position | None = None
    """Seconds; None until a player reports it."""
    fingerprint: Annotated[str, Meta(max_length=128)] | None = None
    """A hash over samples of the content; None where it was not computed."""


class Media(Wire, frozen=True, kw_only=True):
    """What the session watches."""

    media_id: Id
    url: str | None
    file: MediaFile | None
    provider: str | None
    title: str | None
    duration: float | None
    live: bool | None
    thumbnail_url: str | None
    start_position: float


class Cause(Wire, frozen=True, kw_only=True):
    """What made the playback as it is."""

    event: str
    """The wire name of the event."""
    participant_id: str | None
    """None where no participant did it: a script by HTTP, or the session itself."""


class Playback(Wire, frozen=True, kw_only=True):
    """At server time ``at`` the media stands at ``current_time``; from then on it moves at ``rate``, if ``is_playing``.

    ``at`` may lie in the future: until then everybody holds at ``current_time``.
    ``revision`` counts every accepted change of media or playback, by one.
    """

    session_id: str
    media_id: str | None
    revision: int
    current_time: float
    is_playing: bool
    rate: float
    at: float
    cause: Cause

    @property
    def timeline(self) -> Timeline:
        """The same as a timeline that can be asked for any instant."""
        return Timeline(self.current_time, self.rate, self.at, playing=self.is_playing)


class Participant(Wire, frozen=True, kw_only=True):
    """One person's seat in a session, as everybody sees it."""

    participant_id: str
    display_name: str
    role: Role
    platform: Platform
    connected: bool
    ready: bool
    """The person's own flag."""
    state: ParticipantState
    current_time: float | None
    drift: float | None
    """Observed position minus the timeline's; positive is ahead."""
    uncertainty: float | None
    rtt: float | None


class QueueItem(Wire, frozen=True, kw_only=True):
    """What is to be watched later."""

    item_id: str
    url: str | None
    file: MediaFile | None
    title: str | None
    duration: float | None
    added_by: str | None
    """A participant id, or None where a script added it."""
    thumbnail_url: str | None = None


class HistoryItem(Wire, frozen=True, kw_only=True):
    """What was watched before, and what became of it."""

    media_id: Id
    url: str | None
    file: MediaFile | None
    title: str | None
    duration: float | None
    added_by: str | None
    """A participant id, or None where a script chose it."""
    started_at: float
    """Server time at which it came on."""
    outcome: WatchedOutcome
    """``watched`` to its end, ``skipped`` before it, or ``failed``: nobody could play it."""
    reason: str | None
    """Why it failed."""


class ChatMessage(Wire, frozen=True, kw_only=True):
    """One line of chat; also the payload of the event of that name."""

    message_id: str
    participant_id: str | None
    display_name: str
    text: str
    sent_at: float


class Tracks(Wire, frozen=True, kw_only=True):
    """What the host pinned for everybody: a track's number, a language, or ``no``; None is each person's own choice."""

    audio: str | None = None
    subtitles: str | None = None


class Session(Wire, frozen=True, kw_only=True):
    """The whole of a session, as ``status --json`` prints it and ``GET /sessions/{code}`` answers it."""

    session_id: str
    code: str
    link: str
    title: str | None
    state: SessionState
    """``waiting`` for media, ``active``, or ``ended``."""
    created_at: float
    control: Control
    buffer_wait: BufferWait
    has_password: bool
    locked: bool
    media: Media | None
    playback: Playback
    participants: tuple[Participant, ...]
    queue: tuple[QueueItem, ...]
    chat: tuple[ChatMessage, ...]
    """The last 50 messages."""
    server_time: float
    repeat: Repeat = "off"
    """What happens at the end of an item: the next one, the same again, or the next and this one queued again."""
    history: tuple[HistoryItem, ...] = ()
    """What was watched before, the last 50, newest last."""
    tracks: Tracks = Tracks()
    """Which audio and subtitle tracks all are to have."""


# --- client to server ----------------------------------------------------------------------------


class ClientEvent(Wire, frozen=True, kw_only=True):
    """The payload of an event that a client sends; ``event`` is its name on the wire."""

    event: ClassVar[str]
    acknowledged: ClassVar[bool] = True


class ConnectAuth(Wire, frozen=True, kw_only=True):
    """What a client says of itself when it connects."""

    protocol: int = 0
    client: Annotated[str, Meta(max_length=100)] = ""
    platform: Platform = "bot"


class Clock(ClientEvent, frozen=True, kw_only=True):
    """Asks for the server's time; also the heartbeat."""

    event = "clock"
    client_sent: Annotated[float, Meta(ge=-1e15, le=1e15)]
    """The client's own clock, whatever it counts from; it comes back as it was."""


class MediaSource(ClientEvent, frozen=True, kw_only=True):
    """The root of all that names media: a ``url``, or a ``file`` in its stead."""

    url: Url | None = None
    file: MediaFile | None = None
    title: Title | None = None


class CreateSession(MediaSource, frozen=True, kw_only=True):
    """Creates a session and takes its host's seat."""

    event = "create-session"
    display_name: DisplayName
    password: Password | None = None
    control: Control | None = None
    start_position: Position | None = None


class JoinSession(ClientEvent, frozen=True, kw_only=True):
    """Takes a seat, or one's own again by its token."""

    event = "join-session"
    code: Annotated[str, Meta(max_length=64)]
    display_name: DisplayName
    password: Password | None = None
    participant_token: Token | None = None
    host_token: Token | None = None


class GetSession(ClientEvent, frozen=True, kw_only=True):
    """Asks for the whole session."""

    event = "get-session"


class LeaveSession(ClientEvent, frozen=True, kw_only=True):
    """Gives up one's seat."""

    event = "leave-session"


class EndSession(ClientEvent, frozen=True, kw_only=True):
    """Ends the session for everybody."""

    event = "end-session"


class VideoLoad(MediaSource, frozen=True, kw_only=True):
    """Loads media for everybody, who then stand paused at ``start_position`` or 0."""

    event = "video-load"
    start_position: Position | None = None


class PersonAction(ClientEvent, frozen=True, kw_only=True):
    """What a person did at an instant; the later action wins over the later arrival."""

    at: Instant | None = None
    """Server time of the person's action; None: now."""


class VideoPlay(PersonAction, frozen=True, kw_only=True):
    """Plays, from ``current_time`` or from where the timeline is."""

    event = "video-play"
    current_time: Position | None = None


class VideoPause(PersonAction, frozen=True, kw_only=True):
    """Pauses, at ``current_time`` or where the timeline is."""

    event = "video-pause"
    current_time: Position | None = None


class VideoSeek(PersonAction, frozen=True, kw_only=True):
    """Goes to ``current_time``, playing on if it played."""

    event = "video-seek"
    current_time: Position


class VideoRate(PersonAction, frozen=True, kw_only=True):
    """Changes the rate for all."""

    event = "video-rate"
    rate: Rate


class VideoEnded(ClientEvent, frozen=True, kw_only=True):
    """Says that a player came to the end of the media."""

    event = "video-ended"
    media_id: Id


class Status(ClientEvent, frozen=True, kw_only=True):
    """How a participant's player stands; at once when the state changes, else every few seconds."""

    event = "status"
    acknowledged = False
    state: ParticipantState
    current_time: Position | None = None
    drift: Seconds | None = None
    uncertainty: Annotated[float, Meta(ge=0, le=1e9)] | None = None
    rtt: Annotated[float, Meta(ge=0, le=1e6)] | None = None
    jitter: Annotated[float, Meta(ge=0, le=1e6)] | None = None
    """By how much the time there and back typically exceeds the shortest, s."""
    seek_cost: Annotated[float, Meta(ge=0, le=1e6)] | None = None
    """What an exact seek takes on this player, s."""
    buffered_for: Annotated[float, Meta(ge=0, le=1e9)] | None = None
    """Seconds of media that lie buffered ahead."""
    duration: Position | None = None
    """The media's duration as this player sees it, s."""
    live: bool | None = None
    """Whether this player finds the media to be a live stream: without a duration, and without a way about in it."""
    media_id: Id | None = None
    """Which media the state speaks of; a report of what was loaded before is not taken for the present one's."""
    title: Title | None = None
    """The media's title, as what this client asked about the link told it."""
    failure: FailureWords | None = None
    """Why this player can't play ``media_id``, in words; not while it can, nor while ``state`` is ``loading``."""


class QueueEntry(Wire, frozen=True, kw_only=True):
    """One of many that are added to the queue at once: a ``url``, or a ``file`` in its stead."""

    url: Url | None = None
    file: MediaFile | None = None
    title: Title | None = None
    duration: Position | None = None
    """Seconds, where whoever adds it knows."""


QUEUE_ENTRIES_AT_ONCE = 100
"""Items of one ``queue-add``; longer lists come in several."""


class QueueAdd(MediaSource, frozen=True, kw_only=True):
    """Adds to the end of the queue, or with ``next`` to its front: one item, or all of ``items`` in their order."""

    event = "queue-add"
    items: Annotated[tuple[QueueEntry, ...], Meta(min_length=1, max_length=QUEUE_ENTRIES_AT_ONCE)] | None = None
    next: bool = False


class QueueRemove(ClientEvent, frozen=True, kw_only=True):
    """Takes an item out of the queue."""

    event = "queue-remove"
    item_id: Id


class QueueMove(ClientEvent, frozen=True, kw_only=True):
    """Moves an item to ``index``, counted from 0 in the queue without it."""

    event = "queue-move"
    item_id: Id
    index: Annotated[int, Meta(ge=0, le=MAX_SAFE_INTEGER)]


class QueueNext(ClientEvent, frozen=True, kw_only=True):
    """Goes on to the first item of the queue, playing."""

    event = "queue-next"


class QueueShuffle(ClientEvent, frozen=True, kw_only=True):
    """Puts the queue into another order, drawn by lot."""

    event = "queue-shuffle"


class QueueRepeat(ClientEvent, frozen=True, kw_only=True):
    """Says what happens at the end of an item."""

    event = "queue-repeat"
    repeat: Repeat


class SendChat(ClientEvent, frozen=True, kw_only=True):
    """Says something to everybody."""

    event = "chat-message"
    text: ChatText


class SendReaction(ClientEvent, frozen=True, kw_only=True):
    """Shows an emoji to everybody for a moment."""

    event = "reaction"
    emoji: Annotated[str, Meta(min_length=1, max_length=32)]


class SetReady(ClientEvent, frozen=True, kw_only=True):
    """Sets one's own ready flag."""

    event = "set-ready"
    ready: bool


class SetRole(ClientEvent, frozen=True, kw_only=True):
    """Gives a participant a role; ``host`` hands the session over."""

    event = "set-role"
    participant_id: Id
    role: Role


class Kick(ClientEvent, frozen=True, kw_only=True):
    """Removes a participant; with ``ban`` for good."""

    event = "kick"
    participant_id: Id
    ban: bool = False


class TrackPins(Wire, frozen=True, kw_only=True):
    """Which tracks are to be pinned; what is left out stays, an empty one is un-pinned."""

    audio: TrackPin | None = None
    subtitles: TrackPin | None = None


class UpdateSession(ClientEvent, frozen=True, kw_only=True):
    """Changes settings; what is left out stays, an empty ``title`` or ``password`` takes it away."""

    event = "update-session"
    title: Title | None = None
    password: Password | None = None
    control: Control | None = None
    buffer_wait: BufferWait | None = None
    locked: bool | None = None
    tracks: TrackPins | None = None


class ClientError(ClientEvent, frozen=True, kw_only=True):
    """Reports a fault of the client, to be logged and counted."""

    event = "client-error"
    message: Annotated[str, Meta(max_length=2000)]
    context: dict[str, Any] | None = None


CLIENT_EVENTS: dict[str, type[ClientEvent]] = {
    kind.event: kind
    for kind in (
        Clock,
        CreateSession,
        JoinSession,
        GetSession,
        LeaveSession,
        EndSession,
        VideoLoad,
        VideoPlay,
        VideoPause,
        VideoSeek,
        VideoRate,
        VideoEnded,
        Status,
        QueueAdd,
        QueueRemove,
        QueueMove,
        QueueNext,
        QueueShuffle,
        QueueRepeat,
        SendChat,
        SendReaction,
        SetReady,
        SetRole,
        Kick,
        UpdateSession,
        ClientError,
    )
}
"""Every event that a client may send, by its wire name."""


# --- acknowledgements ----------------------------------------------------------------------------


class ErrorBody(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """A refusal."""

    code: str
    message: str
    retry_after: float | None = None
    """Seconds to wait; for ``rate-limited`` only."""


class Refused(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """The acknowledgement of what was refused; a ``conflict`` has the playback in force beside it."""

    ok: Literal[False]
    error: ErrorBody
    playback: Playback | None = None


class Done(Wire, frozen=True, kw_only=True):
    """The acknowledgement of what was accepted and needs no answer; the root of those that have one."""

    ok: Literal[True] = True


class ClockReply(Done, frozen=True, kw_only=True):
    """The server's half of an exchange of timestamps."""

    client_sent: float
    server_received: float
    server_sent: float


class Created(Done, frozen=True, kw_only=True):
    """The session and the secrets of its creator."""

    session: Session
    participant_id: str
    participant_token: str
    host_token: str


class Joined(Done, frozen=True, kw_only=True):
    """The session and the secret of one's own seat."""

    session: Session
    participant_id: str
    participant_token: str


class SessionReply(Done, frozen=True, kw_only=True):
    """The session as it is now."""

    session: Session


class LoadReply(Done, frozen=True, kw_only=True):
    """The media that was loaded and the playback that stands on it."""

    media: Media
    playback: Playback


class PlaybackReply(Done, frozen=True, kw_only=True):
    """The playback in force after the command."""

    playback: Playback


class QueueReply(Done, frozen=True, kw_only=True):
    """The queue after the command."""

    queue: tuple[QueueItem, ...]
    repeat: Repeat = "off"


ACKNOWLEDGEMENTS: dict[str, type[Done]] = {
    "clock": ClockReply,
    "create-session": Created,
    "join-session": Joined,
    "get-session": SessionReply,
    "video-load": LoadReply,
    "video-play": PlaybackReply,
    "video-pause": PlaybackReply,
    "video-seek": PlaybackReply,
    "video-rate": PlaybackReply,
    "queue-add": QueueReply,
    "queue-remove": QueueReply,
    "queue-move": QueueReply,
    "queue-next": QueueReply,
    "queue-shuffle": QueueReply,
    "queue-repeat": QueueReply,
    "set-ready": SessionReply,
    "set-role": SessionReply,
    "kick": SessionReply,
    "update-session": SessionReply,
    "leave-session": Done,
    "end-session": Done,
    "video-ended": Done,
    "chat-message": Done,
    "reaction": Done,
    "client-error": Done,
}
"""What each acknowledged event is answered with when it is accepted."""


# --- server to client ----------------------------------------------------------------------------


class ServerEvent(Wire, frozen=True, kw_only=True):
    """The payload of an event that the server sends; ``event`` is its name on the wire."""

    event: ClassVar[str]


class SessionJoined(ServerEvent, frozen=True, kw_only=True):
    """To who joined: the session, and which seat is theirs."""

    event = "session-joined"
    session: Session
    participant_id: str


class UserJoined(ServerEvent, frozen=True, kw_only=True):
    """Somebody came."""

    event = "user-joined"
    participant: Participant


class UserLeft(ServerEvent, frozen=True, kw_only=True):
    """Somebody went; ``reason`` is ``left``, ``disconnected`` or ``kicked``."""

    event = "user-left"
    participant_id: str
    display_name: str
    reason: str


class Participants(ServerEvent, frozen=True, kw_only=True):
    """Who changed and who left since the last one; at most one a second."""

    event = "participants"
    changed: tuple[Participant, ...]
    left: tuple[str, ...]


class VideoUrlUpdated(ServerEvent, frozen=True, kw_only=True):
    """Other media was loaded, or more became known of what is."""

    event = "video-url-updated"
    media: Media | None
    playback: Playback


class VideoSync(Playback, frozen=True, kw_only=True):
    """The playback in force."""

    event: ClassVar[str] = "video-sync"


class QueueUpdated(ServerEvent, frozen=True, kw_only=True):
    """The queue changed, or what happens at the end of an item."""

    event = "queue-updated"
    queue: tuple[QueueItem, ...]
    repeat: Repeat = "off"


class HistoryUpdated(ServerEvent, frozen=True, kw_only=True):
    """One more in the history, as its newest; all beyond 50 are forgotten."""

    event = "history-updated"
    item: HistoryItem


class ChatSaid(ChatMessage, frozen=True, kw_only=True):
    """Somebody said something."""

    event: ClassVar[str] = "chat-message"


class Reaction(ServerEvent, frozen=True, kw_only=True):
    """Somebody reacted."""

    event = "reaction"
    participant_id: str | None
    emoji: str


class SessionUpdated(ServerEvent, frozen=True, kw_only=True):
    """Settings or roles changed; the session comes with an empty ``chat``."""

    event = "session-updated"
    session: Session


class SessionEnded(ServerEvent, frozen=True, kw_only=True):
    """The session is over."""

    event = "session-ended"
    reason: str


class Kicked(ServerEvent, frozen=True, kw_only=True):
    """To who was removed."""

    event = "kicked"
    reason: str


class Notice(ServerEvent, frozen=True, kw_only=True):
    """Something that people should know: who is waited for, the server going down."""

    event = "notice"
    code: str
    message: str
    participant_id: str | None = None


ServerMessage = (
    SessionJoined
    | UserJoined
    | UserLeft
    | Participants
    | VideoUrlUpdated
    | VideoSync
    | QueueUpdated
    | HistoryUpdated
    | ChatSaid
    | Reaction
    | SessionUpdated
    | SessionEnded
    | Kicked
    | Notice
)

SERVER_EVENTS: dict[str, type[ServerMessage]] = {kind.event: kind for kind in get_args(ServerMessage)}
"""Every event that the server may send, by its wire name."""


# --- reading and writing -------------------------------------------------------------------------

_T = TypeVar("_T")


def read(kind: type[_T], payload: object) -> _T:
    """Read what arrived, already parsed from JSON, as ``kind``.

    Raises ``AppError`` (bad-request) that names the field at fault.
    """
    try:
        message = msgspec.convert(payload, kind)
        # JSON may escape half of a surrogate pair, and then nothing that holds it could ever be written again.
        msgspec.json.encode(message)
    except (msgspec.ValidationError, UnicodeEncodeError) as fault:
        raise AppError(ErrorCode.BAD_REQUEST, str(fault)) from None
    return message


def write(message: msgspec.Struct) -> dict[str, Any]:
    """Write a message as plain objects, ready for JSON."""
    plain = msgspec.to_builtins(message)
    assert isinstance(plain, dict)  # noqa: S101 a struct always becomes one
    return plain


def refusal(error: AppError) -> Refused:
    """The acknowledgement that carries a refusal."""
    body = ErrorBody(code=error.code.value, message=error.message, retry_after=error.retry_after)
    return Refused(ok=False, error=body, playback=error.playback)
