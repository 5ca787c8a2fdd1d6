"""Sessions on this network: announced by whoever hosts one and wants that, and found by the lobby and ``sessions``.

An announcement is read by everybody on the network, and a code is a secret.
So nothing is announced unless the person asks for it (``host --announce``); then it is the join link, the session's
title, the host's name and whether there is a password, and never a token.
What is found was written by strangers: links are checked, and words are cleaned before they are shown.
DNS-SD over multicast DNS, RFC 6763 and 6762.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from syncwatch_cli import diagnostics, own_network
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError
from syncwatch_core.join_code import join_link, parse_invite

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, ServiceStateChange, Zeroconf

SERVICE = "_syncwatch._tcp.local."

LONGEST_TEXT = 240
"""Bytes of a title, a name or a link; with its key it has to fit into 255 (RFC 6763, 6.1)."""

ASKED_FOR = 3.0
"""Seconds in which an announced session has to say what it is."""

MOST = 50
"""Sessions; a network with more of them is one that somebody floods."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A session that somebody on this network announces."""

    code: str
    """Written ``ABC-DEF``."""
    link: str
    title: str
    """Empty if it has none."""
    host: str
    """The name of the person who hosts it."""
    has_password: bool

    def in_words(self) -> str:
        """What a person is told of it."""
        title = self.title or f"a session of {self.host or 'somebody'}"
        by = f", by {self.host}" if self.title and self.host else ""
        return f"{title}{by}{', with a password' if self.has_password else ''}"


# --- announcing ------------------------------------------------------------------------------------


@asynccontextmanager
async def announced(session: Neighbour, *, interfaces: Sequence[str] | None = None) -> AsyncIterator[None]:
    """Meanwhile this network hears of the session; where that can't be, it is warned about and nothing else.

    ``interfaces``: the addresses of those to speak on; all of them if None.
    """
    # It takes a second until nobody else has claimed the name, and the session does not wait for that.
    telling = asyncio.ensure_future(_tell(session, interfaces))
    try:
        yield
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling


async def _tell(session: Neighbour, interfaces: Sequence[str] | None) -> None:
    from zeroconf import Error
    from zeroconf.asyncio import AsyncZeroconf

    try:
        network = AsyncZeroconf(**_on(interfaces))
    except OSError as fault:
        diagnostics.warn(f"this network isn't told of the session: {fault.strerror or fault}")
        return
    try:
        await network.async_register_service(_service(session, interfaces))
        await asyncio.Event().wait()
    except (Error, OSError, ValueError) as fault:
        diagnostics.warn(f"this network isn't told of the session: {type(fault).__name__} {fault}".rstrip())
    finally:
        with suppress(Error, OSError):
            await network.async_unregister_all_services()
        await network.async_close()


def _service(session: Neighbour, interfaces: Sequence[str] | None) -> ServiceInfo:
    from zeroconf import ServiceInfo

    parts = urlsplit(session.link)
    told = {"link": session.link, "title": session.title, "host": session.host}
    return ServiceInfo(
        SERVICE,
        f"{session.code}.{SERVICE}",
        port=parts.port or (443 if parts.scheme == "https" else 80),
        parsed_addresses=list(interfaces or [own_network.lan_address() or "127.0.0.1"]),
        server=f"syncwatch-{session.code.lower()}.local.",
        properties={
            **{key: text.encode()[:LONGEST_TEXT].decode(errors="ignore") for key, text in told.items()},
            "password": "yes" if session.has_password else "no",
        },
    )


# --- finding ---------------------------------------------------------------------------------------


class Neighbourhood:
    """The sessions that are announced on this network now; ``changed`` is told all of them whenever they change."""

    def __init__(self, changed: Callable[[list[Neighbour]], None], *, interfaces: Sequence[str] | None = None) -> None:
        self._changed = changed
        self._interfaces = interfaces
        self._found: dict[str, Neighbour] = {}
        self._asking: set[asyncio.Task[None]] = set()
        self._network: Any = None

    async def open(self) -> None:
        """Begin to look; raises ``OSError`` where there is no network."""
        from zeroconf.asyncio import AsyncServiceBrowser, AsyncZeroconf

        self._network = AsyncZeroconf(**_on(self._interfaces))
        AsyncServiceBrowser(self._network.zeroconf, SERVICE, handlers=[self._heard])

    async def close(self) -> None:
        """Look no more."""
        for task in self._asking:
            task.cancel()
        network, self._network = self._network, None
        if network is not None:
            await network.async_close()

    def _heard(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change.name == "Removed":
            if self._found.pop(name, None) is not None:
                self._tell()
            return
        task = asyncio.ensure_future(self._ask(zeroconf, service_type, name))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _ask(self, zeroconf: Zeroconf, service_type: str, name: str) -> None:
        from zeroconf.asyncio import AsyncServiceInfo

        service = AsyncServiceInfo(service_type, name)
        if not await service.async_request(zeroconf, ASKED_FOR * 1000) or len(self._found) >= MOST:
            return
        neighbour = read(service.decoded_properties)
        if neighbour is not None and self._found.get(name) != neighbour:
            self._found[name] = neighbour
            self._tell()

    def _tell(self) -> None:
        self._changed(sorted(self._found.values(), key=lambda each: (each.title.casefold(), each.code)))


async def look_around(seconds: float, *, interfaces: Sequence[str] | None = None) -> list[Neighbour]:
    """The sessions that answer within ``seconds``; none where there is no network."""
    found: list[Neighbour] = []

    def changed(neighbours: list[Neighbour]) -> None:
        found[:] = neighbours

    neighbourhood = Neighbourhood(changed, interfaces=interfaces)
    try:
        await neighbourhood.open()
        await asyncio.sleep(seconds)
    except OSError:
        return []
    finally:
        await neighbourhood.close()
    return found


def read(told: dict[str, str | None]) -> Neighbour | None:
    """What an announcement says, or None if it leads to no session."""
    try:
        server, code = parse_invite(told.get("link") or "")
    except AppError:
        return None
    if server is None:
        return None
    return Neighbour(
        code=code,
        # Written anew, it holds nothing but what was checked.
        link=join_link(clean_text(server), code),
        title=clean_text(told.get("title") or ""),
        host=clean_text(told.get("host") or ""),
        has_password=told.get("password") == "yes",
    )


def _on(interfaces: Sequence[str] | None) -> dict[str, Any]:
    return {} if interfaces is None else {"interfaces": list(interfaces)}
