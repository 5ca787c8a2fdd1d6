"""The measurement of how fast links are recognised."""

import json

import pytest

from benchmarks import url_bench


def test_no_two_links_are_alike():
    """Each link is a new one, whichever number is asked for."""
    links = url_bench.fresh_links(2500)

    assert len(set(links)) == 2500


@pytest.mark.parametrize(("promised", "code"), [(1, 0), (10**12, 1)])
def test_below_the_promise_it_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], promised: int, code: int
):
    """The figures are printed, and the exit code says whether they are enough."""
    monkeypatch.setattr(url_bench, "AT_LEAST", promised)

    assert url_bench.main(["--links", "500", "--json"]) == code
    figures = json.loads(capsys.readouterr().out)
    assert figures["links"] == 500
    assert 0 < figures["refused"] < 500
    assert figures["linksPerSecond"] == round(500 / figures["seconds"])


def test_words(capsys: pytest.CaptureFixture[str]):
    """Without --json the figures are a line of words."""
    url_bench.main(["--links", "100"])

    assert "links a second" in capsys.readouterr().out
