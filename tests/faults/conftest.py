"""What the tests of faults share: people, as in the end-to-end tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.people import People


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """Whoever takes part; what they started is ended with the test."""
    everybody = People(tmp_path)
    yield everybody
    everybody.go_home()
