"""Starting mpv, attaching to one, and the ways in which it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from syncwatch_cli.player.engine_options import ENGINE_OPTIONS
from syncwatch_cli.player.interface import OsdLine, PlayerGone
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_core.controller_events import PersonPaused, PersonPlayed, PersonSought, PlayerFailed, PlayerPrimed
from syncwatch_core.errors import AppError, ErrorCode
from tests.cli.player.hands import SILENT_AND_DARK, Diary, Person, person_at, until, until_listens
from tests.patience import PATIENCE


def new_player(diary: Diary, *extra_args: str, of: type[MpvPlayer] = MpvPlayer, **chosen: str) -> MpvPlayer:
    return of(diary.write, time.monotonic, extra_args=(*SILENT_AND_DARK, *extra_args), **chosen)


def program(folder: Path, script: str) -> str:
    """A program of that shell script."""
    path = folder / "mpv"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


async def refusal(player: MpvPlayer) -> AppError:
    """The error with which the player doesn't start."""
    with pytest.raises(AppError) as refused:
        await player.start()
    return refused.value


# --- starting ---


async def test_the_socket_is_private(player: MpvPlayer):
    """The socket lies in a folder that only its owner may enter, and is gone with the player."""
    folder = Path(player.ipc_socket).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    await player.close()
    assert not folder.exists()


async def test_the_engine_has_what_it_needs_and_the_person_keeps_the_rest(
    player_class: type[MpvPlayer], diary: Diary, tmp_path: Path
):
    """The engine's options stand above the person's configuration and arguments, which hold for all else."""
    (tmp_path / "mpv.conf").write_text("volume=55\nloop-file=inf\nspeed=2\nvideo-sync=display-resample\n")
    player = player_class(
        diary.write,
        time.monotonic,
        extra_args=("--vo=null", "--ao=null", f"--config-dir={tmp_path}", "--keep-open=no", "--mute=yes"),
    )
    await player.start()
    person = await person_at(player.ipc_socket)
    options = {name: await person.sees(name) for name in ENGINE_OPTIONS}

    assert options == dict(ENGINE_OPTIONS) | {"reset-on-next-file": options["reset-on-next-file"]}
    assert options["reset-on-next-file"] in ([], [""])
    assert await person.sees("volume") == 55
    assert await person.sees("mute") is True
    person.leaves()
    await player.close()


async def test_the_window_has_the_title_given(player_class: type[MpvPlayer], diary: Diary):
    """A title with mpv's own signs in it is the window's title as it stands."""
    player = new_player(diary, of=player_class, title="Film night ${path}")
    await player.start()
    person = await person_at(player.ipc_socket)

    assert (await person.does("expand-text", await person.sees("title"))).value == "Film night ${path}"
    person.leaves()
    await player.close()


async def test_mpv_listens_where_it_is_told(player_class: type[MpvPlayer], diary: Diary, tmp_path: Path):
    """With a socket path given, mpv listens there, even if a dead socket was left behind, and it is gone afterwards."""
    path = tmp_path / "my socket"
    for _ in range(2):
        player = new_player(diary, of=player_class, ipc_socket=str(path))
        await player.start()
        assert player.ipc_socket == str(path)
        (await person_at(str(path))).leaves()
        await player.close()
        assert not path.exists()


async def test_a_taken_socket_is_left_alone(player_class: type[MpvPlayer], player: MpvPlayer, diary: Diary):
    """A path at which a program listens already is refused, with the way to drive that mpv."""
    error = await refusal(new_player(diary, of=player_class, ipc_socket=player.ipc_socket))

    assert error.code is ErrorCode.USAGE
    assert "--attach" in str(error.hint)
    (await person_at(player.ipc_socket)).leaves()
    await asyncio.sleep(0)


async def test_without_mpv_the_mend_is_named(diary: Diary, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Without mpv on the PATH the error is player-missing, with how to install it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    error = await refusal(MpvPlayer(diary.write, time.monotonic))

    assert error.code is ErrorCode.PLAYER_MISSING
    assert "--mpv PATH" in str(error.hint)


async def test_a_path_without_mpv_is_named(diary: Diary, tmp_path: Path):
    """A named program that isn't there is player-missing, with its path."""
    error = await refusal(MpvPlayer(diary.write, time.monotonic, mpv_path=str(tmp_path / "nothing")))

    assert error.code is ErrorCode.PLAYER_MISSING
    assert str(tmp_path / "nothing") in error.message


async def test_an_old_mpv_is_named(diary: Diary, tmp_path: Path):
    """An mpv of before 0.35 is player-missing, with its version and the one that is needed."""
    old = program(tmp_path, "echo 'mpv 0.30.0 Copyright © 2000-2019 mpv/MPlayer/mplayer2 projects'")
    error = await refusal(MpvPlayer(diary.write, time.monotonic, mpv_path=old))

    assert error.code is ErrorCode.PLAYER_MISSING
    assert "mpv 0.30.0" in error.message
    assert "0.35" in error.message


async def test_a_failure_to_start_is_told_in_mpvs_own_words(diary: Diary):
    """An mpv that doesn't start is player-died, with what mpv said last."""
    error = await refusal(new_player(diary, "--no-such-option"))

    assert error.code is ErrorCode.PLAYER_DIED
    assert "no-such-option" in error.message


async def test_an_argument_that_is_no_option_is_refused(player_class: type[MpvPlayer], diary: Diary):
    """What would be a file among mpv's arguments is a usage error."""
    assert (await refusal(new_player(diary, "film.mp4", of=player_class))).code is ErrorCode.USAGE


# --- its end ---


@pytest.mark.usefixtures("film")
async def test_a_person_may_quit(diary: Diary, person: Person):
    """A quit by the person is told as theirs, once."""
    await person.does("quit")
    gone = await diary.next(PlayerGone)

    assert gone.by_person
    assert await diary.settled(0.2) == [gone]


@pytest.mark.usefixtures("film")
@pytest.mark.parametrize("key", ["q", "CLOSE_WIN"])
async def test_the_key_and_the_window_quit(diary: Diary, person: Person, key: str):
    """The key for it, and the window's closing, are the person's quit."""
    await person.does("keypress", key)
    gone = await diary.next(PlayerGone)

    assert gone.by_person
    assert await diary.settled(0.2) == [gone]


@pytest.mark.usefixtures("film")
async def test_the_keys_are_mpvs_own(diary: Diary, person: Person):
    """The keys of mpv act as they do by default: space plays, an arrow seeks."""
    await person.does("keypress", "SPACE")
    await diary.next(PersonPlayed)
    await person.does("keypress", "RIGHT")
    await diary.next(PersonSought)

    assert await person.sees("osc") is True


async def test_mpv_may_die_with_a_load_unanswered(diary: Diary, media: dict[str, Path]):
    """An mpv that is gone before it has answered a load is told as that alone, and not as media that failed."""
    player = MpvPlayer(diary.write, time.monotonic, extra_args=SILENT_AND_DARK)
    await player.start()
    assert player.pid is not None
    os.kill(player.pid, signal.SIGSTOP)
    player.load(str(media["film"]), 30.0)
    os.kill(player.pid, signal.SIGKILL)

    gone = await diary.next(PlayerGone)
    assert await diary.settled(0.1) == [gone]
    await player.close()


async def test_a_person_may_quit_while_it_loads(
    player: MpvPlayer, diary: Diary, person: Person, media: dict[str, Path]
):
    """A quit counts at any time, while media loads too."""
    player.load(str(media["film"]), 30.0)
    await person.does("quit")
    gone = await diary.next(PlayerGone)

    assert gone.by_person
    assert diary.of(PlayerFailed) == []


@pytest.mark.parametrize("player_class", [MpvPlayer])
@pytest.mark.usefixtures("film")
async def test_a_killed_mpv_is_told_as_dead(player: MpvPlayer, diary: Diary):
    """An mpv that is killed has died, by that signal; nothing that is asked of it afterwards hangs or fails."""
    os.kill(player.pid or 0, signal.SIGKILL)
    gone = await diary.next(PlayerGone)

    assert not gone.by_person
    assert "SIGKILL" in gone.message
    player.unpause()
    player.seek(3.0)
    player.draw([OsdLine("hello")])
    assert await player.sample() is None
    assert await player.buffered_for() is None
    assert await diary.settled(0.2) == [gone]


async def test_closing_is_not_told(diary: Diary, media: dict[str, Path]):
    """When we end mpv ourselves, nobody is told that it is gone, and it is."""
    player = new_player(diary)
    await player.start()
    player.load(str(media["film"]), 0.0)
    primed = await diary.next(PlayerPrimed)
    pid = player.pid or 0
    await player.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert await diary.settled(0.1) == [primed]


async def test_an_mpv_that_hangs_is_ended_all_the_same(diary: Diary):
    """An mpv that answers nothing is ended by signal."""
    player = new_player(diary)
    await player.start()
    pid = player.pid or 0
    os.kill(pid, signal.SIGSTOP)
    await asyncio.wait_for(player.close(), PATIENCE)

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


OWNER = """
import asyncio, sys, time
from syncwatch_cli.player.mpv import MpvPlayer
async def main():
    player = MpvPlayer(print, time.monotonic, extra_args=sys.argv[1:])
    await player.start()
    print(player.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_mpv_ends_with_us(tmp_path: Path):
    """When we are killed without a chance to clear up, mpv quits by itself."""
    owner = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", OWNER, *SILENT_AND_DARK),
        stdout=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    assert owner.stdout is not None
    pid = int(await asyncio.wait_for(owner.stdout.readline(), PATIENCE))
    owner.kill()
    await owner.communicate()

    async def ended() -> bool:
        # Nobody may be there to reap it: a process that only waits for that has ended.
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()  # noqa: ASYNC240 no disk is behind it
        except FileNotFoundError:
            return True
        return stat.rpartition(")")[2].split()[0] == "Z"

    await until(ended)


# --- attaching ---


@pytest.fixture
async def running_mpv(tmp_path: Path) -> AsyncIterator[str]:
    """The socket of an mpv that somebody else has started, with ways of its own."""
    path = tmp_path / "theirs"
    process = await asyncio.create_subprocess_exec(
        *("mpv", *SILENT_AND_DARK, "--idle=yes", "--terminal=no", f"--input-ipc-server={path}"),
        *("--speed=1.5", "--loop-file=3", "--keep-open=no", "--reset-on-next-file=pause,mute"),
        stdin=subprocess.DEVNULL,
    )
    await until_listens(path)
    yield str(path)
    if process.returncode is None:
        process.terminate()
    await process.wait()


async def test_an_attached_mpv_is_driven_and_given_back(running_mpv: str, diary: Diary, media: dict[str, Path]):
    """An attached mpv gets the engine's options, is driven like any other, and gets its own back, speed included."""
    person = await person_at(running_mpv)
    before = {name: await person.sees(name) for name in ENGINE_OPTIONS}
    player = MpvPlayer(diary.write, time.monotonic, attach=running_mpv)
    await player.start()
    assert player.ipc_socket == running_mpv
    assert await person.sees("keep-open") == "always"
    assert await person.sees("speed") == 1.0

    player.load(str(media["film"]), 10.0)
    await diary.next(PlayerPrimed)
    player.unpause()
    await person.sees_become("core-idle", wanted=False)
    await person.does("cycle", "pause")
    await diary.next(PersonPaused)
    await player.close()

    after = {name: await person.sees(name) for name in ENGINE_OPTIONS}
    assert after | {"pause": None} == before | {"pause": None}
    assert before["speed"] == 1.5
    assert diary.of(PlayerGone) == []
    person.leaves()
    await asyncio.sleep(0)


@pytest.mark.parametrize("with_media", [False, True])
async def test_an_attached_mpv_may_be_quit(running_mpv: str, diary: Diary, media: dict[str, Path], with_media: bool):
    """A quit of an attached mpv is told as the person's, whether it shows media or none."""
    player = MpvPlayer(diary.write, time.monotonic, attach=running_mpv)
    await player.start()
    if with_media:
        player.load(str(media["film"]), 10.0)
        await diary.next(PlayerPrimed)
    person = await person_at(running_mpv)
    await person.does("quit")

    assert (await diary.next(PlayerGone)).by_person
    await player.close()


async def test_an_attached_mpv_that_is_killed_has_died(running_mpv: str, diary: Diary, media: dict[str, Path]):
    """An attached mpv that goes without a word while it shows media has died."""
    player = MpvPlayer(diary.write, time.monotonic, attach=running_mpv)
    await player.start()
    player.load(str(media["film"]), 10.0)
    await diary.next(PlayerPrimed)
    person = await person_at(running_mpv)
    os.kill(int(str(await person.sees("pid"))), signal.SIGKILL)

    assert not (await diary.next(PlayerGone)).by_person
    await player.close()


async def test_where_no_mpv_listens_there_is_nothing_to_attach_to(diary: Diary, tmp_path: Path):
    """Attaching where nobody listens is player-missing, with the way to start such an mpv."""
    error = await refusal(MpvPlayer(diary.write, time.monotonic, attach=str(tmp_path / "nobody")))

    assert error.code is ErrorCode.PLAYER_MISSING
    assert "--input-ipc-server" in str(error.hint)
