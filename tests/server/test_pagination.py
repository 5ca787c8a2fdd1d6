"""Lists in parts: ``?limit=&cursor=`` and ``nextCursor``."""

from __future__ import annotations

from typing import Any

import pytest

from syncwatch_server.api.paging import MOST_AT_ONCE


async def walk(http: Any, path: str, name: str, limit: int, key: str) -> list[list[Any]]:
    """Every part of a list, as the values of one field."""
    parts, cursor = [], ""
    while True:
        status, answer = await http("GET", f"{path}/{name}?limit={limit}{cursor}")
        assert status == 200, answer
        parts.append([item[key] for item in answer[name]])
        if answer["nextCursor"] is None:
            return parts
        cursor = f"&cursor={answer['nextCursor']}"


@pytest.fixture
async def full(bench: Any) -> tuple[Any, Any, str]:
    """A client in a session with seven queued items; HTTP to its server; the session's path."""
    server = await bench.start(rate_limit=None)
    client = await (await bench.connect(server)).create("Ann")
    items = [{"url": f"https://media.example/{n}.mp4", "title": str(n)} for n in range(7)]
    await client.ok("queue-add", items=items)
    return client, bench.http(server), f"/api/v1/sessions/{client.code}"


async def test_without_parameters_a_list_comes_whole(full: Any) -> None:
    """Who asks as always gets all, and no cursor."""
    _, http, path = full
    _, answer = await http("GET", f"{path}/queue")

    assert [item["title"] for item in answer["queue"]] == list("0123456")
    assert answer["nextCursor"] is None


@pytest.mark.parametrize(("limit", "parts"), [(3, ["012", "345", "6"]), (7, ["0123456"]), (MOST_AT_ONCE, ["0123456"])])
async def test_queue_comes_in_parts(full: Any, limit: int, parts: list[str]) -> None:
    """The parts of a queue are the whole, in order, none twice; the last has no cursor."""
    _, http, path = full

    assert await walk(http, path, "queue", limit, "title") == [list(part) for part in parts]


async def test_list_that_changes_is_neither_begun_anew_nor_cut(full: Any) -> None:
    """If items before the cursor go, or the very one that it names, the next part goes on where the last one ended."""
    client, http, path = full
    _, first = await http("GET", f"{path}/queue?limit=3")
    ids = [item["itemId"] for item in first["queue"]]
    await client.ok("queue-remove", itemId=ids[0])
    _, second = await http("GET", f"{path}/queue?limit=2&cursor={first['nextCursor']}")
    await client.ok("queue-remove", itemId=second["queue"][-1]["itemId"])
    _, third = await http("GET", f"{path}/queue?cursor={second['nextCursor']}")

    assert [item["title"] for item in second["queue"]] == ["3", "4"]
    assert [item["title"] for item in third["queue"]] == ["6"]


async def test_participants_come_in_parts(bench: Any, server: Any, http: Any, ann: Any) -> None:
    """So do participants."""
    for name in ("Ben", "Cid"):
        await (await bench.connect(server)).join(ann.code, name)

    assert await walk(http, f"/api/v1/sessions/{ann.code}", "participants", 2, "displayName") == [
        ["Ann", "Ben"],
        ["Cid"],
    ]


async def test_chat_goes_back_further_than_a_session_shows(full: Any) -> None:
    """Chat is read back to its beginning, the newest part first and each part in the order of speaking."""
    client, http, path = full
    for number in range(60):
        await client.ok("chat-message", text=str(number))
    _, answer = await http("GET", f"{path}/chat")
    parts = await walk(http, path, "chat", 25, "text")

    assert [line["text"] for line in answer["chat"]] == [str(number) for number in range(10, 60)]
    assert parts == [[str(n) for n in range(start, end)] for start, end in ((35, 60), (10, 35), (0, 10))]
    assert answer["chat"][0].keys() == {"messageId", "participantId", "displayName", "text", "sentAt"}


async def test_history_has_a_route(full: Any) -> None:
    """What was watched before is listed, newest first."""
    client, http, path = full
    for _ in range(3):
        await client.ok("queue-next")

    assert await walk(http, path, "history", 1, "title") == [["1"], ["0"]]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=-1", "limit=many", "limit=", "limit=9999999999", "cursor=", "cursor=x"]
)
async def test_what_is_no_part_is_refused(full: Any, query: str) -> None:
    """A limit or a cursor that means nothing is a bad request, on every list."""
    _, http, path = full
    for name in ("queue", "participants", "chat", "history"):
        status, answer = await http("GET", f"{path}/{name}?{query}")
        assert (status, answer["error"]["code"]) == (400, "bad-request")
