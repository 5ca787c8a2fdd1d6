"""What whoever operates a server asks of it: ready or not, headers, ids of requests, clients behind proxies."""

from __future__ import annotations

import asyncio
import json
import re
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from syncwatch_server.api import operations
from syncwatch_server.api.clients import Clients

PROXIES = (ip_network("10.0.0.0/8"), ip_network("127.0.0.1/32"))


async def test_ready_is_said_after_a_read(http: Any) -> None:
    """``/ready`` answers 200 and names what was looked at."""
    assert await http("GET", "/ready") == (200, {"status": "ready", "checks": {"database": "ok"}})


async def test_not_ready_says_what_is_wrong(bench: Any, http: Any) -> None:
    """With a database that can't be read ``/ready`` answers 503 and the reason, to strangers without the insides."""
    bench.change("ALTER TABLE sessions RENAME TO elsewhere")
    status, here = await http("GET", "/ready")
    _, outside = await http("GET", "/ready", headers={"X-Forwarded-For": "203.0.113.7"})
    alive, _ = await http("GET", "/health")

    assert (status, here["status"], here["error"]["code"]) == (503, "not-ready", "server-error")
    assert "no such table" in here["checks"]["database"]
    assert "no such table" not in json.dumps(outside)
    assert outside["checks"]["database"] != "ok"
    assert alive == 200


async def test_check_that_hangs_is_not_ready(http: Any, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that doesn't answer at all is not waited for for ever."""

    async def hang(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(operations, "PATIENCE", 0.05)
    monkeypatch.setattr(server.service.keeper._repository, "_open_threads", SimpleNamespace(read=hang))  # noqa: SLF001 the database itself can't be made to hang
    status, answer = await http("GET", "/ready")
    monkeypatch.undo()

    assert (status, answer["checks"]["database"]) == (503, "no answer within 0.05 s")


@pytest.mark.parametrize("path", ["/", "/health", "/api/v1/time", "/api/v1/nowhere", "/s/ABC-DEF", "/metrics"])
async def test_every_answer_has_safe_headers(http: Any, path: str) -> None:
    """Whatever is answered, browsers neither guess its type, nor frame it, nor tell its address, nor run scripts."""
    async with http.session.get(http.url + path) as response:
        headers = response.headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in headers


async def test_socket_answers_have_safe_headers_too(http: Any) -> None:
    """Long polling answers with the same headers."""
    async with http.session.get(http.url + "/socket.io/?EIO=4&transport=polling") as response:
        assert response.status == 200
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_https_is_insisted_on_where_it_is_spoken(bench: Any) -> None:
    """A server that is reached by HTTPS has browsers stay with it."""
    server = await bench.start(public_url="https://film.example")
    async with bench.http(server).session.get(server.url + "/health") as response:
        assert response.headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("abc-123._X", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("two words", False),
        ('"}{"level":"error', False),
        ("", False),
    ],
)
async def test_request_id_goes_in_and_out(http: Any, given: str, *, taken: bool) -> None:
    """The id of a proxy is taken over if it is a plain word; every answer has one."""
    async with http.session.get(http.url + "/api/v1/nowhere", headers={"X-Request-Id": given}) as response:
        answered = response.headers["X-Request-Id"]

    assert (answered == given) is taken
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", answered)


@pytest.mark.parametrize(
    ("remote", "forwarded", "seen"),
    [
        ("203.0.113.1", "198.51.100.1", "203.0.113.1"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("10.9.9.9", "10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        ("127.0.0.1", "198.51.100.1, nonsense", "127.0.0.1"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_proxies_are_believed_by_name_only(remote: str, forwarded: str | None, seen: str) -> None:
    """The client is the last address that no trusted proxy has; what stands before it may be made up."""
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=remote)

    assert Clients(PROXIES).seen(request).remote == seen


@pytest.mark.parametrize(
    ("remote", "headers", "token", "may"),
    [
        ("127.0.0.1", {}, None, True),
        ("::1", {}, None, True),
        ("203.0.113.1", {}, None, False),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, None, False),
        ("127.0.0.1", {}, "right", False),
        ("127.0.0.1", {"Authorization": "Bearer wrong"}, "right", False),
        ("127.0.0.1", {"Authorization": "Basic right"}, "right", False),
        ("203.0.113.1", {"Authorization": "Bearer right"}, "right", True),
        ("203.0.113.1", {"Authorization": "bearer right"}, "right", True),
    ],
)
def test_operator_is_known(remote: str, headers: dict[str, str], token: str | None, *, may: bool) -> None:
    """The operator shows the token; where none is set, asks from the machine itself and through no proxy."""
    request = make_mocked_request("GET", "/metrics", headers=headers).clone(remote=remote)

    assert Clients(operator_token=token).is_operator(request) is may
