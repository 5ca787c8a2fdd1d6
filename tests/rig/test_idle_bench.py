"""The measurement of what watching costs the client."""

import json

import pytest

from benchmarks import idle_bench


def test_it_measures_the_real_thing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """A real `join` on a terminal watches with three others, and its time is told apart from its mpv's, as JSON."""
    monkeypatch.setattr(idle_bench, "SETTLES", 0.0)
    with pytest.raises(SystemExit):
        idle_bench.main(["--seconds", "1"])
    told = json.loads(capsys.readouterr().out)

    assert told["participants"] == 4
    assert told["clientPercent"] >= 0
    assert told["mpvPercent"] >= 0
    assert told["passed"] is (told["clientPercent"] <= told["limit"])
