"""How often somebody may ask, by HTTP and by Socket.IO: docs/contract.md, 5."""

from __future__ import annotations

import asyncio
from ipaddress import ip_network
from typing import Any

import pytest

from syncwatch_server.realtime.allowance import BYTES, BYTES_A_SECOND, EVENTS, EVENTS_A_SECOND, Allowance

TIME = "/api/v1/time"
VIDEO = "https://media.example/big.mp4"


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few events that a test need not send a thousand, however slow the machine is."""
    monkeypatch.setattr("syncwatch_server.realtime.allowance.EVENTS", 20.0)
    monkeypatch.setattr("syncwatch_server.realtime.allowance.EVENTS_A_SECOND", 5.0)


async def statuses(http: Any, count: int, path: str = TIME, **more: Any) -> list[int]:
    """The statuses of so many requests in a row."""
    return [(await http("GET", path, **more))[0] for _ in range(count)]


async def test_a_hundred_anonymous_requests_are_answered(http: Any) -> None:
    """Out of the box an address has 100 anonymous requests at once; the next is refused, with the time to wait."""
    answered = await statuses(http, 100)
    async with http.session.get(http.url + TIME) as response:
        refused, answer = response.status, await response.json()
        wait = response.headers["Retry-After"]

    assert answered == [200] * 100
    assert (refused, answer["error"]["code"]) == (429, "rate-limited")
    assert 0 < answer["error"]["retryAfter"] <= 9
    assert 1 <= int(wait) <= 9


async def test_a_token_gives_ten_times_as_many(bench: Any) -> None:
    """Requests that show a token have a bucket of their own, ten times as deep."""
    http = bench.http(await bench.start(rate_limit=5))
    session = await http.create(url=VIDEO)
    path = f"/api/v1/sessions/{session['code']}"
    anonymous = await statuses(http, 6, path)
    known = await statuses(http, 50, path, token=session["hostToken"])

    assert (anonymous[-1], known) == (429, [200] * 50)
    assert await statuses(http, 1, path, token=session["hostToken"]) == [429]


async def test_made_up_tokens_gain_no_more(bench: Any) -> None:
    """Tokens are counted by address: a new one for each request is not a new bucket."""
    http = bench.http(await bench.start(rate_limit=1))
    answered = [(await http("GET", TIME, token=f"made-up-{number}"))[0] for number in range(12)]

    assert answered[:10] == [200] * 10
    assert answered[-1] == 429


async def test_what_machines_ask_is_not_limited(bench: Any) -> None:
    """Health, readiness, metrics and pages answer however often they are asked, also when all else is refused."""
    http = bench.http(await bench.start(rate_limit=1))
    await statuses(http, 2)
    for path in ("/health", "/ready", "/metrics", "/", "/s/ABC-DEF", "/socket.io/?EIO=4&transport=polling"):
        assert await statuses(http, 3, path) == [200] * 3, path


@pytest.mark.usefixtures("narrow")
async def test_off_turns_all_off(bench: Any) -> None:
    """With ``off`` neither requests, nor guesses, nor events are limited."""
    server = await bench.start(rate_limit=None)
    http, client = bench.http(server), await bench.connect(server)
    assert await statuses(http, 150) == [200] * 150
    assert await statuses(http, 50, "/api/v1/sessions/000-000") == [404] * 50

    answers = await asyncio.gather(*(client.call("get-session") for _ in range(200)))
    assert {answer["error"]["code"] for answer in answers} == {"bad-request"}


async def test_addresses_behind_a_trusted_proxy_are_told_apart(bench: Any) -> None:
    """Behind a trusted proxy each client has a limit of its own; an untrusted one is a client like any other."""
    trusted = bench.http(await bench.start(rate_limit=2, trusted_proxies=(ip_network("127.0.0.1"),)))
    answers = [
        (await trusted("GET", TIME, headers={"X-Forwarded-For": f"203.0.113.{number}"}))[0] for number in range(5)
    ]
    assert answers == [200] * 5
    assert await statuses(trusted, 3, headers={"X-Forwarded-For": "203.0.113.1"}) == [200, 429, 429]


async def test_untrusted_proxy_is_a_client(bench: Any) -> None:
    """Who writes other addresses into a header of their own gets no more for it."""
    http = bench.http(await bench.start(rate_limit=2))
    answers = [(await http("GET", TIME, headers={"X-Forwarded-For": f"203.0.113.{n}"}))[0] for n in range(3)]

    assert answers == [200, 200, 429]


@pytest.mark.usefixtures("narrow")
async def test_flood_of_events_is_refused(bench: Any, server: Any) -> None:
    """Who sends more events than anybody needs is refused with the time to wait, and goes on afterwards."""
    client = await (await bench.connect(server)).create(url=VIDEO)
    answers = await asyncio.gather(*(client.call("get-session") for _ in range(100)))
    refused = [answer["error"] for answer in answers if not answer["ok"]]

    assert answers[0]["ok"]
    assert {(error["code"], error["retryAfter"] > 0) for error in refused} == {("rate-limited", True)}
    await asyncio.sleep(max(error["retryAfter"] for error in refused) + 0.05)
    await client.ok("set-ready", ready=False)


@pytest.mark.usefixtures("narrow")
async def test_flood_that_wants_no_answers_is_told_once(bench: Any, server: Any, ben: Any) -> None:
    """Reports that come too fast are left out, and the client is told so once, not each time."""
    for _ in range(100):
        await ben.socket.emit("status", {"state": "paused"})
    notice = await ben.hear("notice", code="rate-limited")
    await ben.call("get-session")

    assert "try again" in notice["message"]
    assert "notice" not in ben.names()
    del bench, server


@pytest.mark.usefixtures("narrow")
async def test_flood_of_clocks_is_refused(bench: Any, server: Any) -> None:
    """Exchanges of timestamps, which are answered on a path of their own, have an end too."""
    client = await bench.connect(server)
    answers = await asyncio.gather(*(client.call("clock", {"clientSent": 1.0}) for _ in range(200)))

    assert answers[0]["ok"]
    assert {answer["error"]["code"] for answer in answers if not answer["ok"]} == {"rate-limited"}


async def test_sessions_by_socket_are_limited(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address creates only so many sessions by Socket.IO too, whichever of its connections it uses."""
    monkeypatch.setattr("syncwatch_server.composition._SEATED_CREATIONS", 2)
    server = await bench.start()
    for name in ("Ann", "Ben"):
        await (await bench.connect(server)).create(name)

    assert await (await bench.connect(server)).refused("create-session", displayName="Cid") == "rate-limited"


@pytest.mark.parametrize(
    ("steps", "waits"),
    [
        ([(1, 0.0)] * 3, [0.0] * 3),
        ([(1, 0.0)] * int(EVENTS) + [(1, 0.0)], [0.0] * int(EVENTS) + [1 / EVENTS_A_SECOND]),
        ([(int(BYTES), 0.0), (1024, 0.0)], [0.0, 1024 / BYTES_A_SECOND]),
        ([(int(BYTES), 0.0), (1024, 1.0)], [0.0, 0.0]),
        ([(1, 0.0)] * int(EVENTS) + [(1, 0.02)] * 3, [0.0] * (int(EVENTS) + 2) + [1 / EVENTS_A_SECOND]),
    ],
)
def test_allowance_is_a_table_of_numbers(steps: list[tuple[int, float]], waits: list[float]) -> None:
    """Events and bytes are taken from what there is; what isn't there is waited for at the rate at which it comes."""
    allowance = Allowance(0.0)

    assert [allowance.spend(size, at) for size, at in steps] == pytest.approx(waits)


GUESSES = [
    ("GET", "", None),
    ("GET", "/queue", None),
    ("GET", "/events", None),
    ("GET", "/shares", None),
    ("GET", "/shares/x/ticket/film.mkv", None),
    ("POST", "/commands", {"event": "get-session"}),
    ("POST", "/chat", {"text": "hi"}),
    ("PATCH", "", {"title": "T"}),
    ("DELETE", "", None),
]


@pytest.mark.parametrize(("method", "path", "body"), GUESSES)
async def test_codes_cannot_be_guessed_by_any_route(http: Any, method: str, path: str, body: Any) -> None:
    """Wrong codes are counted whichever way they come, also with a made-up token, and then every route refuses."""
    for number in range(30):
        status, _ = await http(method, f"/api/v1/sessions/000-{number:03}{path}", body, token="made-up")
        assert status == 404
    refused = [(await http(*ask[:1], f"/api/v1/sessions/000-999{ask[1]}", ask[2], token="x"))[0] for ask in GUESSES]

    assert refused == [429] * len(GUESSES)


async def test_passwords_cannot_be_guessed_by_commands(http: Any) -> None:
    """Wrong passwords are counted with commands too; the right one is refused as well for as long as that lasts."""
    session = await http.create(password="sesame")
    path = f"/api/v1/sessions/{session['code']}/commands"
    # Each takes long enough to be hashed that on a busy machine some of them may be tried anew meanwhile.
    told: list[int] = []
    while len(told) < 60 and 429 not in told:
        told.append((await http("POST", path, {"event": "get-session"}, password=f"no-{len(told)}"))[0])
    status, answer = await http("POST", path, {"event": "get-session"}, password="sesame")

    assert len(told) > 30
    assert told == [401] * (len(told) - 1) + [429]
    assert (status, answer["error"]["code"]) == (429, "rate-limited")
