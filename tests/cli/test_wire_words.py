"""What a server says of a wrong payload, in words for people."""

from typing import Any

import msgspec
import pytest

from syncwatch_cli.wire_words import in_words
from syncwatch_core import messages as wire


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Expected `str` of length <= 300 - at `$.title`", "the title must have at most 300 characters"),
        ("Expected `str` of length >= 1 - at `$.displayName`", "the display name must not be empty"),
        ("Expected `array` of length <= 100 - at `$.items`", "the items must have at most 100 items"),
        ("Expected `float`, got `str` - at `$.currentTime`", "the current time must be a number"),
        ("Expected `float | null`, got `str` - at `$.items[0].duration`", "the duration must be a number"),
        ("Expected `float` >= 0.25 - at `$.rate`", "the rate must be at least 0.25"),
        ("Expected `object`, got `array`", "what was sent must be an object"),
        ("there is no session ABC-DEF", "there is no session ABC-DEF"),
        ("Expected the unexpected", "Expected the unexpected"),
    ],
)
def test_words(said: str, told: str) -> None:
    """Types and paths become words; what is in words already stays."""
    assert in_words(said) == told


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (wire.CreateSession, {"displayName": "x" * 1000}),
        (wire.CreateSession, {"displayName": 3}),
        (wire.VideoRate, {"rate": "fast"}),
        (wire.VideoRate, {"rate": 99.0}),
        (wire.VideoSeek, {"currentTime": "soon"}),
    ],
)
def test_words_of_the_real_checks(kind: Any, payload: dict) -> None:
    """What msgspec says of the protocol's own messages is understood, in the version that is installed."""
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(payload, kind, strict=True)

    assert "`" not in in_words(str(caught.value))


def test_a_server_s_refusal(syncwatch: Any, server: str) -> None:
    """A title that is too long is refused in words."""
    ran = syncwatch("create", "--server", server, "--title", "x" * 1000)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("syncwatch: error: the title must have at most 300 characters\n")
