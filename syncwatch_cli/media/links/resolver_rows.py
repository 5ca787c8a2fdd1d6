"""What goes between a resolver and its workers: one JSON object a line, requests down and answers up."""

from __future__ import annotations

import msgspec

from syncwatch_cli.media.links.resolution import Playlist, Resolution

DIED = "Died"
"""The kind of fault of a worker that ended without an answer."""


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a worker is asked: to resolve ``url`` in ``quality``, or to expand it to ``limit`` entries at most."""

    url: str
    quality: str | None = None
    limit: int = 0


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why there is nothing to play, as yt-dlp has it."""

    kind: str
    """The name of its class of error; ``Missing``, ``Configuration`` and some more are ours."""
    message: str
    expected: bool = False
    """Whether the site itself said so; else the extractor may have stumbled."""
    status: int | None = None
    """What the site answered by HTTP."""
    is_network: bool = False
    """Whether the site could not be reached at all."""
    countries: tuple[str, ...] = ()
    """Where the video may be seen, as ISO 3166 codes."""


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a worker says: first its version, or a fault and its end; then one of the others for each request."""

    version: str | None = None
    """yt-dlp's."""
    resolution: Resolution | None = None
    playlist: Playlist | None = None
    fault: Fault | None = None
