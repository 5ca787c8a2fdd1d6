"""What is libmpv's alone: whether it is here, and the person's own configuration and options for it.

All that it shares with mpv the program is in the tests beside this one, which run over both.
"""

from __future__ import annotations

import ctypes.util
import os
import sys
import time
from pathlib import Path

import pytest

from syncwatch_cli.player.interface import PlayerGone
from syncwatch_cli.player.libmpv import LibmpvPlayer
from syncwatch_cli.player.libmpv_core import option_of
from syncwatch_core.controller_events import PlayerPrimed
from syncwatch_core.errors import AppError, ErrorCode
from tests.cli.player.hands import SILENT_AND_DARK, Diary, person_at, until_exists


async def refusal(diary: Diary, *extra_args: str) -> AppError:
    """The error with which a player with these arguments doesn't start."""
    with pytest.raises(AppError) as refused:
        await LibmpvPlayer(diary.write, time.monotonic, extra_args=extra_args).start()
    return refused.value


# --- whether it is here ---


async def test_without_the_python_package_the_mend_is_named(diary: Diary, monkeypatch: pytest.MonkeyPatch):
    """Without python-mpv the error is player-missing, with the command that installs it."""
    monkeypatch.setitem(sys.modules, "mpv", None)
    error = await refusal(diary)

    assert error.code is ErrorCode.PLAYER_MISSING
    assert "install" in str(error.hint)


async def test_without_the_library_the_mend_is_named(diary: Diary, monkeypatch: pytest.MonkeyPatch):
    """Without libmpv on the system the error is player-missing, with the command that installs it."""
    monkeypatch.delitem(sys.modules, "mpv", raising=False)
    monkeypatch.setattr(ctypes.util, "find_library", lambda _name: None)
    error = await refusal(diary)

    assert error.code is ErrorCode.PLAYER_MISSING
    assert error.message == "libmpv is not installed"
    assert "mpv" in str(error.hint)


async def test_an_old_library_is_named(diary: Diary, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A libmpv that python-mpv finds too old is player-missing, in its words."""
    (tmp_path / "mpv.py").write_text("raise RuntimeError('libmpv 1.20')\n")
    monkeypatch.delitem(sys.modules, "mpv", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    error = await refusal(diary)

    assert error.code is ErrorCode.PLAYER_MISSING
    assert error.message == "libmpv is too old: libmpv 1.20"


# --- the person's options ---


@pytest.mark.parametrize(
    ("argument", "option"),
    [
        ("--fs", ("fs", "yes")),
        ("-fs", ("fs", "yes")),
        ("--no-config", ("config", "no")),
        ("--volume=55", ("volume", "55")),
        ("--http-header-fields=A: b=c", ("http-header-fields", "A: b=c")),
        ("--title=", ("title", "")),
    ],
)
def test_an_argument_is_read_as_mpv_reads_it(argument: str, option: tuple[str, str]):
    """An option is on, off with ``no-`` before it, or what stands behind the equals sign."""
    assert option_of(argument) == option


@pytest.mark.parametrize(("argument", "named"), [("--no-such-option", "such-option"), ("--volume=loud", "volume")])
async def test_an_option_that_libmpv_does_not_take_is_named(diary: Diary, argument: str, named: str):
    """An option that libmpv refuses is a usage error with its name."""
    error = await refusal(diary, *SILENT_AND_DARK, argument)

    assert error.code is ErrorCode.USAGE
    assert f"--{named}:" in error.message


async def test_the_persons_options_stand_above_their_configuration(diary: Diary, tmp_path: Path):
    """What the person gives as an argument holds against what their mpv.conf says."""
    (tmp_path / "mpv.conf").write_text("volume=55\nosc=no\nvo=x11\n")
    player = LibmpvPlayer(
        diary.write,
        time.monotonic,
        extra_args=("--vo=null", "--ao=null", f"--config-dir={tmp_path}", "--volume=70"),
    )
    await player.start()
    person = await person_at(player.ipc_socket)

    assert await person.sees("volume") == 70
    assert await person.sees("vo") in ("null", [{"name": "null", "enabled": True, "params": {}}])
    assert await person.sees("osc") is False
    person.leaves()
    await player.close()


async def test_the_persons_scripts_keys_and_socket_do_what_they_do_in_mpv(
    diary: Diary, tmp_path: Path, media: dict[str, Path]
):
    """A script and a key of the person's own work, and a socket of their own doesn't take ours away."""
    (tmp_path / "scripts").mkdir()
    ran = tmp_path / "ran"
    (tmp_path / "scripts" / "own.lua").write_text(f"io.open('{ran}', 'w'):close()\n")
    (tmp_path / "input.conf").write_text("x set volume 33\n")
    (tmp_path / "mpv.conf").write_text(f"input-ipc-server={tmp_path / 'theirs'}\nterminal=yes\n")
    player = LibmpvPlayer(
        diary.write, time.monotonic, extra_args=("--vo=null", "--ao=null", f"--config-dir={tmp_path}")
    )
    await player.start()
    player.load(str(media["film"]), 1.0)
    await diary.next(PlayerPrimed)
    await until_exists(ran)
    person = await person_at(player.ipc_socket)
    await person.does("keypress", "x")

    await person.sees_become("volume", 33)
    assert await person.sees("terminal") is False
    person.leaves()
    await player.close()


# --- its end ---


async def test_it_may_be_started_again_and_again(diary: Diary, media: dict[str, Path]):
    """One after the other plays in the same process, and closing is not told."""
    for _ in range(3):
        player = LibmpvPlayer(diary.write, time.monotonic, extra_args=SILENT_AND_DARK)
        await player.start()
        assert player.pid == os.getpid()
        diary.clear()
        player.load(str(media["film"]), 3.0)
        await diary.next(PlayerPrimed)
        await player.close()
        assert not Path(player.ipc_socket).parent.exists()
    assert diary.of(PlayerGone) == []
