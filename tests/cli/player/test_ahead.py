"""An mpv that is up before the session is joined."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncwatch_cli.join_flags import JoinFlags
from syncwatch_cli.player.ahead import MpvAhead
from syncwatch_cli.player.process import MpvProcess, started_ahead
from syncwatch_core.controller_events import PlayerPrimed
from syncwatch_core.errors import AppError, ErrorCode
from tests.cli.player.hands import SILENT_AND_DARK, Diary, person_at
from tests.patience import PATIENCE


@pytest.fixture
def process() -> Iterator[MpvProcess]:
    """An mpv that was started before anything else."""
    with started_ahead(JoinFlags(), None, SILENT_AND_DARK) as process:
        assert process is not None
        yield process


@pytest.fixture
def player(diary: Diary, process: MpvProcess) -> MpvAhead:
    """The player that takes it up."""
    return MpvAhead(diary.write, time.monotonic, started=process, title="SyncWatch ABC-DEF")


async def test_it_shows_itself_only_once_it_is_started(player: MpvAhead, process: MpvProcess):
    """Prepared, mpv runs without a window; started, it has one, with the title given."""
    await player.prepare()
    person = await person_at(process.ipc_socket)
    before = await person.sees("force-window")
    await player.start()
    await person.sees_become("force-window", wanted=True)
    await person.sees_become("title", "$>SyncWatch ABC-DEF")
    person.leaves()
    await player.close()

    assert before is False


async def test_it_plays_as_any_other(player: MpvAhead, process: MpvProcess, diary: Diary, media: dict[str, Path]):
    """It is the process that was started, and it loads what it is told to."""
    await player.prepare()
    await player.start()
    player.load(str(media["film"]), 10.0)
    primed = await diary.next(PlayerPrimed)
    pid = player.pid
    await player.close()

    assert pid == process.pid
    assert primed.position == pytest.approx(10.0, abs=0.05)
    assert process.exited_cleanly


async def test_refused_it_is_closed(player: MpvAhead, process: MpvProcess):
    """Prepared for a join that is then refused, mpv is ended, and nothing of it is left."""
    await player.prepare()
    await player.close()

    assert process.exited_cleanly
    assert not Path(process.ipc_socket).parent.exists()


async def test_closed_before_it_is_needed(player: MpvAhead, process: MpvProcess):
    """An mpv that is gone when the session is joined is told as a player that died."""
    await player.prepare()
    process.kill()
    assert await process.exited(PATIENCE)
    with pytest.raises(AppError, match="before the session was joined: mpv was ended by SIGKILL") as gone:
        await player.start()
    await player.close()

    assert gone.value.code is ErrorCode.PLAYER_DIED


async def test_without_a_head_start(diary: Diary, tmp_path: Path):
    """With a socket that the person named, mpv is started by the player itself, and listens there."""
    path = str(tmp_path / "ipc")
    player = MpvAhead(diary.write, time.monotonic, extra_args=SILENT_AND_DARK, ipc_socket=path)
    await player.start()
    person = await person_at(path)
    await person.sees_become("force-window", wanted=True)
    person.leaves()
    await player.close()


async def test_an_old_one_is_found_out_before(diary: Diary, tmp_path: Path):
    """An mpv that is too old is named before a session is joined."""
    old = tmp_path / "mpv"
    old.write_text("#!/bin/sh\necho 'mpv 0.29.1 Copyright (c) somebody'\nexit 1\n")
    old.chmod(0o755)
    player = MpvAhead(diary.write, time.monotonic, mpv_path=str(old))
    with pytest.raises(AppError, match=r"it is mpv 0\.29\.1") as refused:
        await player.prepare()
    await player.close()

    assert refused.value.code is ErrorCode.PLAYER_MISSING


def test_one_that_nobody_takes_up_is_ended():
    """An mpv that was started for nothing is ended at once, and nothing of it is left."""
    with started_ahead(JoinFlags(), None, SILENT_AND_DARK) as process:
        assert process is not None
        folder = Path(process.ipc_socket).parent
        assert folder.exists()

    assert process.has_exited
    assert not folder.exists()


@pytest.mark.parametrize(
    "flags", [JoinFlags(player="none"), JoinFlags(player="libmpv"), JoinFlags(attach="s"), JoinFlags(ipc_socket="s")]
)
def test_where_none_is_to_be_started(flags: JoinFlags):
    """None is started ahead for another player, nor where one has to look at a socket first."""
    with started_ahead(flags, None, ()) as process:
        assert process is None
