"""Which URLs are asked for at all, by their looks: before any name is looked up.

The URL that is read here is the very object that the request is made from, so that there are no two readings of it.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address

from yarl import URL

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.fetching.addresses import IPAddress, is_media_port

_LONGEST_URL = 4096
_LONGEST_NAME = 253
"""RFC 1035, 2.3.4, without the length bytes."""

_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.(?!-)[a-z0-9_-]{1,63})*")
"""A host by name: labels that no program takes for an option."""

_NUMBER = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)")
"""What browsers and C libraries take for an IPv4 address, whatever its form (URL Standard, "ends in a number")."""

_LOCAL_ENDINGS = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa")
"""Endings of names that mean a machine nearby, or this one (RFC 6761, 6762, 8375, ICANN's reserved ones)."""


def destination(text: str) -> URL:
    """The URL as it is asked for; raises ``AppError``: unsupported-url, or blocked-url for a place nearby."""
    if len(text) > _LONGEST_URL:
        raise AppError(ErrorCode.UNSUPPORTED_URL, f"a URL has at most {_LONGEST_URL} characters")
    if any(character.isspace() or not character.isprintable() for character in text):
        raise AppError(ErrorCode.UNSUPPORTED_URL, "a URL has no spaces or control characters")
    try:
        url = URL(text)
        host, port = url.raw_host, url.port
    except ValueError:
        raise AppError(ErrorCode.UNSUPPORTED_URL, f"{text[:200]!r} is not a URL") from None
    if url.scheme not in ("http", "https"):
        raise AppError(ErrorCode.UNSUPPORTED_URL, f"{text[:200]!r} is not an http or https URL")
    if url.raw_user is not None or url.raw_password is not None:
        raise AppError(ErrorCode.UNSUPPORTED_URL, "a URL with a user name or password in it is not fetched")
    if not host or not port:
        raise AppError(ErrorCode.UNSUPPORTED_URL, f"{text[:200]!r} names no host and port")
    if not is_media_port(port):
        raise AppError(ErrorCode.BLOCKED_URL, f"port {port} is no web server's, so the server does not fetch from it")
    if literal_address(host) is None:
        _check_name(host.lower().removesuffix("."))
    return url.with_fragment(None)


def literal_address(host: str) -> IPAddress | None:
    """The address that a host is written as, in its usual form; None: it is something else."""
    try:
        address = ip_address(host.removesuffix("."))
    except ValueError:
        return None
    return None if isinstance(address, IPv6Address) and address.scope_id is not None else address


def blocked(host: str) -> AppError:
    """The refusal of a place that this server must not reach for somebody else."""
    return AppError(
        ErrorCode.BLOCKED_URL,
        f"{host[:200]!r} is not on the public internet, so the server does not fetch from it",
        "it can still be loaded; each player asks its own person first",
    )


def _check_name(host: str) -> None:
    if "%" in host or ":" in host or _NUMBER.fullmatch(host):
        # Addresses with a zone, and addresses in disguise.
        raise blocked(host)
    if len(host) > _LONGEST_NAME or not _NAME.fullmatch(host):
        raise AppError(ErrorCode.UNSUPPORTED_URL, f"{host[:200]!r} is not the name of a host")
    if "." not in host or host.endswith(tuple(f".{ending}" for ending in _LOCAL_ENDINGS)):
        # A name without a dot is completed by the search list of this server's own network.
        raise blocked(host)
