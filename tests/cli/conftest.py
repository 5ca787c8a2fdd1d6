"""A person's computer for the tests: its own state, config and environment, and the command itself."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli import diagnostics, main
from syncwatch_cli.diagnostics import Manner
from syncwatch_cli.media.files.file_memory import NAME, FileMemory
from tests.serving import serving


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in [name for name in os.environ if name.startswith("SYNCWATCH_") or name in ("NO_COLOR", "FORCE_COLOR")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("SYNCWATCH_STATE_DIR", str(folder / "state"))
    monkeypatch.setenv("SYNCWATCH_CONFIG", str(folder / "config.toml"))
    # A port on which nothing listens, so that no test meets a server that happens to run here.
    monkeypatch.setenv("SYNCWATCH_SERVER", "http://127.0.0.1:9")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(autouse=True)
def manner(monkeypatch: pytest.MonkeyPatch) -> Manner:
    """How a fresh process speaks: the last test's ``--json`` is not this one's."""
    fresh = Manner()
    monkeypatch.setattr(diagnostics, "manner", fresh)
    return fresh


@pytest.fixture
def syncwatch(capsys: pytest.CaptureFixture[str]):
    """The command, run in this process."""

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        code = main.run(arguments)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


class Answering(ThreadingHTTPServer):
    """A server that gives one answer to whatever is asked, for answers that no real server gives on demand."""

    status = 200
    headers: dict[str, str] = {"Content-Type": "application/json"}
    body = b"{}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Answering)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(server.status)
        for name, value in server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(server.body)))
        self.end_headers()
        self.wfile.write(server.body)

    do_POST = do_DELETE = do_GET  # noqa: N815 the names that http.server calls

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def answering():
    with serving(Answering(("127.0.0.1", 0), _Handler)) as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server as its own process; gives its URL."""
    folder = tmp_path_factory.mktemp("server")
    command = [sys.executable, "-m", "syncwatch_cli.main", "serve", "--port", "0", "--json"]
    command += ["--database-url", f"sqlite:///{folder / 'sessions.db'}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SYNCWATCH_")}
    environment |= {"SYNCWATCH_CONFIG": str(folder / "none.toml"), "SYNCWATCH_RATE_LIMIT": "off"}
    environment["SYNCWATCH_FETCH_METADATA"] = "off"
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout is not None
        listening = json.loads(process.stdout.readline())
        yield listening["url"]
        process.terminate()
        assert process.wait(timeout=20) == 0


@pytest.fixture
def cli(syncwatch: Any, server: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A command that must go well; gives what it printed, as JSON where it was asked for."""
    monkeypatch.setenv("SYNCWATCH_SERVER", server)

    def run(*arguments: str) -> Any:
        ran = syncwatch(*arguments)
        assert (ran.code, ran.err) == (0, "")
        return json.loads(ran.out) if "--json" in arguments else ran.out

    return run


@pytest.fixture
def code(cli: Callable[..., Any]) -> str:
    """The code of a session of its own, which watches a link."""
    made: str = cli("create", "https://example.org/film.mp4").strip()
    return made


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """A media folder, which is not the current one."""
    folder = tmp_path / "films"
    folder.mkdir()
    return folder


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[FileMemory]:
    """The memory of files, in a file of its own."""
    memory = FileMemory(tmp_path / "cache" / NAME)
    yield memory
    memory.close()
