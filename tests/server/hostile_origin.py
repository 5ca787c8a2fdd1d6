"""An origin that does to a fetcher whatever an origin can do, and a canary that nobody may ever reach."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiohttp import web

from syncwatch_server.fetching.addresses import IPAddress, global_only
from syncwatch_server.fetching.guarded_connector import Target, system_socket
from syncwatch_server.fetching.safe_fetcher import SafeFetcher

HOSTILE: dict[str, Any] = json.loads((Path(__file__).parent / "hostile_urls.json").read_text())

GROUND: web.AppKey[Ground] = web.AppKey("ground")

MEGABYTE = 1024 * 1024
LOCAL = "127.0.0.1"


@dataclass
class Ground:
    """Two ports of this machine: one that is served and allowed, one that nobody may reach."""

    served: int
    canary: int
    reached: list[Any] = field(default_factory=list)
    """Where somebody came to the canary."""
    was_reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: list[tuple[str, int]] = field(default_factory=list)
    """Addresses for which a socket was opened."""
    asked: dict[str, int] = field(default_factory=dict)
    """How often each name was looked up."""
    sent: int = 0
    """Bytes that the endless bodies gave away."""
    fetchers: list[SafeFetcher] = field(default_factory=list)

    def url(self, text: str) -> str:
        """A row's URL with the ports filled in."""
        return text.replace("{served}", str(self.served)).replace("{canary}", str(self.canary))

    def is_allowed(self, address: IPAddress, port: int) -> bool:
        """The policy of a server in use, and the one port that is served here."""
        return (str(address), port) == (LOCAL, self.served) or global_only(address, port)

    async def lookup(self, host: str) -> Sequence[str]:
        """The answers of the table, in turn."""
        name = host.lower().rstrip(".")
        turn = self.asked.get(name, 0)
        self.asked[name] = turn + 1
        if name not in HOSTILE["lookups"]:
            raise OSError("no such name")
        answers = HOSTILE["lookups"][name]
        return answers[min(turn, len(answers) - 1)]

    def open_socket(self, target: Target) -> socket.socket:
        """The last step before a connection; the real internet is not touched."""
        address, port = target[4][:2]
        self.opened.append((str(address), int(port)))
        if (address, port) != (LOCAL, self.served):
            raise ConnectionRefusedError
        return system_socket(target)

    def fetcher(self, total_time: float = 30.0) -> SafeFetcher:
        """A fetcher on this ground."""
        made = SafeFetcher(
            is_allowed=self.is_allowed,
            lookup=self.lookup,
            open_socket=self.open_socket,
            total_time=total_time,
        )
        self.fetchers.append(made)
        return made

    def only_allowed_were_opened(self) -> bool:
        """Whether each socket was for an address that is allowed."""
        return all(self.is_allowed(ip_address(address), port) for address, port in self.opened)


@asynccontextmanager
async def hostile_ground() -> AsyncIterator[Ground]:
    """The origin, served, and the canary, listening on every address of this machine."""
    ground = Ground(0, 0)
    bomb()

    async def reached(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ground.reached.append(writer.get_extra_info("sockname"))
        ground.was_reached.set()
        writer.close()

    canary = await asyncio.start_server(reached, sock=_everywhere())
    ground.canary = canary.sockets[0].getsockname()[1]
    runner = web.AppRunner(_origin(ground), access_log=None, shutdown_timeout=0.2, logger=_silent_log())
    await runner.setup()
    site = web.TCPSite(runner, LOCAL, 0)
    await site.start()
    ground.served = runner.addresses[0][1]
    try:
        yield ground
    finally:
        for fetcher in ground.fetchers:
            await fetcher.close()
        await runner.cleanup()
        canary.close()
        await canary.wait_closed()


def _silent_log() -> logging.Logger:
    """That clients hang up is what is wanted here."""
    log = logging.getLogger("hostile origin")
    log.disabled = True
    return log


def _everywhere() -> socket.socket:
    """A socket that listens on every address of this machine."""
    if socket.has_dualstack_ipv6():
        return socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True)
    return socket.create_server(("", 0))


# --- what the origin does ------------------------------------------------------------------------------


def _origin(ground: Ground) -> web.Application:
    app = web.Application()
    app[GROUND] = ground
    app.add_routes([web.get(path, handler) for path, handler in _HANDLERS.items()])
    return app


async def _echo(request: web.Request) -> web.Response:
    return web.Response(text="".join(f"{name}: {value}\n" for name, value in request.headers.items()))


async def _to(request: web.Request) -> web.Response:
    return _redirect(request.query_string.partition("url=")[2].partition("&")[0])


async def _twice(request: web.Request) -> web.Response:
    return _redirect("/to?" + request.query_string)


async def _to_itself(request: web.Request) -> web.Response:
    return _redirect(str(request.url))


async def _chain(request: web.Request) -> web.Response:
    left = int(request.match_info["left"])
    return _redirect(f"/chain/{left - 1}/film.mp4") if left else web.Response(body=b"\0\0\0\x18ftypisom")


async def _endless(request: web.Request) -> web.StreamResponse:
    """Bytes for as long as somebody takes them."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"#EXTM3U\n" if request.path.endswith(".m3u8") else b"")
    while True:
        await response.write(b"\n" * 65536)
        request.app[GROUND].sent += 65536


@cache
def bomb() -> bytes:
    """64 MB of a playlist in 64 kB."""
    return gzip.compress(b"#EXTM3U\n" + b"\n" * 64 * MEGABYTE)


async def _bomb(request: web.Request) -> web.Response:
    body = gzip.compress(bomb()) if "twice" in request.path else bomb()
    return web.Response(body=body, headers={"Content-Encoding": "gzip"})


async def _slow(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"\0")
        await asyncio.sleep(0.05)


async def _silent(_: web.Request) -> web.Response:
    await asyncio.sleep(60)
    return web.Response()


async def _raw(request: web.Request) -> web.Response:
    """An answer that no HTTP server would write."""
    transport = request.transport
    assert transport is not None
    transport.write(_RAW[request.path])
    await asyncio.sleep(0.05)
    transport.close()
    return web.Response()


_OK = b"HTTP/1.1 200 OK\r\n"

_RAW = {
    "/endless-header.mp4": _OK + b"X-Long: " + b"a" * MEGABYTE,
    "/many-headers.mp4": _OK + b"X-More: a\r\n" * 100_000,
    "/garbage.mp4": b"\x16\x03\x01 no HTTP at all\r\n\r\n",
    "/half.mp4": _OK + b"Content-Type: video/mp4\r\nContent-Length: 100000\r\n\r\n\0\0\0\x18ftypisom",
    "/huge.mp4": _OK + b"Content-Length: 1099511627776\r\n\r\n" + b"\n" * MEGABYTE,
}

_PLAIN: dict[str, tuple[str, dict[str, str]]] = {
    "/brotli.mp4": ("\0" * 64, {"Content-Encoding": "br"}),
    "/broken-gzip.mp4": ("this is no gzip", {"Content-Encoding": "gzip"}),
    "/private.m3u8": ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://127.0.0.1:{canary}/v.m3u8\n", {}),
    "/file.m3u8": ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nfile:///etc/passwd\n", {}),
    "/nonsense.m3u8": ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://[nonsense\n", {}),
    "/bomb.mpd": (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n<x>&b;</x>',
        {"Content-Type": "application/dash+xml"},
    ),
}


async def _plain(request: web.Request) -> web.Response:
    text, headers = _PLAIN[request.path]
    return web.Response(body=request.app[GROUND].url(text).encode(), headers=headers)


def _redirect(location: str) -> web.Response:
    return web.Response(status=302, headers={"Location": location})


_HANDLERS: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
    "/echo": _echo,
    "/to": _to,
    "/twice": _twice,
    "/loop.mp4": _to_itself,
    "/self.mp4": _to_itself,
    "/chain/{left}/film.mp4": _chain,
    "/endless.mp4": _endless,
    "/endless.m3u8": _endless,
    "/bomb.m3u8": _bomb,
    "/bomb-twice.m3u8": _bomb,
    "/slow.mp4": _slow,
    "/silent.mp4": _silent,
    **dict.fromkeys(_RAW, _raw),
    **dict.fromkeys(_PLAIN, _plain),
}
