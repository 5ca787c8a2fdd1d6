"""The route of ``/api/v1/urls``: docs/contract.md, 4."""

from __future__ import annotations

from aiohttp import web

from syncwatch_core import messages as wire
from syncwatch_server.api.faults import json_response, read_body
from syncwatch_server.services.video_url_service import VideoUrlService


class UrlToValidate(wire.Wire, frozen=True, kw_only=True):
    """The body of ``POST /urls/validate``."""

    url: wire.Url


class UrlRoutes:
    """What can be asked of links by HTTP."""

    def __init__(self, videos: VideoUrlService) -> None:
        self._videos = videos

    def routes(self) -> list[web.RouteDef]:
        """Every route and its handler."""
        return [web.post("/api/v1/urls/validate", self.validate)]

    async def validate(self, request: web.Request) -> web.Response:
        """What a link means, what is there, and who can play it."""
        asked = read_body(UrlToValidate, await request.read())
        return json_response(await self._videos.validate_video_url(asked.url, request.remote or ""))
