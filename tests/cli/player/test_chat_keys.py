"""Typing a line of chat in a real mpv, whose own keys, scripts and configuration stay as they are."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from syncwatch_cli.player.interface import PersonSaid, PlayerNotice
from syncwatch_cli.player.mpv import MpvPlayer
from tests.cli.player.eyes import Eyes, eyes_on
from tests.cli.player.hands import SILENT_AND_DARK, Diary, person_at, started, until, until_listens

ONLY_THE_PROGRAM = pytest.mark.parametrize("player_class", [MpvPlayer])

GREEDY = """
mp.add_key_binding("y", "greedy", function() mp.set_property("volume", 33) end)
"""


@pytest.fixture
async def player(player_class: type[MpvPlayer], diary: Diary) -> AsyncIterator[MpvPlayer]:
    """A started player in which ``c`` begins a line of chat."""
    async with started(player_class(diary.write, time.monotonic, extra_args=SILENT_AND_DARK, chat_key="c")) as player:
        yield player


@pytest.fixture
async def eyes(player: MpvPlayer) -> AsyncIterator[Eyes]:
    """Eyes and hands on that player, where the key is bound already."""
    async with eyes_on(player) as eyes:
        await is_bound(eyes, "c")
        yield eyes


async def is_bound(eyes: Eyes, key: str) -> None:
    """Wait until that key begins a line."""

    async def bound() -> bool:
        rows = await eyes.sees("input-bindings")
        assert isinstance(rows, list)
        return any(row["key"] == key and row["section"] == "syncwatch-chat" for row in rows)

    await until(bound)


async def test_a_line_is_typed(eyes: Eyes, diary: Diary):
    """The key opens a line, letters of any script go in, keys edit it, and Enter says it; then all keys are mpv's."""
    await eyes.types("c")
    await eyes.sees_row("say: |")
    await eyes.types("h", "q", "BS", "ä", "SPACE", "日", "👍", "{", "\\", "KP5", "#", "LEFT", "!", "HOME", "Shift+a")
    await eyes.sees_row("say: A|hä 日👍{\\5!#")
    await eyes.types("ENTER")
    said = await diary.next(PersonSaid)
    await eyes.sees_nothing()
    await eyes.types("m")

    assert said == PersonSaid("Ahä 日👍{\\5!#")
    await eyes.sees_become("mute", wanted=True)
    assert diary.entries == [said]


@ONLY_THE_PROGRAM
async def test_escape_drops_the_line(eyes: Eyes, diary: Diary):
    """Escape closes the line and says nothing, as Enter on an empty one; mpv neither quits nor leaves fullscreen."""
    await eyes.does("set_property", "fullscreen", True)
    for keys in (("x", "ESC"), ("ENTER",), ("SPACE", "KP_ENTER"), ("x", "Ctrl+c")):
        await eyes.types("c")
        await eyes.sees_row("say: |")
        await eyes.types(*keys)
        await eyes.sees_nothing()

    assert diary.of(PersonSaid) == []
    assert await eyes.sees("fullscreen") is True


@ONLY_THE_PROGRAM
async def test_the_person_may_bind_another_key(eyes: Eyes, diary: Diary):
    """``script-message syncwatch-chat``, as a line of input.conf or a script says it, begins a line too."""
    await eyes.does("script-message", "syncwatch-chat")
    await eyes.sees_row("say: |")
    await eyes.types("o", "k", "ENTER")

    assert (await diary.next(PersonSaid)).text == "ok"


@ONLY_THE_PROGRAM
async def test_what_was_copied_is_pasted(eyes: Eyes, diary: Diary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Ctrl+V puts in what was copied on the desktop, as one line; without a clipboard nothing happens."""
    monkeypatch.setenv("PATH", str(tmp_path))
    await eyes.types("c")
    await eyes.sees_row("say: |")
    await eyes.types("a", "Ctrl+v", "b")
    await eyes.sees_row("say: ab|")
    xclip = tmp_path / "xclip"
    xclip.write_text("#!/bin/sh\nprintf 'two\\nlines'\n")
    xclip.chmod(0o755)
    await eyes.types("Ctrl+v")
    await eyes.sees_row("say: abtwo lines|")
    await eyes.types("ENTER")

    assert (await diary.next(PersonSaid)).text == "abtwo lines"


async def with_configuration(
    player_class: type[MpvPlayer], diary: Diary, folder: Path, key: str, **files: str
) -> MpvPlayer:
    """A player whose mpv has these files in its configuration folder."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    arguments = (*SILENT_AND_DARK[1:], f"--config-dir={folder}")
    return player_class(diary.write, time.monotonic, extra_args=arguments, chat_key=key)


async def test_a_key_of_the_persons_own_stays(player_class: type[MpvPlayer], diary: Diary, tmp_path: Path):
    """A key that the person's input.conf binds does what it says there, and they are told; their mpv.conf holds."""
    files = {"input_conf": "c set volume 42\n", "mpv_conf": "osd-scale=2\nvolume=70\n"}
    player = await with_configuration(player_class, diary, tmp_path, "c", **files)
    async with started(player), eyes_on(player) as eyes:
        notice = await diary.next(PlayerNotice)
        assert "c does something else" in notice.message
        assert await eyes.sees("volume") == 70
        await eyes.types("c")
        await eyes.sees_become("volume", 42.0)

    assert diary.of(PersonSaid) == []
    assert (tmp_path / "input.conf").read_text() == files["input_conf"]
    assert (tmp_path / "mpv.conf").read_text() == files["mpv_conf"]


@ONLY_THE_PROGRAM
async def test_a_key_of_a_script_stays(player_class: type[MpvPlayer], diary: Diary, tmp_path: Path):
    """A key that one of the person's scripts binds stays the script's, whichever of us came first."""
    player = await with_configuration(player_class, diary, tmp_path, "y", scripts__greedy_lua=GREEDY)
    async with started(player), eyes_on(player) as eyes:

        async def it_is_settled() -> bool:
            # While both come up at once, the key may be ours for the moment until we have seen the script's.
            rows = await eyes.sees("input-bindings")
            assert isinstance(rows, list)
            same = sorted((row for row in rows if row.get("key") == "y"), key=lambda row: row["priority"])
            return len(same) > 1 and same[-1].get("owner") == "greedy"

        await until(it_is_settled)
        await eyes.types("y")
        await eyes.sees_become("volume", 33.0)

    assert diary.of(PersonSaid) == []


@ONLY_THE_PROGRAM
@pytest.mark.parametrize("key", ["Fnord", "c quit", "x\nq quit"])
async def test_what_is_no_key_is_told(player_class: type[MpvPlayer], diary: Diary, key: str):
    """What mpv doesn't know for a key, or is more than a key, binds nothing, and the person is told."""
    player = player_class(diary.write, time.monotonic, extra_args=SILENT_AND_DARK, chat_key=key)
    async with started(player), eyes_on(player) as eyes:
        notice = await diary.next(PlayerNotice)
        rows = await eyes.sees("input-bindings")

    assert notice.code == "chat-key"
    assert isinstance(rows, list)
    assert [row for row in rows if row["section"] == "syncwatch-chat"] == []


async def test_an_attached_mpv_is_left_without_a_trace(diary: Diary, tmp_path: Path):
    """An mpv that we attached to has no key of ours left, even if we left in the midst of a line."""
    path = tmp_path / "theirs"
    theirs = await asyncio.create_subprocess_exec(
        *("mpv", *SILENT_AND_DARK, "--idle=yes", f"--input-ipc-server={path}"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    await until_listens(path)
    player = MpvPlayer(diary.write, time.monotonic, attach=str(path), chat_key="c")
    async with started(player), eyes_on(player) as eyes:
        await is_bound(eyes, "c")
        await eyes.types("c")
        await eyes.sees_row("say: |")
        await eyes.types("x")
        await eyes.sees_row("say: x|")
    person = await person_at(str(path))

    async def is_as_before() -> bool:
        rows = await person.sees("input-bindings")
        assert isinstance(rows, list)
        return not any("syncwatch" in row["section"] for row in rows)

    await until(is_as_before)
    person.leaves()
    theirs.terminate()
    await theirs.wait()
