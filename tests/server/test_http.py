"""The HTTP surface: docs/contract.md, 4."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

VIDEO = "https://media.example/big.mp4"


async def test_session_is_created_and_shown(server: Any, http: Any) -> None:
    """A new session answers with its object and the host's token; shown, it is the object alone."""
    created = await http.create(url=VIDEO, title="Film night", startPosition=3)
    status, shown = await http("GET", f"/api/v1/sessions/{created['code']}")
    host_token = created.pop("hostToken")

    assert status == 200
    assert created | {"serverTime": 0} == shown | {"serverTime": 0}
    assert (shown["title"], shown["playback"]["currentTime"], shown["participants"]) == ("Film night", 3.0, [])
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}", shown["code"])
    assert shown["link"] == f"{server.url}/s/{shown['code']}"
    assert len(host_token) >= 32


async def test_what_is_unknown_is_null(http: Any) -> None:
    """In a session without media every field is there, and what is unknown is null."""
    session = await http.create()

    assert session["media"] is None
    assert session["title"] is None
    assert session["state"] == "waiting"
    assert session["playback"]["mediaId"] is None


async def test_commands_answer_as_by_socket(http: Any) -> None:
    """A command by HTTP is answered with what the socket acknowledges."""
    session = await http.create(url=VIDEO)
    status, answer = await http.command(session["code"], "video-seek", currentTime=7)

    assert status == 200
    assert answer["ok"] is True
    assert answer["playback"]["currentTime"] == 7.0


async def test_conflict_is_409_with_playback(http: Any) -> None:
    """The loser of a race gets 409, and the playback in force."""
    session = await http.create(url=VIDEO)
    _, time = await http("GET", "/api/v1/time")
    await http.command(session["code"], "video-seek", currentTime=7, at=time["serverTime"])
    status, answer = await http.command(session["code"], "video-seek", currentTime=9, at=time["serverTime"] - 1)

    assert status == 409
    assert answer["error"]["code"] == "conflict"
    assert answer["playback"]["currentTime"] == 7.0


async def test_queue_and_chat_have_routes(http: Any) -> None:
    """The queue is read and added to, and chat is said, by routes of their own."""
    session = await http.create()
    path = f"/api/v1/sessions/{session['code']}"
    added = await http("POST", f"{path}/queue", {"url": VIDEO})
    said = await http("POST", f"{path}/chat", {"text": "hello"})
    _, queue = await http("GET", f"{path}/queue")
    _, shown = await http("GET", path)

    assert (added[0], said) == (201, (201, {"ok": True}))
    assert queue["queue"] == added[1]["queue"] == shown["queue"]
    assert [(line["text"], line["displayName"]) for line in shown["chat"]] == [("hello", "somebody")]


async def test_settings_end_and_participants_have_routes(http: Any, ann: Any, ben: Any) -> None:
    """The host's token changes settings, removes participants and ends the session."""
    path = f"/api/v1/sessions/{ann.code}"
    _, here = await http("GET", f"{path}/participants")
    patched = await http("PATCH", path, {"title": "New"}, token=ann.host_token)
    removed = await http("DELETE", f"{path}/participants/{ben.participant_id}?ban=1", token=ann.host_token)
    await ben.hear("kicked")
    ended = await http("DELETE", path, token=ann.host_token)
    gone = await http("GET", path)

    assert [seat["displayName"] for seat in here["participants"]] == ["Ann", "Ben"]
    assert patched[1]["session"]["title"] == "New"
    assert [seat["displayName"] for seat in removed[1]["session"]["participants"]] == ["Ann"]
    assert ended == (200, {"ok": True})
    assert (gone[0], gone[1]["error"]["code"]) == (410, "ended")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/api/v1/sessions/000-000", None, 404, "not-found"),
        ("GET", "/api/v1/sessions/nonsense", None, 404, "not-found"),
        ("GET", "/api/v1/nowhere", None, 404, "not-found"),
        ("PUT", "/api/v1/sessions", None, 405, "bad-request"),
        ("POST", "/api/v1/sessions", [], 400, "bad-request"),
        ("POST", "/api/v1/sessions", {"url": 5}, 400, "bad-request"),
        ("POST", "/api/v1/sessions", {"url": "file:///etc/passwd"}, 422, "unsupported-url"),
        ("POST", "/api/v1/sessions", {"title": "x" * 70_000}, 413, "bad-request"),
    ],
)
async def test_refusals_have_one_form(http: Any, method: str, path: str, body: Any, status: int, code: str) -> None:
    """Whatever is refused has the fitting status and the one form of errors."""
    got, answer = await http(method, path, body)

    assert (got, answer["error"]["code"]) == (status, code)
    assert answer["error"]["message"]


@pytest.mark.parametrize("event", ["clock", "join-session", "create-session", "status", "nonsense", None, 7])
async def test_only_commands_are_taken(http: Any, event: Any) -> None:
    """What means something on a connection only, or nothing at all, is no command."""
    session = await http.create()
    status, answer = await http.command(session["code"], event)

    assert (status, answer["error"]["code"]) == (400, "bad-request")


async def test_body_that_is_no_json_is_refused(http: Any) -> None:
    """A body that is no JSON, or no UTF-8, is a bad request."""
    for raw in (b"{", b"\xff\xfe", b'{"title": NaN}'):
        status, answer = await http("POST", "/api/v1/sessions", raw=raw)
        assert (status, answer["error"]["code"]) == (400, "bad-request")


async def test_guessing_by_http_is_slowed_down(http: Any) -> None:
    """Who tries many codes by HTTP is refused with 429 and the time to wait."""
    answers = [await http("GET", "/api/v1/sessions/000-000") for _ in range(32)]

    assert answers[0][0] == 404
    assert answers[-1][0] == 429
    assert answers[-1][1]["error"]["retryAfter"] > 0


async def test_creating_is_slowed_down(http: Any) -> None:
    """Who creates sessions without end is refused with 429."""
    statuses = [(await http("POST", "/api/v1/sessions", {}))[0] for _ in range(62)]

    assert statuses[0] == 201
    assert statuses[-1] == 429


async def test_health_is_told(http: Any) -> None:
    """``/health`` says that the server lives, when, for how long, and in how much memory."""
    status, answer = await http("GET", "/health")

    assert (status, answer["status"]) == (200, "ok")
    assert datetime.fromisoformat(answer["timestamp"]).tzinfo is not None
    assert answer["uptime"] >= 0
    assert answer["memory"]["rss"] > 1_000_000


async def test_link_leads_to_a_page(server: Any, http: Any) -> None:
    """A join link opened in a browser says how to join; what is no code is said to be none, escaped."""
    status, page = await http("GET", "/s/abcdef")
    wrong, other = await http("GET", "/s/%3Cscript%3E")
    front, _ = await http("GET", "/")

    assert (status, wrong, front) == (200, 404, 200)
    assert f"syncwatch join {server.url}/s/ABC-DEF" in page
    assert "<script>" not in other


async def test_other_sites_are_let_in_by_name_only(bench: Any) -> None:
    """A page of an allowed origin may use the API, any other may not."""
    server = await bench.start(allowed_origins=("https://film.example",))
    http = bench.http(server)
    url = f"{server.url}/api/v1/time"
    async with http.session.get(url, headers={"Origin": "https://film.example"}) as allowed:
        assert allowed.headers["Access-Control-Allow-Origin"] == "https://film.example"
    async with http.session.get(url, headers={"Origin": "https://evil.example"}) as refused:
        assert "Access-Control-Allow-Origin" not in refused.headers
    async with http.session.options(url, headers={"Origin": "https://film.example"}) as asked:
        assert asked.status == 204
        assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]


async def test_fault_is_not_told(bench: Any, server: Any, http: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected fault is answered without its insides, with an id under which the log has them."""

    async def broken(*_: Any) -> None:
        raise RuntimeError("secret insides")

    monkeypatch.setattr(server.service.keeper, "find", broken)
    status, answer = await http("GET", "/api/v1/sessions/000-000")
    client = await bench.connect(server)
    refused = await client.call("join-session", {"code": "000-000", "displayName": "B"})
    log = bench.settings.log_file.read_text()

    assert (status, answer["error"]["code"]) == (500, "server-error")
    assert "insides" not in str(answer) + str(refused)
    for message in (answer["error"]["message"], refused["error"]["message"]):
        assert message.rpartition("request ")[2].rstrip(")") in log
    assert "secret insides" in log


async def test_log_is_readable_by_people_too(bench: Any) -> None:
    """With ``text`` the log is lines for people."""
    bench.settings = replace(bench.settings, log_format="text")
    server = await bench.start()
    client = await bench.connect(server)
    await client.ok("client-error", message="the picture is upside down")

    assert "the picture is upside down" in bench.settings.log_file.read_text()
    assert "{" not in bench.settings.log_file.read_text()
