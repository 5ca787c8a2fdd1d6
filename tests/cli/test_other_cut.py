"""Another cut, in words."""

from __future__ import annotations

import pytest

from syncwatch_cli.media.files.other_cut import TOLERANCE, other_cut


@pytest.mark.parametrize(
    ("watched", "own"), [(None, 60.0), (60.0, None), (None, None), (60.0, 60.0), (60.0, 62.0), (60.0, 58.0)]
)
def test_nothing_to_tell(watched: float | None, own: float | None) -> None:
    """The same length within two seconds, or one that isn't known, is no other cut."""
    assert other_cut(watched, own) is None


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (5400.0 + 2.1, "2.1 s longer"),
        (5400.0 - 59.0, "59.0 s shorter"),
        (5400.0 + 754.0, "12:34 longer"),
    ],
)
def test_by_how_much(own: float, words: str) -> None:
    """What is told names both lengths, and which is longer by how much."""
    told = other_cut(5400.0, own) or ""

    assert words in told
    assert told.startswith("your copy is another cut")
    assert "1:30:00 that the session watches" in told


def test_the_server_thinks_alike() -> None:
    """Here the same counts as another cut as at the server."""
    from syncwatch_server.services.video_sync_service import DURATION_TOLERANCE

    assert TOLERANCE == DURATION_TOLERANCE
