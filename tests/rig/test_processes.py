"""The processes of a run and what is asked of them."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from benchmarks.processes import RigError, Speaker, ask, private_environment

TALKS = 'import sys; print("noise"); print(\'{"event": "ready", "n": 1}\', flush=True); sys.stdin.read()'
FAILS = 'import sys; sys.exit("the reason")'


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


async def test_a_line_is_heard_with_its_instant(tmp_path: Path):
    """A JSON line of a process is kept with the instant of its coming; what is not JSON is passed over."""
    speaker = await Speaker.start("talker", python(TALKS), tmp_path, {})
    line = await speaker.heard("ready", within=10)
    await speaker.stop(by_signal=False)

    assert line.event == {"event": "ready", "n": 1}
    assert speaker.started_at <= line.at <= asyncio.get_running_loop().time()
    assert speaker.process.returncode == 0


async def test_a_process_that_dies_is_quoted(tmp_path: Path):
    """Waiting for a process that ended fails at once, with its last words."""
    speaker = await Speaker.start("dier", python(FAILS), tmp_path, {})
    with pytest.raises(RigError, match="the reason"):
        await speaker.heard("ready", within=60)
    await speaker.stop(by_signal=True)


async def test_a_program_that_is_not_there_is_named(tmp_path: Path):
    """A process that cannot be started is an error of the rig with its name."""
    with pytest.raises(RigError, match="nobody did not start"):
        await Speaker.start("nobody", [str(tmp_path / "none")], tmp_path, {})


async def test_a_one_shot_command_answers_with_its_object():
    """What a one-shot command prints is its answer."""
    assert await ask("create", python("print('{\"code\": 1}')"), {}) == {"code": 1}


async def test_a_one_shot_command_that_fails_is_quoted():
    """A one-shot command that fails is an error of the rig with what it said."""
    with pytest.raises(RigError, match="the reason"):
        await ask("create", python(FAILS), {})


def test_a_private_environment_knows_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A process of the rig sees neither the person's settings nor a web proxy."""
    monkeypatch.setenv("SYNCWATCH_SERVER", "http://elsewhere")
    monkeypatch.setenv("http_proxy", "http://proxy")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/somebody/config")

    made = private_environment(tmp_path / "home", SYNCWATCH_CLOCK_ERROR="1,2")

    assert not {"SYNCWATCH_SERVER", "http_proxy"} & set(made)
    assert made["HOME"] == str(tmp_path / "home")
    assert made["XDG_CONFIG_HOME"].startswith(made["HOME"])
    assert made["SYNCWATCH_CLOCK_ERROR"] == "1,2"
