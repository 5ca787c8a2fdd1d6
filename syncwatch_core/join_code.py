"""Join codes: six characters that people read out, type and paste.

Crockford's base32 (https://www.crockford.com/base32.html) leaves out I, L, O and U,
so that a code heard or read badly is still the right one: on input, case, dashes and spaces do not matter,
and ``O``, ``I``, ``L`` are read as ``0``, ``1``, ``1``.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from syncwatch_core.errors import AppError, ErrorCode

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6

CODES = len(ALPHABET) ** LENGTH
"""How many codes there are: 2**30. Draw a number below this and hand it to ``join_code``."""

OWN_SCHEME = "syncwatch"
"""Of the links that a desktop hands to the program itself."""

_READ_AS = str.maketrans("OIL", "011")


def join_code(number: int) -> str:
    """Write a number from 0 to ``CODES - 1`` as a code, such as ``ABC-DEF``."""
    if not 0 <= number < CODES:
        message = f"a join code is drawn from 0 to {CODES - 1}"
        raise ValueError(message)
    characters = []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[digit])
    text = "".join(reversed(characters))
    return f"{text[:3]}-{text[3:]}"


def parse_code(text: str) -> str:
    """Read what a person typed as the code it means; raises ``AppError`` (not-found) if it can't be one."""
    typed = "".join(character for character in text if not _is_decoration(character))
    characters = typed.upper().translate(_READ_AS)
    if len(characters) != LENGTH or any(character not in ALPHABET for character in characters):
        raise AppError(
            ErrorCode.NOT_FOUND,
            f"{text.strip()[:80]!r} is not a session code",
            "a code has six letters and digits, as in ABC-DEF; ask whoever invited you for the link",
        )
    return f"{characters[:3]}-{characters[3:]}"


def parse_invite(text: str) -> tuple[str | None, str]:
    """Read a code or a join link; gives ``(server or None, code)``.

    A link is ``http(s)://HOST/s/ABC-DEF``; the server is what stands before ``/s/``.
    ``syncwatch://HOST/s/ABC-DEF``, which a desktop hands to the program, means https, and http with ``?http`` at its
    end: no link becomes plain text without saying so. Raises ``AppError`` (not-found) if the text is neither.
    """
    text = text.strip()
    if "://" not in text:
        return None, parse_code(text)
    no_link = AppError(
        ErrorCode.NOT_FOUND,
        f"{text[:200]!r} is not a join link",
        "a link looks like http://HOST:8765/s/ABC-DEF",
    )
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise no_link from None
    before, marker, after = parts.path.rpartition("/s/")
    scheme = parts.scheme
    if scheme == OWN_SCHEME:
        scheme = "http" if parts.query == "http" else "https"
    if scheme not in ("http", "https") or not host or not marker:
        raise no_link
    return f"{scheme}://{parts.netloc}{before}", parse_code(after.strip("/"))


def join_link(server: str, code: str) -> str:
    """Write the link that opens a session: ``http(s)://HOST/s/ABC-DEF``."""
    return f"{server.rstrip('/')}/s/{code}"


def own_link(link: str) -> str:
    """The same join link as a desktop hands it to the program, ``syncwatch://HOST/s/ABC-DEF``."""
    parts = urlsplit(link)
    return f"{OWN_SCHEME}://{parts.netloc}{parts.path}{'?http' if parts.scheme == 'http' else ''}"


def _is_decoration(character: str) -> bool:
    """Whether it is a space or a dash, of whatever length a word processor or a phone made of it."""
    return character.isspace() or unicodedata.category(character) == "Pd"
