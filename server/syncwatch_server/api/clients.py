"""Who asks: the client's address, also behind reverse proxies, and whether it is the operator."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from syncwatch_server.settings import Network

_FORWARDING = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
"""Headers that tell of a proxy on the way."""

_MOST_PROXIES = 20
"""Addresses in a chain that are looked at."""


class Clients:
    """Tells clients apart, as far as the proxies that are trusted tell the truth."""

    def __init__(self, trusted: tuple[Network, ...] = (), operator_token: str | None = None) -> None:
        self._trusted = trusted
        self._token = operator_token

    def seen(self, request: web.Request) -> web.Request:
        """The request with the client's own address in ``remote``, where a trusted proxy names it."""
        if not self._trusted or not self._is_trusted(request.remote):
            return request
        chain = [part.strip() for line in request.headers.getall("X-Forwarded-For", []) for part in line.split(",")]
        address = request.remote
        # From the nearest on: what stands before the first stranger, the stranger may have made up.
        for part in reversed(chain[-_MOST_PROXIES:]):
            known = _address(part)
            if known is None:
                break
            address = known
            if not self._is_trusted(known):
                break
        return request if address is None or address == request.remote else request.clone(remote=address)

    def is_operator(self, request: web.Request) -> bool:
        """Whether the operator's token is shown; without one, whether it is asked from this machine itself."""
        if self._token is not None:
            shown = bearer_of(request)
            return shown is not None and _same(shown, self._token)
        # A proxy on this machine that nobody told us of looks like this machine.
        return not any(name in request.headers for name in _FORWARDING) and is_loopback(request.remote)

    def _is_trusted(self, text: str | None) -> bool:
        known = _parsed(text)
        return known is not None and any(known in network for network in self._trusted)


def bearer_of(request: web.Request) -> str | None:
    """The token that a request shows, good or not; None if it shows none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def is_loopback(text: str | None) -> bool:
    """Whether an address is this machine's own."""
    known = _parsed(text)
    return known is not None and known.is_loopback


def _same(shown: str, kept: str) -> bool:
    # Hashes are of one length, so that the comparison tells nothing about the length either.
    digests = (hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in (shown, kept))
    return hmac.compare_digest(*digests)


def _address(part: str) -> str | None:
    """An address as a proxy writes it: some add the port, or brackets around IPv6."""
    if part.startswith("["):
        part = part[1:].partition("]")[0]
    elif part.count(":") == 1:
        part = part.partition(":")[0]
    known = _parsed(part)
    return None if known is None else str(known)


def _parsed(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        known = ipaddress.ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    return (known.ipv4_mapped or known) if isinstance(known, ipaddress.IPv6Address) else known
