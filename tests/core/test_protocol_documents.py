"""The protocol's promise, and the documents that are made of it.

The tables here are the contract's own, in its words; whatever ``messages`` has beyond them is listed as an addition,
so that neither a field that was promised nor one that was not can slip by.
"""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from syncwatch_core import messages as wire

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "protocol_schema.py"
FOLDER = ROOT / "docs" / "protocol"

# --- the contract ----------------------------------------------------------------------------------------

OBJECTS: dict[type[wire.Wire], str] = {
    wire.Session: (
        "sessionId code link title state createdAt control bufferWait hasPassword locked media playback "
        "participants queue chat serverTime"
    ),
    wire.Participant: (
        "participantId displayName role platform connected ready state currentTime drift uncertainty rtt"
    ),
    wire.Media: "mediaId url file provider title duration live thumbnailUrl startPosition",
    wire.MediaFile: "name size duration fingerprint",
    wire.QueueItem: "itemId url file title duration addedBy",
    wire.Playback: "sessionId mediaId revision currentTime isPlaying rate at cause",
    wire.Cause: "event participantId",
    wire.ChatMessage: "messageId participantId displayName text sentAt",
}

CLIENT_EVENTS = {
    "clock": ("clientSent", "clientSent serverReceived serverSent"),
    "create-session": (
        "displayName url? file? title? password? control?",
        "session participantId participantToken hostToken",
    ),
    "join-session": (
        "code displayName password? participantToken? hostToken?",
        "session participantId participantToken",
    ),
    "get-session": ("", "session"),
    "leave-session": ("", ""),
    "end-session": ("", ""),
    "video-load": ("url? file? title? startPosition?", "media playback"),
    "video-play": ("currentTime? at?", "playback"),
    "video-pause": ("currentTime? at?", "playback"),
    "video-seek": ("currentTime at?", "playback"),
    "video-rate": ("rate", "playback"),
    "video-ended": ("mediaId", ""),
    "status": ("state currentTime? drift? uncertainty? rtt? seekCost? bufferedFor?", None),
    "queue-add": ("url? file? title?", "queue"),
    "queue-remove": ("itemId", "queue"),
    "queue-move": ("itemId index", "queue"),
    "queue-next": ("", "queue"),
    "chat-message": ("text", ""),
    "reaction": ("emoji", ""),
    "set-ready": ("ready", "session"),
    "set-role": ("participantId role", "session"),
    "kick": ("participantId ban?", "session"),
    "update-session": ("title? password? control? bufferWait? locked?", "session"),
    "client-error": ("message context?", ""),
}
"""Each event: what it carries (``?``: may be left out), and what accepts it beside ``ok`` (None: no answer)."""

SERVER_EVENTS = {
    "session-joined": "session participantId",
    "user-joined": "participant",
    "user-left": "participantId displayName reason",
    "participants": "changed left",
    "video-url-updated": "media playback",
    "video-sync": "sessionId mediaId revision currentTime isPlaying rate at cause",
    "queue-updated": "queue",
    "chat-message": "messageId participantId displayName text sentAt",
    "reaction": "participantId emoji",
    "session-updated": "session",
    "session-ended": "reason",
    "kicked": "reason",
    "notice": "code message",
}

WORDS = {
    wire.Role: "host controller viewer",
    wire.Platform: "mpv web mobile bot",
    wire.ParticipantState: "loading paused playing buffering ended away",
    wire.SessionState: "waiting active ended",
    wire.Control: "everyone host",
    wire.BufferWait: "wait go-on",
    wire.Repeat: "off one all",
    wire.WatchedOutcome: "watched skipped failed",
}

ADDED_BY_CLIENTS = {
    # `create` and `host` take a SOURCE that may name where to begin, as a load does
    "create-session": "startPosition?",
    # a rate is a person's action like a seek, and crosses others in the same way
    "video-rate": "at?",
    # what nobody knew of the media, of which media the report speaks, and what a start has to allow for
    # and what the link's page says of the media, and why this player can't play it
    "status": "duration? live? mediaId? jitter? title? failure?",
    # a playlist is many items; and what is meant for the next moment goes to the front
    "queue-add": "items? next?",
    # which audio and subtitle track everybody is to have
    "update-session": "tracks?",
}
NEW_CLIENT_EVENTS = {
    # an order by lot, and what happens at the end of an item
    "queue-shuffle": ("", "queue repeat"),
    "queue-repeat": ("repeat", "queue repeat"),
}
ADDED_BY_THE_SERVER = {
    # who is waited for, so that a screen can point at them
    "notice": "participantId",
    # what happens at the end of an item
    "queue-updated": "repeat",
}
NEW_SERVER_EVENTS = {
    # what was watched, as something else comes on
    "history-updated": "item",
}
ADDED_TO_OBJECTS: dict[type[wire.Wire], str] = {
    wire.Session: "repeat history tracks",
    wire.QueueItem: "thumbnailUrl",
}
ADDED_TO_ANSWERS = dict.fromkeys(("queue-add", "queue-remove", "queue-move", "queue-next"), "repeat")

# --- the messages keep it ----------------------------------------------------------------------------------


def fields(kind: Any) -> set[str]:
    """The fields of a message on the wire; ``?`` marks those that may be left out."""
    return {field.encode_name + ("" if field.required else "?") for field in msgspec.structs.fields(kind)}


def names(kind: Any) -> set[str]:
    """The fields of a message on the wire."""
    return {name.rstrip("?") for name in fields(kind)}


@pytest.mark.parametrize(("kind", "promised"), OBJECTS.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_objects_have_the_promised_fields(kind: type[wire.Wire], promised: str):
    """Each object has the fields of the contract and adds only what is listed."""
    assert names(kind) == set(promised.split()) | set(ADDED_TO_OBJECTS.get(kind, "").split())


@pytest.mark.parametrize(("alias", "promised"), WORDS.items(), ids=str)
def test_words_are_the_promised_ones(alias: Any, promised: str):
    """A role, a platform, a state or a setting is one of the contract's words."""
    assert set(get_args(alias)) == set(promised.split())


def test_the_events_are_the_promised_ones():
    """There are the contract's events in each direction, and only those new ones that are listed."""
    assert set(wire.CLIENT_EVENTS) == set(CLIENT_EVENTS) | set(NEW_CLIENT_EVENTS)
    assert set(wire.SERVER_EVENTS) == set(SERVER_EVENTS) | set(NEW_SERVER_EVENTS)


@pytest.mark.parametrize("event", [*CLIENT_EVENTS, *NEW_CLIENT_EVENTS])
def test_what_a_client_sends_is_as_promised(event: str):
    """Each client event takes the contract's fields, needs those that it says, and adds only what is listed."""
    promised, added = (CLIENT_EVENTS | NEW_CLIENT_EVENTS)[event][0], ADDED_BY_CLIENTS.get(event, "")

    assert fields(wire.CLIENT_EVENTS[event]) == set(promised.split()) | set(added.split())
    assert all(name.endswith("?") for name in added.split())


@pytest.mark.parametrize("event", [*CLIENT_EVENTS, *NEW_CLIENT_EVENTS])
def test_what_accepts_it_is_as_promised(event: str):
    """Each acceptance is ``ok`` and the contract's fields, and adds only what is listed; ``status`` has none."""
    promised = (CLIENT_EVENTS | NEW_CLIENT_EVENTS)[event][1]
    if promised is None:
        assert event not in wire.ACKNOWLEDGEMENTS
    else:
        added = ADDED_TO_ANSWERS.get(event, "")
        assert names(wire.ACKNOWLEDGEMENTS[event]) == {"ok", *promised.split(), *added.split()}


@pytest.mark.parametrize("event", [*SERVER_EVENTS, *NEW_SERVER_EVENTS])
def test_what_the_server_sends_is_as_promised(event: str):
    """Each server event has the contract's fields and adds only what is listed."""
    promised, added = (SERVER_EVENTS | NEW_SERVER_EVENTS)[event], ADDED_BY_THE_SERVER.get(event, "")

    assert names(wire.SERVER_EVENTS[event]) == set(promised.split()) | set(added.split())


def test_who_connects_says_what_they_are():
    """The connection carries the protocol's number, the client and the platform."""
    assert names(wire.ConnectAuth) == {"protocol", "client", "platform"}
    assert (wire.PROTOCOL, wire.PROTOCOLS) == (1, (1,))


def test_a_refusal_is_as_promised():
    """A refusal has a code and words, a conflict the playback, who was too fast a time to wait."""
    assert fields(wire.Refused) == {"ok", "error", "playback?"}
    assert fields(wire.ErrorBody) == {"code", "message", "retryAfter?"}


# --- the documents -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """docs/protocol/schema.json."""
    parsed = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    assert isinstance(parsed, dict)
    return parsed


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script as a person would."""
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)


def test_the_documents_are_up_to_date():
    """docs/protocol is what the messages of this version say."""
    checked = run("--check")

    assert (checked.returncode, checked.stderr) == (0, "")


def test_documents_that_are_out_of_date_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any):
    """A check fails and names the files, and writes nothing; without it they are written, once."""
    script = runpy.run_path(str(SCRIPT))
    main = script["main"]
    monkeypatch.setitem(main.__globals__, "FOLDER", tmp_path / "protocol")
    monkeypatch.setitem(main.__globals__, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["protocol_schema.py", "--check"])
    assert main() == 1
    assert "protocol/schema.json is out of date" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["protocol_schema.py"])
    assert [main(), main()] == [0, 0]

    assert capsys.readouterr().out.splitlines() == ["wrote protocol/schema.json", "wrote protocol/protocol.d.ts"]
    for name in ("schema.json", "protocol.d.ts"):
        assert (tmp_path / "protocol" / name).read_bytes() == (FOLDER / name).read_bytes()


def references(part: Any) -> set[str]:
    """Every definition that a schema refers to."""
    if isinstance(part, list):
        return set().union(*map(references, part))
    if not isinstance(part, dict):
        return set()
    own = {str(part["$ref"]).removeprefix("#/$defs/")} if "$ref" in part else set()
    return own.union(*map(references, part.values()))


def test_the_schema_defines_what_it_refers_to(schema: dict[str, Any]):
    """Every object that an event carries is defined, and nothing is defined that none carries."""
    assert references(schema) == set(schema["$defs"])
    assert list(schema["clientEvents"]) == list(wire.CLIENT_EVENTS)
    assert list(schema["serverEvents"]) == list(wire.SERVER_EVENTS)


def test_the_schema_asks_clients_for_what_is_needed_only(schema: dict[str, Any]):
    """What a client may leave out is not required of it, within a file too."""
    definitions = schema["$defs"]

    assert definitions["VideoSeek"]["required"] == ["currentTime"]
    assert definitions["GivenMediaFile"]["required"] == ["name", "size"]
    assert definitions["VideoLoad"]["properties"]["file"]["anyOf"][0] == {"$ref": "#/$defs/GivenMediaFile"}


def test_the_schema_promises_that_the_server_leaves_nothing_out(schema: dict[str, Any]):
    """In what the server sends the unknown is null, never absent; refusals alone say no more than they must."""
    sent = {reference["$ref"].removeprefix("#/$defs/") for reference in schema["serverEvents"].values()}
    sent |= {kind.__name__ for kind in (*OBJECTS, *wire.ACKNOWLEDGEMENTS.values())}
    for name in sent:
        definition = schema["$defs"][name]
        assert definition["required"] == list(definition["properties"]), name

    assert schema["$defs"]["Refused"]["required"] == ["ok", "error"]


def test_fields_are_described_in_the_words_of_the_wire(schema: dict[str, Any]):
    """Descriptions come from the source, with names in camelCase and null for what is unknown."""
    definitions = schema["$defs"]

    assert "`currentTime`" in definitions["Playback"]["description"]
    assert definitions["VideoSync"]["properties"].keys() == definitions["Playback"]["properties"].keys()
    assert definitions["VideoPlay"]["properties"]["at"]["description"].endswith("null: now.")


@pytest.mark.parametrize(
    "line",
    [
        "export type Protocol = 1;",
        'export type Role = "host" | "controller" | "viewer";',
        '  "video-seek": (payload: VideoSeek, acknowledge: (answer: PlaybackReply | Refused) => void) => void;',
        '  "status": (payload: Status) => void;',
        '  "video-sync": (payload: VideoSync) => void;',
        "  participants: Participant[];",
        "  file?: GivenMediaFile | null;",
        "  duration: number | null;",
        "  ok: false;",
        "  context?: Record<string, unknown> | null;",
    ],
)
def test_typescript_reads_as_the_messages_do(line: str):
    """The declarations have the event maps of Socket.IO, with payloads, answers, optional fields and nulls."""
    assert line in (FOLDER / "protocol.d.ts").read_text(encoding="utf-8").splitlines()
