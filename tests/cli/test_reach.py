"""Whom a link reaches is said, with a way to reach the others."""

import pytest

from syncwatch_cli.reach import reach_in_words


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("http://127.0.0.1:8765/s/ABC-DEF", "Only this computer"),
        ("http://192.168.1.7:8765/s/ABC-DEF", "Whoever is in your network"),
        ("http://93.184.215.14:8765/s/ABC-DEF", "Whoever can reach 93.184.215.14"),
    ],
)
def test_the_reach_of_a_link(link: str, words: str) -> None:
    """The words say whom a link reaches."""
    assert reach_in_words(link, 8765).startswith(words)


def test_the_way_beyond_the_router() -> None:
    """A link of one's own network comes with the ways to let in friends beyond the router."""
    words = reach_in_words("http://192.168.1.7:9000/s/ABC-DEF", 9000)

    assert "ssh -R 0.0.0.0:9000:127.0.0.1:9000" in words
    assert "--public-url" in words


def test_a_tunnel_that_is_installed() -> None:
    """A tunnel program is named only where it is installed, with its command for this port."""
    link = "http://192.168.1.7:9000/s/ABC-DEF"
    with_one = reach_in_words(link, 9000, lambda program: program if program == "cloudflared" else None)
    without = reach_in_words(link, 9000, lambda _: None)

    assert "cloudflared tunnel --url http://127.0.0.1:9000" in with_one
    assert "ngrok" not in with_one
    assert "cloudflared" not in without
