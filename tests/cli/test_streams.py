"""stdout is data, stderr is words, and both stay clean of each other."""

import json
import ssl
import subprocess
import sys
from typing import Any

import pytest
import trustme

from syncwatch_core import __version__

HINTED = ["syncwatch: error: can't reach the server at http://127.0.0.1:9: nothing listens there", ""]


def test_an_error_in_words(syncwatch: Any) -> None:
    """An error is a line, a blank line and a hint."""
    ran = syncwatch("status", "ABC-DEF")

    first, blank, hint = ran.err.splitlines()
    assert [first, blank] == HINTED
    assert hint.startswith("hint: ")


@pytest.mark.parametrize("arguments", [["--json", "status", "ABC-DEF"], ["status", "ABC-DEF", "--json"]])
def test_an_error_in_json(syncwatch: Any, arguments: list[str]) -> None:
    """With --json, before or after the command, an error is one object with code, message and hint."""
    error = json.loads(syncwatch(*arguments).err)["error"]

    assert list(error) == ["code", "message", "hint"]
    assert error["code"] == "server-unreachable"


def test_a_wrong_command_line_in_json(syncwatch: Any) -> None:
    """What can't even be parsed is answered in JSON too, if JSON was asked for."""
    assert json.loads(syncwatch("status", "--json").err)["error"]["code"] == "usage"


def test_text_after_two_dashes_is_no_option(syncwatch: Any) -> None:
    """A --json after -- is text, and the error comes in words."""
    assert syncwatch("chat", "ABC-DEF", "--", "--json").err.startswith("syncwatch: error: ")


def test_a_limit_says_when_to_return(syncwatch: Any, answering: Any) -> None:
    """Who was too fast is told when to try again, in words and in JSON."""
    answering.status = 429
    answering.body = b'{"error": {"code": "rate-limited", "message": "slower", "retryAfter": 12}}'
    told = ["status", "ABC-DEF", "--server", answering.url]

    assert "hint: try again in 12 s" in syncwatch(*told).err
    assert json.loads(syncwatch(*told, "--json").err)["error"]["retryAfter"] == 12


def test_another_program_answers(syncwatch: Any, answering: Any) -> None:
    """What answers in anything but the protocol is no SyncWatch server: exit code 3."""
    answering.status, answering.body = 404, b"<html>nginx</html>"

    ran = syncwatch("status", "ABC-DEF", "--server", answering.url)

    assert ran.code == 3
    assert "is not a SyncWatch server (HTTP 404)" in ran.err


def test_a_redirect_names_the_way(syncwatch: Any, answering: Any) -> None:
    """A server that moved is not followed with a token in hand; the hint says where it went."""
    answering.status, answering.body = 301, b""
    answering.headers = {"Location": "https://watch.example.org/api/v1/sessions/ABC-DEF"}

    ran = syncwatch("status", "ABC-DEF", "--server", answering.url)

    assert ran.code == 3
    assert "hint: try --server https://watch.example.org" in ran.err


def test_https_asked_of_http(syncwatch: Any, server: str) -> None:
    """A server without TLS that is asked by https is told as that, with the address that works."""
    ran = syncwatch("status", "ABC-DEF", "--server", server.replace("http://", "https://"))

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines()[0].endswith(" does not speak https")
    assert f"hint: try --server {server}\n" in ran.err


def test_an_unknown_certificate(syncwatch: Any, answering: Any) -> None:
    """A server whose certificate nobody here vouches for is refused in words, not in those of OpenSSL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    answering.socket = context.wrap_socket(answering.socket, server_side=True)
    url = answering.url.replace("http://", "https://")

    ran = syncwatch("status", "ABC-DEF", "--server", url)

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"syncwatch: error: the certificate of {url} is not accepted: ")
    assert "_ssl.c" not in ran.err


def test_secrets_are_not_traced(syncwatch: Any, answering: Any) -> None:
    """The wire log of --debug shows neither tokens nor passwords."""
    answering.body = b'{"code": "ABC-DEF", "link": "http://x/s/ABC-DEF", "hostToken": "tell-nobody"}'

    ran = syncwatch("create", "--server", answering.url, "--debug")

    assert '"hostToken": "…"' in ran.err
    assert "tell-nobody" not in ran.err


def test_version(syncwatch: Any) -> None:
    """--version works everywhere and is data."""
    assert syncwatch("--version").out == f"syncwatch {__version__}\n"
    assert syncwatch("join", "--version").out == f"syncwatch {__version__}\n"


def test_a_reader_that_has_read_enough() -> None:
    """A closed stdout ends the command quietly and without failure."""
    command = [sys.executable, "-m", "syncwatch_cli.main", "config", "path"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()

        assert (process.stderr.read(), process.wait(timeout=30)) == ("", 0)


def test_a_full_disk() -> None:
    """Output that can't be written is a failure with words, not a traceback."""
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 a device
        command = [sys.executable, "-m", "syncwatch_cli.main", "config", "path"]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=30)

    assert ran.returncode == 1
    assert ran.stderr.startswith("syncwatch: error: No space left on device")
