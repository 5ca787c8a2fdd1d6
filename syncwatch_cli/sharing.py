"""What ``host`` serves to the others from this computer: the film with ``--share``, and subtitles with ``--sub``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncwatch_cli.media.files.local_files import named
from syncwatch_cli.options import variable
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from syncwatch_cli.config import Config
    from syncwatch_core.messages import Session
    from syncwatch_server.app import RunningServer

Share = Annotated[
    bool, typer.Option("--share", help="Serve my files to those who lack them, to mpv and browsers alike, from here.")
]
ShareLimit = Annotated[
    float | None,
    typer.Option(
        "--share-limit",
        metavar="MBIT",
        help="What each reader gets at most, Mbit/s.  [default: 100]" + variable("SHARE_LIMIT"),
    ),
]

_MEGABIT = 1e6 / 8
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What is served, and how fast."""

    film: Path | None
    subtitles: tuple[Path, ...]
    rate: float
    """Bytes a second for each reader."""


def offered(settings: Config, film: Path | None, subtitles: Sequence[str], *, limit: float | None) -> Offered:
    """What was asked for; raises ``AppError`` (usage) for a limit that can't be."""
    most = settings.get("share-limit", limit)
    if not 0 < most.value < math.inf:
        raise AppError(
            ErrorCode.USAGE, f"the share limit is {most.value:g} ({most.source})", "it is a number of Mbit/s above 0"
        )
    return Offered(film, tuple(map(named, subtitles)), most.value * _MEGABIT)


def shared_film(film: Path | None, *, share: bool) -> Path | None:
    """The film, if it is to be served; raises ``AppError`` (usage) if there is no file to serve."""
    if share and film is None:
        raise AppError(
            ErrorCode.USAGE,
            "--share serves a file, and none is named",
            "name one: syncwatch host FILE --share; what has a link, everybody opens by that",
        )
    return film if share else None


def offer(server: RunningServer, session: Session, offered: Offered) -> None:
    """Let the embedded server serve it to whoever is in the session; raises ``AppError`` (file-not-found)."""
    server.shares.set_limit(offered.rate)
    if offered.film is not None:
        server.shares.offer(session.session_id, offered.film, "media", session.media)
    for subtitles in offered.subtitles:
        server.shares.offer(session.session_id, subtitles, "subtitles", session.media)


def offering(server: RunningServer, session: Session, offered: Offered) -> Callable[[Path], None] | None:
    """Serves what comes on later, where the film is served too; each file once."""
    if offered.film is None:
        return None
    served = {offered.film.resolve()}

    def offer_later(path: Path) -> None:
        if path.resolve() not in served:
            served.add(path.resolve())
            server.shares.offer(session.session_id, path, "media")

    return offer_later


def in_words(offered: Offered) -> str | None:
    """What a person is told of it; None where nothing is served."""
    names = [path.name for path in (offered.film, *offered.subtitles) if path is not None]
    if not names:
        return None
    listed = clean_text(" and ".join(names))
    return f"Served to whoever joins, at up to {offered.rate / _MEGABIT:g} Mbit/s each: {listed}"
