"""From SOURCEs as they are typed to what a session is given: one video each, or all videos of a playlist.

A link to many videos is looked up by the resolver, which is imported only for such a link.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncwatch_cli import config, diagnostics
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from syncwatch_cli.media.links.resolution import Playlist

Media = dict[str, Any]
"""One video as the wire names it: ``{"url"}`` or ``{"file"}``, with ``title`` and ``duration`` where they are known."""

MOST = 1000
"""Videos of one list; what a queue holds (``watch_session.QUEUE_LIMIT``)."""

AT_ONCE = 100
"""Videos in one request (``messages.QUEUE_ENTRIES_AT_ONCE``, whose module costs a short command its quick start)."""

HEAVIEST = 48 * 1024
"""Bytes of the items in one request; the server takes 64 KiB in all."""

WholeList = Annotated[
    bool,
    typer.Option("--playlist", help="Of a link that names a video and its playlist, take the whole list."),
]


def expanded(
    sources: Iterable[str], *, whole_list: bool = False, cookies_from_browser: str | None = None
) -> list[Media]:
    """What the sources lead to, in their order.

    Raises ``AppError``: unsupported-url, file-not-found, unresolvable.
    """
    return [media for text in sources for media in _behind(text, whole_list, cookies_from_browser)]


def first_and_rest(
    source: str | None, *, whole_list: bool = False, cookies_from_browser: str | None = None
) -> tuple[Media, list[Media]]:
    """What a session begins with (nothing without a source), and what is queued; raises as ``expanded``."""
    if source is None:
        return {}, []
    first, *rest = expanded([source], whole_list=whole_list, cookies_from_browser=cookies_from_browser)
    # How long it is the players say themselves; a list's word may be rounded.
    return {name: value for name, value in first.items() if name != "duration"}, rest


def _behind(text: str, whole_list: bool, cookies_from_browser: str | None) -> list[Media]:  # noqa: FBT001 within
    # The rules of sites are many patterns, compiled at import; a command's help needs none of them.
    from syncwatch_cli.media.sources import parse_source
    from syncwatch_core.media_lists import is_list, is_video_in_list, list_url
    from syncwatch_core.media_url import recognise

    source = parse_source(text)
    if source.url is None:
        return [source.as_media()]
    link = recognise(source.url)
    if is_list(link) or (whole_list and is_video_in_list(link)):
        return _videos_of(list_url(link), cookies_from_browser)
    if is_video_in_list(link):
        diagnostics.note("this link names a video and a playlist: only the video is taken; --playlist takes the list")
    return [source.as_media()]


def _videos_of(url: str, cookies_from_browser: str | None) -> list[Media]:
    from syncwatch_cli import live
    from syncwatch_cli.media.links.browsers import check_browser
    from syncwatch_cli.waiting import Waiting

    setting = config.load().get("cookies-from-browser", cookies_from_browser)
    browser = check_browser(setting.value, setting.called("cookies-from-browser"))
    with Waiting(f"looking up the videos of {url}"):
        playlist = live.run(_look_up(url, browser))
    name = clean_text(playlist.title or url)
    if not playlist.entries:
        raise AppError(ErrorCode.UNRESOLVABLE, f"there is no video in {name}", "is the list public, and not empty?")
    if playlist.is_cut:
        diagnostics.note(f"{name} goes on: only its first {len(playlist.entries)} videos are taken")
    return [_as_media(entry.url, entry.title, entry.duration) for entry in playlist.entries]


async def _look_up(url: str, cookies_from_browser: str | None) -> Playlist:
    from syncwatch_cli.media.links.resolver import Resolver

    resolver = Resolver(cookies_from_browser=cookies_from_browser)
    try:
        return await resolver.expand(url, MOST)
    finally:
        await resolver.close()


def _as_media(url: str, title: str | None, duration: float | None) -> Media:
    from syncwatch_core.media_url import readable_title

    known = {"title": readable_title(title or ""), "duration": duration}
    return {"url": url} | {name: value for name, value in known.items() if value}


# --- into the queue ------------------------------------------------------------------------------------


def queue_payloads(media: list[Media], *, first: bool = False) -> list[dict[str, Any]]:
    """What to send as ``queue-add``, one after the other; ``first`` puts them before what is queued already."""
    flag: dict[str, Any] = {"next": True} if first else {}
    if len(media) == 1 and "duration" not in media[0]:
        return [media[0] | flag]
    payloads = [{"items": batch} | flag for batch in _batches(media)]
    # What comes last stands first.
    return payloads[::-1] if first else payloads


def queue_all(
    media: list[Media], send: Callable[[dict[str, Any]], dict[str, Any]], *, first: bool = False
) -> dict[str, Any]:
    """``send`` one ``queue-add`` after the other; gives the last answer, nothing where there was nothing to send.

    Raises what refuses one of them, which then tells what the ones before have left in the queue.
    """
    answer: dict[str, Any] = {}
    queued = 0
    for payload in queue_payloads(media, first=first):
        try:
            answer = send(payload)
        except AppError as refusal:
            if not queued:
                raise
            told = f"{refusal.message}; of these {len(media)} only {queued} were added"
            raise AppError(refusal.code, told, refusal.hint) from None
        queued += len(payload.get("items", [payload]))
    return answer


def _batches(media: list[Media]) -> list[list[Media]]:
    batches: list[list[Media]] = []
    weight = 0
    for one in media:
        added = len(json.dumps(one, ensure_ascii=False).encode())
        if not batches or len(batches[-1]) == AT_ONCE or weight + added > HEAVIEST:
            batches.append([])
            weight = 0
        batches[-1].append(one)
        weight += added
    return batches
