"""What the session watches, as far as it was heard, and what of it was there when we came in."""

from __future__ import annotations

from syncwatch_core import messages as wire
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode


class Watched:
    """The media, and the number of the last change that was heard of."""

    def __init__(self) -> None:
        self.media: wire.Media | None = None
        self.revision = 0
        self.came_for: str | None = None
        """The media that was there on coming in, until it plays here: without it there is nothing to stay for."""

    @property
    def media_id(self) -> str | None:
        """The media, by its id."""
        return self.media.media_id if self.media else None

    @property
    def is_what_we_came_for(self) -> bool:
        """Whether there is nothing to stay for if this media can't be played here."""
        return self.media is not None and self.media.media_id == self.came_for

    def take(self, media: wire.Media | None, playback: wire.Playback) -> bool:
        """Take on what was heard; False if something newer is known."""
        if playback.revision < self.revision:
            return False
        self.media, self.revision = media, playback.revision
        return True

    def is_gap(self, playback: wire.Playback) -> bool:
        """Whether ``playback`` does not follow on what is known: something was missed."""
        return playback.media_id != self.media_id or playback.revision > self.revision + 1

    def unplayable(self, reason: str, mpv: str | None) -> AppError:
        """The media can't be played here; ``mpv`` is the program that the person named."""
        media = self.media
        assert media is not None  # noqa: S101 what failed was loaded
        if media.url is not None:
            hint = "open the link in a browser: it has to lead to the video itself, not to a page around it"
            return AppError(ErrorCode.UNRESOLVABLE, f"can't play {clean_text(media.url)}: {reason}", hint)
        name = media.file.name if media.file is not None else ""
        hint = f"try it with mpv alone: {mpv or 'mpv'} FILE"
        return AppError(ErrorCode.UNRESOLVABLE, f"can't play {clean_text(name)!r}: {reason}", hint)
