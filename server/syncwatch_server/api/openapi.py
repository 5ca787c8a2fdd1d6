"""The description of ``/api/v1`` in OpenAPI 3.1, made from the types of the messages and the table of operations.

Whoever changes either gets another document; docs/openapi.json is the copy that is committed.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from functools import cache

import msgspec
from aiohttp import web

from syncwatch_core import __version__
from syncwatch_core import messages as wire
from syncwatch_core.errors import ErrorCode
from syncwatch_server.api import answers
from syncwatch_server.api.answers import HttpRefusal
from syncwatch_server.api.faults import STATUSES
from syncwatch_server.api.openapi_operations import COMMANDS, OPERATIONS, PARAMETERS, Operation
from syncwatch_server.api.schema_forms import Schema, as_written, given_name, requests_of

PATH = "/api/v1/openapi.json"

_REFERENCE = "#/components/schemas/"


class OpenApi:
    """The route of the description."""

    def routes(self) -> list[web.RouteDef]:
        """Every route and its handler."""
        return [web.get(PATH, self.show, allow_head=False)]

    async def show(self, _: web.Request) -> web.Response:
        """The description of this API."""
        return web.Response(body=_encoded(), content_type="application/json", charset="utf-8")


@cache
def _encoded() -> bytes:
    return msgspec.json.encode(document())


def document() -> Schema:
    """The whole description."""
    given = [operation.body for operation in OPERATIONS if operation.body] + list(COMMANDS.values())
    told = [kind for operation in OPERATIONS for kind in operation.answers] + [HttpRefusal]
    told += [wire.ACKNOWLEDGEMENTS[event] for event in COMMANDS]
    schemas, renamed = _schemas(given, told)
    schemas |= {name: _command(event, kind, renamed) for event, kind in COMMANDS.items() for name in [_name(event)]}
    paths: dict[str, Schema] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, renamed)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SyncWatch",
            "version": __version__,
            "description": "Sessions in which people watch the same video at the same moment. "
            "Every time and position is in seconds; server time is seconds since the Unix epoch.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "parameters": PARAMETERS,
            "responses": _refusals(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A participant's token, or the token of the session's host.",
                },
                "password": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-Session-Password",
                    "description": "A session's password, for who has no token.",
                },
            },
        },
    }


# --- operations ------------------------------------------------------------------------------------------------


def _operation(operation: Operation, renamed: set[str]) -> Schema:
    described: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "responses": {str(operation.status): _success(operation)},
    }
    names = re.findall(r"{(\w+)}", operation.path) + list(operation.query)
    if names:
        described["parameters"] = [{"$ref": f"#/components/parameters/{name}"} for name in names]
    if operation.is_of_session:
        described["security"] = [{}, {"token": []}, {"password": []}]
    if operation.is_command:
        commands = {"oneOf": [{"$ref": _REFERENCE + _name(event)} for event in COMMANDS]}
        described["requestBody"] = {"required": True, "content": _json(commands)}
    elif operation.body is not None:
        schema = _reference(operation.body, renamed)
        described["requestBody"] = {"required": operation.needs_body, "content": _json(schema)}
    for status in operation.refusals:
        described["responses"][str(status)] = {"$ref": f"#/components/responses/{_response_name(status)}"}
    return described


def _success(operation: Operation) -> Schema:
    if operation.media_type is not None:
        content = {operation.media_type: {"schema": {"type": "string"}}}
    elif len(operation.answers) == 1:
        content = _json(_reference(operation.answers[0], set()))
    elif operation.answers:
        content = _json({"anyOf": [_reference(kind, set()) for kind in operation.answers]})
    else:
        content = _json({"type": "object"})
    return {"description": operation.told, "content": content}


def _command(event: str, kind: type, renamed: set[str]) -> Schema:
    named = {"type": "object", "properties": {"event": {"const": event}}, "required": ["event"]}
    return {"allOf": [_reference(kind, renamed), named], "title": _name(event)}


def _name(event: str) -> str:
    return "".join(part.capitalize() for part in event.split("-")) + "Command"


# --- refusals ----------------------------------------------------------------------------------------------------


def _refusals() -> Schema:
    codes: dict[int, list[str]] = {405: ["bad-request"], 413: ["bad-request"], 416: ["bad-request"]}
    for code, status in STATUSES.items():
        codes.setdefault(status, []).append(code.value)
    codes[500] = ["server-error"]
    return {_response_name(status): _refusal(status, sorted(named)) for status, named in sorted(codes.items())}


def _refusal(status: int, codes: list[str]) -> Schema:
    described: Schema = {
        "description": " or ".join(f"`{code}`" for code in codes),
        "content": _json({"$ref": f"{_REFERENCE}HttpRefusal"}),
    }
    if status == STATUSES[ErrorCode.RATE_LIMITED]:
        words = "Seconds to wait."
        described["headers"] = {"Retry-After": {"description": words, "schema": {"type": "integer", "minimum": 1}}}
    return described


def _response_name(status: int) -> str:
    return f"Refused{status}"


# --- schemas -----------------------------------------------------------------------------------------------------


def _schemas(given: Iterable[type], told: Iterable[type]) -> tuple[dict[str, Schema], set[str]]:
    """All definitions, and the names of those that have another form in requests: there fields may be left out."""
    template = _REFERENCE + "{name}"
    _, taken = msgspec.json.schema_components(dict.fromkeys(given), ref_template=template)
    _, written = msgspec.json.schema_components(dict.fromkeys(told), ref_template=template)
    kinds = {kind.__name__: kind for kind in _reachable(told)}
    written = {name: as_written(definition, kinds.get(name)) for name, definition in written.items()}
    requests, renamed = requests_of(taken, written, _REFERENCE)
    return {name: _plain(part) for name, part in (written | requests).items()}, renamed


def _reachable(kinds: Iterable[type]) -> set[type]:
    """The kinds, and all that they may be made of: their declarations say which fields are always there."""
    parts = [part for module in (wire, answers) for part in vars(module).values()]
    return {*kinds, *(part for part in parts if inspect.isclass(part) and issubclass(part, wire.Wire))}


def _plain(definition: Schema) -> Schema:
    words = definition.get("description", "")
    named = re.sub(r"``(.+?)``", r"`\1`", words)
    return definition | ({"description": re.sub(r"\bNone\b", "null", named)} if words else {})


def _reference(kind: type, renamed: set[str]) -> Schema:
    return {"$ref": _REFERENCE + given_name(kind.__name__, renamed)}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}
