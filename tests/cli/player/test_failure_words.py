"""Why a thing can't be played, in words for the person."""

from __future__ import annotations

import pytest

from syncwatch_cli.player.failure_words import failure_words


@pytest.mark.parametrize(
    ("file_error", "log", "words"),
    [
        ("unrecognized file format", ["Failed to recognize file format.\n"], "not a video"),
        ("loading failed", ["https: HTTP error 403 Forbidden\n", "Failed to open https://x/y.\n"], "HTTP 403"),
        ("loading failed", ["tcp: Connection to tcp://127.0.0.1:1 failed: Connection refused\n"], "connection refused"),
        ("loading failed", ["http: HTTP error 429 Too Many Requests\n"], "asked too often"),
        ("loading failed", ["http: HTTP error 418 So\n"], "refuses it (HTTP 418)"),
        ("loading failed", ["http: HTTP error 502 So\n"], "in trouble (HTTP 502)"),
        ("loading failed", ["tls: The certificate is not correct.\n"], "certificate is not valid"),
        ("loading failed", ["http: Stream ends prematurely at 1, should be 2\n"], "broke the connection off"),
        ("loading failed", ["Protocol not found\n"], "mpv can't open it: Protocol not found"),
        ("loading failed", [], "mpv can't open it"),
        ("something new", [], "something new"),
    ],
)
def test_the_reason_is_told_as_far_as_mpv_knows_it(file_error: str, log: list[str], words: str):
    """What mpv's log tells comes first, then its error, and an unknown one stands as it is."""
    assert words in failure_words(file_error, log)
