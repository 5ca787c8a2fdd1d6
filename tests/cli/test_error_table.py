"""Every error code of the contract, brought about against a real server: exit code, words, hint, and as JSON."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli.diagnostics import EXIT_CODES
from syncwatch_cli.http_api import Api
from syncwatch_core.errors import AppError, ErrorCode
from tests.patience import PATIENCE

FILM = "https://example.org/film.mp4"
ALLOWED = "example.org"
"""The only host of media that the picky server takes."""


@dataclass(frozen=True)
class Scene:
    """Three servers, one person with the whole say, and another with none."""

    server: str
    picky: str
    """A server that takes media of one host only."""
    strict: str
    """A server that lets strangers ask five times in a quarter of an hour."""
    answering: Any
    """What answers with whatever it is told."""
    home: Path

    def made(self, server: str | None = None, **wanted: object) -> tuple[str, Api]:
        """A session of the host's: its link, and the server spoken to as the host."""
        at = server or self.server
        made = Api(at).post("/sessions", wanted)
        return f"{at}/s/{made['code']}", Api(at, token=made["hostToken"])

    def refusing(self, code: str, status: int) -> str:
        """The link of a session whose server refuses everything so."""
        self.answering.status = status
        self.answering.body = json.dumps({"error": {"code": code, "message": "it can't be"}}).encode()
        return f"{self.answering.url}/s/ABC-DEF"


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[str]:
    command = [sys.executable, "-m", "syncwatch_cli.main", "serve", "--port", "0", "--json"]
    command += ["--database-url", f"sqlite:///{folder / 'sessions.db'}"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SYNCWATCH_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=kept | settings, text=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()


@pytest.fixture(scope="module")
def picky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("picky")
    with serving(folder, SYNCWATCH_ALLOWED_DOMAINS=ALLOWED, SYNCWATCH_RATE_LIMIT="off") as url:
        yield url


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("strict"), SYNCWATCH_RATE_LIMIT="5") as url:
        yield url


@pytest.fixture
def scene(server: str, picky: str, strict: str, answering: Any, home: Path) -> Scene:
    return Scene(server, picky, strict, answering, home)


# --- how each comes about: what is done before, and the command line that fails ---


def bad_request(scene: Scene) -> list[str]:
    return ["create", "--server", scene.server, "--title", "x" * 1000]


def not_found(scene: Scene) -> list[str]:
    return ["status", f"{scene.server}/s/ZZZ-ZZZ"]


def wrong_password(scene: Scene) -> list[str]:
    return ["status", scene.made(password="secret")[0]]


def forbidden(scene: Scene) -> list[str]:
    return ["pause", scene.made(control="host", url=FILM)[0]]


def locked(scene: Scene) -> list[str]:
    link, host = scene.made()
    host.request("PATCH", f"/sessions/{link[-7:]}", {"locked": True})
    return ["join", link, "--player", "none"]


def conflict(scene: Scene) -> list[str]:
    return ["play", scene.refusing("conflict", 409)]


def rate_limited(scene: Scene) -> list[str]:
    stranger = Api(scene.strict)
    for _ in range(6):
        with suppress(AppError):
            stranger.get("/time")
    return ["status", f"{scene.strict}/s/ZZZ-ZZZ"]


def ended(scene: Scene) -> list[str]:
    link, host = scene.made()
    host.delete(f"/sessions/{link[-7:]}")
    return ["status", link]


def kicked(scene: Scene) -> list[str]:
    link, host = scene.made()
    command = [sys.executable, "-m", "syncwatch_cli.main", "join", link, "--json", "--player", "none", "--name", "Bo"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as joined:
        assert joined.stdout is not None
        seat = json.loads(joined.stdout.readline())["participantId"]
        host.delete(f"/sessions/{link[-7:]}/participants/{seat}?ban=1")
        joined.communicate(timeout=PATIENCE)
        assert joined.returncode == EXIT_CODES[ErrorCode.KICKED]
    return ["join", link, "--player", "none", "--name", "Bo"]


def server_error(scene: Scene) -> list[str]:
    return ["status", scene.refusing("server-error", 500)]


def protocol(scene: Scene) -> list[str]:
    return ["status", scene.refusing("protocol", 400)]


def unsupported_url(scene: Scene) -> list[str]:
    return ["load", scene.made()[0], "ftp://example.org/film.mp4"]


def blocked_url(scene: Scene) -> list[str]:
    return ["load", scene.made(scene.picky)[0], "https://elsewhere.example/film.mp4"]


def unreachable_url(scene: Scene) -> list[str]:
    return ["load", scene.refusing("unreachable-url", 422), FILM]


def file_not_found(scene: Scene) -> list[str]:
    return ["load", scene.made()[0], "missing.mkv"]


def unresolvable(scene: Scene) -> list[str]:
    (scene.home / "garbage.mkv").write_bytes(b"this is no film" * 1000)
    silent = ["--mpv-arg=--vo=null", "--mpv-arg=--ao=null"]
    return ["join", scene.made(url=FILM)[0], "--file", "garbage.mkv", *silent]


def usage(scene: Scene) -> list[str]:
    return ["status", f"{scene.server}/s/bad!"]


def failed(scene: Scene) -> list[str]:
    (scene.home / "config.toml").write_text("")
    return ["config", "init"]


def server_unreachable(_: Scene) -> list[str]:
    return ["status", "http://127.0.0.1:9/s/ABC-DEF"]


def player_missing(scene: Scene) -> list[str]:
    return ["join", scene.made()[0], "--mpv", str(scene.home / "no-mpv")]


def player_died(scene: Scene) -> list[str]:
    return ["join", scene.made(url=FILM)[0], "--mpv-arg=--no-such-option"]


TABLE: dict[ErrorCode, tuple[int, Callable[[Scene], list[str]]]] = {
    ErrorCode.BAD_REQUEST: (2, bad_request),
    ErrorCode.NOT_FOUND: (6, not_found),
    ErrorCode.WRONG_PASSWORD: (6, wrong_password),
    ErrorCode.FORBIDDEN: (6, forbidden),
    ErrorCode.LOCKED: (6, locked),
    ErrorCode.CONFLICT: (6, conflict),
    ErrorCode.RATE_LIMITED: (6, rate_limited),
    ErrorCode.ENDED: (6, ended),
    ErrorCode.KICKED: (6, kicked),
    ErrorCode.SERVER_ERROR: (1, server_error),
    ErrorCode.PROTOCOL: (1, protocol),
    ErrorCode.UNSUPPORTED_URL: (5, unsupported_url),
    ErrorCode.BLOCKED_URL: (5, blocked_url),
    ErrorCode.UNREACHABLE_URL: (5, unreachable_url),
    ErrorCode.FILE_NOT_FOUND: (5, file_not_found),
    ErrorCode.UNRESOLVABLE: (5, unresolvable),
    ErrorCode.USAGE: (2, usage),
    ErrorCode.FAILED: (1, failed),
    ErrorCode.SERVER_UNREACHABLE: (3, server_unreachable),
    ErrorCode.PLAYER_MISSING: (4, player_missing),
    ErrorCode.PLAYER_DIED: (4, player_died),
}

STARTED_BEFORE = {ErrorCode.PLAYER_DIED, ErrorCode.UNRESOLVABLE}
"""Those that end a session which was joined already: stdout has the lines of that."""


def said(*arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the command, as its own process."""
    command = [sys.executable, "-m", "syncwatch_cli.main", *arguments]
    ran = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    return ran.returncode, ran.stdout, ran.stderr


def test_the_table_is_whole() -> None:
    """Each error code that there is stands in the table."""
    assert set(TABLE) == set(ErrorCode)


@pytest.mark.parametrize("code", TABLE, ids=lambda code: code.value)
def test_an_error(scene: Scene, code: ErrorCode) -> None:
    """An error has its exit code, a line of words, a hint, nothing on stdout, no traceback, and is one JSON object."""
    expected, arrange = TABLE[code]
    command = arrange(scene)

    exit_code, out, words = said(*command)
    error_line, _, hint = words[words.index("syncwatch: error: ") :].partition("\n\nhint: ")

    assert exit_code == expected, words
    assert error_line.startswith("syncwatch: error: ")
    assert len(error_line.splitlines()) == 1 or code is ErrorCode.PLAYER_DIED  # mpv's own last words
    assert hint.strip()
    assert "Traceback" not in words
    assert out == "" or code in STARTED_BEFORE

    json_code, json_out, json_words = said(*command, "--json")
    error = json.loads(json_words.splitlines()[-1])["error"]

    assert json_code == expected
    assert error["code"] == code.value
    assert error["message"]
    assert error["hint"]
    assert json_out == "" or code in STARTED_BEFORE
