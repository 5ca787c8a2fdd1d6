"""What a session knows of its media: from the link alone, from what was found out about it, from its players."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from syncwatch_core import messages as wire
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.media_lists import is_list, video_alone
from syncwatch_core.media_url import MediaUrl, check_media_url, readable_title, recognise, title_of_url
from syncwatch_core.roles import may
from syncwatch_core.watch_session import Addressed, MediaFound, Outcome, WatchSession

if TYPE_CHECKING:
    from syncwatch_core.roles import Actor
    from syncwatch_core.session_rules import Moment

_PROVIDERS = frozenset({"youtube", "vimeo", "dailymotion", "twitch"})
"""Whose links have one canonical form; what else was typed is shared as it was typed."""


def media_of(source: wire.MediaSource | wire.QueueEntry, media_id: str) -> wire.Media:
    """The media that somebody named; raises ``AppError`` (bad-request, unsupported-url)."""
    if (source.url is None) == (source.file is None):
        raise AppError(ErrorCode.BAD_REQUEST, "name the media by a url or by a file, and by one of them only")
    file = source.file
    found = None if source.url is None else _one_video(source.url)
    duration = file.duration if file else getattr(source, "duration", None)
    given = getattr(source, "start_position", None)
    start = given if given is not None else (found and found.start_position) or 0.0
    title = clean_text(file.name) or None if file else None
    url = None if found is None else _shared_url(found)
    return wire.Media(
        media_id=media_id,
        url=url,
        file=file,
        provider=found.provider if found else "file",
        title=clean_text(source.title or "") or title or _stand_in_title(url),
        duration=duration,
        live=None,
        thumbnail_url=None,
        start_position=start if duration is None else min(start, duration),
    )


def _one_video(url: str) -> MediaUrl:
    """What the link means; raises ``AppError`` (unsupported-url) for what is no link, or leads to many videos."""
    found = recognise(url)
    if found.provider == "file":
        # Raises, in the words for what is no link at all.
        check_media_url(url)
    if is_list(found):
        raise AppError(
            ErrorCode.UNSUPPORTED_URL,
            f"this link leads to many videos (it is a {found.provider} {found.kind}), and one is loaded at a time",
            "syncwatch queue add CODE LINK adds all of them to the queue; syncwatch load CODE LINK loads the first",
        )
    return video_alone(found)


def _shared_url(found: MediaUrl) -> str:
    return found.canonical_url if found.provider in _PROVIDERS else found.url


def _stand_in_title(url: str | None) -> str | None:
    """A title read off a link, for as long as nobody knows a better one; a provider's links say nothing readable."""
    if url is None or recognise(url).provider in _PROVIDERS:
        return None
    return title_of_url(url)


# --- what is found out later ---------------------------------------------------------------------------


def found(session: WatchSession, command: MediaFound, _: Moment) -> Outcome:
    """What the server found out about a link, for whatever has that link and does not know it yet."""
    messages: list[Addressed] = []
    media = session.stage.media
    if media is not None and media.url == command.url:
        better = _with_found(media, command)
        if better != media:
            rough = session.stage.rough_duration or media.duration is None
            session = session.replace(stage=replace(session.stage, media=better, rough_duration=rough))
            messages.append(Addressed(wire.VideoUrlUpdated(media=better, playback=session.stage.playback)))
    queue = tuple(_item_with_found(item, command) if item.url == command.url else item for item in session.queue)
    if queue != session.queue:
        session = session.replace(queue=queue)
        messages.append(Addressed(wire.QueueUpdated(queue=queue, repeat=session.settings.repeat)))
    return Outcome(session, tuple(messages))


def _with_found(media: wire.Media, command: MediaFound) -> wire.Media:
    return replace(
        media,
        title=_better_title(media.url, media.title, command.title),
        duration=media.duration if media.duration is not None or media.live else command.duration,
        live=command.live if media.live is None else media.live,
        thumbnail_url=media.thumbnail_url or command.thumbnail_url,
    )


def _item_with_found(item: wire.QueueItem, command: MediaFound) -> wire.QueueItem:
    return replace(
        item,
        title=_better_title(item.url, item.title, command.title),
        duration=command.duration if item.duration is None else item.duration,
        thumbnail_url=item.thumbnail_url or command.thumbnail_url,
    )


def is_untitled(url: str | None, title: str | None) -> bool:
    """Whether the title is missing, or was only read off the link."""
    return title is None or (url is not None and title == _stand_in_title(url))


def _better_title(url: str | None, title: str | None, heard: str | None) -> str | None:
    return readable_title(heard or "") or title if is_untitled(url, title) else title


def learned(session: WatchSession, report: wire.Status, by: Actor) -> Outcome:
    """What a player finds out about the media, where nobody knew it: length, whether it is live, and its title.

    A title is taken from who could have loaded the media under any title.
    """
    stage = session.stage
    media = stage.media
    assert media is not None  # noqa: S101 the report is about it
    better, rough = media, stage.rough_duration
    if report.duration and (media.duration is None or rough):
        better, rough = replace(better, duration=report.duration, live=False), False
    elif media.duration is None and media.live is None:
        better = replace(better, live=report.live)
    heard = report.title if media.url is not None and report.title != media.title else None
    if heard and may(by, session.settings.control, wire.VideoLoad.event):
        better = replace(better, title=_better_title(media.url, media.title, heard))
    if (better, rough) == (media, stage.rough_duration):
        return Outcome(session)
    session = session.replace(stage=replace(stage, media=better, rough_duration=rough))
    told = wire.VideoUrlUpdated(media=better, playback=stage.playback)
    return Outcome(session, (Addressed(told),) if better != media else ())
