"""`events` through the death of the server."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli import own_network
from syncwatch_cli.http_api import Api


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., Any]]:
    with ExitStack() as running:

        def begin(*arguments: str) -> Any:
            command = [sys.executable, "-m", "syncwatch_cli.main", *arguments]
            process = running.enter_context(
                subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=home)
            )
            running.callback(process.kill)
            return process

        yield begin


def test_a_server_that_comes_back(start: Callable[..., Any], home: Path) -> None:
    """A follower outlives kill -9 of the server, and begins anew with the whole session once it is back."""
    port = str(own_network.any_port())
    serve = ("serve", "--port", port, "--database-url", f"sqlite:///{home / 'sessions.db'}")
    url = f"http://127.0.0.1:{port}"
    server = start(*serve)
    server.stdout.readline()
    code = Api(url).post("/sessions", {})["code"]
    follower = start("events", code, "--server", url)
    before = json.loads(follower.stdout.readline())

    server.kill()
    server.wait()
    start(*serve).stdout.readline()
    after = json.loads(follower.stdout.readline())

    assert (before["event"], after["event"], after["code"]) == ("session", "session", code)
    assert "trying again" in follower.stderr.readline()


def test_a_server_that_stays_away(
    start: Callable[..., Any], home: Path, syncwatch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that does not come back is exit code 3 in the end."""
    monkeypatch.setattr("syncwatch_cli.commands.events.PATIENCE", 0.0)
    server = start("serve", "--port", "0", "--json", "--database-url", f"sqlite:///{home / 'sessions.db'}")
    url = json.loads(server.stdout.readline())["url"]
    code = Api(url).post("/sessions", {})["code"]

    def one_event_and_gone(self: Api, code: str) -> Iterator[tuple[str, dict[str, Any]]]:
        yield "session", self.session(code)
        server.kill()
        server.wait()
        self.session(code)

    monkeypatch.setattr(Api, "events", one_event_and_gone)

    assert syncwatch("events", code, "--server", url).code == 3
