"""Which pages may open a socket to the server."""

from __future__ import annotations

import pytest

from syncwatch_server.api.own_origin import OwnOrigin


@pytest.mark.parametrize(
    ("origin", "host", "forwarded", "is_let_in"),
    [
        (None, "watch.example", None, True),
        ("https://watch.example", "watch.example", None, True),
        ("http://192.168.1.7:8765", "192.168.1.7:8765", None, True),
        ("https://watch.example", "127.0.0.1:8765", "watch.example", True),
        ("https://film.example", "watch.example", None, True),
        ("https://evil.example", "watch.example", None, False),
        ("https://watch.example.evil.example", "watch.example", None, False),
        ("https://watch.example:8443", "watch.example", None, False),
        ("null", "watch.example", None, False),
        ("file://watch.example", "watch.example", None, False),
        ("", "", None, False),
    ],
)
def test_who_is_let_in(origin: str | None, host: str, forwarded: str | None, is_let_in: bool) -> None:
    """The server's own page is, by whatever address and scheme it was reached; others by name only."""
    environ = {"HTTP_HOST": host, "HTTP_X_FORWARDED_HOST": forwarded}

    assert OwnOrigin(["https://film.example"])(origin, environ) is is_let_in
