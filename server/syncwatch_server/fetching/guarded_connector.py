"""Connections to allowed addresses only: where a name is looked up, and once more where a socket is opened.

A name is looked up once for each connection, and the connection goes to the addresses of that very answer:
a name server that answers differently the second time is never asked a second time.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from syncwatch_server.fetching.addresses import AddressPolicy
from syncwatch_server.fetching.destinations import blocked

Lookup = Callable[[str], Awaitable[Sequence[str]]]
"""The addresses of a host, as text."""

Target = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]
"""As ``socket.getaddrinfo`` writes it: family, type, protocol, canonical name, address."""

OpenSocket = Callable[[Target], socket.socket]
"""Opens the socket for a target; the last thing that happens before it is connected."""

_LOOKUPS_AT_ONCE = 8
"""A name server that doesn't answer holds a thread for some seconds; it can hold no more than these."""


class SystemLookup:
    """Asks the system's resolver, in threads of its own."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_LOOKUPS_AT_ONCE, "lookup")

    async def __call__(self, host: str) -> Sequence[str]:
        """All addresses of a host; raises ``OSError``."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, _addresses_of, host)

    def close(self) -> None:
        """Wait for nobody."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class GuardedResolver(AbstractResolver):
    """Gives the addresses of a name if every one of them is allowed."""

    def __init__(self, lookup: Lookup, is_allowed: AddressPolicy) -> None:
        self._lookup = lookup
        self._is_allowed = is_allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses to connect to; raises ``AppError`` (blocked-url), ``OSError``.

        One address that is not allowed condemns the name: nobody who serves the public mixes the two.
        """
        del family  # the connector asks for both
        found = await self._lookup(host)
        if not all(self._is_allowed(ip_address(text), port) for text in found):
            raise blocked(host)
        if not found:
            raise OSError(f"{host} has no address")
        return [
            ResolveResult(
                hostname=host,
                host=text,
                port=port,
                family=socket.AF_INET6 if ":" in text else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for text in found
        ]

    async def close(self) -> None:
        """Nothing is held open."""


def system_socket(target: Target) -> socket.socket:
    """A socket as the system gives it."""
    family, kind, protocol, *_ = target
    return socket.socket(family, kind, protocol)


def guarded_connector(lookup: Lookup, is_allowed: AddressPolicy, open_socket: OpenSocket) -> TCPConnector:
    """A connector that reaches allowed addresses only, and keeps no connection for later."""

    def guarded_socket(target: Target) -> socket.socket:
        host, port = target[4][:2]
        if not isinstance(host, str) or not isinstance(port, int) or not is_allowed(ip_address(host), port):
            raise blocked(str(host))
        return open_socket(target)

    return TCPConnector(
        resolver=GuardedResolver(lookup, is_allowed),
        use_dns_cache=False,
        force_close=True,
        socket_factory=guarded_socket,
    )


def _addresses_of(host: str) -> Sequence[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    except UnicodeError as fault:
        raise OSError(f"{host} can't be looked up") from fault
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
