"""Until when a stream's URL is good: sites write it into the URL itself, each in its own way."""

from __future__ import annotations

import calendar
import re
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

_INSTANT = re.compile(
    r"""(?<![A-Za-z])                       # not the end of a longer word
        (?:expires?|expiry|exp|e|x-expires|expire_at|expires_at)
        ["']? \s* [=/:~] \s* ["']?
        ([0-9]{10})(?![0-9])""",
    re.IGNORECASE | re.VERBOSE,
)
"""YouTube ``expire=1700000000`` and ``/expire/1700000000/``, Vimeo ``exp=1700000000~acl=…~hmac=…``, CloudFront and
Google ``Expires=…``, Twitch's token ``{"expires":1700000000}``. Ten digits are seconds from 2001 to 2286."""

_AMAZON = re.compile(r"X-(?:Amz|Goog)-Date=([0-9]{8}T[0-9]{6})Z.*?X-(?:Amz|Goog)-Expires=([0-9]{1,7})", re.IGNORECASE)
"""An instant in UTC, and for how many seconds from then on."""


def expires_at(urls: Iterable[str]) -> float | None:
    """When the first of these stops working, seconds since the Unix epoch; None if none of them says so."""
    return min((found for url in urls for found in _told_in(url)), default=None)


def _told_in(url: str) -> list[float]:
    # A token is often encoded once more than the URL that holds it.
    text = unquote_plus(unquote_plus(url))
    found = [float(digits) for digits in _INSTANT.findall(text)]
    signed = _AMAZON.search(text)
    if signed:
        # A site may write a day that there is not.
        with suppress(ValueError):
            found.append(calendar.timegm(time.strptime(signed[1], "%Y%m%dT%H%M%S")) + float(signed[2]))
    return found
