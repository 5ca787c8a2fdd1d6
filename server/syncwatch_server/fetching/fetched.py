"""What fetching gives, and the face that services see of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The beginning of what stands at a URL, or of the part that was asked for."""

    url: str
    """Where it was found, after all redirects."""
    status: int
    headers: Mapping[str, str]
    """By lower-case names."""
    body: bytes
    """Decompressed; no longer than the limit."""
    is_whole: bool
    """Whether this is all that stands there."""

    @property
    def media_type(self) -> str:
        """What it says it is, ``type/subtype`` in lower case; empty if it says nothing."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Fetcher(Protocol):
    """Fetches a part of what stands at a URL that a stranger gave."""

    async def fetch(
        self, url: str, *, limit: int, first: int | None = None, headers: Mapping[str, str] | None = None
    ) -> Fetched:
        """At most ``limit`` bytes; with ``first`` from that byte on, if the origin takes ranges (it then answers 206).

        Raises ``AppError``: unsupported-url, blocked-url, unreachable-url. An answer that says no (404, …) is no error.
        """
