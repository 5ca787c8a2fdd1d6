"""``scripts/bench picture``: the players' windows on one screen, filmed by one camera, against their own word.

Every frame of the film shows its number as a barcode. Nothing that a player says of itself enters.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from benchmarks.media import FRAME_RATE
from benchmarks.picture_changes import SPAN, frames_apart, sights
from benchmarks.picture_screen import filmed, open_screen, window_options
from benchmarks.processes import Speaker, private_environment
from benchmarks.witness_bench import Control, Evidence, Witness, run
from benchmarks.witness_film import witness_film
from benchmarks.witness_stage import COMING, Outfit, WitnessSettings, hold, names

if TYPE_CHECKING:
    from pathlib import Path

MOST_PLAYERS = 4
"""Windows that a small machine draws in time."""

TWICE = "--vf=lavfi=[split[left][right];[left][right]hstack]"
"""Option for an mpv whose one window shows the film twice, side by side."""


async def measure(settings: WitnessSettings, number: int, folder: Path) -> Evidence:
    """One run, filmed; raises ``RigError``."""
    players = names(settings)
    film = await asyncio.to_thread(witness_film, settings.film_seconds)
    with open_screen(len(players), folder) as display:
        options = {player: window_options(place) for place, player in enumerate(players)}
        async with filmed(display, len(players), folder) as camera:
            record = await hold(settings, number, folder, film, Outfit(options, {"DISPLAY": display}))
    grabs = await asyncio.to_thread(camera.grabs, players)
    steadily = [grab for grab in grabs if record.steady[0] <= grab.at <= record.steady[1]]
    read = sum(len(grab.frames) for grab in steadily) / max(1, len(steadily) * len(players))
    more = {
        "framesApart": {player: frames_apart(steadily, players[0], player) for player in players[1:]},
        "grabs": {"count": len(steadily), "barcodesRead": round(read, 4)},
    }
    return Evidence(record, sights(grabs, players), SPAN, more)


async def null_test(seconds: float, folder: Path) -> dict[str, Any]:
    """One player that shows the film twice for ``seconds``; both must change in the same grab. Raises ``RigError``."""
    film = await asyncio.to_thread(witness_film, seconds + COMING)
    pair = ["left", "right"]
    with open_screen(2, folder) as display:
        environment = private_environment(folder / "mpv-home", DISPLAY=display)
        async with filmed(display, 2, folder) as camera:
            quiet = ["--no-config", "--no-terminal", "--ao=null", *window_options(0), "--geometry=100%x100%+0+0"]
            mpv = await Speaker.start("mpv", ["mpv", *quiet, TWICE, "--", str(film)], folder, environment)
            await asyncio.sleep(seconds)
            await mpv.stop(by_signal=True)
    grabs = [grab for grab in camera.grabs(pair) if grab.frames]
    apart = frames_apart(grabs, *pair)
    return {"test": "null", "passed": set(apart) == {"0"}, "framesApart": apart, "samples": len(grabs)}


PICTURE = Witness(
    name="picture",
    description="How far apart real players' windows are, filmed, beside what they say of themselves.",
    most_players=MOST_PLAYERS,
    measure=measure,
    null_test=null_test,
    # Two frames: single grabs show that, and the averaged instants must show its milliseconds.
    control=Control(device_delay=2 / FRAME_RATE, limit_ms=3.0),
)


def main() -> None:
    """Measure by eye and print the result."""
    run(PICTURE)


if __name__ == "__main__":
    main()
