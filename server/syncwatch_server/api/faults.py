"""The one error handler of HTTP: refusals as their fitting status, faults without their insides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from aiohttp import web
from structlog.typing import FilteringBoundLogger

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.api.answers import HttpFault, HttpRefusal
from syncwatch_server.api.requests import route_of
from syncwatch_server.live.counts import Counts
from syncwatch_server.request_id import REQUEST_ID
from syncwatch_server.services.credentials import new_id

_T = TypeVar("_T")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STATUSES: dict[ErrorCode, int] = {
    ErrorCode.BAD_REQUEST: 400,
    ErrorCode.PROTOCOL: 400,
    ErrorCode.WRONG_PASSWORD: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.KICKED: 403,
    ErrorCode.BLOCKED_URL: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.CONFLICT: 409,
    ErrorCode.ENDED: 410,
    ErrorCode.UNSUPPORTED_URL: 422,
    ErrorCode.UNREACHABLE_URL: 422,
    ErrorCode.UNRESOLVABLE: 422,
    ErrorCode.LOCKED: 423,
    ErrorCode.RATE_LIMITED: 429,
}
"""What a refusal is in the language of HTTP; all else is 500."""


def json_response(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """An answer in JSON; message types are written as they are."""
    return web.Response(
        body=msgspec.json.encode(body), status=status, headers=headers, content_type="application/json", charset="utf-8"
    )


def refusal_response(error: AppError) -> web.Response:
    """The refusal with its status; for a race's loser with the playback beside it."""
    fault = HttpFault(
        code=error.code.value, message=error.message, hint=error.hint or None, retry_after=error.retry_after
    )
    headers = {} if error.retry_after is None else {"Retry-After": str(max(1, round(error.retry_after)))}
    body = HttpRefusal(error=fault, playback=error.playback)
    return json_response(body, STATUSES.get(error.code, 500), headers)


def error_handler(log: FilteringBoundLogger, counts: Counts | None = None) -> Any:
    """The middleware that turns whatever is raised into an answer."""

    @web.middleware
    async def handle(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except AppError as refusal:
            error, answer = refusal, refusal_response(refusal)
        except web.HTTPException as refusal:
            if refusal.status < 400:  # noqa: PLR2004 from there on it is a refusal
                raise
            error, answer = _in_json(request, refusal)
        except ConnectionError:
            raise
        except Exception:
            request_id = request.get(REQUEST_ID) or new_id()
            # The route, never the path: that holds a code.
            log.exception("a request could not be handled", route=route_of(request), request=request_id)
            error = AppError(ErrorCode.SERVER_ERROR, f"something went wrong in the server (request {request_id})")
            answer = refusal_response(error)
        if counts is not None:
            counts.refuse("http", error.code.value)
        return answer

    return handle


def _in_json(request: web.Request, refusal: web.HTTPException) -> tuple[AppError, web.Response]:
    """What aiohttp itself refuses, in the one form of errors."""
    code = ErrorCode.NOT_FOUND if refusal.status == 404 else ErrorCode.BAD_REQUEST  # noqa: PLR2004 not found
    words = {
        404: f"there is nothing at {request.path}",
        405: f"{request.method} is not possible at {request.path}",
        413: "the request is too large",
    }
    error = AppError(code, words.get(refusal.status, refusal.reason))
    answer = refusal_response(error)
    answer.set_status(refusal.status)
    if "Allow" in refusal.headers:
        answer.headers["Allow"] = refusal.headers["Allow"]
    return error, answer


def read_body(kind: type[_T], raw: bytes) -> _T:
    """A request's body as a message; raises ``AppError`` (bad-request) that names the field at fault."""
    try:
        # To JSON 1.0 is an integer like 1, and some languages write no other.
        parsed = msgspec.json.Decoder(float_hook=_number).decode(raw or b"{}")
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise AppError(ErrorCode.BAD_REQUEST, f"the body is not as it should be: {fault}") from None
    return wire.read(kind, parsed)


def _number(text: str) -> float | int:
    value = float(text)
    return int(value) if value.is_integer() and abs(value) <= wire.MAX_SAFE_INTEGER else value
