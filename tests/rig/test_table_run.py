"""One short run of the table with real players, and the hands and eyes that it is held with."""

from __future__ import annotations

import csv
import json
import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from benchmarks.readings import HEADER, Reading
from benchmarks.steering import Steering
from benchmarks.watch import Watch

BENCH = Path(__file__).parents[2] / "scripts" / "bench"
LIMIT = 240.0
"""s; generous, for a busy machine."""


def test_a_quick_table_has_every_row(video: Path, tmp_path: Path):
    """Two players go through every part of a run, and each row has its figures; what they are is not asked here."""
    typed = [
        "--quick",
        "--steady",
        "2",
        "--file",
        str(video),
        "--csv",
        str(tmp_path),
        "--markdown",
        str(tmp_path / "t"),
    ]
    told = subprocess.run([str(BENCH), "table", *typed], capture_output=True, text=True, check=False, timeout=LIMIT)
    assert told.returncode == 0, told.stderr
    result = json.loads(told.stdout)

    rows = {row["row"]: {cell["name"]: cell for cell in row["cells"]} for row in result["table"]}
    assert set(rows) == {
        "steady", "start", "play", "seek", "join", "blackout", "current", "pause", "speed", "restarts", "honesty",
        "oscillation", "disturbance",
    }  # fmt: skip
    assert rows["steady"]["p95"]["target"] == 2
    assert rows["pause"]["of"]["measured"] == 3
    assert len(result["runs"][0]["commands"]["trials"]) == 7
    assert {path.name for path in tmp_path.glob("*-seed-1.*")} == {
        "readings-rtt-20ms-seed-1.csv.gz",
        "events-rtt-20ms-seed-1.json.gz",
    }
    assert "steady play" in told.stderr


def test_a_watch_sees_what_is_written_meanwhile(tmp_path: Path, reading: Callable[..., Reading]):
    """Rows are seen as they come, also where a look falls in the middle of one; what is long past is let go."""
    path = tmp_path / "readings.csv"
    with path.open("w", newline="") as file, Watch(path) as watch:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for tick in range(3):
            writer.writerows(reading(player, tick).row() for player in ("p0", "p1"))
        file.write("3,p0,")
        file.flush()

        assert [moment.at for moment in watch.moments(["p0", "p1"])] == [1.0, 2.0]
        assert [moment.at for moment in watch.moments(["p0", "p1"], since=1.5)] == [2.0]


async def test_waiting_for_what_does_not_come_ends(tmp_path: Path):
    """A watch waits no longer than it was told."""
    with Watch(tmp_path / "readings.csv") as watch:
        assert not await watch.until(bool, ["p0"], within=0.0)
        assert await watch.until(lambda _: True, ["p0"], within=0.0)


def test_a_command_is_one_write():
    """A request leaves in one piece, head and body, so that a path that delays each piece delays it once."""
    pieces: list[bytes] = []

    class Server(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            pieces.append(self.rfile.read(int(self.headers["Content-Length"])))
            answer = b'{"playback": {"revision": 1}}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        hand = Steering(f"http://127.0.0.1:{server.server_port}", "ABC-DEF", "token")
        told = hand.command("video-seek", 12.5)
        hand.close()
        thread.join()

    assert told.playback == {"revision": 1}
    assert [json.loads(piece) for piece in pieces] == [{"event": "video-seek", "currentTime": 12.5}]
