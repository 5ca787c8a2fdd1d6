"""A thousand items of all scripts, with the longest titles, through a real server and real clients."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from syncwatch_server.app import RunningServer
from tests.patience import PATIENCE
from tests.server.conftest import VIDEO, Bench, Client, Http

SCRIPTS = ["電影之夜 第{}集", "حلقة رقم {}", "פרק {} \u202etxet", "🎬🍿👨\u200d👩 {}", "Cinéma nº {}\x1b[31m"]
CLEAN = ["電影之夜 第{}集", "حلقة رقم {}", "פרק {} txet", "🎬🍿👨\u200d👩 {}", "Cinéma nº {}[31m"]
FILLING = "影🎞"


def title(number: int) -> str:
    """A title of 300 characters."""
    return SCRIPTS[number % len(SCRIPTS)].format(number).ljust(300, FILLING[number % 2])


async def fill(http: Http, code: str, size: int = 1000) -> list[dict[str, Any]]:
    """Add so many items, in messages below the limit of 64 KiB, and give the queue."""
    items = [{"url": f"https://h/{number}", "title": title(number)} for number in range(size)]
    answer: dict[str, Any] = {}
    for first in range(0, size, 40):
        answer = await send(http, code, items[first : first + 40])
    return answer["queue"]


async def send(http: Http, code: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Add items as the command line does: in UTF-8, without escapes."""
    raw = json.dumps({"event": "queue-add", "items": items}, ensure_ascii=False).encode()
    assert len(raw) < 64 * 1024
    headers = {"Content-Type": "application/json"}
    _, answer = await http("POST", f"/api/v1/sessions/{code}/commands", raw=raw, headers=headers)
    assert isinstance(answer, dict)
    return answer


async def test_a_thousand_items_are_added_and_joined(bench: Bench, server: RunningServer, ann: Client, http: Http):
    """All are added in their order, whoever joins gets them all in one message, and everybody has heard of them."""
    queue = await fill(http, ann.code)
    ben = await bench.connect(server)
    answer = await ben.ok("join-session", code=ann.code, displayName="Ben")
    joined = await ben.hear("session-joined")
    heard: list[dict[str, Any]] = []
    while len(heard) < len(queue):
        heard = (await ann.hear("queue-updated"))["queue"]

    assert [item["title"].rstrip(FILLING) for item in queue[:5]] == [CLEAN[n].format(n) for n in range(5)]
    assert len({item["itemId"] for item in queue}) == 1000
    assert answer["session"]["queue"] == joined["session"]["queue"] == heard == queue


async def test_a_full_queue_survives_a_restart(bench: Bench, server: RunningServer, ann: Client, http: Http):
    """What was acknowledged is there when the server is back: the queue's order, what is repeated, the history."""
    await fill(http, ann.code)
    shuffled = (await ann.ok("queue-shuffle"))["queue"]
    await ann.ok("queue-repeat", repeat="all")
    await ann.ok("queue-next")
    await bench.stop(server)
    _, session = await bench.http(await bench.start())("GET", f"/api/v1/sessions/{ann.code}")

    assert session["repeat"] == "all"
    assert [item["itemId"] for item in session["queue"][:999]] == [item["itemId"] for item in shuffled[1:]]
    assert session["queue"][-1]["url"] == VIDEO
    assert [(item["url"], item["outcome"]) for item in session["history"]] == [(VIDEO, "skipped")]


async def test_the_largest_session_fits_into_one_message(server: RunningServer, http: Http):
    """A queue as heavy as the server takes still reaches a client that takes 4 MiB at most, as aiohttp's do."""
    code = (await http.create())["code"]
    items = [{"url": f"https://h/{number}/{'x' * 600}", "title": "🎬" * 300} for number in range(33)]
    added = 0
    while "queue" in await send(http, code, items):
        added += len(items)
    url = f"{server.url}/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(url, max_msg_size=4 * 2**20) as socket:
        await socket.receive(timeout=PATIENCE)
        await socket.send_str('40{"protocol":1,"client":"test","platform":"bot"}')
        await socket.receive(timeout=PATIENCE)
        await socket.send_str(f'421["join-session",{{"code":"{code}","displayName":"Cem"}}]')
        frame = await socket.receive(timeout=PATIENCE)

    assert added > 900
    assert frame.type is aiohttp.WSMsgType.TEXT
    assert len(frame.data.encode()) > 1_900_000


async def test_history_is_told_as_it_grows(ann: Client, ben: Client):
    """Everybody hears what became of an item when the next comes on."""
    await ann.ok("queue-add", url="https://media.example/next.mp4", next=True)
    await ann.ok("queue-next")
    item = (await ben.hear("history-updated"))["item"]

    assert (item["title"], item["outcome"], item["addedBy"]) == ("big.mp4", "skipped", ann.participant_id)


async def test_who_may_not_steer_may_not_shuffle(bench: Bench, server: RunningServer, ann: Client):
    """The order and the repetition of the queue are for the host and controllers."""
    await ann.ok("update-session", control="host")
    viewer = await (await bench.connect(server)).join(ann.code, "Vic")

    assert await viewer.refused("queue-shuffle") == "forbidden"
    assert await viewer.refused("queue-repeat", repeat="one") == "forbidden"


async def test_a_failing_player_is_heard_of_and_the_queue_goes_on(ann: Client, ben: Client):
    """When no player can play what is on, all hear who and why, and the next item comes on."""
    await ann.ok("queue-add", url="https://media.example/next.mp4")
    media_id = (await ann.ok("get-session"))["session"]["media"]["mediaId"]
    for client in (ann, ben):
        await client.socket.emit("status", {"state": "away", "mediaId": media_id, "failure": "HTTP 403"})
    said = await ben.hear("notice", code="cannot-play")

    assert said["message"] == "Ann can't play this: HTTP 403"
