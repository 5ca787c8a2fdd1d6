"""``resolve``: what links and files mean, one line each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncwatch_cli import diagnostics, output
from syncwatch_cli.diagnostics import ExitCode
from syncwatch_cli.media import local_files
from syncwatch_cli.options import Shared
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.media_url import MediaUrl, recognise

if TYPE_CHECKING:
    from collections.abc import Iterator

Sources = Annotated[
    list[str],
    typer.Argument(metavar="SOURCE…", help="URLs or files; - reads them from stdin, one a line.", show_default=False),
]
Offline = Annotated[bool, typer.Option("--offline", help="Recognise only, without any network.")]


def resolve(shared: Shared, sources: Sources, offline: Offline = False) -> ExitCode:
    """Say which media each link or file means."""
    if not offline:
        raise AppError(
            ErrorCode.USAGE,
            "resolve can only recognise links so far, not yet look them up",
            "syncwatch resolve --offline SOURCE says what a link means, without any network",
        )
    code = ExitCode.OK
    for text in _texts(sources):
        try:
            media = _recognised(text)
        except AppError as error:
            code = ExitCode.MEDIA
            told = diagnostics.error_object(error)
            hint = told["error"]["hint"]
            _print(shared, {"url": text} | told, f"error: {error.message}" + (f" ({hint})" if hint else ""))
        else:
            _print(shared, _row(text, media), _words(media))
    return code


def _texts(sources: list[str]) -> Iterator[str]:
    """Each source without the space around it; a name that is no UTF-8 is shown with question marks."""
    for source in sources:
        lines = sys.stdin.buffer if source == "-" else [source.encode(errors="surrogateescape")]
        for line in lines:
            text = line.decode(errors="replace").strip()
            # A list may have empty lines; an empty argument is a mistake in a script, and is told.
            if text or source != "-":
                yield text


def _recognised(text: str) -> MediaUrl:
    try:
        media = recognise(text)
    except AppError:
        # Anything can be a file's name, also what looks like none.
        if "://" in text or not _is_file(text):
            raise
        return MediaUrl(text, "file", "video", None, text, None, None)
    if media.provider == "file":
        local_files.readable(_path(text))
    return media


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        # ~somebody, who isn't on this computer: then nothing is called so.
        return Path(text)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def _row(text: str, media: MediaUrl) -> dict[str, Any]:
    return {
        "url": text,
        "provider": media.provider,
        "kind": media.kind,
        "id": media.id,
        "canonicalUrl": media.canonical_url,
        "startPosition": media.start_position,
        "playlist": media.playlist,
    }


def _words(media: MediaUrl) -> str:
    start = "" if media.start_position is None else f" from {media.start_position:g} s"
    return f"{media.provider} {media.kind} {media.canonical_url}{start}"


def _print(shared: Shared, row: dict[str, Any], words: str) -> None:
    if shared.use_json:
        output.json_line(row)
    else:
        output.text(clean_text(words))
