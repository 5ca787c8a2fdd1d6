"""What the server can be told."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.settings import ServerSettings


def test_defaults_are_the_contract() -> None:
    """Untold, the server binds loopback, port 8765, and keeps its sessions in the data directory for a day unused."""
    settings = ServerSettings.from_environment({})

    assert (settings.bind, settings.port, settings.session_expiry) == ("127.0.0.1", 8765, 86_400.0)
    assert settings.database_url.startswith("sqlite:////")
    assert settings.database_url.endswith("syncwatch/syncwatch.db")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///x.db", Path("x.db")),
        ("sqlite:////var/lib/x.db", Path("/var/lib/x.db")),
        ("sqlite:///~/x.db", Path.home() / "x.db"),
        ("postgresql://host/name", None),
    ],
)
def test_database_may_be_a_file(url: str, expected: Path | None) -> None:
    """An SQLite URL names a file, from the home directory on if it says so; another database is none."""
    assert ServerSettings(database_url=url).database_file == expected


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("SYNCWATCH_BIND", "0.0.0.0", "bind", "0.0.0.0"),
        ("SYNCWATCH_PORT", "0", "port", 0),
        ("PORT", "8080", "port", 8080),
        ("SYNCWATCH_PUBLIC_URL", "https://film.example/", "public_url", "https://film.example"),
        ("SYNCWATCH_DATABASE_URL", "sqlite:///x.db", "database_url", "sqlite:///x.db"),
        ("SYNCWATCH_ALLOWED_ORIGINS", "*", "allowed_origins", ("*",)),
        (
            "SYNCWATCH_ALLOWED_ORIGINS",
            "https://a.example, http://b.example/",
            "allowed_origins",
            ("https://a.example", "http://b.example"),
        ),
        ("SYNCWATCH_SESSION_EXPIRY", "1.5", "session_expiry", 1.5),
        ("SYNCWATCH_RATE_LIMIT", "off", "rate_limit", None),
        ("SYNCWATCH_RATE_LIMIT", "200", "rate_limit", 200),
        ("SYNCWATCH_ALLOWED_DOMAINS", "Example.org, *.cdn.example,", "allowed_domains", ("example.org", "cdn.example")),
        ("SYNCWATCH_ALLOWED_DOMAINS", "bücher.example", "allowed_domains", ("xn--bcher-kva.example",)),
        (
            "SYNCWATCH_TRUSTED_PROXIES",
            "127.0.0.1, 10.0.0.0/8, ::1",
            "trusted_proxies",
            (ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8"), ip_network("::1/128")),
        ),
        ("SYNCWATCH_OPERATOR_TOKEN", "a-token", "operator_token", "a-token"),
        ("SYNCWATCH_LOG_LEVEL", "DEBUG", "log_level", "debug"),
        ("SYNCWATCH_LOG_FORMAT", "json", "log_format", "json"),
        ("SYNCWATCH_LOG_FILE", "/tmp/x.log", "log_file", Path("/tmp/x.log")),  # noqa: S108 only read
        ("SYNCWATCH_BIND", "", "bind", "127.0.0.1"),
    ],
)
def test_environment_is_read(variable: str, text: str, field: str, value: object) -> None:
    """Each variable sets its field; an empty one counts as not set."""
    assert getattr(ServerSettings.from_environment({variable: text}), field) == value


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("SYNCWATCH_PORT", "70000"),
        ("SYNCWATCH_PORT", "-1"),
        ("SYNCWATCH_PORT", "http"),
        ("SYNCWATCH_PUBLIC_URL", "film.example"),
        ("SYNCWATCH_DATABASE_URL", "mysql://x"),
        ("SYNCWATCH_ALLOWED_ORIGINS", "film.example"),
        ("SYNCWATCH_SESSION_EXPIRY", "0"),
        ("SYNCWATCH_SESSION_EXPIRY", "nan"),
        ("SYNCWATCH_SESSION_EXPIRY", "a day"),
        ("SYNCWATCH_RATE_LIMIT", "0"),
        ("SYNCWATCH_RATE_LIMIT", "no"),
        ("SYNCWATCH_ALLOWED_DOMAINS", "https://example.org/x"),
        ("SYNCWATCH_ALLOWED_DOMAINS", "a..b"),
        ("SYNCWATCH_TRUSTED_PROXIES", "proxy.example"),
        ("SYNCWATCH_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("SYNCWATCH_OPERATOR_TOKEN", "two words"),
        ("SYNCWATCH_LOG_LEVEL", "loud"),
        ("SYNCWATCH_LOG_FORMAT", "xml"),
    ],
)
def test_bad_value_names_its_variable(variable: str, text: str) -> None:
    """A value that means nothing is refused as wrong usage, with the variable's name."""
    with pytest.raises(AppError, match=variable) as refusal:
        ServerSettings.from_environment({variable: text})

    assert refusal.value.code is ErrorCode.USAGE


def test_what_is_given_goes_before_the_environment() -> None:
    """What the caller gives goes before a variable, None does not, and SYNCWATCH_PORT goes before PORT."""
    environment = {"SYNCWATCH_PORT": "1", "PORT": "2"}

    assert ServerSettings.from_environment(environment, port=3).port == 3
    assert ServerSettings.from_environment(environment, port=None).port == 1


def test_tls_needs_both_files() -> None:
    """A certificate without its key is wrong usage."""
    with pytest.raises(AppError, match="both"):
        ServerSettings(tls_cert=Path("cert.pem"))


def test_operator_token_is_never_shown() -> None:
    """Neither the words about a bad token nor the settings as text hold it."""
    with pytest.raises(AppError) as refusal:
        ServerSettings.from_environment({"SYNCWATCH_OPERATOR_TOKEN": "two words"})

    assert "two words" not in refusal.value.message
    assert "hidden" not in repr(ServerSettings(operator_token="hidden"))
