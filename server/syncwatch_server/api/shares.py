"""The routes of ``/api/v1/sessions/{code}/shares``: docs/contract.md, 4."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from aiohttp import web

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.api.byte_ranges import Unsatisfiable, asked_range, http_date, still_same
from syncwatch_server.api.faults import json_response, refusal_response
from syncwatch_server.api.sessions import caller_of
from syncwatch_server.services.share_readers import Reading
from syncwatch_server.services.share_service import ShareService
from syncwatch_server.services.webvtt import webvtt_of

_LONGEST_SUBTITLES = 2 * 2**20
"""Bytes of subtitles that are converted; those of a long film are a tenth of it."""

_ALWAYS = {"Cache-Control": "private, no-transform"}
"""Besides what keeps the ticket in the address to itself, which every answer has."""

_EXPOSED = "Accept-Ranges, Content-Length, Content-Range, ETag"
"""What a page of another origin, if it is let in, may read besides the bytes."""


class ShareRoutes:
    """What the host shares, by HTTP."""

    def __init__(self, shares: ShareService) -> None:
        self._shares = shares

    def routes(self) -> list[web.RouteDef]:
        """Every route and its handler."""
        all_of_them = "/api/v1/sessions/{code}/shares"
        return [
            web.get(all_of_them, self.list, allow_head=False),
            web.get(all_of_them + "/{share_id}/{ticket}/{name}", self.read),
        ]

    async def list(self, request: web.Request) -> web.Response:
        """What is shared, and who reads it."""
        shares = await self._shares.shared_with(request.match_info["code"], caller_of(request))
        return json_response(shares, headers={"Cache-Control": "no-store"})

    async def read(self, request: web.Request) -> web.StreamResponse:
        """A shared file or the part of it that was asked for; its name in the path is for people and players."""
        code, share_id, ticket = (request.match_info[part] for part in ("code", "share_id", "ticket"))
        reading = await self._shares.admit(code, share_id, ticket, request.remote or "")
        try:
            if request.query.get("as") is not None:
                return await self._as_vtt(request, reading)
            return await self._send(request, reading)
        finally:
            reading.close()

    async def _send(self, request: web.Request, reading: Reading) -> web.StreamResponse:
        content = reading.content
        modified = http_date(content.modified_at)
        headers = _ALWAYS | {
            "Accept-Ranges": "bytes",
            "Access-Control-Expose-Headers": _EXPOSED,
            "Content-Disposition": "inline",
            "Content-Type": content.media_type,
            "ETag": content.etag,
            "Last-Modified": modified,
        }
        asked = None
        if still_same(request.headers.get("If-Range"), etag=content.etag, last_modified=modified):
            try:
                asked = asked_range(request.headers.get("Range"), content.size)
            except Unsatisfiable:
                return _unsatisfiable(content.size)
        first, end = asked or (0, content.size)
        if asked:
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{content.size}"
        response = web.StreamResponse(status=206 if asked else 200, headers=headers)
        response.content_length = end - first
        await response.prepare(request)
        if request.method != "HEAD":
            await self._stream(request, response, reading, first, end)
        return response

    async def _stream(
        self, request: web.Request, response: web.StreamResponse, reading: Reading, first: int, end: int
    ) -> None:
        reading.on_cut = lambda: _cut_off(request)
        try:
            async with aclosing(reading.chunks(first, end)) as chunks:
                async for chunk in chunks:
                    await response.write(chunk)
        except AppError as fault:
            # The length was promised already: only a connection that breaks off says that the rest won't come.
            self._shares.log_fault(reading, fault)
            _cut_off(request)
        except ConnectionError:
            # The reader has gone: players do at every seek.
            _cut_off(request)

    async def _as_vtt(self, request: web.Request, reading: Reading) -> web.Response:
        content = reading.content
        if request.query["as"] != "vtt" or not content.name.lower().endswith((".srt", ".vtt")):
            raise AppError(ErrorCode.BAD_REQUEST, "only SubRip subtitles can be had otherwise, as WebVTT: ?as=vtt")
        if content.size > _LONGEST_SUBTITLES:
            raise AppError(ErrorCode.BAD_REQUEST, "these subtitles are too long to be converted")
        raw = b"".join([chunk async for chunk in reading.chunks(0, content.size)])
        converted = raw if content.media_type == "text/vtt" else await asyncio.to_thread(webvtt_of, raw)
        return web.Response(body=converted, content_type="text/vtt", charset="utf-8", headers=_ALWAYS)


def _unsatisfiable(size: int) -> web.Response:
    response = refusal_response(AppError(ErrorCode.BAD_REQUEST, f"the file has {size} bytes, and none of these"))
    response.set_status(416)
    response.headers["Content-Range"] = f"bytes */{size}"
    return response


def _cut_off(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
