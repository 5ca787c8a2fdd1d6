"""All that the live runtime is told before it starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from syncwatch_cli.remembered import Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinOptions:
    """One person, one session, one player."""

    server: str
    """The URL of the server, without a slash at its end."""
    check_certificate: bool = True
    """False where the server runs in this very process: its certificate names the address that friends use."""
    serves: bool = False
    """Whether the server runs in this very process: what it shares with the others, this person has."""
    offers: Callable[[Path], None] | None = None
    """Serves this person's copy of what is watched to the others; ``host --share``."""
    code: str
    """Written ``ABC-DEF``."""
    display_name: str
    password: str | None = None
    seat: Seat
    """The seat of last time; ``seat.keep(participant_id, participant_token)`` remembers the one that was given."""
    participant_token: str | None = None
    """The token that gives a seat back."""
    host_token: str | None = None
    """The token that makes one host."""

    file: Path | None = None
    """The person's own copy, instead of whatever is loaded; None: look for it."""
    media_folders: tuple[Path, ...] = ()
    """Where it is looked for, besides the current folder."""
    subtitles: tuple[Path, ...] = ()
    """The person's own, for their player alone."""
    player: Literal["mpv", "libmpv", "none"] = "mpv"
    mpv: str | None = None
    """The mpv to run; None: the one on the PATH."""
    mpv_args: tuple[str, ...] = ()
    ipc_socket: Path | None = None
    """Where mpv's JSON IPC socket shall be; None: a private place."""
    attach: Path | None = None
    """The JSON IPC socket of an mpv that runs already."""
    device_delay: float = 0.0
    """Seconds that the person's sound device adds."""
    correction: bool = True
    """Whether to keep in sync by small changes of speed."""
    view_only: bool = False
    """What the person does in their player stays theirs."""
    scripts_steer: bool = False
    """What scripts in the person's player do is for everybody, as if the person had done it; else it is undone."""
    quality: str = "best"
    """Of what is behind a page: a height such as ``1080``, ``best`` or ``audio``."""
    cookies_from_browser: str | None = None
    """The browser whose logins a resolver may use, as yt-dlp writes it."""
    allow_private_urls: bool = False
    osd: Literal["all", "chat", "none"] = "all"
    """What is said on the player's picture: all that happens, what people write, or nothing."""
    chat_key: str | None = "c"
    """The key that begins a line of chat in the player's window, as mpv calls it; None for none."""
    use_json: bool = False
    play_when_ready: bool = False
    """Play for everybody once one's own player stands on the first frame; ``host SOURCE``."""
    link: str | None = None
    """The link to show to the person, for their friends."""
