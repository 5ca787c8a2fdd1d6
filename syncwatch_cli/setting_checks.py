"""Whether a setting may have a value, asked before it is written: what can't be is refused where it was typed."""

from __future__ import annotations

import math
from typing import Any

from syncwatch_core.errors import AppError, ErrorCode


def check_setting(key: str, value: Any) -> None:
    """Raise ``AppError`` (usage) for a value that the setting of this name can't have."""
    check = _CHECKS.get(key)
    if check is not None:
        check(value)


def _server(value: str) -> None:
    from syncwatch_cli.http_api import server_address

    server_address(value)


def _name(value: str) -> None:
    from syncwatch_cli.join_flags import check_name

    check_name(value)


def _quality(value: str) -> None:
    from syncwatch_cli.media.links.quality import check_quality

    check_quality(value, "quality")


def _browser(value: str) -> None:
    from syncwatch_cli.media.links.browsers import check_browser

    check_browser(value, "cookies-from-browser")


def _share_limit(value: float) -> None:
    if not 0 < value < math.inf:
        raise AppError(ErrorCode.USAGE, f"the share limit is {value:g}", "it is a number of Mbit/s above 0")


def _osd(value: str) -> None:
    from syncwatch_cli.join_flags import check_osd

    check_osd(value, "osd")


def _chat_key(value: str) -> None:
    from syncwatch_cli.join_flags import check_chat_key

    check_chat_key(value, "chat-key")


def _theme(value: str) -> None:
    from syncwatch_cli.tui.settings import check_theme

    check_theme(value, "the value")


def _keymap(value: dict[str, str]) -> None:
    from syncwatch_cli.tui import keymap

    keymap.checked(value, "the value")


_CHECKS: dict[str, Any] = {
    "server": _server,
    "name": _name,
    "quality": _quality,
    "cookies-from-browser": _browser,
    "share-limit": _share_limit,
    "osd": _osd,
    "chat-key": _chat_key,
    "theme": _theme,
    "keymap": _keymap,
}
