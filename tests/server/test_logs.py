"""The log: nothing that fails is missing from it, and no secret is in it."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from syncwatch_core.errors import AppError
from syncwatch_server.logs import open_log
from syncwatch_server.redaction import redacted
from syncwatch_server.settings import ServerSettings

VIDEO = "https://media.example/big.mp4"


def lines(bench: Any) -> list[dict[str, Any]]:
    """The lines of the log so far."""
    return [json.loads(line) for line in bench.settings.log_file.read_text().splitlines()]


async def test_requests_are_logged_by_route_and_id(bench: Any, http: Any) -> None:
    """At level debug each request is a line with its route, status, time and the id that its answer has."""
    async with http.session.get(http.url + "/api/v1/sessions/ABC-DEF", headers={"X-Request-Id": "from-proxy"}):
        pass
    line = next(line for line in lines(bench) if line["event"] == "answered")

    assert (
        line.items()
        >= {
            "level": "debug",
            "request": "from-proxy",
            "method": "GET",
            "route": "/api/v1/sessions/{code}",
            "status": 404,
        }.items()
    )
    assert line["timestamp"].endswith("Z")
    assert line["seconds"] >= 0


async def test_events_are_logged_with_their_connection(bench: Any, server: Any, ann: Any) -> None:
    """What is logged of a client's events names the connection, and connections are told apart."""
    ben = await bench.connect(server)
    for client in (ann, ann, ben):
        await client.ok("client-error", message="the picture is upside down")
    names = [line["connection"] for line in lines(bench) if line["event"] == "a client reports a fault"]

    assert names[0] == names[1] != names[2]


async def test_fault_has_the_id_of_its_request(bench: Any, server: Any, http: Any, monkeypatch: Any) -> None:
    """A fault is logged with its traceback under the id that the client is told."""

    async def broken(*_: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(server.service.keeper, "find", broken)
    _, answer = await http("GET", "/api/v1/sessions/ABC-DEF", headers={"X-Request-Id": "mine"})
    line = next(line for line in lines(bench) if line["level"] == "error")

    assert "(request mine)" in answer["error"]["message"]
    assert (line["request"], line["route"]) == ("mine", "/api/v1/sessions/{code}")
    assert "RuntimeError: broken" in line["exception"]


async def test_what_nobody_waits_for_is_logged(bench: Any, server: Any) -> None:
    """A task or a callback that fails without anybody waiting for it is logged with its traceback."""

    async def fail() -> None:
        raise RuntimeError("a task fell over")

    def fall() -> None:
        raise RuntimeError("a callback fell over")

    loop = asyncio.get_running_loop()
    loop.call_soon(fall)
    task = loop.create_task(fail(), name="the one that fails")
    await asyncio.wait([task])
    del task
    await asyncio.sleep(0)
    logged = [line for line in lines(bench) if line["event"] == "something failed that nobody waited for"]

    assert [line["exception"].splitlines()[-1] for line in logged] == [
        "RuntimeError: a callback fell over",
        "RuntimeError: a task fell over",
    ]
    assert logged[1]["where"] == "the one that fails"
    del server


async def test_handler_of_the_host_program_goes_on(bench: Any) -> None:
    """In a loop that somebody else runs, their own handler hears of failures too, and has the loop back at the end."""
    loop, heard = asyncio.get_running_loop(), []
    loop.set_exception_handler(lambda _, context: heard.append(context["message"]))
    theirs = loop.get_exception_handler()
    server = await bench.start()
    loop.call_exception_handler({"message": "hello"})
    await bench.stop(server)

    assert heard == ["hello"]
    assert loop.get_exception_handler() is theirs
    assert any(line.get("what") == "hello" for line in lines(bench))


async def test_no_secret_is_logged(bench: Any, server: Any, http: Any, ann: Any, ben: Any) -> None:
    """Neither tokens, passwords and codes that are sent where they belong get into the log, nor those in reports."""
    password = "correct-horse"
    await ann.ok("update-session", password=password)
    path = f"/api/v1/sessions/{ann.code}"
    await http("GET", path, token=ann.host_token)
    await http("GET", path, password=password)
    await http("GET", f"{path}/shares/x/a-ticket/film.mkv")
    await http("GET", f"/s/{ann.code}")
    await http("POST", f"{path}/commands", raw=b'{"event": "video-play", "hostToken": "' + ann.host_token.encode())
    await ben.call("join-session", {"code": ann.code, "displayName": "B", "participantToken": ben.token})
    await ben.ok(
        "client-error",
        message=f"GET http://h/s/{ann.code}?ticket=a-ticket /shares/x/a-ticket/film.mkv: "
        f"Authorization: Bearer {ben.token}, password={password}",
        context={
            "hostToken": ann.host_token,
            "deep": [{"password": password}],
            "text": json.dumps({"participantToken": ben.token, "code": ann.code}),
        },
    )
    await bench.stop(server)
    written = bench.settings.log_file.read_text()
    secrets = [ann.token, ann.host_token, ben.token, password, ann.code, ann.code.replace("-", ""), "a-ticket"]

    assert "a client reports a fault" in written
    assert written.count('"answered"') >= 5
    assert [secret for secret in secrets if secret in written] == []


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Authorization: Bearer abc.def", "Authorization: [secret] [secret]"),
        ("GET /api/v1/sessions/abcdef/queue", "GET /api/v1/sessions/[secret]/queue"),
        ("https://h/s/ABC-DEF?x=1", "https://h/s/[secret]?x=1"),
        ("the row of session ABC-DEF is damaged", "the row of session [secret] is damaged"),
        ("/sessions/ABCDEF/shares/x/T1.abc/film.mkv", "/sessions/[secret]/shares/x/[secret]/film.mkv"),
        ("x?ticket=T1&part=2", "x?ticket=[secret]&part=2"),
        ("{'hostToken': 'T', 'rate': 1}", "{'hostToken': '[secret]', 'rate': 1}"),
        ('{\\"password\\": \\"p\\"}', '{\\"password\\": \\"[secret]\\"}'),
        ("a token of the parser was not expected", "a token of the parser was not expected"),
        ("2026-11-22 is a day, 404-500 are not", "2026-11-22 is a day, [secret] are not"),
    ],
)
def test_secrets_are_known_by_their_surroundings(text: str, clean: str) -> None:
    """Tokens, passwords, tickets and codes are taken out of texts, and the rest stays as it is."""
    assert redacted(text) == clean


def test_file_that_is_moved_away_is_opened_anew(settings: ServerSettings, tmp_path: Path) -> None:
    """After logrotate has moved the log away, the next line begins a new file."""
    settings = replace(settings, log_file=tmp_path / "other.log")
    assert settings.log_file is not None
    closing = AsyncExitStack()
    log = open_log(settings, closing)
    log.info("first")
    settings.log_file.rename(tmp_path / "moved.log")
    log.info("second")
    asyncio.run(closing.aclose())

    assert "first" in (tmp_path / "moved.log").read_text()
    assert "second" in settings.log_file.read_text()
    assert "first" not in settings.log_file.read_text()


def test_log_that_can_t_be_written_is_said(settings: ServerSettings, tmp_path: Path) -> None:
    """A log in a place that is none is refused in words that name the variable."""
    (tmp_path / "file").write_text("")
    with pytest.raises(AppError, match="can't be written") as refusal:
        open_log(replace(settings, log_file=tmp_path / "file" / "server.log"), AsyncExitStack())

    assert "SYNCWATCH_LOG_FILE" in (refusal.value.hint or "")
