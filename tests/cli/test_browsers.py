"""Browsers whose logins may be used, as they are typed."""

from __future__ import annotations

import pytest
import yt_dlp.cookies

from syncwatch_cli.media.links.browsers import BROWSERS, check_browser
from syncwatch_core.errors import AppError, ErrorCode


def test_they_are_yt_dlps():
    """What is taken here is what yt-dlp can read."""
    assert set(BROWSERS) == yt_dlp.cookies.SUPPORTED_BROWSERS


@pytest.mark.parametrize(
    "text", [None, "firefox", "Chrome", "chromium+gnomekeyring", "firefox:default::none", "brave:/a/b c", "edge::Work"]
)
def test_named_as_yt_dlp_does(text: str | None):
    """A name may be followed by a keyring, a profile and a container."""
    assert check_browser(text) == text


@pytest.mark.parametrize("text", ["", "nope", "fire fox", ":profile", "+kwallet", "firefox+", "nope:firefox"])
def test_others_are_refused(text: str):
    """What is no browser is refused before anybody joins, with those that there are."""
    with pytest.raises(AppError, match="no browser") as refused:
        check_browser(text)
    assert refused.value.code is ErrorCode.USAGE
    assert "firefox" in (refused.value.hint or "")
