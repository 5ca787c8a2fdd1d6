"""``update``: the session's settings."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from syncwatch_cli import options, output
from syncwatch_cli.commands.create import CONTROLS
from syncwatch_cli.options import Shared
from syncwatch_cli.passwords import password_of
from syncwatch_cli.target import find_target
from syncwatch_core import tracks
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode

BUFFER_WAITS = ("wait", "go-on")

BufferWait = Annotated[
    str | None,
    typer.Option(
        "--buffer-wait",
        metavar="wait|go-on",
        help="When somebody's player has nothing to play: wait for them, or go on and let them catch up.",
    ),
]
Locked = Annotated[
    bool | None, typer.Option("--lock/--unlock", help="Let nobody new in. Who was in before may come back.")
]
NewTitle = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="Another title; '' takes it away.")]
PinAudio = Annotated[
    str | None,
    typer.Option("--pin-audio", metavar="NUMBER|LANG|no", help="Have everybody hear this track, or none."),
]
PinSubtitles = Annotated[
    str | None,
    typer.Option("--pin-subtitles", metavar="NUMBER|LANG|no", help="Have everybody read this track, or none."),
]
NoPinAudio = Annotated[bool, typer.Option("--no-pin-audio", help="Let everybody choose what they hear.")]
NoPinSubtitles = Annotated[bool, typer.Option("--no-pin-subtitles", help="Let everybody choose what they read.")]
NewControl = Annotated[
    str | None, typer.Option("--control", metavar="everyone|host", help="Who may play, pause and seek from now on.")
]
NoPassword = Annotated[bool, typer.Option("--no-password", help="Take the password away.")]


def update(
    shared: Shared,
    code: options.Code,
    title: NewTitle = None,
    control: NewControl = None,
    buffer_wait: BufferWait = None,
    locked: Locked = None,
    password: options.AskPassword = False,
    password_file: options.PasswordFile = None,
    no_password: NoPassword = False,
    pin_audio: PinAudio = None,
    no_pin_audio: NoPinAudio = False,
    pin_subtitles: PinSubtitles = None,
    no_pin_subtitles: NoPinSubtitles = False,
) -> None:
    """Change what is set for everybody."""
    options.one_of("--control", control, CONTROLS)
    options.one_of("--buffer-wait", buffer_wait, BUFFER_WAITS)
    wanted: dict[str, Any] = {"title": title, "control": control, "bufferWait": buffer_wait, "locked": locked}
    wanted["password"] = _new_password(ask=password, file=password_file, away=no_password)
    pins = {
        "audio": _new_pin("audio", pin_audio, away=no_pin_audio),
        "subtitles": _new_pin("subtitles", pin_subtitles, away=no_pin_subtitles),
    }
    wanted["tracks"] = {kind: pin for kind, pin in pins.items() if pin is not None} or None
    changes = {name: value for name, value in wanted.items() if value is not None}
    if not changes:
        raise AppError(ErrorCode.USAGE, "nothing to change was named", "syncwatch update --help lists what there is")
    target = find_target(shared, code)
    answer = target.api().request("PATCH", f"/sessions/{target.code}", changes)
    if shared.use_json:
        output.json_object(answer["session"])


def _new_password(*, ask: bool, file: str | None, away: bool) -> str | None:
    """The password to set, empty to take it away, None to leave it; the environment's is for getting in, not for this.

    Raises ``AppError`` (usage).
    """
    if away and (ask or file is not None):
        raise AppError(ErrorCode.USAGE, "--no-password takes the password away; give no other with it")
    if away:
        return ""
    return password_of(ask=ask, file=file) if ask or file is not None else None


def _new_pin(kind: tracks.Kind, pin: str | None, *, away: bool) -> str | None:
    """The track to pin, empty to take the pin away, None to leave it; raises ``AppError`` (usage)."""
    if away and pin is not None:
        raise AppError(ErrorCode.USAGE, f"--no-pin-{kind} takes the pin away; give no other with it")
    if away:
        return ""
    if pin is not None and not tracks.is_pin(pin):
        words = f"--pin-{kind} is {clean_text(pin)!r}, which is no track"
        raise AppError(ErrorCode.USAGE, words, "a track's number (2), a language (en, pt-BR), or no for none at all")
    return pin
