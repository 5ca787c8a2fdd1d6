"""Who may do what, by Socket.IO and by HTTP: docs/contract.md, 2."""

from __future__ import annotations

from typing import Any

import pytest

VIDEO = "https://media.example/big.mp4"

EVENTS: dict[str, tuple[str, dict[str, Any]]] = {
    # event: who may at least (viewer < controller < host), a payload
    "get-session": ("viewer", {}),
    "chat-message": ("viewer", {"text": "hi"}),
    "reaction": ("viewer", {"emoji": "!"}),
    "set-ready": ("viewer", {"ready": True}),
    "video-ended": ("viewer", {"mediaId": "another"}),
    "video-load": ("controller", {"url": VIDEO}),
    "video-play": ("controller", {}),
    "video-pause": ("controller", {}),
    "video-seek": ("controller", {"currentTime": 1}),
    "video-rate": ("controller", {"rate": 1.5}),
    "queue-add": ("controller", {"url": VIDEO}),
    "update-session": ("host", {"title": "T"}),
    "end-session": ("host", {}),
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("role", ["viewer", "controller", "host"])
async def test_role_decides(bench: Any, server: Any, role: str, event: str) -> None:
    """A viewer may talk, a controller may steer, the host may rule; whoever may not is refused as forbidden."""
    least, payload = EVENTS[event]
    ranks = ["viewer", "controller", "host"]
    host = await (await bench.connect(server)).create("Ann", url=VIDEO, control="host")
    actor = host
    if role != "host":
        actor = await (await bench.connect(server)).join(host.code, "Ben")
        await host.ok("set-role", participantId=actor.participant_id, role=role)
    answer = await actor.call(event, payload)

    assert answer["ok"] is (ranks.index(role) >= ranks.index(least)), answer
    assert answer["ok"] or answer["error"]["code"] == "forbidden"


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("control", ["everyone", "host"])
async def test_who_knows_the_code_decides_by_control(http: Any, control: str, event: str) -> None:
    """Outside a session the code alone steers and speaks under ``everyone``, and only reads under ``host``."""
    session = await http.create(url=VIDEO, control=control)
    least, payload = EVENTS[event]
    status, answer = await http.command(session["code"], event, **payload)
    steers = least != "host" and event not in ("set-ready", "video-ended")
    may = event == "get-session" or (control == "everyone" and steers)

    assert status == (200 if may else 403), answer


async def test_joiners_have_the_role_of_the_control(bench: Any, server: Any) -> None:
    """Joiners are viewers under ``host`` and controllers under ``everyone``; a role given by hand stays."""
    host = await (await bench.connect(server)).create("Ann", control="host")
    ben = await (await bench.connect(server)).join(host.code, "Ben")
    cid = await (await bench.connect(server)).join(host.code, "Cid")
    await host.ok("set-role", participantId=ben.participant_id, role="viewer")
    answer = await host.ok("update-session", control="everyone")
    roles = {seat["displayName"]: seat["role"] for seat in answer["session"]["participants"]}

    assert roles == {"Ann": "host", "Ben": "viewer", "Cid": "controller"}
    assert await ben.refused("video-load", url=VIDEO) == "forbidden"
    await cid.ok("video-load", url=VIDEO)


async def test_host_token_rules_from_outside(http: Any) -> None:
    """The host's token may everything by HTTP."""
    session = await http.create(url=VIDEO, control="host")
    status, answer = await http.command(session["code"], "video-play", token=session["hostToken"])

    assert status == 200
    assert answer["playback"]["cause"] == {"event": "video-play", "participantId": None}


async def test_participant_token_acts_in_their_name(bench: Any, server: Any, http: Any, ann: Any, ben: Any) -> None:
    """A participant's token acts by HTTP with their role and in their name, after leaving no longer in their name."""
    await ann.ok("update-session", control="host")
    _, refused = await http.command(ann.code, "video-play", token=ben.token)
    _, played = await http.command(ann.code, "video-play", token=ann.token)
    await ann.ok("leave-session")
    _, paused = await http.command(ann.code, "video-pause", token=ann.token)

    assert refused["error"]["code"] == "forbidden"
    assert played["playback"]["cause"]["participantId"] == ann.participant_id
    assert paused["playback"]["cause"]["participantId"] is None
    del bench, server


async def test_token_of_nobody_is_refused(http: Any) -> None:
    """A token that is not of the session is refused, even where none is needed."""
    session = await http.create(url=VIDEO)
    status, answer = await http.command(session["code"], "video-play", token="made-up")

    assert (status, answer["error"]["code"]) == (403, "forbidden")


async def test_password_is_asked_by_http(http: Any) -> None:
    """Without a token a session's password is needed, in any script; with a token it is not."""
    session = await http.create(password="pässwörd 密码")
    path = f"/api/v1/sessions/{session['code']}"
    without, _ = await http("GET", path)
    wrong, answer = await http("GET", path, password="no")
    right = [(await http("GET", path, password="pässwörd 密码"))[0] for _ in range(2)]
    token, _ = await http("GET", path, token=session["hostToken"])

    assert (without, wrong, right, token) == (401, 401, [200, 200], 200)
    assert answer["error"]["code"] == "wrong-password"


async def test_password_can_be_changed_and_removed(bench: Any, server: Any, ann: Any) -> None:
    """The host sets a password, changes it and takes it away."""
    await ann.ok("update-session", password="one")
    await ann.ok("update-session", password="two")
    ben = await bench.connect(server)
    assert await ben.refused("join-session", code=ann.code, displayName="Ben", password="one") == "wrong-password"

    await ann.ok("update-session", password="")
    await ben.join(ann.code)


async def test_secrets_are_nowhere(bench: Any, server: Any, http: Any, ann: Any, ben: Any) -> None:
    """Neither the database nor the log holds a token or a password."""
    await ann.ok("update-session", password="correct horse")
    await http.command(ann.code, "video-play", token=ann.host_token)
    await http.command(ann.code, "video-play", token="made-up-token")
    secrets = [ann.token, ann.host_token, ben.token, "correct horse", "made-up-token"]
    await bench.stop(server)
    written = bench.database.read_bytes() + bench.settings.log_file.read_bytes()

    assert [secret for secret in secrets if secret.encode() in written] == []
