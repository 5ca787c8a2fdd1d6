"""A web address taken apart, and the tables by which a provider's links are told from one another.

A provider is a table of hosts and a table of rules; each rule is one shape of link.
Hosts are compared as a whole and paths by their parts, so nothing that merely contains a provider's name passes for it.
server/syncwatch_server/web/media_url.js says the same in JavaScript; tests/vectors/media_url.json holds both to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

_ADDRESS = re.compile(r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE | re.DOTALL)

_STANDARD_PORTS = {"http": "80", "https": "443"}

_START = re.compile(r"(?:([0-9]{1,4})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)s?)?")
"""``171``, ``171s``, ``2m51s``, ``1h2m3s``, ``2.5``."""

_START_WITH_COLONS = re.compile(r"(?:([0-9]{1,4}):)?([0-9]{1,6}):([0-9]{1,2}(?:\.[0-9]{1,9})?)")
"""``2:51``, ``1:02:03``."""

_START_NAMES = ("t", "start", "time_continue")

NAME = r"""[^\x00-\x20\x7f-\xa0/?#%&<>"'\\\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufffd]{1,100}"""
"""A name that people gave themselves, in any script, without what is not seen or could end the name."""

WORDS = r"(?P<id>[^\x00-\x20\x7f-\x9f\ufffd][^\x00-\x1f\x7f-\x9f\ufffd]{0,199})"
"""What is searched for."""


@dataclass(frozen=True, slots=True)
class WebAddress:
    """The parts of an http or https URL, each as it stands in the URL but for the lower-case scheme and host."""

    scheme: str
    host: str
    """With its port, unless that is the scheme's own."""
    path: str
    query: str | None
    fragment: str | None

    @property
    def provider_host(self) -> str | None:
        """The host to look up in tables; None for one that can't be in any."""
        # Some letters beyond ASCII become ASCII ones in lower case.
        return self.host.removesuffix(".") if self.host.isascii() else None

    @property
    def text(self) -> str:
        """The URL again."""
        query = "" if self.query is None else f"?{self.query}"
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        return f"{self.scheme}://{self.host}{self.path or '/'}{query}{fragment}"


@dataclass(frozen=True, slots=True)
class Link:
    """What a provider's rules look at: the path, readable and without empty parts, and what the URL asks for."""

    host: str
    path: str
    asked: dict[str, str]
    """The first value of each name in the query."""
    ends_in_slash: bool = False
    """Whether the path does."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a provider's link means."""

    kind: str
    id: str
    canonical_url: str
    playlist: str | None = None
    """The list that a video was linked in."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One shape of link. Its patterns name ``id``, and whatever else ``canonical_url`` is written with."""

    path: re.Pattern[str]
    kind: str
    canonical_url: str
    asks: str | None = None
    """What the query must ask for; its value must fit ``value``."""
    value: re.Pattern[str] | None = None


def rule(path: str, kind: str, canonical_url: str, *, asks: str | None = None, value: str | None = None) -> Rule:
    """A rule from the text of its patterns, which must fit as a whole."""
    asked = None if value is None else re.compile(value, re.DOTALL)
    return Rule(re.compile(path, re.DOTALL), kind, canonical_url, asks, asked)


def split_address(url: str) -> WebAddress:
    """An http or https URL in its parts; raises ``ValueError`` for anything else."""
    found = _ADDRESS.fullmatch(url)
    if found is None:
        raise ValueError(f"{url!r} is no http or https URL")
    scheme, host = found[1].lower(), found[2].lower() if found[2].isascii() else found[2]
    host = host.removesuffix(":").removesuffix(f":{_STANDARD_PORTS[scheme]}")
    return WebAddress(scheme, host, found[3], found[4], found[5])


def link_of(address: WebAddress, host: str) -> Link:
    """What rules look at."""
    parts = [_readable(part) for part in address.path.split("/") if part]
    return Link(host, "/".join(parts), asked_in(address.query), address.path.endswith("/"))


def asked_in(query: str | None) -> dict[str, str]:
    """The first value of each name in a query."""
    if not query:
        return {}
    # A link that was copied out of HTML, even twice.
    while "&amp;" in query:
        query = query.replace("&amp;", "&")
    asked: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        asked.setdefault(unquote_plus(name), unquote_plus(value))
    return asked


def match(rules: Iterable[Rule], link: Link) -> Shape | None:
    """What the first rule that fits says."""
    for one in rules:
        found = one.path.fullmatch(link.path)
        if found is None:
            continue
        named = found.groupdict(default="")
        if one.asks is not None and one.value is not None:
            asked = one.value.fullmatch(link.asked.get(one.asks, ""))
            if asked is None:
                continue
            named |= asked.groupdict(default="")
        url = one.canonical_url.format_map({name: written(value) for name, value in named.items()})
        return Shape(one.kind, named["id"], url)
    return None


def written(text: str) -> str:
    """Text as it stands in a URL, as JavaScript's ``encodeURIComponent`` writes it; slashes, ``@`` and colons stay."""
    return quote(text, safe="/@:!*'()")


def start_of(link: Link, fragment: str | None) -> float | None:
    """Where a provider's link says to start, s."""
    in_query = _first_start(link.asked)
    return _first_start(asked_in(fragment)) if in_query is None else in_query


def start_in_fragment(fragment: str | None) -> float | None:
    """Where a media fragment (``#t=30``, ``#t=npt:30,45``) says to start, s; the W3C's Media Fragments 1.0, 4.2.1."""
    value = asked_in(fragment).get("t", "").removeprefix("npt:").partition(",")[0]
    return seconds_of(value)


def seconds_of(text: str) -> float | None:
    """A time in a link, s; None for what is none."""
    found = _START.fullmatch(text) or _START_WITH_COLONS.fullmatch(text)
    if not text or found is None:
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _first_start(asked: dict[str, str]) -> float | None:
    starts = (seconds_of(asked[name]) for name in _START_NAMES if name in asked)
    return next((start for start in starts if start is not None), None)


def _readable(part: str) -> str:
    readable = unquote(part)
    # A slash in disguise is no slash.
    return part if "/" in readable else readable
