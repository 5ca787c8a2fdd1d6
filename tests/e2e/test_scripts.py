"""A script in somebody's mpv, such as a sponsor skipper: it steers the others only if that person wants it to."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.conftest import Watching
from tests.e2e.people import People, eventually

SKIPPER = """
-- Skips twenty seconds, once, as soon as the media has played for a moment.
local from
mp.observe_property("time-pos", "number", function(_, position)
    if position == nil or mp.get_property_native("pause") then return end
    from = from or position
    if position > from + 2 then
        from = math.huge
        mp.set_property("time-pos", position + 20)
    end
end)
"""


def with_skipper(folder: Path) -> str:
    """The option that puts the script into somebody's mpv."""
    script = folder / "skipper.lua"
    script.write_text(SKIPPER)
    return f"--mpv-arg=--script={script}"


def test_a_skipper_steers_nobody_else(watching: Watching, people: People, film: Path, tmp_path: Path) -> None:
    """A script that skips is undone in its own player, its owner reads why, and the others don't notice."""
    mark = watching.host.mark
    cyd = people("Cyd").join(watching.host.link, "--file", str(film), with_skipper(tmp_path))
    notice = cyd.heard("notice", code="script")
    cyd.heard("synced", after=cyd.mark)

    assert "went to" in notice["message"]
    assert not [line for line in watching.host.lines[mark:] if line["event"] == "video-sync"]


def test_a_skipper_that_is_to_steer_takes_all_along(
    watching: Watching, people: People, film: Path, tmp_path: Path
) -> None:
    """With --scripts-steer a script that skips takes everybody along."""
    mark = watching.host.mark
    people("Cyd").join(watching.host.link, "--file", str(film), "--scripts-steer", with_skipper(tmp_path))
    sought = watching.host.heard("video-sync", after=mark)

    assert sought["cause"]["event"] == "video-seek"
    eventually("both play on from there", watching.play_together)
