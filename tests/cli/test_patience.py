"""What people are told while the server is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from syncwatch_cli import patience
from syncwatch_core.errors import AppError, ErrorCode


class Wait:
    """A wait in a time of its own, which passes at once; ``playing``: what is answered, one look after the other."""

    def __init__(self, playing: Iterator[bool]) -> None:
        self.passed = 0.0
        self.said: list[tuple[float, str]] = []
        self._playing = playing

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
        self.passed += seconds

    async def ends(self) -> AppError:
        """Wait to the end, and give it."""
        with pytest.raises(AppError) as gone:
            await patience.wait_for_server(
                lambda _, words: self.said.append((self.passed, words)), lambda: next(self._playing)
            )
        return gone.value


def waiting(monkeypatch: pytest.MonkeyPatch, *playing: bool) -> Wait:
    wait = Wait(iter(playing))
    monkeypatch.setattr(asyncio, "sleep", wait.sleep)
    return wait


async def test_the_server_is_called_gone_and_given_up(monkeypatch: pytest.MonkeyPatch):
    """A server that stays away is called gone after ten seconds, and given up after five minutes."""
    wait = waiting(monkeypatch, False, False)
    fault = await wait.ends()

    assert wait.said == [(10.0, "the server is gone; trying again, ^C to leave")]
    assert wait.passed == 300.0
    assert (fault.code, fault.message) == (ErrorCode.SERVER_UNREACHABLE, "the server has been gone for 5 minutes")


async def test_nobody_is_cut_off_in_the_middle_of_the_film(monkeypatch: pytest.MonkeyPatch):
    """What plays is played on, however long the server is gone, and that is said."""
    wait = waiting(monkeypatch, True, True, True, False)
    await wait.ends()

    assert wait.said[1:] == [(300.0, "the server has been gone for 5 minutes; playing on to the end, ^C to leave")]
    assert wait.passed == 302.0
