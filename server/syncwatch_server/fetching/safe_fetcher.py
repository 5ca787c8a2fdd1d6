"""Fetches for strangers over HTTP: whatever they name, only what is public and bounded is read.

Nothing is taken from the environment (proxies, netrc), no cookie is kept, no credential sent,
and each request has a bound on its bytes, its headers, its redirects and its time.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping

import aiohttp
from yarl import URL

from syncwatch_core import __version__
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.fetching.addresses import AddressPolicy, global_only
from syncwatch_server.fetching.bounded_body import read_body
from syncwatch_server.fetching.destinations import blocked, destination, literal_address
from syncwatch_server.fetching.fetched import Fetched
from syncwatch_server.fetching.guarded_connector import (
    Lookup,
    OpenSocket,
    SystemLookup,
    guarded_connector,
    system_socket,
)

MOST_REDIRECTS = 5
"""What browsers need in practice; a chain that is longer leads nowhere."""

TOTAL_TIME = 10.0
"""Seconds for all of a request, its redirects included: longer than any origin that plays well, short of a person's
patience."""

_AT_ONCE = 64
"""Requests at the same time, of all clients together."""

_LONGEST_HEADER = 8190
_MOST_HEADERS = 128
"""Bytes of a header line, and how many there may be: together 1 MiB."""

_PARTIAL = 206

_CONTENT_RANGE = re.compile(r"bytes (?P<first>\d{1,18})-(?P<last>\d{1,18})/(?P<size>\d{1,18})", re.ASCII)

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class SafeFetcher:
    """Fetches parts of what stands at URLs that strangers gave.

    ``is_allowed`` decides which addresses are connected to, ``lookup`` finds those of a name,
    and ``open_socket`` is called for each connection, right before it is made.
    """

    def __init__(
        self,
        *,
        is_allowed: AddressPolicy = global_only,
        lookup: Lookup | None = None,
        open_socket: OpenSocket = system_socket,
        total_time: float = TOTAL_TIME,
    ) -> None:
        self._own_lookup = SystemLookup()
        self._is_allowed = is_allowed
        self._total_time = total_time
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._session = aiohttp.ClientSession(
            connector=guarded_connector(lookup or self._own_lookup, is_allowed, open_socket),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            headers={"User-Agent": f"syncwatch/{__version__} (link preview)", "Accept-Encoding": "identity"},
            max_line_size=_LONGEST_HEADER,
            max_field_size=_LONGEST_HEADER,
            max_headers=_MOST_HEADERS,
            # The whole chain has one clock, in fetch().
            timeout=aiohttp.ClientTimeout(total=None),
        )

    async def close(self) -> None:
        """Close what is open."""
        await self._session.close()
        self._own_lookup.close()

    async def fetch(
        self, url: str, *, limit: int, first: int | None = None, headers: Mapping[str, str] | None = None
    ) -> Fetched:
        """At most ``limit`` bytes; with ``first`` from that byte on, if the origin takes ranges (it then answers 206).

        Raises ``AppError``: unsupported-url, blocked-url, unreachable-url. An answer that says no (404, …) is no error.
        """
        place = destination(url)
        asked = dict(headers or {})
        if first is not None:
            asked["Range"] = f"bytes={first}-{first + limit - 1}"
        try:
            async with asyncio.timeout(self._total_time), self._turns:
                return await self._follow(place, asked, limit)
        except TimeoutError:
            raise _unreachable(place, f"took longer than {self._total_time:g} s to answer") from None
        except (aiohttp.ClientError, OSError, zlib.error, ValueError) as fault:
            raise _unreachable(place, _words(fault)) from None

    async def _follow(self, url: URL, headers: dict[str, str], limit: int) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            # A host that is written as an address is looked up nowhere.
            address = literal_address(url.raw_host or "")
            if address is not None and not self._is_allowed(address, url.port or 0):
                raise blocked(url.raw_host or "")
            found = await self._request(url, headers, limit)
            if isinstance(found, Fetched):
                return found
            url = found
        raise _unreachable(url, f"redirects more than {MOST_REDIRECTS} times")

    async def _request(self, url: URL, headers: dict[str, str], limit: int) -> Fetched | URL:
        """What is there, or where it leads."""
        response = await self._session.get(url, headers=headers, allow_redirects=False)
        try:
            location = response.headers.get("Location")
            if response.status in _REDIRECTS and location:
                return destination(str(url.join(URL(location.strip().replace(" ", "%20")))))
            encoding = response.headers.get("Content-Encoding", "")
            body, is_whole = await read_body(_chunks(response), encoding, limit)
            return Fetched(
                url=str(url),
                status=response.status,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=body,
                is_whole=is_whole and _is_all(response),
            )
        finally:
            # Not release(): that would read on to the end.
            response.close()


def _is_all(response: aiohttp.ClientResponse) -> bool:
    """Whether the answer is no mere part of what stands there."""
    if response.status != _PARTIAL:
        return True
    part = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
    return part is not None and part["first"] == "0" and int(part["last"]) + 1 == int(part["size"])


async def _chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async for chunk in response.content.iter_any():
        yield chunk


def _unreachable(url: URL, words: str) -> AppError:
    return AppError(ErrorCode.UNREACHABLE_URL, f"{url.host} {words}")


def _words(fault: Exception) -> str:
    """What went wrong, without the insides of this server's network."""
    if isinstance(fault, aiohttp.ClientConnectorDNSError):
        return "is a host that nobody knows"
    if isinstance(fault, aiohttp.ClientConnectorCertificateError | ssl.SSLCertVerificationError):
        return "shows a certificate that is not valid"
    if isinstance(fault, aiohttp.ClientSSLError):
        return "does not speak TLS as it should"
    if isinstance(fault, aiohttp.ClientConnectorError):
        return "does not answer"
    if isinstance(fault, aiohttp.ClientPayloadError | aiohttp.ServerDisconnectedError):
        return "broke off in the middle"
    return "gives an answer that can't be read"
