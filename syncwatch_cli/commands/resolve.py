"""``resolve``: what links and files mean, one line each; and, unless ``--offline``, what is behind them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncwatch_cli import config, diagnostics, options, output
from syncwatch_cli.diagnostics import ExitCode
from syncwatch_cli.options import Shared
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncwatch_cli.looked_up import LookedUp
    from syncwatch_core.media_url import MediaUrl

Sources = Annotated[
    list[str],
    typer.Argument(metavar="SOURCE", help="URLs or files; - reads them from stdin, one a line.", show_default=False),
]
_LONGEST_SOURCE = 200
"""Characters of a source that failed, in words for people."""

Offline = Annotated[bool, typer.Option("--offline", help="Recognise only, without any network.")]


def resolve(
    shared: Shared,
    sources: Sources,
    offline: Offline = False,
    quality: options.Quality = None,
    cookies_from_browser: options.CookiesFromBrowser = None,
) -> ExitCode:
    """Say which media each link or file means, and what a player is given for it."""
    from syncwatch_cli.media.links.browsers import check_browser
    from syncwatch_cli.media.links.quality import check_quality

    settings = config.load()
    form, cookies = settings.get("quality", quality), settings.get("cookies-from-browser", cookies_from_browser)
    wanted = check_quality(form.value, form.called("quality"))
    browser = check_browser(cookies.value, cookies.called("cookies-from-browser"))
    texts = _texts(sources)
    if offline:
        codes = [_show_recognised(shared, text) for text in texts]
        return max(codes, default=ExitCode.OK)
    import asyncio

    from syncwatch_cli.looked_up import look_up
    from syncwatch_cli.waiting import Waiting

    code = ExitCode.OK
    shown = 0

    def show(found: LookedUp) -> None:
        nonlocal code, shown
        shown += 1
        waiting.words = f"looking up what is behind the links, {shown} done"
        with waiting.aside():
            if found.error is not None:
                code = ExitCode.MEDIA
                _show_error(shared, found.text, found.error)
            elif found.media is not None:
                _print(shared, _row(found.text, found.media) | found.row(), _words(found.media) + found.words())

    with Waiting("looking up what is behind the links") as waiting:
        asyncio.run(look_up(texts, recognised, show, quality=wanted, cookies_from_browser=browser))
    return code


def recognised(text: str) -> MediaUrl:
    """What a source means; raises ``AppError`` (unsupported-url, file-not-found)."""
    # The rules of sites are many patterns, compiled at import; a command's help needs none of them.
    from syncwatch_cli.media.files import local_files
    from syncwatch_core.media_url import MediaUrl, recognise

    try:
        media = recognise(text)
    except AppError:
        # Anything can be a file's name, also what looks like none.
        if "://" in text or not _is_file(text):
            raise
        return MediaUrl(text, "file", "video", None, text, None, None)
    if media.provider == "file":
        local_files.readable(local_files.named(text))
    return media


def _show_recognised(shared: Shared, text: str) -> ExitCode:
    try:
        media = recognised(text)
    except AppError as error:
        _show_error(shared, text, error)
        return ExitCode.MEDIA
    _print(shared, _row(text, media), _words(media))
    return ExitCode.OK


def _show_error(shared: Shared, text: str, error: AppError) -> None:
    told = diagnostics.error_object(error)
    hint = told["error"]["hint"]
    # Of many links one wants to know which.
    which = "" if text in error.message else f"{text[:_LONGEST_SOURCE]}: "
    _print(shared, {"url": text} | told, f"error: {which}{error.message}" + (f" ({hint})" if hint else ""))


def _texts(sources: list[str]) -> Iterator[str]:
    """Each source without the space around it; a name that is no UTF-8 is shown with question marks."""
    for source in sources:
        lines = _lines_of_stdin() if source == "-" else [source.encode(errors="surrogateescape")]
        for line in lines:
            text = line.decode(errors="replace").strip()
            # A list may have empty lines; an empty argument is a mistake in a script, and is told.
            if text or source != "-":
                yield text


def _lines_of_stdin() -> Iterator[bytes]:
    # Not by the reader with a buffer: the program could not end while a thread waits in it.
    stdin = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
    rest = b""
    while chunk := stdin.read(65536):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest


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
