"""Why Redis can't be used, in words, and what to do; never with its password."""

from __future__ import annotations

import re

from redis.exceptions import AuthenticationError, NoPermissionError, ResponseError

from syncwatch_core.errors import AppError, ErrorCode

_NOT_TRUSTED = re.compile(r"CERTIFICATE_VERIFY_FAILED\] certificate verify failed: (.*?) \(_ssl")
"""How OpenSSL says it; some of the client's exceptions hold it in their text alone."""

_LINKS = 8
"""Exceptions of a chain that are looked at."""


def unusable(url: str, fault: BaseException) -> AppError:
    """What is wrong with the Redis at ``url``, by what happened when it was asked."""
    place = place_of(url)
    if isinstance(fault, AuthenticationError | NoPermissionError | ResponseError):
        return AppError(
            ErrorCode.USAGE,
            f"Redis at {place} does not let this user in",
            "check user and password in SYNCWATCH_REDIS_URL; a password's special characters are written as %40",
        )
    faults = _chain(fault)
    if url.startswith("rediss"):
        for one in faults:
            if (words := _NOT_TRUSTED.search(str(one))) is not None:
                return AppError(
                    ErrorCode.FAILED,
                    f"the certificate of Redis at {place} is not trusted: {words[1]}",
                    "?ssl_ca_certs=FILE names who signed it; the URL's host has to be the one that it was made for",
                )
        if any(isinstance(one, FileNotFoundError | PermissionError) for one in faults):
            return AppError(
                ErrorCode.USAGE,
                f"a file that the URL of Redis at {place} names can't be read",
                "ssl_ca_certs, ssl_certfile and ssl_keyfile are PEM files",
            )
    speaks = ", and does it speak TLS on that port" if url.startswith("rediss") else ""
    return AppError(
        ErrorCode.FAILED,
        f"Redis at {place} can't be reached",
        f"is Redis running there{speaks}? without --redis-url one process serves alone",
    )


def place_of(url: str) -> str:
    """Where Redis is, without its password."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"


def _chain(fault: BaseException) -> list[BaseException]:
    """An exception and those that led to it."""
    chain: list[BaseException] = []
    known: BaseException | None = fault
    while known is not None and len(chain) < _LINKS:
        chain.append(known)
        known = known.__cause__ or known.__context__
    return chain
