"""Files that the host shares: what there is in a session, who may read it, who reads how much, and how fast.

Only the server that runs in the host's own process has files to offer; any other shares nothing.
A reader needs a seat, or the host's token. What stands in the URL that a player gets is no token but a *ticket*:
good for one file, to one participant, for as long as they are in the session and this process runs.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.services.admission import seat_of
from syncwatch_server.services.credentials import new_id
from syncwatch_server.services.session_service import Caller, SessionService
from syncwatch_server.services.share_readers import Reader, Readers, Reading
from syncwatch_server.services.share_views import ReaderView, ShareKind, Shares, ShareSource, ShareView
from syncwatch_server.services.shared_content import SharedContent

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from syncwatch_core.messages import Media
    from syncwatch_core.watch_session import WatchSession
    from syncwatch_server.services.live_session import LiveSession

HOST = "host"
"""Who reads by the host's token, without a seat; no participant's id is a word."""

_LANGUAGE = re.compile(r"\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)\.[^.]+$")
"""``film.en.srt``, ``film.pt-BR.srt``: how players know the language of subtitles that lie beside a film."""

_READING_THREADS = 4
"""A cold disk holds up a few readers at most, and never the loop."""


@dataclass(frozen=True, slots=True)
class Share:
    """One file that a session may read."""

    share_id: str
    session_id: str
    kind: ShareKind
    content: SharedContent
    source: ShareSource | None
    """What it belongs to; None: whatever is watched."""


class ShareService:
    """All that this process shares."""

    def __init__(self, sessions: SessionService, now: Callable[[], float], log: FilteringBoundLogger) -> None:
        self._sessions = sessions
        self._now = now
        self._log = log
        self._secret = secrets.token_bytes(32)
        self._shares: dict[str, Share] = {}
        self._threads = ThreadPoolExecutor(_READING_THREADS, thread_name_prefix="syncwatch-share")
        self._readers = Readers(now)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False)

    # --- what the host says ------------------------------------------------------------------------------

    def offer(self, session_id: str, path: Path, kind: ShareKind, media: Media | None = None) -> Share:
        """Share a file with a session, as it is now; ``media`` is what it belongs to, or is.

        Raises ``AppError`` (file-not-found).
        """
        source = ShareSource(url=media.url, file=media.file) if media else None
        share = Share(new_id(), session_id, kind, SharedContent.of(path), source)
        self._shares[share.share_id] = share
        return share

    def set_limit(self, rate: float) -> None:
        """Let each reader have so many bytes a second."""
        self._readers.rate = rate

    # --- what others ask ---------------------------------------------------------------------------------

    async def shared_with(self, code: str, caller: Caller) -> Shares:
        """What is shared in a session, for who may see it; with tickets for who may read it.

        Raises what refuses to show the session, and ``AppError`` (kicked) for the token of a seat that was given up.
        """
        live, _ = await self._sessions.get_active_session(code, caller)
        session = live.newest
        holder = self._holder(session, caller.token)
        shares = [share for share in self._shares.values() if share.session_id == session.session_id]
        now = self._now()
        return Shares(
            shares=[self._view(share, session, holder) for share in shares],
            readers=[
                _seen(reader, self._shares[reader.share_id], session, now)
                for reader in self._readers.of(session.session_id)
                if _has_seat(session, reader.holder)
            ],
            server_time=now,
        )

    async def admit(self, code: str, share_id: str, ticket: str, address: str) -> Reading:
        """Begin to read a shared file; the caller must ``close`` it.

        Raises ``AppError``: forbidden, kicked, not-found, ended, rate-limited, server-error.
        """
        live = await self._sessions.find(code, address)
        await live.ready()
        session_id = live.newest.session_id
        holder = self._holder_of_ticket(session_id, share_id, ticket)
        share = self._shares.get(share_id)
        if share is None or share.session_id != session_id:
            raise AppError(ErrorCode.NOT_FOUND, "that is not shared here")

        def require_seat() -> None:
            _require_seat(live, holder)

        require_seat()
        reading = Reading(share.content, self._readers.reader(session_id, holder, share_id), self._threads, self._now)
        reading.require = require_seat
        try:
            await reading.open()
        except AppError as fault:
            self.log_fault(reading, fault)
            raise
        return reading

    def log_fault(self, reading: Reading, fault: AppError) -> None:
        """Say in the log why somebody could not read a shared file to its end."""
        self._log.warning("a shared file is read no further", file=reading.content.name, why=fault.message)

    # --- who may -----------------------------------------------------------------------------------------

    def _holder(self, session: WatchSession, token: str | None) -> str | None:
        """Who a token's tickets are for; the token was found good. None: whoever has only the code gets none."""
        if token is None:
            return None
        holder = seat_of(session, token)
        if holder is None:
            return HOST
        if session.members[holder].gone:
            raise AppError(ErrorCode.KICKED, "you are no longer in the session", "join again")
        return holder

    def _ticket(self, session_id: str, share_id: str, holder: str) -> str:
        mac = hmac.digest(self._secret, f"{session_id}/{share_id}/{holder}".encode(), "sha256")
        return f"{holder}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    def _holder_of_ticket(self, session_id: str, share_id: str, ticket: str) -> str:
        holder = ticket.partition(".")[0]
        right = self._ticket(session_id, share_id, holder)
        if not hmac.compare_digest(right.encode("utf-8", "replace"), ticket.encode("utf-8", "replace")):
            raise AppError(ErrorCode.FORBIDDEN, "that ticket is not good here", "GET …/shares gives another")
        return holder

    def _view(self, share: Share, session: WatchSession, holder: str | None) -> ShareView:
        content, path = share.content, None
        if holder is not None:
            ticket = self._ticket(session.session_id, share.share_id, holder)
            # The name stands last and alone: players show what does, and a ticket is nothing to show.
            place = f"/api/v1/sessions/{session.code}/shares/{share.share_id}/{ticket}"
            path = f"{place}/{quote(content.name, safe='')}"
        language = _LANGUAGE.search(content.name) if share.kind == "subtitles" else None
        return ShareView(
            share_id=share.share_id,
            kind=share.kind,
            name=content.name,
            size=content.size,
            source=share.source,
            media_type=content.media_type,
            language=language[1] if language else None,
            path=path,
        )


def _require_seat(live: LiveSession, holder: str) -> None:
    session = live.newest
    if session.settings.ended is not None:
        raise AppError(ErrorCode.ENDED, f"the session is over: {session.settings.ended}")
    if not _has_seat(session, holder):
        raise AppError(ErrorCode.KICKED, "you are no longer in the session")


def _has_seat(session: WatchSession, holder: str) -> bool:
    member = session.members.get(holder)
    return holder == HOST or (member is not None and not member.gone)


def _seen(reader: Reader, share: Share, session: WatchSession, now: float) -> ReaderView:
    content, member = share.content, session.members.get(reader.holder)
    return ReaderView(
        participant_id=None if reader.holder == HOST else reader.holder,
        display_name=member.display_name if member else None,
        share_id=share.share_id,
        name=content.name,
        size=content.size,
        position=reader.position,
        bytes_sent=reader.bytes_sent,
        rate=round(reader.flow.rate(now), 1),
        updated_at=reader.updated_at,
    )
