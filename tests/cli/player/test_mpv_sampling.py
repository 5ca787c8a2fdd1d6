"""Samples of a real mpv lie on the line that it plays along, on whatever clock."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

import pytest

from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_core.controller_events import PlayerPrimed, PlayerSampled
from tests.cli.player.hands import SILENT_AND_DARK, Diary, Person, until
from tests.patience import PATIENCE

LOOSELY = 0.02
"""Seconds: far above what is measured (0.0001), so that a busy machine can't fail these."""


async def samples_of(player: MpvPlayer, wanted: int) -> list[PlayerSampled]:
    samples: list[PlayerSampled] = []
    async with asyncio.timeout(PATIENCE):
        while len(samples) < wanted:
            await asyncio.sleep(0.1)
            sample = await player.sample()
            if sample is not None:
                samples.append(sample)
    return samples


def residuals(samples: list[PlayerSampled], rate: float) -> list[float]:
    """How far each lies from their common line of that rate, s."""
    starts = [sample.position - rate * sample.at for sample in samples]
    middle = statistics.median(starts)
    return [start - middle for start in starts]


@pytest.mark.parametrize("name", ["film", "silent", "sound"])
@pytest.mark.parametrize("rate", [1.0, 1.5])
async def test_samples_lie_on_a_line(player: MpvPlayer, diary: Diary, media: dict[str, Path], name: str, rate: float):
    """Samples of playing media, with sound or without, lie on a line of its rate."""
    player.load(str(media[name]), 5.0)
    await diary.next(PlayerPrimed)
    player.set_rate(rate, keep_pitch=rate != 1, session_rate=rate)
    player.unpause()
    await asyncio.sleep(1)
    wrong = residuals(await samples_of(player, 10), rate)

    assert statistics.median(map(abs, wrong)) < LOOSELY


@pytest.mark.parametrize("name", ["film", "silent"])
async def test_samples_begin_where_the_media_stood(player: MpvPlayer, diary: Diary, media: dict[str, Path], name: str):
    """The line, drawn back to the instant of the play, passes the frame that the media stood on."""
    player.load(str(media[name]), 5.0)
    primed = await diary.next(PlayerPrimed)
    latest = []
    for _ in range(5):
        player.unpause()
        started_at = time.monotonic()
        await asyncio.sleep(0.5)
        samples = await samples_of(player, 3)
        latest.append(statistics.median(s.position - (s.at - started_at) for s in samples) - primed.position)
        player.load(str(media[name]), 5.0)
        diary.clear()
        primed = await diary.next(PlayerPrimed)

    # A frame lasts 0.042 s: taking the queued frame for the one shown would fail this.
    assert abs(statistics.median(latest)) < LOOSELY


@pytest.mark.parametrize("skew", [-100e-6, 100e-6])
async def test_samples_are_told_on_our_own_clock(
    player_class: type[MpvPlayer], diary: Diary, media: dict[str, Path], skew: float
):
    """On a clock that is an hour and 100 ppm off, a sample's instant is that clock's, between question and answer."""
    began_at = time.monotonic()

    def clock() -> float:
        return 3600 + began_at + (1 + skew) * (time.monotonic() - began_at)

    player = player_class(diary.write, clock, extra_args=SILENT_AND_DARK)
    await player.start()
    player.load(str(media["film"]), 5.0)
    await diary.next(PlayerPrimed)
    player.unpause()
    await asyncio.sleep(0.5)
    samples: list[PlayerSampled] = []
    while len(samples) < 10:
        asked_at = clock()
        sample = await player.sample()
        if sample is not None:
            assert asked_at - 0.001 <= sample.at <= clock() + 0.001
            samples.append(sample)
        await asyncio.sleep(0.1)
    await player.close()

    assert statistics.median(map(abs, residuals(samples, 1 / (1 + skew)))) < LOOSELY


@pytest.mark.usefixtures("film")
async def test_nothing_that_stands_is_sampled(player: MpvPlayer, person: Person):
    """Paused, just after a pause, just after a seek and without media there is no sample."""
    assert await player.sample() is None
    player.unpause()
    await person.sees_become("core-idle", wanted=False)
    await samples_of(player, 1)
    player.seek(30.0)
    assert await player.sample() is None
    player.pause()
    assert await player.sample() is None
    player.unload()
    assert await player.sample() is None


@pytest.mark.usefixtures("film")
async def test_what_is_buffered_is_told(player: MpvPlayer):
    """The seconds that lie buffered ahead are known while media is loaded, and not without."""

    async def buffered() -> bool:
        return (await player.buffered_for() or 0) > 0.5

    await until(buffered)
    player.unload()

    async def unknown() -> bool:
        return await player.buffered_for() is None

    await until(unknown)
