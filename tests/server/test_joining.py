"""Coming, going and coming back, by Socket.IO."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import socketio

from tests.patience import PATIENCE

VIDEO = "https://media.example/big.mp4"


async def test_creator_is_host(ann: Any) -> None:
    """Whoever creates a session is its host, and is told of the session before the acknowledgement."""
    joined = await ann.hear("session-joined")

    assert joined["participantId"] == ann.participant_id
    assert [(seat["displayName"], seat["role"]) for seat in joined["session"]["participants"]] == [("Ann", "host")]


async def test_created_session_holds_what_was_asked_for(bench: Any, server: Any) -> None:
    """A session is created with its title, control, password and media."""
    client = await bench.connect(server)
    answer = await client.ok(
        "create-session", displayName="Ann", url=VIDEO, title="Film night", control="host", password="sesame"
    )
    session = answer["session"]

    assert (session["title"], session["control"], session["hasPassword"]) == ("Film night", "host", True)
    assert session["media"]["url"] == VIDEO
    assert session["playback"]["revision"] == 1
    assert session["link"] == f"{server.url}/s/{session['code']}"


async def test_others_hear_who_comes_and_goes(bench: Any, server: Any, ann: Any) -> None:
    """Everybody hears who joins and who leaves."""
    ben = await (await bench.connect(server)).join(ann.code, "Ben")
    came = await ann.hear("user-joined")
    await ben.ok("leave-session")
    left = await ann.hear("user-left")

    assert came["participant"]["displayName"] == "Ben"
    assert left == {"participantId": ben.participant_id, "displayName": "Ben", "reason": "left"}


async def test_code_is_read_as_people_write_it(bench: Any, server: Any, ann: Any) -> None:
    """Case, dashes and spaces of a code do not matter."""
    ben = await bench.connect(server)

    await ben.join(f" {ann.code.replace('-', '').lower()} ")


@pytest.mark.parametrize("code", ["000-000", "nonsense", "", "😀" * 6])
async def test_unknown_code_is_not_found(bench: Any, server: Any, code: Any) -> None:
    """A code without a session is refused as not-found."""
    client = await bench.connect(server)

    assert await client.refused("join-session", code=code, displayName="Ben") == "not-found"


async def test_password_is_asked(bench: Any, server: Any) -> None:
    """A session with a password lets in who knows it, and nobody else."""
    host = await (await bench.connect(server)).create(password="sésame")
    ben = await bench.connect(server)

    assert await ben.refused("join-session", code=host.code, displayName="Ben") == "wrong-password"
    assert await ben.refused("join-session", code=host.code, displayName="Ben", password="no") == "wrong-password"
    await ben.join(host.code, password="sésame")


async def test_locked_session_lets_nobody_in(bench: Any, server: Any, ann: Any, ben: Any) -> None:
    """A locked session refuses newcomers, and lets back in who has a seat or the host's token."""
    await ann.ok("update-session", locked=True)
    newcomer, returning, host = [await bench.connect(server) for _ in range(3)]

    assert await newcomer.refused("join-session", code=ann.code, displayName="Cid") == "locked"
    await returning.join(ann.code, "Ben", participantToken=ben.token)
    await host.join(ann.code, "Ann", hostToken=ann.host_token)
    assert returning.participant_id == ben.participant_id


async def test_returning_token_takes_its_seat_over(bench: Any, server: Any, ann: Any, ben: Any) -> None:
    """A participant's token on a new connection takes the seat over; the older connection is told and closed."""
    newer = await (await bench.connect(server)).join(ann.code, "Ben", participantToken=ben.token)
    notice = await ben.hear("notice")
    async with asyncio.timeout(5):
        await ben.gone.wait()
    session = (await ann.ok("get-session"))["session"]

    assert notice["code"] == "superseded"
    assert newer.participant_id == ben.participant_id
    assert [seat["connected"] for seat in session["participants"]] == [True, True]


async def test_lost_connection_keeps_the_seat(ann: Any, ben: Any) -> None:
    """A connection that breaks leaves the seat, shown as not connected, for its owner to come back to."""
    await ben.socket.disconnect()
    report = await ann.hear("participants")
    changed = {seat["participantId"]: seat for seat in report["changed"]}

    assert changed[ben.participant_id]["connected"] is False
    assert "user-left" not in ann.names()


async def test_connection_joins_one_session_at_a_time(ann: Any) -> None:
    """Who is in a session must leave it before creating or joining another."""
    assert await ann.refused("create-session", displayName="Ann") == "bad-request"
    assert await ann.refused("join-session", code=ann.code, displayName="Ann") == "bad-request"

    await ann.join(ann.code, "Ann", participantToken=ann.token)
    await ann.ok("leave-session")
    await ann.create("Ann again")


async def test_who_has_not_joined_is_told_so(bench: Any, server: Any) -> None:
    """A command of somebody without a seat is refused in words."""
    client = await bench.connect(server)

    assert await client.refused("video-play") == "bad-request"


async def test_kicked_participant_is_out(ann: Any, ben: Any) -> None:
    """Who is removed hears it, the others too; their commands are refused, but they may come back."""
    await ann.ok("kick", participantId=ben.participant_id)
    kicked = await ben.hear("kicked")
    left = await ann.hear("user-left")

    assert kicked["reason"]
    assert left["reason"] == "kicked"
    assert await ben.refused("video-play") == "kicked"
    await ben.join(ann.code, "Ben")


async def test_banned_participant_stays_out(ann: Any, ben: Any) -> None:
    """Who is banned can't come back with the token they had."""
    await ann.ok("kick", participantId=ben.participant_id, ban=True)
    await ben.hear("kicked")

    assert await ben.refused("join-session", code=ann.code, displayName="Ben", participantToken=ben.token) == "kicked"


async def test_session_is_handed_over(ann: Any, ben: Any) -> None:
    """The host can make somebody else the host, and is a controller from then on."""
    answer = await ann.ok("set-role", participantId=ben.participant_id, role="host")
    roles = {seat["displayName"]: seat["role"] for seat in answer["session"]["participants"]}

    assert roles == {"Ann": "controller", "Ben": "host"}
    assert await ann.refused("kick", participantId=ben.participant_id) == "forbidden"
    await ben.ok("kick", participantId=ann.participant_id)


async def test_host_token_makes_host(bench: Any, server: Any, ann: Any, ben: Any) -> None:
    """Who joins with the host's token is the host, the former one a controller; a wrong token is refused."""
    other = await bench.connect(server)

    assert await other.refused("join-session", code=ann.code, displayName="X", hostToken="made-up") == "forbidden"
    await other.join(ann.code, "Annie", hostToken=ann.host_token)
    answer = await ben.ok("get-session")
    assert {seat["displayName"]: seat["role"] for seat in answer["session"]["participants"]}["Ann"] == "controller"


async def test_ended_session_is_over_for_everybody(bench: Any, server: Any, ann: Any, ben: Any) -> None:
    """The end is told to everybody; whatever they send then is refused as ended, and so is joining."""
    await ann.ok("end-session")
    assert (await ben.hear("session-ended"))["reason"]
    other = await bench.connect(server)

    assert await ben.refused("video-play") == "ended"
    assert await other.refused("join-session", code=ann.code, displayName="Cid") == "ended"


@pytest.mark.parametrize("auth", [None, {}, {"protocol": 2}, {"protocol": "1"}, "text", ["list"]])
async def test_other_protocol_is_refused(server: Any, auth: Any) -> None:
    """A client of another protocol, or of none, is refused with the protocols that are spoken."""
    told: list[dict] = []
    client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
    client.on("connect_error", told.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(server.url, auth=auth, transports=["websocket"])
    await client.disconnect()

    assert told[0]["message"]
    assert told[0]["data"] == {"code": "protocol", "protocols": [1]}


async def test_polling_client_is_served_too(server: Any, ann: Any) -> None:
    """A client that only has HTTP polling joins and hears what happens."""
    client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
    heard = asyncio.Event()
    client.on("video-sync", lambda _: heard.set())
    await client.connect(server.url, auth={"protocol": 1, "client": "t", "platform": "web"}, transports=["polling"])
    joined = await client.call("join-session", {"code": ann.code, "displayName": "Pol"})
    exchange = await client.call("clock", {"clientSent": 3})
    await ann.ok("video-play")
    async with asyncio.timeout(PATIENCE):
        await heard.wait()
    await client.disconnect()

    assert joined["ok"]
    assert exchange["clientSent"] == 3


async def test_event_that_overtakes_the_join_waits_for_it(bench: Any, server: Any) -> None:
    """What a client sends right behind its join is handled after it, even if the join takes its time."""
    host = await (await bench.connect(server)).create(password="slow to check", url=VIDEO)
    client = await bench.connect(server)
    joining = asyncio.ensure_future(
        client.call("join-session", {"code": host.code, "displayName": "Ben", "password": "slow to check"})
    )
    await asyncio.sleep(0)
    playing = await client.call("video-play", {})

    assert (await joining)["ok"]
    assert playing["ok"]


async def test_guessing_is_slowed_down(bench: Any, server: Any) -> None:
    """Who tries many wrong codes is told to wait, and for how long."""
    client = await bench.connect(server)
    answers = [await client.call("join-session", {"code": "000-000", "displayName": "B"}) for _ in range(32)]
    codes = [answer["error"]["code"] for answer in answers]

    assert codes[0] == "not-found"
    assert codes[-1] == "rate-limited"
    assert answers[-1]["error"]["retryAfter"] > 0


async def test_limit_can_be_switched_off(bench: Any) -> None:
    """With the rate limit off nobody is slowed down."""
    server = await bench.start(rate_limit=None)
    client = await bench.connect(server)
    codes = {await client.refused("join-session", code="000-000", displayName="B") for _ in range(40)}

    assert codes == {"not-found"}
