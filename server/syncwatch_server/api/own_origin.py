"""Which pages may open a socket: the server's own, by whatever address it was reached, and those that are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit


class OwnOrigin:
    """Asked by engine.io whether it takes an ``Origin``.

    A page is the server's own if it came from the host to which it now speaks. The scheme is not compared: TLS may end
    in front of the server, or in it, and engine.io can't tell either. Programs that are no page send no origin, and are
    not asked about.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        """``allowed``: origins of further pages, such as ``https://film.example``."""
        self._allowed = frozenset(allowed)

    def __call__(self, origin: str | None, environ: Mapping[str, object]) -> bool:
        """Whether a page of that origin may speak to the host that it asked for."""
        if origin is None or origin in self._allowed:
            return True
        parts = urlsplit(origin)
        hosts = (environ.get("HTTP_HOST"), environ.get("HTTP_X_FORWARDED_HOST"))
        return parts.scheme in ("http", "https") and bool(parts.netloc) and parts.netloc in hosts
