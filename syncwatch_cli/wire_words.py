"""What a server says of a payload that is not as the protocol has it, in words for who typed it.

Servers check payloads with msgspec, whose words name types and JSON paths:
``Expected `str` of length <= 300 - at `$.title` ``.
"""

from __future__ import annotations

import re

_EXPECTED = re.compile(
    r"Expected `(?P<kind>[^`]+?)`?(?: (?P<length>of length )?(?P<bound><=|>=|<|>) (?P<limit>[\d.]+)`?)?"
    r"(?:, got `(?P<got>[^`]+)`)?(?: - at `\$\.?(?P<place>[^`]*)`)?"
)

_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
}

_BOUNDS = {"<=": "at most", ">=": "at least", "<": "less than", ">": "more than"}


def in_words(message: str) -> str:
    """The message without types and paths; one that is no such message stays as it is."""
    found = _EXPECTED.fullmatch(message)
    if found is None:
        return message
    subject = _named(found["place"])
    if found["limit"] is not None:
        things = " characters" if found["length"] and found["kind"] == "str" else " items" if found["length"] else ""
        if things and (found["bound"], found["limit"]) == (">=", "1"):
            return f"{subject} must not be empty"
        return f"{subject} must {'have' if things else 'be'} {_BOUNDS[found['bound']]} {found['limit']}{things}"
    kinds = " or ".join(_KINDS.get(kind, kind) for kind in found["kind"].split(" | ") if kind != "null")
    return f"{subject} must be {kinds}"


def _named(place: str | None) -> str:
    """The field that a JSON path leads to, as its name is said."""
    name = re.sub(r"\[[^\]]*\]", "", place or "").rpartition(".")[2]
    return f"the {re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', name).lower()}" if name else "what was sent"
