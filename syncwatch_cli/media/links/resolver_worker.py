"""yt-dlp in a process of its own: requests come in on stdin, answers go out on stdout, a JSON object a line.

Of this program, only this module imports yt_dlp. An extractor computes for long and waits for sites, and neither a
thread nor a pool can be stopped in the midst of it: a process can. ``resolver_process`` is who starts it.

stdout is the answers' alone: whatever else yt-dlp, a plugin or a browser's key ring prints goes to stderr.
"""

from __future__ import annotations

import io
import os
import queue
import sys
import threading
import time
from contextlib import redirect_stderr, suppress
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import msgspec

from syncwatch_cli.media.links.extracted import as_playlist, as_resolution, entry_url
from syncwatch_cli.media.links.quality import AUDIO, selection
from syncwatch_cli.media.links.resolver_rows import Answer, Fault, Request
from syncwatch_core.errors import AppError
from syncwatch_core.media_lists import is_list
from syncwatch_core.media_url import MediaUrl, check_media_url, recognise

FORCED: dict[str, Any] = {
    # a failure is told, once, as an exception
    "ignoreerrors": False,
    "ignore_no_formats_error": False,
    "quiet": True,
    "verbose": False,
    "noprogress": True,
    "consoletitle": False,
    "color": "never",
    "debug_printtraffic": False,
    "dump_intermediate_pages": False,
    # nothing is downloaded, written, printed or run
    "simulate": True,
    "skip_download": True,
    "cachedir": False,
    "write_pages": False,
    "download_archive": None,
    "forceprint": {},
    "print_to_file": {},
    "postprocessors": [],
    "listformats": False,
    "listsubtitles": False,
    "list_thumbnails": False,
    "check_formats": None,
    # the whole of one video, now
    "noplaylist": True,
    "playlist_items": None,
    "playliststart": 1,
    "playlistreverse": False,
    "playlistrandom": False,
    "match_filter": None,
    "wait_for_video": None,
    "live_from_start": False,
    "allow_unplayable_formats": False,
    # pages only, never a file or what a search engine finds
    "enable_file_urls": False,
    "default_search": "error",
}
"""What stands whatever the person's own configuration of yt-dlp says; it is for downloads, this is for watching."""

AVAILABLE_WITHIN = 15.0
"""Seconds that are waited until a stream may be fetched; YouTube says some 5 s, after which the skipped advertisement
would be over."""

_LISTS_IN_LISTS = 2
"""How deep: a channel has tabs, and these have videos."""


def main() -> None:
    """Answer requests until there are no more."""
    requests, answers = _own_streams()
    try:
        extractor = Extractor(sys.argv[1:])
    except _NoExtractorError as error:
        _say(answers, Answer(fault=error.fault))
        return
    _say(answers, Answer(version=extractor.version))
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests, waiting), daemon=True).start()
    while True:
        _say(answers, extractor.answer(msgspec.json.decode(waiting.get(), type=Request)))


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Stdin and stdout for us alone; for all others there is nothing to read, and stderr to write to."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def _read(requests: BinaryIO, waiting: queue.SimpleQueue[bytes]) -> None:
    for line in requests:
        waiting.put(line)
    # Who asked is gone: nobody waits for what is being resolved.
    os._exit(0)


def _say(answers: BinaryIO, answer: Answer) -> None:
    answers.write(msgspec.json.encode(answer) + b"\n")
    answers.flush()


class _NoExtractorError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class Extractor:
    """yt-dlp with the person's own configuration."""

    def __init__(self, arguments: list[str]) -> None:
        try:
            import yt_dlp
            import yt_dlp.version
        except ImportError as fault:
            raise _NoExtractorError(Fault("Missing", str(fault))) from None
        self._yt_dlp = yt_dlp
        self.version: str = yt_dlp.version.__version__
        sys.argv[1:] = arguments
        said = io.StringIO()
        try:
            with redirect_stderr(said):
                # Given no arguments it looks at ours, and then at the configuration files; given any, it leaves those.
                self._options: dict[str, Any] = yt_dlp.parse_options().ydl_opts | FORCED
        except (Exception, SystemExit) as fault:  # noqa: BLE001 plugins and key rings may raise anything
            words = (said.getvalue().strip() or str(fault)).rpartition("error: ")[2]
            raise _NoExtractorError(Fault("Configuration", words)) from None

    def answer(self, request: Request) -> Answer:
        """Do what is asked, however it ends."""
        try:
            url = check_media_url(request.url)
            if request.quality is None:
                return self._expand(url, request.limit)
            return self._resolve(url, request.quality)
        except Exception as error:  # noqa: BLE001 extractors may raise anything
            return Answer(fault=self._fault(error))

    def _resolve(self, url: str, quality: str) -> Answer:
        wanted = selection(quality)
        options = {
            "format": wanted.format,
            "format_sort": [*wanted.sort, *(self._options.get("format_sort") or ())],
            "format_sort_force": False,
            # Of a page with several videos the first is played.
            "playlistend": 1,
            "extract_flat": False,
        }
        found = self._extract_video(url, options)
        while found.get("_type") in ("playlist", "multi_video"):
            found = next((entry for entry in found.get("entries") or () if entry), {})
        resolution = as_resolution(url, found, sound_only=quality == AUDIO) if found else None
        if resolution is None:
            return Answer(fault=Fault("NoStream", "nothing on this page can be played", expected=True))
        self._wait_until_available(found)
        return Answer(resolution=resolution)

    def _extract_video(self, url: str, options: dict[str, Any]) -> dict[str, Any]:
        media = recognise(url)
        embedded = _vimeo_player_page(media)
        if embedded is None:
            # Extractors take upper-case hosts for strangers', and instructions hidden in a fragment for their own.
            return self._extract(media.canonical_url, options)
        try:
            return self._extract(embedded, options)
        except self._yt_dlp.utils.DownloadError:
            if not self._is_somebody():
                raise
        # Who is logged in may see on the site what may not be embedded.
        return self._extract(media.canonical_url, options)

    def _is_somebody(self) -> bool:
        names = ("cookiefile", "cookiesfrombrowser", "username", "usenetrc", "netrc_cmd")
        return any(self._options.get(name) for name in names)

    def _wait_until_available(self, found: dict[str, Any]) -> None:
        formats = found.get("requested_formats") or [found]
        available_at = max((each.get("available_at") or 0 for each in formats), default=0)
        time.sleep(min(max(0.0, available_at - time.time()), AVAILABLE_WITHIN))

    def _expand(self, url: str, limit: int) -> Answer:
        found = self._listed(recognise(url).canonical_url, limit + 1)
        entries = self._flat(found, limit + 1, _LISTS_IN_LISTS)
        return Answer(playlist=as_playlist(url, found.get("title"), entries, limit))

    def _listed(self, url: str, limit: int) -> dict[str, Any]:
        found = self._extract(url, {"playlistend": limit, "extract_flat": "in_playlist", "lazy_playlist": False})
        if found.get("_type") not in ("playlist", "multi_video"):
            return {"title": found.get("title"), "entries": [found | {"url": found.get("webpage_url")}]}
        return found

    def _flat(self, found: dict[str, Any], limit: int, depth: int) -> list[dict[str, Any]]:
        """The videos of a list and of the lists in it, ``limit`` at most."""
        videos: list[dict[str, Any]] = []
        for entry in found.get("entries") or ():
            if len(videos) >= limit:
                break
            url = entry_url(entry) if entry else None
            if url is not None and is_list(recognise(url)):
                # A tab of a channel that has none, or that is members' only, is no reason to show nothing.
                with suppress(self._yt_dlp.utils.DownloadError):
                    left = limit - len(videos)
                    videos += self._flat(self._listed(url, left), left, depth - 1) if depth > 1 else []
            elif entry:
                videos.append(entry)
        return videos[:limit]

    def _extract(self, url: str, options: dict[str, Any]) -> dict[str, Any]:
        with self._yt_dlp.YoutubeDL(self._options | options) as downloader:
            found: dict[str, Any] = downloader.extract_info(url, download=False) or {}
            return found

    def _fault(self, error: BaseException) -> Fault:
        if isinstance(error, AppError):
            return Fault("Refused", error.message, expected=True)
        exceptions = self._yt_dlp.networking.exceptions
        if isinstance(error, self._yt_dlp.utils.DownloadError) and error.__context__ is not None:
            error = error.__context__
        if isinstance(error, self._yt_dlp.cookies.CookieLoadError):
            return Fault("CookieLoadError", str(error.__cause__ or error.__context__ or error), expected=True)
        chain = _causes(error)
        status = next((each.status for each in chain if isinstance(each, exceptions.HTTPError)), None)
        countries = getattr(error, "countries", None) or ()
        return Fault(
            kind=type(error).__name__,
            message=str(getattr(error, "orig_msg", None) or getattr(error, "msg", None) or error),
            expected=bool(getattr(error, "expected", isinstance(error, self._yt_dlp.utils.YoutubeDLError))),
            status=status if isinstance(status, int) else None,
            is_network=any(isinstance(each, exceptions.TransportError) for each in chain),
            countries=tuple(str(country) for country in countries),
        )


def _causes(error: BaseException) -> list[BaseException]:
    """An error and what led to it, as yt-dlp hands that on."""
    chain: list[BaseException] = []
    following: object = error
    while isinstance(following, BaseException) and following not in chain:
        chain.append(following)
        following = getattr(following, "cause", None) or following.__cause__
    return chain


def _vimeo_player_page(media: MediaUrl) -> str | None:
    """The page of Vimeo's embedded player, which needs no login where the site's own does; None for all else."""
    parts = urlsplit(media.canonical_url)
    if media.provider != "vimeo" or media.kind != "video" or parts.hostname != "vimeo.com":
        return None
    video, _, secret = parts.path.removeprefix("/").partition("/")
    if video != media.id:
        return None
    return f"https://player.vimeo.com/video/{video}" + (f"?h={secret}" if secret else "")


if __name__ == "__main__":
    main()
