"""Whose doing it was: a script's within mpv, a person's at the keys, or another program's on the socket."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from syncwatch_cli.player.connection import IpcConnection
from syncwatch_cli.player.hand_watch import AT_HAND_FOR, HandWatch
from syncwatch_cli.player.ipc import Event
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_core.controller_events import (
    PersonChangedRate,
    PersonPaused,
    PersonSought,
    PlayerLanded,
    PlayerPrimed,
)
from tests.cli.player.hands import FRAME, SILENT_AND_DARK, Diary, person_at

StartPlayer = Callable[[str], Awaitable[MpvPlayer]]

SKIPPER = """
-- Once each, as the media comes by: what a script may do, and last a key.
local acts = {
    { 11, function() mp.set_property("time-pos", 30) end },
    { 30.5, function() mp.set_property_native("pause", true) end },
    { 31, function() mp.commandv("multiply", "speed", 1.5) end },
    { 32, function() mp.commandv("seek", -3, "relative") end },
    { 33, function() mp.commandv("keypress", "RIGHT") end },
}
mp.observe_property("time-pos", "number", function(_, position)
    if position and acts[1] and position > acts[1][1] and not mp.get_property_native("seeking") then
        table.remove(acts, 1)[2]()
    end
end)
"""


@pytest.fixture
async def with_script(
    player_class: type[MpvPlayer], diary: Diary, media: dict[str, Path], tmp_path: Path
) -> AsyncIterator[StartPlayer]:
    """Players with our script in them under any name, that play from 10 s; nobody else is connected to them."""
    players: list[MpvPlayer] = []

    async def start(name: str) -> MpvPlayer:
        script = tmp_path / f"{name}.lua"
        script.write_text(SKIPPER)
        player = player_class(diary.write, time.monotonic, extra_args=(*SILENT_AND_DARK, f"--scripts={script}"))
        players.append(player)
        await player.start()
        player.load(str(media["film"]), 10.0)
        await diary.next(PlayerPrimed)
        diary.clear()
        player.unpause()
        return player

    yield start
    for player in players:
        await player.close()


async def test_what_a_script_does_is_told_as_a_scripts(with_script: StartPlayer, diary: Diary):
    """A script's seek, pause and speed are told as a script's; what a key leads to is the person's, in the same run."""
    player = await with_script("skipper")
    sought = await diary.next(PersonSought)
    assert sought.by_script
    assert sought.position == pytest.approx(30.0, abs=2 * FRAME)

    assert (await diary.next(PersonPaused)).by_script
    diary.clear()
    player.unpause()
    assert (await diary.next(PersonChangedRate)).by_script
    assert (await diary.next(PersonSought)).by_script
    diary.clear()
    by_key = await diary.next(PersonSought)
    assert not by_key.by_script
    assert by_key.position > 36


async def test_another_program_on_the_socket_is_the_persons(with_script: StartPlayer, diary: Diary):
    """What another program does on the socket is the person's, even if it leaves in the same breath."""
    player = await with_script("skipper")
    # The script has nothing to do before 11 s: it stays out of this, however long the tool takes to come.
    player.pause()
    tool = await person_at(player.ipc_socket)
    tool.does_at_once(["seek", 5, "absolute"])
    tool.leaves()
    sought = await diary.next(PersonSought)

    assert not sought.by_script
    assert sought.position < 11


async def test_media_keys_pause_and_play_and_no_more(with_script: StartPlayer, diary: Diary):
    """Where ``mpv-mpris`` is loaded a pause without a key is the person's, by their media keys; a seek is not."""
    await with_script("mpris")

    assert (await diary.next(PersonSought)).by_script
    assert not (await diary.next(PersonPaused)).by_script


async def test_a_place_remembered_by_mpv_is_not_gone_back_to(
    player_class: type[MpvPlayer], diary: Diary, media: dict[str, Path], tmp_path: Path
):
    """Whoever has mpv remember where they left a film is not taken there: the session says where to begin."""
    places = tmp_path / "places"
    places.mkdir()
    remembering = (*SILENT_AND_DARK, "--save-position-on-quit", f"--watch-later-directory={places}")
    for _ in range(2):
        player = player_class(diary.write, time.monotonic, extra_args=remembering)
        await player.start()
        player.load(str(media["film"]), 10.0)
        primed = await diary.next(PlayerPrimed)
        diary.clear()
        player.seek(40.0)
        await diary.next(PlayerLanded)
        await player.close()
        assert primed.position == pytest.approx(10.0, abs=FRAME)

    assert list(places.iterdir()) == []


# --- the rule by itself ---


@pytest.fixture
async def hands() -> HandWatch:
    """Hands on nothing, with no connection behind them."""
    closed = IpcConnection(time.monotonic, lambda _event, _at: None, lambda: None)
    return HandWatch(closed, lambda _at: None)


def said(prefix: str, text: str) -> Event:
    return Event("log-message", {"prefix": prefix, "level": "debug", "text": text + "\n"})


@pytest.mark.parametrize(
    ("line", "is_hand"),
    [
        ('Run command: seek, flags=73, args=[target="5.000000"]', True),
        ('Run command: script-binding, flags=73, args=[name="osc/__keybinding5"]', True),
        ('Run command: seek, flags=64, args=[target="5.000000"]', False),
        ("Set property: time-pos=25 -> 1", False),
        ("hr-seek, skipping to 25.000000", False),
    ],
)
async def test_a_line_of_an_input_conf_is_a_hand(hands: HandWatch, line: str, is_hand: bool):
    """Commands with properties to expand are keys and buttons; plain calls and what else is logged are not."""
    hands.logged(said("cplayer", line), 10.0)

    assert hands.was_there(10.5, media_keys=False) is is_hand
    assert not hands.was_there(10.0 + AT_HAND_FOR, media_keys=False)


async def test_the_mouse_on_the_move_is_a_hand(hands: HandWatch):
    """A mouse that moves is a hand; where it lay when we came is nothing."""
    hands.mouse_at({"x": 1, "y": 1, "hover": False}, 10.0)
    assert not hands.was_there(10.1, media_keys=False)
    hands.mouse_at({"x": 2, "y": 1, "hover": True}, 11.0)

    assert hands.was_there(11.1, media_keys=False)


async def test_a_program_counts_until_a_moment_after_it_has_left(hands: HandWatch):
    """Another program on the socket stands for the person while it is there, and for a moment after."""
    hands.logged(said("ipc_3", "Client connected"), 10.0)
    assert hands.was_there(100.0, media_keys=False)
    hands.logged(said("ipc_3", "Client disconnected"), 100.0)

    assert hands.was_there(100.5, media_keys=False)
    assert not hands.was_there(101.5, media_keys=False)
