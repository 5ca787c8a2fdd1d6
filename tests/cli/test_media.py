"""Local files and private addresses."""

from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli.media import private_urls
from syncwatch_cli.media.files.fingerprint import fingerprint
from syncwatch_cli.media.files.own_copy import OwnCopy
from syncwatch_cli.media.sources import parse_source
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.messages import MediaFile

PUBLIC_SERVER = "http://93.184.215.14:8765"
OWN_SERVER = "http://127.0.0.1:8765"


@pytest.fixture
def film(home: Path):
    path = home / "film.mkv"
    path.write_bytes(b"x" * 1000)
    return path


def test_a_file_is_known_by_what_it_is(film: Path) -> None:
    """A session knows a file by name, size and fingerprint, never by its path."""
    assert parse_source(str(film)).as_media() == {
        "file": {"name": "film.mkv", "size": 1000, "duration": None, "fingerprint": fingerprint(film)}
    }


def test_a_url_is_itself() -> None:
    """A URL goes to the session as it is."""
    assert parse_source("https://example.org/a b".replace(" ", "%20")).as_media() == {
        "url": "https://example.org/a%20b"
    }


def test_my_copy_in_the_current_folder(film: Path) -> None:
    """A joiner's copy is the file of that name and size in the current folder."""
    assert OwnCopy(None).of_file(MediaFile(name="film.mkv", size=1000)).samefile(film)


@pytest.mark.parametrize(
    "file",
    [
        MediaFile(name="film.mkv", size=999),
        MediaFile(name="other.mkv", size=1000),
        MediaFile(name="../home/film.mkv", size=1000),
        MediaFile(name="..", size=0),
    ],
    ids=lambda file: file.name,
)
@pytest.mark.usefixtures("film")
def test_no_copy_here(file: MediaFile) -> None:
    """Another size, another name or a path in place of a name is no copy, and the hint says --file."""
    with pytest.raises(AppError) as refused:
        OwnCopy(None).of_file(file)

    assert refused.value.code is ErrorCode.FILE_NOT_FOUND
    assert "--file PATH" in (refused.value.hint or "")


# --- private addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("2130706433", True),
        ("10.0.0.1", True),
        ("192.168.1.1", True),
        ("169.254.169.254", True),
        ("100.64.0.1", True),
        ("0.0.0.0", True),
        ("224.0.0.1", True),
        ("::1", True),
        ("fe80::1", True),
        ("fd00::1", True),
        ("::ffff:192.168.1.1", True),
        ("64:ff9b::c0a8:101", True),
        ("2002:c0a8:101::1", True),
        ("93.184.215.14", False),
        ("2606:4700::1111", False),
        ("64:ff9b::5db8:d70e", False),
        ("no.such.host.invalid", False),
    ],
)
def test_which_addresses_are_private(host: str, private: bool) -> None:
    """Loopback, private, link-local and shared addresses are private in every form that they are written in."""
    assert private_urls.is_private(host) is private


def test_public_media_needs_no_question() -> None:
    """Media on the public internet is never asked about."""
    private_urls.permit(["https://93.184.215.14/film.mp4"], server=PUBLIC_SERVER, allowed=False, ask=None)


@pytest.mark.parametrize("ask", [None, lambda _: False])
def test_private_media_is_refused(ask: Any) -> None:
    """Media at a private address is refused where nobody is asked, or the answer is no."""
    with pytest.raises(AppError) as refused:
        private_urls.permit(["http://192.168.1.1/reboot"], server=PUBLIC_SERVER, allowed=False, ask=ask)

    assert refused.value.code is ErrorCode.BLOCKED_URL


def test_the_question_is_safe_to_show() -> None:
    """The question names the URL without what could act on the terminal."""
    asked: list[str] = []

    def ask(words: str) -> bool:
        asked.append(words)
        return True

    url = "http://192.168.1.1/\x1b[2Jfilm"

    private_urls.permit([url], server=PUBLIC_SERVER, allowed=False, ask=ask)

    assert "http://192.168.1.1/[2Jfilm" in asked[0]


def test_one_question_for_all_that_a_page_leads_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each host is looked up once, and a person is asked once, about those that are private."""
    looked_up: list[str] = []
    asked: list[str] = []

    def is_private(host: str) -> bool:
        looked_up.append(host)
        return host.startswith("192.")

    def ask(words: str) -> bool:
        asked.append(words)
        return True

    monkeypatch.setattr(private_urls, "is_private", is_private)
    urls = [f"http://{host}/{part}" for host in ("192.168.1.1", "example.org", "192.168.1.2") for part in range(30)]

    private_urls.permit(urls, server=PUBLIC_SERVER, allowed=False, ask=ask)

    assert sorted(looked_up) == ["192.168.1.1", "192.168.1.2", "93.184.215.14", "example.org"]
    assert len(asked) == 1
    assert "192.168.1.1" in asked[0]
    assert "192.168.1.2" in asked[0]
    assert "example.org" not in asked[0]


def test_who_is_in_that_network_anyway() -> None:
    """A standing permission, or a session whose own server is at a private address, needs no question."""
    private_urls.permit(["http://192.168.1.1/film"], server=PUBLIC_SERVER, allowed=True, ask=None)
    private_urls.permit(["http://192.168.1.1/film"], server=OWN_SERVER, allowed=False, ask=None)
