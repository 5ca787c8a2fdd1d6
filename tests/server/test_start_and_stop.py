"""The server as a process and as a guest in another: starting, where it can't, and stopping."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from syncwatch_core.errors import AppError, ErrorCode


async def test_taken_port_is_said_to_be(bench: Any, tmp_path: Path) -> None:
    """A port that is in use is refused with its number and a way out, and the database is let go of."""
    server = await bench.start()
    with pytest.raises(AppError, match=f"port {server.port} is in use") as refusal:
        await bench.start(port=server.port, database_url=f"sqlite:///{tmp_path / 'other.db'}")
    assert "--port" in (refusal.value.hint or "")
    assert refusal.value.code is ErrorCode.FAILED

    await bench.start(database_url=f"sqlite:///{tmp_path / 'other.db'}")


async def test_impossible_port_is_refused(bench: Any) -> None:
    """A number that is no port is refused as wrong usage."""
    with pytest.raises(AppError) as refusal:
        await bench.start(port=70_000)

    assert refusal.value.code is ErrorCode.USAGE


async def test_foreign_address_is_refused(bench: Any) -> None:
    """An address that this machine does not have is refused in words."""
    with pytest.raises(AppError, match=r"can't listen on 192\.0\.2\.1"):
        await bench.start(bind="192.0.2.1")


@pytest.mark.parametrize(("bind", "host"), [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "127.0.0.1")])
async def test_url_is_one_that_this_machine_reaches(bench: Any, bind: str, host: str) -> None:
    """The URL of a server on all interfaces is that of loopback."""
    server = await bench.start(bind=bind)

    assert server.url == f"http://{host}:{server.port}"
    assert (await bench.http(server)("GET", "/health"))[0] == 200


async def test_public_url_is_in_links(bench: Any) -> None:
    """Links begin with the public URL where there is one."""
    server = await bench.start(public_url="https://film.example")
    session = await bench.http(server).create()

    assert session["link"] == f"https://film.example/s/{session['code']}"


async def test_log_that_cannot_be_written_is_said_to_be(bench: Any, tmp_path: Path) -> None:
    """A log file that can't be written is refused with its path."""
    with pytest.raises(AppError, match="the log"):
        await bench.start(log_file=tmp_path / "nowhere" / "server.log")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*command, "-out", cert, "-keyout", key], check=True, capture_output=True)
    return cert, key


async def test_tls_is_spoken(bench: Any, certificate: tuple[Path, Path]) -> None:
    """With a certificate and its key the server speaks HTTPS."""
    server = await bench.start(tls_cert=certificate[0], tls_key=certificate[1])
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/health", ssl=trusting) as response:
        assert response.status == 200
    assert server.url.startswith("https://127.0.0.1:")


async def test_bad_certificate_is_said_to_be(bench: Any, tmp_path: Path) -> None:
    """A certificate that can't be used is refused with its path."""
    with pytest.raises(AppError, match=r"cert\.pem"):
        await bench.start(tls_cert=tmp_path / "cert.pem", tls_key=tmp_path / "key.pem")


class Process:
    """A server as a process of its own."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        paths = os.pathsep.join(path for path in sys.path if path)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "syncwatch_server", *arguments],
            env=os.environ | {"PYTHONPATH": paths} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def first_line(self) -> str:
        """What it says when it accepts."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self, *, within: float = 20.0) -> tuple[int, str]:
        """Its exit code and what it wrote to stderr."""
        _, errors = self.process.communicate(timeout=within)
        return self.process.returncode, errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_process_announces_itself_and_ends_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    """The process says where it listens once it accepts, and ends at once and cleanly when told to."""
    server = Process("--port", "0", "--database-url", f"sqlite:///{tmp_path / 's.db'}")
    line = server.first_line()
    port = int(line.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        server.process.send_signal(number)
        code, errors = server.end()

    assert line == f"listening on http://127.0.0.1:{port}\n"
    assert (code, errors) == (0, "")


def test_process_says_what_is_wrong(tmp_path: Path) -> None:
    """Wrong usage ends with exit code 2, an unusable place with 1, each in words and with a hint."""
    wrong = Process(SYNCWATCH_PORT="many").end()
    (tmp_path / "file").write_text("")
    unusable = Process("--port", "0", "--database-url", f"sqlite:///{tmp_path / 'file' / 's.db'}").end()

    assert [code for code, _ in (wrong, unusable)] == [2, 1]
    assert "SYNCWATCH_PORT" in wrong[1]
    assert "hint: " in unusable[1]
    assert "Traceback" not in wrong[1] + unusable[1]


async def test_clients_come_back_to_a_restarted_server(bench: Any) -> None:
    """A client that reconnects by itself is back after a restart on the same port."""
    server = await bench.start()
    ann = await (await bench.connect(server)).create("Ann")
    await bench.stop(server)
    async with asyncio.timeout(5):
        await ann.gone.wait()
    again = await bench.start(port=server.port)

    await (await bench.connect(again)).join(ann.code, "Ann", participantToken=ann.token)
