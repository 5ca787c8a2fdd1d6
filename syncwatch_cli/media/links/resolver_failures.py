"""Why a page gives nothing to play, in words that a person understands.

Sites give their reasons as text, so a reason is told by its words; what is typed, is told by its type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncwatch_cli.media.links.yt_dlp_age import TOO_OLD, age_in_days, update_command
from syncwatch_core.display_text import clean_text

if TYPE_CHECKING:
    from syncwatch_cli.media.links.resolver_rows import Fault


@dataclass(frozen=True, slots=True)
class Failure:
    """Words for a person."""

    message: str
    hint: str | None = None


_LOG_IN = "if you may watch it there, log in with your browser and give --cookies-from-browser firefox (or chrome, …)"
_AGAIN = "try again in a while"
_OTHERS = "load another video"

_COOKIES_UNREAD = "the cookies of the browser can't be read"

_ABROAD = Failure(
    "the video may not be watched in the country you are in",
    "the others may be able to watch it; a proxy set in yt-dlp's configuration is used",
)
_TOO_MANY = Failure("the site answers no more for now: there were too many requests", _AGAIN)
_NOT_LIVE = Failure("nothing is live there now", "load it again once it has begun")
_GONE = Failure(
    "the video is not there: it was deleted, or the link is wrong",
    "open the link in a browser to see what the site says",
)

_LONGEST_QUOTE = 300
"""Characters of a site's own words; the rest is advice for users of yt-dlp."""


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _reason(pattern: str, message: str, hint: str | None = None) -> tuple[re.Pattern[str], Failure]:
    return _words(pattern), Failure(message, hint)


_REASONS = (
    _reason(r"\bDRM\b", "the video is protected by DRM, which no free player may open", _OTHERS),
    (_words(r"in your (?:country|region|location)|geo.?(?:restrict|block)|DM007"), _ABROAD),
    _reason(
        r"confirm your age|age.?restrict|inappropriate for some|age.?verif",
        "the site wants to know your age before it shows the video",
        _LOG_IN,
    ),
    _reason(r"not a bot|captcha", "the site takes this computer for a robot, and wants a login", _LOG_IN),
    _reason(r"\bprivate\b", "the video is private", "ask its owner to make it public or unlisted. Or " + _LOG_IN),
    _reason(
        r"members.only|join this channel|subscriber.only|subscribers|premium|purchase|\brent|\bpay\b",
        "the video is for members or buyers only",
        _LOG_IN,
    ),
    _reason(
        r"wrong.*password|password.protected|protected by (?:a )?password|video-password",
        "the video is protected by a password",
        "if you know it, give it in yt-dlp's configuration, as --video-password",
    ),
    _reason(
        r"embed.?only|privacy settings|cannot be played here",
        "the video may be watched only on the pages that its owner allows",
        _OTHERS,
    ),
    (_words(r"rate.?limit|too many requests"), _TOO_MANY),
    (_words(r"not currently live|is offline|will begin|premieres|is scheduled|has not started|not live"), _NOT_LIVE),
    _reason(
        r"log.?in|sign.?in|logged|registered users|authenticat",
        "the site shows the video only to who is logged in",
        _LOG_IN,
    ),
    (
        _words(
            r"removed|deleted|terminated|no longer (?:available|exists)|does(?: not|n't) exist|not found|unavailable|"
            r"isn't available|not available|taken down|has ended|no video with"
        ),
        _GONE,
    ),
)
"""The first that fits counts: a private video is also one to sign in for."""

_BY_KIND = {
    "UserNotLive": _NOT_LIVE,
    "UnsupportedError": Failure(
        "there is no video on this page that yt-dlp could find", "give the link of the video itself"
    ),
    "NoStream": Failure("nothing on this page can be played", _OTHERS),
    "Missing": Failure("yt-dlp is not installed", "install it: {update}"),
}

_NO_FORMATS = re.compile(r"no video formats|requested format|no formats", re.IGNORECASE)


def failure(fault: Fault, version: str | None, now: float) -> Failure:
    """Put ``fault`` into words; ``version`` is yt-dlp's, ``now`` in seconds since the Unix epoch."""
    said = _quoted(fault.message)
    match fault.kind:
        case "Refused":
            return Failure(said)
        case "Configuration":
            return Failure(f"yt-dlp's configuration is not usable: {said}", "mend it, or --cookies-from-browser")
        case "CookieLoadError":
            return Failure(f"{_COOKIES_UNREAD}: {said}", "name a browser that is used on this computer")
        case "GeoRestrictedError":
            where = f" ({', '.join(map(clean_text, fault.countries[:20]))} only)" if fault.countries else ""
            return Failure(_ABROAD.message + where, _ABROAD.hint)
        case kind if kind in _BY_KIND:
            known = _BY_KIND[kind]
            return Failure(known.message, (known.hint or "").format(update=update_command()) or None)
    if fault.is_network and fault.status is None:
        return Failure(f"the site can't be reached: {said}", "check the network, and open the link in a browser")
    reason = _reason_in(fault)
    if reason is not None:
        return reason
    return _by_age(fault, said, version, now)


def no_answer(seconds: float) -> Failure:
    """No answer came within ``seconds``."""
    return Failure(f"looking the link up took longer than {seconds:g} s", "try again; the site or the network is slow")


def _reason_in(fault: Fault) -> Failure | None:
    if fault.status in (404, 410):
        return _GONE
    if fault.status == 429:  # noqa: PLR2004 too many requests
        return _TOO_MANY
    if fault.status is not None and fault.status >= 500:  # noqa: PLR2004 the server's own faults
        return Failure(f"the site has trouble of its own: it answers {fault.status}", _AGAIN)
    if not fault.expected or _NO_FORMATS.search(fault.message):
        return None
    return next((words for pattern, words in _REASONS if pattern.search(fault.message)), None)


def _by_age(fault: Fault, said: str, version: str | None, now: float) -> Failure:
    """What is not the video's own fault: an old yt-dlp is the likeliest cause, and is named as such."""
    age = None if version is None else age_in_days(version, now)
    if age is not None and age > TOO_OLD:
        return Failure(
            f"yt-dlp {version} is {age} days old, too old for what the site is now: {said}",
            f"bring it up to date: {update_command()}",
        )
    if _NO_FORMATS.search(fault.message):
        return Failure("the site offers nothing that can be played in this quality", "try --quality best")
    if fault.expected:
        return Failure(f"the site says: {said}")
    return Failure(f"yt-dlp {version or ''} can't read this page: {said}", f"a newer one may: {update_command()}")


def _quoted(text: str) -> str:
    """A site's own words, without yt-dlp's advice to its users."""
    words = re.split(r"\. Use --|; please report|\(caused by|  See  ", clean_text(text), maxsplit=1)[0]
    words = re.sub(r"\x1b?\[[0-9;]*m", "", words)
    return words[:_LONGEST_QUOTE].strip().rstrip(".") or "it gives no reason"
