"""What fetching gives, and the face that services see of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

_ALL, _PART = 200, 206
"""The statuses of an answer that gives what was asked for (RFC 9110, 15.3.1 and 15.3.7)."""


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
    def is_there(self) -> bool:
        """Whether there is something at the URL, and it was given."""
        return self.status in (_ALL, _PART)

    @property
    def is_part(self) -> bool:
        """Whether the origin takes ranges, and gave the one that was asked for."""
        return self.status == _PART

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
