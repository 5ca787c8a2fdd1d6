"""Secrets taken out of what is logged, wherever they got into it: the last line of defence.

What the server itself logs holds no secret: routes instead of paths, ids instead of codes.
But a client's report of a fault, or the words of an exception, may quote anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_GONE = "[secret]"

_WORDS = "token|password|passphrase|ticket|secret|authorization|cookie"

_SECRET_NAME = re.compile(rf"({_WORDS})$", re.IGNORECASE)

_CODE_DIGIT = "[0-9A-HJKMNP-TV-Z]"

_PATTERNS = (
    # Bearer TOKEN, as a header is quoted
    (re.compile(r"(\bbearer\s+)[^\s\"',;)]+", re.IGNORECASE), rf"\1{_GONE}"),
    # {"hostToken": "…"}, {'password': '…'}, in JSON within JSON too
    (re.compile(rf"""(\w*(?:{_WORDS})\\*["']\s*[:=]\s*\\*["'])[^"'\\]*""", re.IGNORECASE), rf"\1{_GONE}"),
    # ?ticket=…, password=…, X-Session-Password: …
    (re.compile(rf"(\w*(?:{_WORDS})\s*[=:]\s*)(?![\"'\\])[^\s&\"',;)]+", re.IGNORECASE), rf"\1{_GONE}"),
    # the code of a session, as it is shown, and in any form in the path of a link
    (re.compile(rf"\b{_CODE_DIGIT}{{3}}-{_CODE_DIGIT}{{3}}\b"), _GONE),
    (re.compile(r"(/(?:s|sessions)/)[0-9A-Za-z%-]+"), rf"\1{_GONE}"),
    # the ticket in the path of a shared file
    (re.compile(r"(/shares/[^/\s]+/)[^/\s]+"), rf"\1{_GONE}"),
)

_DEEPEST = 6

_OURS = frozenset({"timestamp", "level"})


def redacted(text: str) -> str:
    """The text without tokens, passwords, tickets and codes, as far as their surroundings tell them."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The step of the log that lets no secret through, in names or in words."""
    for name, value in event.items():
        if name not in _OURS:
            event[name] = _clean(name, value, 0)
    return event


def _clean(name: object, value: Any, depth: int) -> Any:
    if value is not None and isinstance(name, str) and _SECRET_NAME.search(name):
        return _GONE
    if isinstance(value, str):
        return redacted(value)
    if depth >= _DEEPEST:
        return redacted(str(value))
    if isinstance(value, dict):
        return {redacted(str(key)): _clean(key, part, depth + 1) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(None, part, depth + 1) for part in value]
    return value
