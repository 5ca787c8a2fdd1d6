"""How an mpv ended that closed its connection: by the person, or not."""

from __future__ import annotations

from syncwatch_cli.player.interface import PlayerGone
from syncwatch_cli.player.opening import OpenMpv

EXIT_WITHIN = 2.0
"""Seconds from mpv's closing the connection until it must have ended."""


async def end_of(opened: OpenMpv, *, told_to_quit: bool, had_media: bool) -> PlayerGone:
    """What is to be told of it, once nothing of it is left; ``told_to_quit``: it had said that it would."""
    own = opened.own
    if own is None:
        # With media mpv says that it quits; without, it says nothing, and is more likely to be quit than to crash.
        by_person = told_to_quit or not had_media
        return PlayerGone(by_person, "" if by_person else "mpv closed the connection")
    has_exited = await own.exited(EXIT_WITHIN)
    by_person = has_exited and (told_to_quit or own.exited_cleanly)
    words = "" if by_person else own.end_in_words()
    await own.stop()
    own.clear_away()
    return PlayerGone(by_person, words)
