"""The browser and phone client: the page behind ``/`` and every join link, and the modules that it is made of.

The page says nothing about whether a session exists: it is the same for every code, and asks by itself.
"""

from __future__ import annotations

import asyncio
import html
import re

from aiohttp import web
from aiohttp.helpers import ETag

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.join_code import join_link, parse_code
from syncwatch_server.api.web_files import WebFile, WebFiles, read_files

_VERSION = re.compile(r"[0-9a-f]{12}/")

_EMBEDDED = (
    "https://www.youtube.com https://www.youtube-nocookie.com https://player.vimeo.com "
    "https://vimeo.com/event/ "
    "https://geo.dailymotion.com https://www.dailymotion.com https://player.twitch.tv https://clips.twitch.tv"
)
"""Whose players the page shows in frames.

A frame that must know where it is shown (YouTube's must) says so by its own ``referrerpolicy``.
"""

_STEERING = (
    "https://www.youtube.com/iframe_api https://www.youtube.com/s/player/ https://player.vimeo.com/api/player.js "
    "https://geo.dailymotion.com/libs/ https://player.twitch.tv/js/embed/v1.js"
)
"""The scripts with which these players are steered from outside of their frames, and nothing else of those sites.

They are loaded by the page only while such a player is shown.
"""

_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' {_STEERING}",
        "style-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        # hls.js and dash.js unpack streams beside the page
        "worker-src 'self' blob:",
        f"frame-src {_EMBEDDED}",
        # what a session watches may lie anywhere; a stream is fetched by scripts
        "img-src 'self' data: blob: http: https:",
        "media-src 'self' blob: http: https:",
        "connect-src 'self' blob: http: https: ws: wss:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

_WORKER_POLICY = "default-src 'none'; connect-src 'self'; script-src 'self'"
"""The service worker fetches the shell, and nothing else."""

_FOR_GOOD, _ASK = "public, max-age=31536000, immutable", "no-cache"

_INVITATION = "Watch the same video at the same moment, in sync to the millisecond."
_INVITED = "You are invited to watch together. With SyncWatch and mpv installed, run"


class WebClient:
    """Serves the page."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url.rstrip("/")
        self._reading: asyncio.Future[WebFiles] | None = None

    def routes(self) -> list[web.RouteDef]:
        """Every route and its handler."""
        return [
            web.get("/", self.front),
            web.get("/s/{code}", self.invitation),
            web.get("/web/{path:.+}", self.file),
            web.get("/service-worker.js", self.service_worker),
            web.get("/manifest.webmanifest", self.manifest),
            web.get("/favicon.ico", self.icon),
        ]

    async def front(self, _: web.Request) -> web.Response:
        """Where a session is created."""
        return await self._page("SyncWatch", "syncwatch host VIDEO", "To begin in a terminal, run", "/")

    async def invitation(self, request: web.Request) -> web.Response:
        """Where a session is joined; says nothing about whether there is one."""
        try:
            code = parse_code(request.match_info["code"])
        except AppError as refusal:
            words = f"{refusal.message}; {refusal.hint}"
            return await self._page("No such session", "syncwatch join CODE", words, "/", status=404)
        link = join_link(self._public_url, code)
        return await self._page(f"Join {code}", f"syncwatch join {link}", _INVITED, f"/s/{code}")

    async def file(self, request: web.Request) -> web.Response:
        """A module, a style sheet or a picture; raises ``AppError`` (not-found).

        A page of another version, as one may be open for days, is given what there is now.
        """
        files = await self._files()
        path = request.match_info["path"]
        is_for_good = path.startswith(f"{files.version}/")
        file = files.files.get(_VERSION.sub("", path, count=1) if _VERSION.match(path) else path)
        if file is None or file.content_type == "text/html":
            raise AppError(ErrorCode.NOT_FOUND, "there is no such file")
        return await _answer(request, file, _FOR_GOOD if is_for_good else _ASK)

    async def service_worker(self, request: web.Request) -> web.Response:
        """What keeps the shell on a device; it stands at the root because it is to serve all pages."""
        files = await self._files()
        answer = await _answer(request, files.files["service_worker.js"], _ASK)
        answer.headers["Content-Security-Policy"] = _WORKER_POLICY
        return answer

    async def manifest(self, request: web.Request) -> web.Response:
        """What a phone asks for before it installs the page."""
        files = await self._files()
        return await _answer(request, files.files["manifest.webmanifest"], _ASK)

    async def icon(self, request: web.Request) -> web.Response:
        """The picture that browsers ask for by themselves."""
        files = await self._files()
        return await _answer(request, files.files["icons/icon-192.png"], _ASK)

    async def _page(self, title: str, command: str, words: str, path: str, *, status: int = 200) -> web.Response:
        files = await self._files()
        root = f"/web/{files.version}/"
        preloads = "\n".join(f'<link rel="modulepreload" href="{root}{name}">' for name in files.shell)
        fields = {
            "title": title if title == "SyncWatch" else f"{title} · SyncWatch",
            "heading": title,
            "description": _INVITATION,
            "words": words,
            "command": command,
            "root": root,
            "address": self._public_url + path,
            "picture": f"{self._public_url}{root}icons/icon-512.png",
        }
        text = files.files["index.html"].body.decode()
        for name, value in fields.items():
            text = text.replace(f"{{{{{name}}}}}", html.escape(value))
        text = text.replace("{{preloads}}", preloads)
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": _ASK}
        return web.Response(text=text, status=status, content_type="text/html", headers=headers)

    async def _files(self) -> WebFiles:
        if self._reading is None:
            self._reading = asyncio.ensure_future(asyncio.to_thread(read_files))
        return await asyncio.shield(self._reading)


async def _answer(request: web.Request, file: WebFile, keeping: str) -> web.Response:
    tag = ETag(value=file.etag, is_weak=True)
    headers = {"Cache-Control": keeping, "ETag": f'W/"{tag.value}"', "Vary": "Accept-Encoding"}
    if any(known.value in (tag.value, "*") for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    body = file.body
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        compressed = await file.compressed()
        if compressed is not None:
            body, headers["Content-Encoding"] = compressed, "gzip"
    charset = "utf-8" if file.is_text else None
    return web.Response(body=body, content_type=file.content_type, charset=charset, headers=headers)
