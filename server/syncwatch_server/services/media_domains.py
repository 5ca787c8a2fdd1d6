"""From which hosts media may be loaded: what whoever operates the server allows."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.media_url import recognise


class MediaDomains:
    """The allowed hosts, with their subdomains; none given: all are."""

    def __init__(self, allowed: tuple[str, ...] = ()) -> None:
        self._allowed = allowed

    def require(self, command: wire.ClientEvent) -> None:
        """Raise ``AppError`` (blocked-url) if a command would load media from another host."""
        if self._allowed:
            for url in _urls(command):
                self.require_url(url)

    def require_url(self, url: str) -> None:
        """Raise ``AppError``: blocked-url for a URL of another host, unsupported-url for what is no URL."""
        if not self._allowed:
            return
        # A provider's short links lead to its own host.
        hosts = {_host(text) for text in (url.strip(), recognise(url).canonical_url)}
        if not any(host and self._is_allowed(host) for host in hosts):
            raise AppError(
                ErrorCode.BLOCKED_URL,
                "this server allows media from certain sites only, and this is not one of them",
                f"it allows {', '.join(self._allowed)}",
            )

    def _is_allowed(self, host: str) -> bool:
        host = host.rstrip(".").lower()
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return False
        return any(host == domain or host.endswith(f".{domain}") for domain in self._allowed)


def _host(text: str) -> str | None:
    try:
        return urlsplit(text).hostname
    except ValueError:
        return None


def _urls(command: wire.ClientEvent) -> Iterator[str]:
    url = getattr(command, "url", None)
    if url is not None:
        yield url
    for item in getattr(command, "items", None) or ():
        if item.url is not None:
            yield item.url
