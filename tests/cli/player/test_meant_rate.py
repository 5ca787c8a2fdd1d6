"""Which session rate a person means by the speed they set."""

from __future__ import annotations

import pytest

from syncwatch_cli.player.meant_rate import meant_rate


@pytest.mark.parametrize(
    ("observed", "written", "session_rate", "meant"),
    [
        (1.1, 1.0, 1.0, 1.1),
        (1.100330, 1.0003, 1.0, 1.1),
        (0.909364, 1.0003, 1.0, 0.90909),
        (1.209637, 1.09967, 1.1, 1.21),
        (2.0006, 1.0003, 1.0, 2.0),
        (1.0, 1.0003, 1.0, 1.0),
        (1.0, 1.50042, 1.5, 1.0),
        (1.25, 0.9998, 1.0, 1.25),
        (1.1003, 1.0003, 1.0, 1.1),
        (1.507, 1.37, 1.37, 1.507),
        (1.508809, 1.3716447, 1.37, 1.507),
        (16.0, 1.0, 1.0, 4.0),
        (0.01, 1.0, 1.0, 0.25),
    ],
)
def test_the_nudge_is_taken_out_of_what_the_person_set(
    observed: float, written: float, session_rate: float, meant: float
):
    """A factor or a step counts from the session's rate, a round speed stands, all within a session's bounds."""
    assert meant_rate(observed, written, session_rate) == pytest.approx(meant, abs=1e-5)
