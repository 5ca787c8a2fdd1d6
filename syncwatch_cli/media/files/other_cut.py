"""Another cut: a copy whose length differs from what the session watches, put into words before it plays."""

from __future__ import annotations

from syncwatch_cli import figures

TOLERANCE = 2.0
"""Seconds by which two players may see the length of the same media differently: containers round, streams pad.

The same as the server's ``DURATION_TOLERANCE`` (services/video_sync_service.py), which tells the others of another
cut: who is told here must be told there, too, and the client can't import the server.
"""

NOTICE = "duration-mismatch"
"""The code of the notice, the same as the server's."""

_MINUTE = 60.0


def other_cut(watched: float | None, own: float | None) -> str | None:
    """What to say where one's own copy is another cut; None where it isn't, or a length isn't known, as of a stream.

    ``watched`` and ``own`` are the durations, in seconds, of what the session watches and of what this player has
    loaded.
    """
    if watched is None or own is None or abs(own - watched) <= TOLERANCE:
        return None
    apart = abs(own - watched)
    by = f"{apart:.1f} s" if apart < _MINUTE else figures.position(apart)
    which = "longer" if own > watched else "shorter"
    return (
        f"your copy is another cut: it lasts {figures.position(own)}, which is {by} {which} than the "
        f"{figures.position(watched)} that the session watches, so scenes may not match"
    )
