"""Tracks that are pinned for everybody: by HTTP and by socket, who may, and that they outlive the server."""

from __future__ import annotations

from typing import Any

import pytest


async def test_pinned_and_let_go_by_http(http: Any) -> None:
    """A PATCH pins what it names, an empty name takes a pin away; the session shows what is pinned."""
    session = await http.create()
    path, token = f"/api/v1/sessions/{session['code']}", session["hostToken"]
    assert session["tracks"] == {"audio": None, "subtitles": None}

    status, answer = await http("PATCH", path, {"tracks": {"audio": "2", "subtitles": "pt-BR"}}, token=token)
    assert (status, answer["session"]["tracks"]) == (200, {"audio": "2", "subtitles": "pt-BR"})
    await http("PATCH", path, {"tracks": {"audio": ""}}, token=token)
    _, shown = await http("GET", path)

    assert shown["tracks"] == {"audio": None, "subtitles": "pt-BR"}


@pytest.mark.parametrize("pin", ["0", "english, please", "--vo=x11", "1\n", 2])
async def test_what_is_no_track_is_refused(http: Any, pin: object) -> None:
    """What no player could take for a track never reaches one."""
    session = await http.create()
    path, token = f"/api/v1/sessions/{session['code']}", session["hostToken"]
    status, answer = await http("PATCH", path, {"tracks": {"audio": pin}}, token=token)

    assert (status, answer["error"]["code"]) == (400, "bad-request")


async def test_pins_are_told(ann: Any, ben: Any) -> None:
    """Everybody hears of a pin, and only the host may set one."""
    await ann.ok("update-session", tracks={"subtitles": "en"})
    heard = await ben.hear("session-updated")

    assert heard["session"]["tracks"] == {"audio": None, "subtitles": "en"}
    assert await ben.refused("update-session", tracks={"audio": "1"}) == "forbidden"


async def test_pins_outlive_the_server(bench: Any, server: Any, ann: Any) -> None:
    """After a restart the same tracks are pinned."""
    await ann.ok("update-session", tracks={"audio": "2", "subtitles": "no"})
    await bench.stop(server)
    again = await bench.start()
    back = await (await bench.connect(again)).join(ann.code, "Ann", participantToken=ann.token)

    assert (await back.ok("get-session"))["session"]["tracks"] == {"audio": "2", "subtitles": "no"}
