"""Media at private addresses: a joiner's player fetches what somebody else loaded, so it is asked about first.

A link into one's own network could reach a router's or a printer's pages as if one had clicked there oneself.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def permit(urls: Iterable[str], *, server: str, allowed: bool, ask: Callable[[str], bool] | None) -> None:
    """Return if the player may fetch all of ``urls``; raises ``AppError`` (blocked-url) if not.

    ``allowed`` is the person's standing permission, ``ask`` puts one question for all to them (None: nobody to ask).
    A session whose own ``server`` is at a private address may use others: who joined it is in that network.
    Looks hosts up, so it blocks; a name that can't be looked up is left to the player, which may have a proxy.
    """
    if allowed:
        return
    by_host = {urlsplit(url).hostname: url for url in urls}
    private = [url for host, url in by_host.items() if host is not None and is_private(host)]
    server_host = urlsplit(server).hostname
    if not private or (server_host is not None and is_private(server_host)):
        return
    shown = ", ".join(clean_text(url)[:200] for url in private)
    if ask is not None and ask(f"The session wants to play {shown}, which is in your own network. Play it?"):
        return
    raise AppError(
        ErrorCode.BLOCKED_URL,
        f"the media is at a private address: {shown}",
        "if you trust whoever loaded it, join with --allow-private-urls or SYNCWATCH_ALLOW_PRIVATE_URLS=1",
    )


def is_private(host: str) -> bool:
    """Whether a host, by name or address, leads to anything but the public internet."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return any(not _is_public(str(address[0])) for *_, address in found)


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        # Forms of IPv6 that carry an IPv4 address lead where that one leads.
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            address = inner
    return address.is_global and not address.is_multicast
