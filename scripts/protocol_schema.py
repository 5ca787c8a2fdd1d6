#!/usr/bin/env python3
"""Writes docs/protocol from syncwatch_core/messages.py: a JSON Schema of the wire, and its types for TypeScript.

``scripts/protocol_schema.py`` writes both files; with ``--check`` it writes nothing and fails if they are out of date.
Run it with the Python of the checkout's virtual environment.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import re
import sys
import textwrap
from pathlib import Path
from typing import Any, get_args

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from syncwatch_core import messages as wire  # noqa: E402 run from a bare checkout too
from syncwatch_server.api.schema_forms import Schema, as_written, requests_of  # noqa: E402 as above

FOLDER = ROOT / "docs" / "protocol"
SCHEMA, TYPESCRIPT = "schema.json", "protocol.d.ts"
REFERENCE = "#/$defs/"
WORDS = ("Role", "Platform", "ParticipantState", "SessionState", "Control", "BufferWait")
"""The aliases of ``messages`` whose few words TypeScript gets under the same name."""

HEADER = """\
// Made from syncwatch_core/messages.py by scripts/protocol_schema.py; not to be edited.
//
//     const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, { auth });
//     const answer = await socket.emitWithAck("video-play", {});
//     if (answer.ok) console.log(answer.playback.at);
//
// Every time and position is in seconds; server time is seconds since the Unix epoch.
"""

# --- the JSON Schema -------------------------------------------------------------------------------------------


def document() -> Schema:
    """The whole protocol: an index of the events, and a definition of each object under ``$defs``."""
    given = _definitions([wire.ConnectAuth, *wire.CLIENT_EVENTS.values()])
    told = [wire.Done, wire.Refused, *wire.ACKNOWLEDGEMENTS.values(), *wire.SERVER_EVENTS.values()]
    written = {name: as_written(definition, getattr(wire, name)) for name, definition in _definitions(told).items()}
    requests, _ = requests_of(given, written, REFERENCE)
    written |= {title: definition | {"title": title} for title, definition in requests.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "SyncWatch, the protocol on the wire",
        "description": "Made from syncwatch_core/messages.py by scripts/protocol_schema.py; not to be edited.",
        "protocol": wire.PROTOCOL,
        "connect": _reference(wire.ConnectAuth),
        "refusal": _reference(wire.Refused),
        "clientEvents": {name: _client_event(kind) for name, kind in wire.CLIENT_EVENTS.items()},
        "serverEvents": {name: _reference(kind) for name, kind in wire.SERVER_EVENTS.items()},
        "$defs": dict(sorted(written.items())),
    }


def _client_event(kind: type[wire.ClientEvent]) -> Schema:
    answer = wire.ACKNOWLEDGEMENTS.get(kind.event)
    return {"payload": _reference(kind), "acknowledgement": None if answer is None else _reference(answer)}


def _reference(kind: type) -> Schema:
    return {"$ref": REFERENCE + kind.__name__}


def _definitions(kinds: list[type]) -> dict[str, Schema]:
    _, definitions = msgspec.json.schema_components(kinds, ref_template=REFERENCE + "{name}")
    for name, definition in definitions.items():
        kind = getattr(wire, name)
        definition["description"] = _wire_words(inspect.cleandoc(kind.__doc__ or ""))
        for field, words in _words_of_fields(kind).items():
            definition["properties"][field]["description"] = words
    return definitions


def _words_of_fields(kind: type) -> dict[str, str]:
    """The string under each field of a message, its bases' included, by the field's name on the wire."""
    words: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if base.__module__ == wire.__name__:
            words |= _words_in_body(base)
    wire_names = dict(zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True))  # type: ignore[attr-defined]
    return {wire_names[name]: said for name, said in words.items() if name in wire_names}


def _words_in_body(kind: type) -> dict[str, str]:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(definition, ast.ClassDef)  # noqa: S101 it is the source of a class
    words = {}
    for field, below in zip(definition.body, definition.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            words[field.target.id] = _wire_words(below.value.value)
    return words


def _wire_words(text: str) -> str:
    """Words about a message, with its fields under their names on the wire."""
    named = re.sub(r"``([a-z]+(?:_[a-z]+)+)``", lambda match: f"``{_camel(match[1])}``", text)
    return re.sub(r"\bNone\b", "null", named).replace("``", "`")


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


# --- TypeScript --------------------------------------------------------------------------------------------------


def typescript(protocol: Schema) -> str:
    """The same as declarations that ``socket.io-client`` and ``socket.io`` take as their event maps."""
    parts = [HEADER, f"/** The number of this protocol. */\nexport type Protocol = {protocol['protocol']};\n"]
    parts += [f"export type {alias} = {_union(get_args(getattr(wire, alias)))};\n" for alias in WORDS]
    parts += [_interface(name, definition) for name, definition in protocol["$defs"].items()]
    parts += [_client_map(protocol["clientEvents"]), _server_map(protocol["serverEvents"])]
    return "\n".join(parts)


def _client_map(events: dict[str, Schema]) -> str:
    lines = []
    for name, event in events.items():
        payload, answer = _type(event["payload"]), event["acknowledgement"]
        acknowledge = f", acknowledge: (answer: {_type(answer)} | Refused) => void" if answer else ""
        lines.append(f'  "{name}": (payload: {payload}{acknowledge}) => void;\n')
    words = _comment("What a client sends. Every event but `status` is answered: accepted (`ok: true`) or refused.")
    return f"{words}export interface ClientToServerEvents {{\n{''.join(lines)}}}\n"


def _server_map(events: dict[str, Schema]) -> str:
    lines = [f'  "{name}": (payload: {_type(reference)}) => void;\n' for name, reference in events.items()]
    return f"{_comment('What the server sends.')}export interface ServerToClientEvents {{\n{''.join(lines)}}}\n"


def _interface(name: str, definition: Schema) -> str:
    required = set(definition["required"])
    fields = [
        _comment(field.get("description", ""), "  ") + f"  {key}{'' if key in required else '?'}: {_type(field)};\n"
        for key, field in definition["properties"].items()
    ]
    return f"{_comment(definition['description'])}export interface {name} {{\n{''.join(fields)}}}\n"


def _type(schema: Schema) -> str:
    """A schema as a type of TypeScript; bounds and patterns have no counterpart there."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REFERENCE)
    if "anyOf" in schema:
        return " | ".join(_type(choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return _words_type(tuple(schema["enum"]))
    if schema.get("type") == "array":
        return f"{_type(schema['items'])}[]"
    plain = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}
    return plain.get(schema.get("type", ""), "Record<string, unknown>")


def _words_type(words: tuple[Any, ...]) -> str:
    alias = next((alias for alias in WORDS if set(get_args(getattr(wire, alias))) == set(words)), None)
    return alias or _union(words)


def _union(words: tuple[Any, ...]) -> str:
    return " | ".join(json.dumps(word) for word in words)


def _comment(words: str, indent: str = "") -> str:
    lines = words.splitlines()
    if not lines:
        return ""
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"


# --- the files -----------------------------------------------------------------------------------------------------


def files() -> dict[str, str]:
    """What is to stand in docs/protocol, by file name."""
    protocol = document()
    return {
        SCHEMA: json.dumps(protocol, indent=2, ensure_ascii=False) + "\n",
        TYPESCRIPT: typescript(protocol),
    }


def main() -> int:
    """Write the files, or say which are out of date; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    check = parser.parse_args().check
    stale = []
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        path = FOLDER / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path.relative_to(ROOT))
        if not check:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    for path in stale if check else ():
        print(f"{path} is out of date: run scripts/protocol_schema.py", file=sys.stderr)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
