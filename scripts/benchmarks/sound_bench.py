"""``scripts/bench sound``: the players' sound, recorded on one clock, against their own word.

Each player sounds on a channel of its own of a sound server that has no sound card, and every channel is compared with
the film's own sound. Nothing that a player says of itself enters.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from benchmarks.processes import Speaker
from benchmarks.pulse import BOTH, POSITIONS, Recording, open_pulse, recorded
from benchmarks.skew import spread
from benchmarks.sound_correlation import KnownSound, followed
from benchmarks.witness import Sight
from benchmarks.witness_bench import Control, Evidence, Witness, run
from benchmarks.witness_film import SAMPLE_RATE, sound_of, witness_film
from benchmarks.witness_stage import COMING, Outfit, WitnessSettings, hold, names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WINDOW = 0.025
"""s of sound that are compared at once: short, so that a nudge does not blur it, and still far above chance."""

HOP = 0.1
"""s from one window to the next."""

SPAN = 0.2
"""s around a window from which the observer's readings are taken; it reads ten times a second."""

NULL_LIMIT_MS = 0.02
"""A sample: what two channels with one and the same sound may differ by."""


async def measure(settings: WitnessSettings, number: int, folder: Path) -> Evidence:
    """One run, heard; raises ``RigError``."""
    players = names(settings)
    film = await asyncio.to_thread(witness_film, settings.film_seconds)
    with open_pulse(folder, players) as server:
        options = {player: ("--ao=pulse", f"--audio-device=pulse/{player}") for player in players}
        outfit = Outfit(options, {"PULSE_SERVER": server.address})
        async with recorded(server) as recording:
            record = await hold(settings, number, folder, film, outfit)
    return Evidence(record, await asyncio.to_thread(heard, recording, film, players), SPAN)


def heard(recording: Recording, film: Path, players: Sequence[str]) -> list[Sight]:
    """Where in the film each player was heard, channel by channel; raises ``CalledProcessError``."""
    known = KnownSound(sound_of(film), SAMPLE_RATE)
    samples = recording.samples
    window, hop = int(WINDOW * SAMPLE_RATE), int(HOP * SAMPLE_RATE)
    positions: dict[int, dict[str, float]] = {}
    for channel, player in enumerate(players):
        for first, place in followed(samples[:, channel], known, window, hop):
            if place is not None:
                positions.setdefault(first, {})[player] = (place.start + window / 2) / SAMPLE_RATE
    return [
        Sight(recording.began_at + (first + window / 2) / SAMPLE_RATE, positions[first]) for first in sorted(positions)
    ]


async def null_test(seconds: float, folder: Path) -> dict[str, Any]:
    """One player on two channels for ``seconds``, which must sound at one time; raises ``RigError``."""
    film = await asyncio.to_thread(witness_film, seconds + COMING)
    pair = ["left", "right"]
    with open_pulse(folder, []) as server:
        async with recorded(server) as recording:
            quiet = ["--no-config", "--no-terminal", "--vo=null", "--ao=pulse", f"--audio-device=pulse/{BOTH}"]
            mpv = await Speaker.start("mpv", ["mpv", *quiet, "--", str(film)], folder, server.environment)
            await asyncio.sleep(seconds)
            await mpv.stop(by_signal=True)
    sights = await asyncio.to_thread(heard, recording, film, pair)
    apart = spread([sight.worst_pair for sight in sights if sight.complete(pair)], 1000, digits=4)
    passed = apart["max"] is not None and apart["max"] <= NULL_LIMIT_MS
    return {"test": "null", "passed": passed, "limitMs": NULL_LIMIT_MS, "apartMs": apart, "samples": len(sights)}


SOUND = Witness(
    name="sound",
    description="How far apart real players sound, by their recorded sound, beside what they say of themselves.",
    most_players=len(POSITIONS),
    measure=measure,
    null_test=null_test,
    control=Control(device_delay=0.020, limit_ms=1.0),
)


def main() -> None:
    """Measure by ear and print the result."""
    run(SOUND)


if __name__ == "__main__":
    main()
