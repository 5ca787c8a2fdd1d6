"""Positions as people write them."""

import pytest

from syncwatch_cli.positions import parse_position
from syncwatch_core.errors import AppError, ErrorCode


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("90", 90),
        ("90.5", 90.5),
        (".5", 0.5),
        ("1:30", 90),
        ("90:00", 5400),
        ("1:02:03.25", 3723.25),
        (" 12 ", 12),
        ("+10", 110),
        ("-10", 90),
        ("+1:30", 190),
        ("-0.5", 99.5),
        ("-1:00:00", 0),
    ],
)
def test_read(text: str, expected: float) -> None:
    """Seconds, mm:ss and h:mm:ss are places; with a sign they are a way from 100 s, and never before the beginning."""
    assert parse_position(text).from_position(100.0) == expected


@pytest.mark.parametrize("text", ["", "soon", "1:60", "1:60:00", "1:2:3:4", "--1", "1e3", "inf", "nan", "1:-2", "١"])
def test_refused(text: str) -> None:
    """What is no position is a usage error."""
    with pytest.raises(AppError) as refused:
        parse_position(text)

    assert refused.value.code is ErrorCode.USAGE
