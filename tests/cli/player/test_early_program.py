"""A program that reaches mpv's socket between our own connecting and our asking for mpv's log."""

from __future__ import annotations

import time
from pathlib import Path

from syncwatch_cli.player.ahead import MpvAhead
from syncwatch_core.controller_events import PersonSought, PlayerPrimed
from tests.cli.player.hands import SILENT_AND_DARK, Diary, person_at


async def test_a_program_that_came_before_we_listened_is_the_persons(
    diary: Diary, media: dict[str, Path], tmp_path: Path
):
    """What another program does is the person's, even if it connected before we asked for mpv's log."""
    path = str(tmp_path / "ipc")
    player = MpvAhead(diary.write, time.monotonic, extra_args=SILENT_AND_DARK, ipc_socket=path)
    await player.prepare()
    early = await person_at(path)
    # Answered: mpv has taken it in, and logged that it came.
    await early.sees("pid")
    await player.start()
    player.load(str(media["film"]), 0.0)
    await diary.next(PlayerPrimed)
    await early.does("seek", 30, "absolute+exact")

    assert not (await diary.next(PersonSought)).by_script
    early.leaves()
    await player.close()
