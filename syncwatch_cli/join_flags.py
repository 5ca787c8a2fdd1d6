"""The options that ``join`` and ``host`` have in common, and what they come to."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from syncwatch_cli import config
from syncwatch_cli.join_options import JoinOptions
from syncwatch_cli.options import AskPassword, CookiesFromBrowser, PasswordFile, Quality, one_of, variable
from syncwatch_core.errors import AppError, ErrorCode

LONGEST_NAME = 64
"""Characters of a display name."""
OSD = ("all", "chat", "none")
"""How much may be said on the player's picture; see ``osd``."""


def _option(flag: str, words: str, metavar: str | None = None, env: str | None = None) -> Any:
    return typer.Option(flag, metavar=metavar, help=words + (variable(env) if env else ""))


def check_osd(value: str, flag: str) -> str:
    """How much the player's picture says, as ``flag`` sets it; raises ``AppError`` (usage) for what can't be."""
    one_of(flag, value, OSD)
    return value


def check_chat_key(text: str, flag: str) -> str | None:
    """The key that begins a line of chat, None for none, as ``flag`` sets it; raises ``AppError`` (usage) for several.

    Which keys there are only mpv knows: it is asked once it runs.
    """
    key = text.strip()
    if len(key.split()) > 1:
        hint = "it is one key as mpv calls it, such as c, F5 or Ctrl+Enter, or none"
        raise AppError(ErrorCode.USAGE, f"{flag} is {text!r}, which is not one key", hint)
    return None if key.lower() in ("", "none") else key


def check_name(name: str, hint: str | None = None) -> str:
    """The display name as it is sent; raises ``AppError`` (usage) for what can't be one."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise AppError(ErrorCode.USAGE, f"a name has 1 to {LONGEST_NAME} characters", hint)
    return name


NoTui = Annotated[bool, _option("--no-tui", "No full-screen view; a status line, or JSON lines.")]


@dataclass(frozen=True, slots=True)
class JoinFlags:
    """The options as they were typed; None and False where they were not."""

    name: Annotated[str | None, _option("--name", "What others see me as.", "NAME", "NAME")] = None
    password: AskPassword = False
    password_file: PasswordFile = None
    file: Annotated[str | None, _option("--file", "Play my own copy of what is watched.", "PATH")] = None
    sub: Annotated[
        list[str] | None,
        _option("--sub", "Subtitles for my player; those given to host are for everybody. May be repeated.", "PATH"),
    ] = None
    player: Annotated[
        str, _option("--player", "What plays: mpv, or its library; none takes part without playing.", "mpv|libmpv|none")
    ] = "mpv"
    mpv: Annotated[str | None, _option("--mpv", "The mpv to run. Else: the one on the PATH.", "PATH", "MPV")] = None
    mpv_arg: Annotated[
        list[str] | None,
        _option("--mpv-arg", "An argument for mpv, as in --mpv-arg=--fs; may be repeated.", "ARG", "MPV_ARGS"),
    ] = None
    ipc_socket: Annotated[
        str | None, _option("--ipc-socket", "Where mpv shall listen, for other programs to attach too.", "PATH")
    ] = None
    attach: Annotated[str | None, _option("--attach", "Drive the mpv that already listens there.", "PATH")] = None
    device_delay: Annotated[
        float | None, _option("--device-delay", "What my sound device adds, s.", "SECONDS", "DEVICE_DELAY")
    ] = None
    correction: Annotated[
        bool | None,
        typer.Option(
            "--correction/--no-correction",
            help="Keep in sync by small changes of speed, or only by jumps." + variable("CORRECTION"),
        ),
    ] = None
    view_only: Annotated[bool, _option("--view-only", "What I do in my player stays mine.")] = False
    scripts_steer: Annotated[
        bool | None,
        typer.Option(
            "--scripts-steer/--no-scripts-steer",
            help="What scripts in my mpv do is for everybody, or is undone." + variable("SCRIPTS_STEER"),
        ),
    ] = None
    quality: Quality = None
    cookies_from_browser: CookiesFromBrowser = None
    allow_private_urls: Annotated[
        bool | None,
        typer.Option(
            "--allow-private-urls",
            help="Play media at private addresses without asking." + variable("ALLOW_PRIVATE_URLS"),
        ),
    ] = None
    osd: Annotated[
        str | None,
        _option("--osd", "What my player's picture says: all that happens, or only chat.", "all|chat|none", "OSD"),
    ] = None
    chat_key: Annotated[
        str | None,
        _option("--chat-key", "The key in my player that begins a line of chat, or none.", "KEY", "CHAT_KEY"),
    ] = None
    no_tui: NoTui = False

    def join_options(self, settings: config.Config, *, checked: bool = False, **fixed: Any) -> JoinOptions:
        """What the runtime is told; ``fixed`` is what the command itself settles.

        ``checked``: they were looked at by ``check`` and ``check_here`` before.
        Raises ``AppError``: usage for options that can't be, or not together; see ``check_here``.
        """
        from syncwatch_cli.media.files.local_files import named
        from syncwatch_cli.media.files.media_folders import media_folders

        if not checked:
            self.check()
            self.check_here(settings)
        chosen = {
            "display_name": self.display_name(settings),
            "file": named(self.file) if self.file else None,
            "media_folders": media_folders(settings.get("media-folders").value),
            "subtitles": tuple(named(each) for each in self.sub or ()),
            "player": self.player,
            "mpv": settings.get("mpv", self.mpv).value,
            "mpv_args": tuple(settings.get("mpv-args", self.mpv_arg or None).value),
            "ipc_socket": Path(self.ipc_socket) if self.ipc_socket else None,
            "attach": Path(self.attach) if self.attach else None,
            "device_delay": settings.get("device-delay", self.device_delay).value,
            "correction": settings.get("correction", self.correction).value,
            "view_only": self.view_only,
            "scripts_steer": settings.get("scripts-steer", self.scripts_steer).value,
            "osd": self.wanted_osd(settings),
            "chat_key": self.wanted_chat_key(settings),
            "quality": self.wanted_quality(settings),
            "cookies_from_browser": settings.get("cookies-from-browser", self.cookies_from_browser).value,
            "allow_private_urls": settings.get("allow-private-urls", self.allow_private_urls).value,
        }
        return JoinOptions(**(chosen | fixed))

    def display_name(self, settings: config.Config) -> str:
        """The name that others see: the one set, or the user's."""
        named = settings.get("name", self.name).value
        if named is None:
            try:
                named = getpass.getuser()
            except (OSError, KeyError):
                named = "somebody"
        return check_name(str(named), "set another with --name")

    def wanted_osd(self, settings: config.Config) -> str:
        """What is said on the player's picture; raises ``AppError`` (usage) for what can't be."""
        setting = settings.get("osd", self.osd)
        return check_osd(setting.value, setting.called("osd"))

    def wanted_chat_key(self, settings: config.Config) -> str | None:
        """The key that begins a line of chat, or None; raises ``AppError`` (usage) for what can't be."""
        setting = settings.get("chat-key", self.chat_key)
        return check_chat_key(setting.value, setting.called("chat-key"))

    def wanted_quality(self, settings: config.Config) -> str:
        """What is played of what a site has; raises ``AppError`` (usage) for what can't be."""
        from syncwatch_cli.media.links.quality import check_quality

        setting = settings.get("quality", self.quality)
        return check_quality(setting.value, setting.called("quality"))

    def check_here(self, settings: config.Config) -> None:
        """See that what is played, and with what, is here, before anybody else hears of it.

        Raises ``AppError`` (file-not-found, player-missing, usage).
        """
        from syncwatch_cli.media.files.local_files import named, readable
        from syncwatch_cli.media.links.browsers import check_browser
        from syncwatch_cli.player.libmpv_core import python_mpv
        from syncwatch_cli.player.process import find_mpv

        if self.file:
            readable(named(self.file))
        for subtitles in self.sub or ():
            readable(named(subtitles))
        self.wanted_osd(settings)
        self.wanted_chat_key(settings)
        self.wanted_quality(settings)
        browser = settings.get("cookies-from-browser", self.cookies_from_browser)
        check_browser(browser.value, browser.called("cookies-from-browser"))
        if self.player == "mpv" and not self.attach:
            find_mpv(settings.get("mpv", self.mpv).value)
        if self.player == "libmpv":
            python_mpv()

    def check(self) -> None:
        """Raise ``AppError`` (usage) for options that can't be, or not together."""
        one_of("--player", self.player, ("mpv", "libmpv", "none"))
        if self.player == "libmpv" and (self.attach or self.mpv):
            raise AppError(ErrorCode.USAGE, "--player libmpv runs no other mpv; it takes no --mpv and no --attach")
        if self.attach and (self.ipc_socket or self.mpv or self.mpv_arg):
            raise AppError(
                ErrorCode.USAGE,
                "--attach drives an mpv that runs already; it takes no --mpv, --mpv-arg or --ipc-socket",
            )
