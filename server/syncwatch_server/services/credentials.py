"""Tokens and passwords: drawn at random, kept as hashes only, compared in constant time.

A token has 256 random bits, so a plain SHA-256 keeps it; a password is a person's, so scrypt makes guessing dear.
scrypt takes some 40 ms and 16 MiB: it runs in two threads of its own and never holds up the event loop.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

_COST, _BLOCK, _LANES = 2**14, 8, 1
"""scrypt's parameters: OWASP's smallest recommendation that a small machine can still serve."""

_SALT_BYTES = 16
_KNOWN_PASSWORDS = 1024
"""How many passwords found right are remembered, so that a script's requests need not each cost 40 ms."""


def new_token() -> str:
    """A secret that nobody can guess."""
    while (token := secrets.token_urlsafe(32)).startswith("-"):
        # On a command line it would look like an option.
        pass
    return token


def new_id() -> str:
    """An id never used before."""
    return secrets.token_hex(8)


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same_hash(one: str, other: str) -> bool:
    """Whether two hashes are equal, in a time that says nothing about where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


class Passwords:
    """Hashes and checks session passwords off the event loop."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="syncwatch-password")
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, None] = OrderedDict()

    async def hashed(self, password: str) -> str:
        """What is kept of a password."""
        salt = secrets.token_bytes(_SALT_BYTES)
        digest = await self._scrypt(password, salt)
        return f"scrypt${_encoded(salt)}${_encoded(digest)}"

    async def is_right(self, password: str, kept: str) -> bool:
        """Whether ``password`` is the one that ``kept`` was made of."""
        # Keyed with a secret of this process, so that the memory holds nothing that is cheap to guess from elsewhere.
        mark = hmac.digest(self._key, f"{kept}\0{password}".encode("utf-8", "surrogatepass"), "sha256")
        if mark in self._known:
            return True
        _, salt, digest = kept.split("$")
        if not hmac.compare_digest(await self._scrypt(password, base64.b64decode(salt)), base64.b64decode(digest)):
            return False
        self._known[mark] = None
        if len(self._known) > _KNOWN_PASSWORDS:
            self._known.popitem(last=False)
        return True

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _scrypt(self, password: str, salt: bytes) -> bytes:
        secret = password.encode("utf-8", "surrogatepass")
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: hashlib.scrypt(secret, salt=salt, n=_COST, r=_BLOCK, p=_LANES)
        )


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
