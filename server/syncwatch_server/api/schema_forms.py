"""The two forms of what both sides send: in requests fields may be left out, what the server writes is always whole.

For the description of the HTTP API, and for that of the wire (scripts/protocol_schema.py).
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def as_written(definition: Schema, kind: type | None) -> Schema:
    """The definition of what the server sends: what is unknown is null, never absent, but for refusals."""
    if kind is not None and kind.__struct_config__.omit_defaults:  # type: ignore[attr-defined]
        return definition
    if "properties" not in definition:
        return definition
    fields = {
        name: {key: value for key, value in field.items() if key != "default"}
        for name, field in definition["properties"].items()
    }
    return definition | {"properties": fields, "required": list(fields)}


def requests_of(
    given: dict[str, Schema], written: dict[str, Schema], reference: str
) -> tuple[dict[str, Schema], set[str]]:
    """The definitions of requests beside those of answers, and the names of which each has one of its own.

    ``reference`` is what stands before a name where a schema refers to it.
    """
    both = {name for name in given.keys() & written.keys() if given[name] != written[name]}
    return {given_name(name, both): _led(definition, both, reference) for name, definition in given.items()}, both


def given_name(name: str, both: set[str]) -> str:
    """The name of a kind's definition in requests."""
    return f"Given{name}" if name in both else name


def _led(schema: Any, both: set[str], reference: str) -> Any:
    """The same schema with its references led to the forms in requests."""
    if isinstance(schema, list):
        return [_led(part, both, reference) for part in schema]
    if not isinstance(schema, dict):
        return schema
    target = str(schema.get("$ref", "")).removeprefix(reference)
    if target in both:
        return schema | {"$ref": reference + given_name(target, both)}
    return {key: _led(value, both, reference) for key, value in schema.items()}
