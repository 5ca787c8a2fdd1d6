"""What the server can be told, from its environment or by whoever starts it; docs/contract.md, 5."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args
from urllib.parse import urlsplit

import platformdirs

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.watch_session import KEEP_EMPTY_FOR

DEFAULT_PORT = 8765

SQLITE = "sqlite:///"
"""What the URL of a database in a file begins with; its path follows."""

REDIS = tuple(
    f"{scheme}://"
    for scheme in ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster")
)
"""What the URL of a Redis begins with: one server, a Sentinel's master, a Cluster; live/redis_urls.py reads them."""

RATE_LIMIT = 100
"""Anonymous HTTP requests in 15 minutes from one address; docs/contract.md, 5."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LogLevel = Literal["debug", "info", "warning", "error", "critical"]
LogFormat = Literal["json", "text"]

_T = TypeVar("_T")


def default_database_url() -> str:
    """The SQLite file in this person's data directory."""
    return f"{SQLITE}{Path(platformdirs.user_data_dir('syncwatch', appauthor=False)) / 'syncwatch.db'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Everything that a server can be told, with its defaults."""

    bind: str = "127.0.0.1"
    """The address that is listened on."""
    port: int = DEFAULT_PORT
    """0 picks a free one."""
    public_url: str | None = None
    """What join links begin with; None: the address that is listened on."""
    database_url: str = field(default="", repr=False)
    """``sqlite:///PATH`` or ``postgresql://…``; empty: a file in this person's data directory."""
    redis_url: str | None = field(default=None, repr=False)
    """What processes that serve the same sessions tell one another by; None: this one is alone."""
    allowed_origins: tuple[str, ...] = ()
    """Origins of pages, besides the server's own, that may speak to it; ``*`` is all."""
    session_expiry: float = KEEP_EMPTY_FOR
    """Seconds after which a session that nobody is in ends."""
    fetch_metadata: bool = True
    """Whether title, length and picture of what is loaded by a link are looked up."""
    allowed_domains: tuple[str, ...] = ()
    """Hosts whose media may be loaded, their subdomains included; empty: all."""
    rate_limit: int | None = RATE_LIMIT
    """Anonymous HTTP requests in 15 minutes from one address; None: nothing at all is limited by how often."""
    trusted_proxies: tuple[Network, ...] = ()
    """Reverse proxies whose ``X-Forwarded-For`` is believed."""
    operator_token: str | None = field(default=None, repr=False)
    """Opens ``/metrics``; None: it opens to this machine only."""
    log_level: LogLevel = "info"
    log_format: LogFormat = "text"
    log_file: Path | None = None
    """None: stderr."""
    tls_cert: Path | None = None
    """The certificate chain, PEM; with ``tls_key`` the server speaks HTTPS."""
    tls_key: Path | None = None

    def __post_init__(self) -> None:
        if not self.database_url:
            object.__setattr__(self, "database_url", default_database_url())
        if (self.tls_cert is None) != (self.tls_key is None):
            raise AppError(ErrorCode.USAGE, "TLS needs both a certificate and a key", "give --tls-cert and --tls-key")

    @property
    def database_file(self) -> Path | None:
        """The file that an SQLite URL names; None for another database."""
        path = self.database_url.removeprefix(SQLITE)
        return None if path == self.database_url else Path(path).expanduser()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **given: Any) -> ServerSettings:
        """Settings from ``SYNCWATCH_*`` variables; what is ``given`` and not None goes before them.

        An empty variable counts as not set. Raises ``AppError`` (usage) that names the variable at fault.
        """
        values = {
            name: _read(variable, environment[variable], reader)
            for name, (variables, reader) in _VARIABLES.items()
            for variable in reversed(variables)
            if environment.get(variable)
        }
        return cls(**(values | {name: value for name, value in given.items() if value is not None}))


def _read(variable: str, text: str, reader: Callable[[str], _T]) -> _T:
    try:
        return reader(text.strip())
    except ValueError as fault:
        said = variable if variable in _SECRET else f"{variable}={text!r}"
        raise AppError(ErrorCode.USAGE, f"{said}: {fault}", f"correct {variable} or unset it") from None


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:  # noqa: PLR2004 the highest TCP port
        raise ValueError("a port is a number from 0 to 65535")
    return int(text)


def _http_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("a URL begins with http:// or https:// and names a host")
    return text.rstrip("/")


def _database_url(text: str) -> str:
    if not text.startswith((SQLITE, "postgresql://")):
        raise ValueError("a database URL is sqlite:///PATH or postgresql://…")
    return text


def _redis_url(text: str) -> str:
    if not text.startswith(REDIS):
        raise ValueError("a Redis URL begins with one of " + ", ".join(REDIS))
    return text


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(origin.strip().rstrip("/") for origin in text.split(",") if origin.strip())
    return tuple(origin if origin == "*" else _http_url(origin) for origin in origins)


def _seconds(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or value <= 0:
        raise ValueError("a number of seconds above zero is needed")
    return value


def _limit(text: str) -> int | None:
    if text.lower() == "off":
        return None
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise ValueError("a number of requests in 15 minutes, or off, is needed")
    return int(text)


def _domains(text: str) -> tuple[str, ...]:
    domains = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            domain = part.lower().removeprefix("*.").strip(".").encode("idna").decode()
        except UnicodeError:
            domain = ""
        if not _DOMAIN.fullmatch(domain):
            raise ValueError(f"{part!r} is not the name of a host, like example.org")
        domains.append(domain)
    return tuple(domains)


_DOMAIN = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def _operator_token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("a token is of ASCII characters, without spaces")
    return text


def _switch(text: str) -> bool:
    if text.lower() not in ("on", "off"):
        raise ValueError("on or off is needed")
    return text.lower() == "on"


def _word(kind: Any) -> Callable[[str], Any]:
    def read(text: str) -> str:
        if text.lower() not in get_args(kind):
            raise ValueError(f"one of {', '.join(get_args(kind))} is needed")
        return text.lower()

    return read


_VARIABLES: dict[str, tuple[tuple[str, ...], Callable[[str], Any]]] = {
    "bind": (("SYNCWATCH_BIND",), str),
    # Hosting platforms set PORT; what was meant for this program alone goes before it.
    "port": (("SYNCWATCH_PORT", "PORT"), _port),
    "public_url": (("SYNCWATCH_PUBLIC_URL",), _http_url),
    "database_url": (("SYNCWATCH_DATABASE_URL",), _database_url),
    "redis_url": (("SYNCWATCH_REDIS_URL",), _redis_url),
    "allowed_origins": (("SYNCWATCH_ALLOWED_ORIGINS",), _origins),
    "session_expiry": (("SYNCWATCH_SESSION_EXPIRY",), _seconds),
    "fetch_metadata": (("SYNCWATCH_FETCH_METADATA",), _switch),
    "allowed_domains": (("SYNCWATCH_ALLOWED_DOMAINS",), _domains),
    "rate_limit": (("SYNCWATCH_RATE_LIMIT",), _limit),
    "trusted_proxies": (("SYNCWATCH_TRUSTED_PROXIES",), _networks),
    "operator_token": (("SYNCWATCH_OPERATOR_TOKEN",), _operator_token),
    "log_level": (("SYNCWATCH_LOG_LEVEL",), _word(LogLevel)),
    "log_format": (("SYNCWATCH_LOG_FORMAT",), _word(LogFormat)),
    "log_file": (("SYNCWATCH_LOG_FILE",), Path),
}
"""Each field, the variables that set it (the first goes before the others), and how their text is read."""

_SECRET = frozenset({"SYNCWATCH_OPERATOR_TOKEN", "SYNCWATCH_DATABASE_URL", "SYNCWATCH_REDIS_URL"})
"""Variables whose text is never shown."""
