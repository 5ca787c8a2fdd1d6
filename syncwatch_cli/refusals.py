"""What a server refused, in words that say what to do at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_HINTS: dict[ErrorCode, str] = {
    ErrorCode.BAD_REQUEST: "the command's --help shows what it takes",
    ErrorCode.NOT_FOUND: "check the code, and that --server names the server it was made on; the join link names both",
    ErrorCode.WRONG_PASSWORD: "put it into SYNCWATCH_PASSWORD; join and host also take --password, which asks for it",
    ErrorCode.FORBIDDEN: "ask the host, or give a token of this session that may do it: --token or SYNCWATCH_TOKEN",
    ErrorCode.LOCKED: "ask the host to unlock the session",
    ErrorCode.CONFLICT: "somebody else acted after you; syncwatch status CODE shows what holds now",
    ErrorCode.KICKED: "ask the host; who was banned can't come back to this session",
    ErrorCode.RATE_LIMITED: "try again in a moment",
    ErrorCode.ENDED: "syncwatch create makes a new one",
    ErrorCode.PROTOCOL: "client and server are of different versions; bring the older one up to date",
    ErrorCode.SERVER_ERROR: "the server's log says more",
    ErrorCode.BLOCKED_URL: "this address can't be used here; load another, or a file that everybody has",
    ErrorCode.UNREACHABLE_URL: "open the link in a browser: does it lead to a video?",
    ErrorCode.UNSUPPORTED_URL: "give a link that starts with http:// or https://, or a file that everybody has",
}


_BETTER_THAN_THE_SERVER_S = frozenset({ErrorCode.WRONG_PASSWORD, ErrorCode.FORBIDDEN})
"""Where the mend is a flag or a variable, of which a server knows nothing."""


def hint_for(error: AppError) -> str | None:
    """What a person can do about a refusal that came without a hint of its own."""
    if error.hint is not None:
        return error.hint
    if error.retry_after is not None:
        return f"try again in {error.retry_after:.0f} s"
    return _HINTS.get(error.code)


def refusal_of(body: Mapping[str, Any]) -> AppError:
    """The error that the ``error`` object of an answer means; a code of a newer server is told as a plain failure."""
    told, retry_after = body.get("code"), body.get("retryAfter")
    code = ErrorCode(told) if told in set(ErrorCode) else ErrorCode.FAILED
    message = str(body.get("message") or "the server refused this")
    if code is ErrorCode.BAD_REQUEST:
        from syncwatch_cli import wire_words

        message = wire_words.in_words(message)
    return AppError(
        code,
        message,
        str(body["hint"]) if body.get("hint") and code not in _BETTER_THAN_THE_SERVER_S else None,
        retry_after=float(retry_after) if isinstance(retry_after, int | float) else None,
    )
