"""Positions read from frames, of media without sound."""

from __future__ import annotations

import pytest

from syncwatch_cli.player.connection import Answer, IpcConnection
from syncwatch_cli.player.ipc import Command
from syncwatch_cli.player.sampling import Sampler
from syncwatch_core.controller_events import PlayerSampled


class SilentMpv(IpcConnection):
    """An mpv that plays without sound."""

    def __init__(self) -> None:
        super().__init__(lambda: 0.0, lambda _event, _at: None, lambda: None)

    def post(self, *commands: Command) -> None:
        """Nothing comes of it."""

    def request(self, *commands: Command) -> list[object]:  # type: ignore[override]
        async def answer(command: Command) -> Answer:
            told: dict[str, object] = {"core-idle": False, "get_time_us": 0}
            return Answer(told.get(str(list(command)[-1])), None, 0.0)

        return [answer(command) for command in commands]


async def test_a_frame_is_shown_when_the_next_is_queued_however_long_it_lasts():
    """As ``time-pos`` changes the frame that it told before is shown: frames of all lengths lie on one line."""
    sampler = Sampler(SilentMpv(), lambda: 100.3)
    await sampler.sample(1.0)
    queued = [10.0, 10.04, 10.14, 10.18, 10.38]
    for before, position in zip([9.9, *queued], queued, strict=False):
        sampler.frame_came(position, 90.0 + before)
    sample = await sampler.sample(1.0)

    assert isinstance(sample, PlayerSampled)
    assert sample.position == pytest.approx(sample.at - 90.0)
