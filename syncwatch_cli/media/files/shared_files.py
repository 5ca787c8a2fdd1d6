"""What the session's host shares, as a player opens it: URLs on the session's own server, each with a ticket.

A ticket is good for one file, and for as long as one is in the session. All of this blocks: call it in a thread.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from syncwatch_cli.http_api import Api
from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from syncwatch_core.messages import Media, MediaFile


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file that the host serves."""

    url: str
    """Where it is read; a secret of this participant."""
    kind: str
    """``media`` or ``subtitles``."""
    name: str
    size: int
    """Bytes."""
    language: str | None
    """Of subtitles: ``en``, ``pt-BR``."""
    source: dict[str, Any] | None
    """The ``{url, file}`` that it belongs to; None: whatever is watched."""


def shares_of(server: str, code: str, token: str | None) -> tuple[SharedFile, ...]:
    """All that is shared in a session with the participant of this token; nothing on a server that can't share.

    The server's certificate is checked. Raises ``AppError`` (server-unreachable, or what the server refuses it for).
    """
    server = server.rstrip("/")
    try:
        answer = Api(server, token=token).get(f"/sessions/{code}/shares")
    except AppError as refusal:
        if refusal.code is ErrorCode.NOT_FOUND:
            return ()
        raise
    return tuple(_read(server, share) for share in answer["shares"] if _is_ours(share.get("path")))


def find(shares: Iterable[SharedFile], file: MediaFile) -> SharedFile | None:
    """The one that is ``file``: of its content or, where that is not known of both, of its name; and of its size."""
    films = (share for share in shares if share.kind == "media")
    return next((share for share in films if _is_same(_file_of(share), file)), None)


def subtitles_for(shares: Iterable[SharedFile], media: Media) -> tuple[SharedFile, ...]:
    """Those that go with ``media``."""
    return tuple(share for share in shares if share.kind == "subtitles" and _goes_with(share, media))


def _read(server: str, share: dict[str, Any]) -> SharedFile:
    return SharedFile(
        url=server + share["path"],
        kind=share["kind"],
        name=share["name"],
        size=share["size"],
        language=share["language"],
        source=share["source"],
    )


def _is_ours(path: str | None) -> bool:
    """Whether there is a path at all, and one that stays on the server that it came from."""
    return path is not None and path.startswith("/api/")


def _file_of(share: SharedFile) -> dict[str, Any]:
    known = (share.source or {}).get("file") or {}
    return {"name": share.name, "fingerprint": None, **known, "size": share.size}


def _goes_with(share: SharedFile, media: Media) -> bool:
    if share.source is None:
        return True
    if media.url is not None:
        return bool(share.source["url"] == media.url)
    file = share.source["file"]
    return file is not None and media.file is not None and _is_same(file, media.file)


def _is_same(known: dict[str, Any], file: MediaFile) -> bool:
    if known["size"] != file.size:
        return False
    if known["fingerprint"] and file.fingerprint:
        return bool(known["fingerprint"] == file.fingerprint)
    return bool(known["name"] == file.name)
