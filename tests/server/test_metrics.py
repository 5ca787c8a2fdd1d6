"""``/metrics``: what it counts, who may see it, what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from syncwatch_core import messages as wire
from syncwatch_server.live.counts import Counts

VIDEO = "https://media.example/big.mp4"


async def scraped(http: Any, **more: Any) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, in the order of the labels' names."""
    status, text = await http("GET", "/metrics", **more)
    assert status == 200, text
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_sessions_and_people_are_counted(bench: Any, server: Any, http: Any, ann: Any, ben: Any) -> None:
    """Sessions, who is in them, who is away, and connections are told as they are now."""
    await ben.socket.disconnect()
    await ann.hear("participants")
    counts = await scraped(http)

    assert counts["syncwatch_sessions",] == 1
    assert counts["syncwatch_participants", "connected"] == 1
    assert counts["syncwatch_participants", "away"] == 1
    assert counts["syncwatch_connections",] == 1
    assert counts["syncwatch_connections_total",] == 2
    assert counts["process_resident_memory_bytes",] > 1_000_000
    del bench, server


async def test_messages_are_counted_both_ways(http: Any, ann: Any, ben: Any) -> None:
    """Events are counted by name, those to clients once for each recipient, and so are bytes and refusals."""
    before = await scraped(http)
    await ann.ok("chat-message", text="hello")
    await ben.hear("chat-message")
    await ann.call("no-such-event", {})
    await ann.call("clock", {"clientSent": 1.0})
    await ann.ok("client-error", message="the picture is upside down")
    after = await scraped(http)

    def grown(*key: str) -> float:
        return after[key] - before.get(key, 0)

    assert grown("syncwatch_messages_received_total", "chat-message") == 1
    assert grown("syncwatch_messages_received_total", "unknown") == 1
    assert grown("syncwatch_messages_received_total", "clock") == 1
    assert grown("syncwatch_messages_sent_total", "chat-message") == 2
    assert grown("syncwatch_messages_sent_total", "acknowledgement") == 4
    assert grown("syncwatch_errors_total", "bad-request", "socket") == 1
    assert grown("syncwatch_client_errors_total") == 1
    assert grown("syncwatch_received_bytes_total") > 50
    assert grown("syncwatch_sent_bytes_total") > 2 * 50


async def test_requests_are_counted_by_route(http: Any) -> None:
    """Requests are counted by method, route and status, timed by route, never by what a client wrote in a path."""
    await http("GET", "/api/v1/sessions/000-000")
    await http("GET", "/api/v1/sessions/000-001")
    await http("PROPFIND", "/coffee")
    counts = await scraped(http)
    one = "/api/v1/sessions/{code}"

    assert counts["syncwatch_http_requests_total", "GET", one, "404"] == 2
    assert counts["syncwatch_http_requests_total", "OTHER", "nowhere", "404"] == 1
    assert counts["syncwatch_http_request_seconds_count", "GET", one] == 2
    assert counts["syncwatch_http_request_seconds_bucket", "+Inf", "GET", one] == 2
    assert 0 < counts["syncwatch_http_request_seconds_sum", "GET", one] < 20
    assert counts["syncwatch_errors_total", "not-found", "http"] == 3


async def test_streams_are_counted_and_not_timed(bench: Any, server: Any, http: Any, ann: Any) -> None:
    """A stream of events or a WebSocket counts as a request once it is over, and not as a slow answer."""
    async with http.session.get(f"{http.url}/api/v1/sessions/{ann.code}/events") as stream:
        await stream.content.readline()
        await ann.ok("end-session")
        await stream.read()
    await ann.socket.disconnect()
    counts, stream_of = await scraped(http), "/api/v1/sessions/{code}/events"
    while ("syncwatch_http_requests_total", "GET", "/socket.io/", "101") not in counts:
        counts = await scraped(http)

    assert counts["syncwatch_http_requests_total", "GET", stream_of, "200"] == 1
    assert ("syncwatch_http_request_seconds_count", "GET", stream_of) not in counts
    assert ("syncwatch_http_request_seconds_count", "GET", "/socket.io/") not in counts
    del bench, server


async def test_sync_is_counted_as_clients_report_it(http: Any, ann: Any) -> None:
    """Drift, whichever its sign, and its uncertainty are counted while players play, and not while they stand."""
    for state, drift in (("playing", -0.0007), ("playing", 0.03), ("paused", 5.0), ("playing", None)):
        await ann.socket.emit("status", {"state": state, "drift": drift, "uncertainty": 0.0015})
    await ann.ok("get-session")
    counts = await scraped(http)

    assert counts["syncwatch_drift_seconds_count",] == 2
    assert counts["syncwatch_drift_seconds_bucket", "0.0005"] == 0
    assert counts["syncwatch_drift_seconds_bucket", "0.001"] == 1
    assert counts["syncwatch_drift_seconds_bucket", "0.04"] == 2
    assert counts["syncwatch_drift_uncertainty_seconds_bucket", "0.002"] == 2
    assert counts["syncwatch_drift_seconds_sum",] == pytest.approx(0.0307)


async def test_loop_is_watched(bench: Any, server: Any, http: Any) -> None:
    """How late the event loop is gets noted while the server runs."""
    client = await bench.connect(server)
    counts = await scraped(http)
    while counts["syncwatch_event_loop_delay_seconds_count",] < 2:
        await client.call("clock", {"clientSent": 1.0})
        counts = await scraped(http)

    assert counts["syncwatch_event_loop_delay_seconds_sum",] >= 0


async def test_operator_alone_sees_them(bench: Any) -> None:
    """With an operator's token only who shows it sees the figures, from this machine too."""
    server = await bench.start(operator_token="the-operator")
    http = bench.http(server)
    refused, answer = await http("GET", "/metrics")

    assert (refused, answer["error"]["code"]) == (403, "forbidden")
    assert (await scraped(http, token="the-operator"))["syncwatch_sessions",] == 0


async def test_strangers_see_nothing(http: Any) -> None:
    """Without a token who comes through a proxy sees nothing, whatever address the proxy has."""
    status, _ = await http("GET", "/metrics", headers={"X-Forwarded-For": "127.0.0.1"})

    assert status == 403


async def test_openmetrics_is_spoken(http: Any) -> None:
    """Who asks for OpenMetrics gets it."""
    async with http.session.get(http.url + "/metrics", headers={"Accept": "application/openmetrics-text"}) as response:
        assert response.content_type == "application/openmetrics-text"
        assert (await response.text()).endswith("# EOF\n")


def test_everything_counted_has_a_place_beforehand() -> None:
    """Every event of the protocol can be counted; any other name is counted as unknown, so that none makes a series."""
    counts = Counts()
    for event in [*wire.CLIENT_EVENTS, "made-up", None, 5, ["x"]]:
        counts.receive(event)

    assert counts.received == dict.fromkeys(wire.CLIENT_EVENTS, 1) | {"unknown": 4}
    assert counts.sent.keys() == wire.SERVER_EVENTS.keys() | {"acknowledgement"}
