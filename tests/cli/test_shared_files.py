"""What the host shares, as a joiner's client finds it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli.media.files import shared_files
from syncwatch_cli.media.files.shared_files import SharedFile
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.messages import Media, MediaFile
from syncwatch_server.app import start_server
from syncwatch_server.settings import ServerSettings

FILM = MediaFile(name="film.mkv", size=10, fingerprint="s1:aa")


def made(**fields: Any) -> SharedFile:
    """A shared film, but for these fields."""
    kept: dict[str, Any] = {
        "url": "http://host/api/x",
        "kind": "media",
        "name": "film.mkv",
        "size": 10,
        "language": None,
    }
    return SharedFile(**(kept | {"source": None} | fields))


def media(**fields: Any) -> Media:
    """Media of which only the source matters."""
    kept: dict[str, Any] = {"media_id": "1", "start_position": 0.0}
    for field in ("url", "file", "provider", "title", "duration", "live", "thumbnail_url"):
        kept[field] = fields.get(field)
    return Media(**kept)


@pytest.mark.parametrize(
    ("share", "is_found"),
    [
        (made(), True),
        (made(name="other.mkv"), False),
        (made(size=11), False),
        (made(kind="subtitles"), False),
        (made(name="renamed.mkv", source={"file": {"name": "x", "fingerprint": "s1:aa", "duration": None}}), True),
        (made(source={"file": {"name": "film.mkv", "fingerprint": "s1:bb", "duration": None}}), False),
        (made(source={"file": {"name": "film.mkv", "fingerprint": None, "duration": None}}), True),
    ],
)
def test_a_film_is_found_by_what_it_is(share: SharedFile, *, is_found: bool) -> None:
    """The shared film is the one of the same size and fingerprint, or of the same name where one has no fingerprint."""
    assert (shared_files.find([share], FILM) is share) is is_found


def test_subtitles_go_with_their_media() -> None:
    """Subtitles are taken for the media that they belong to, and those that belong to none for all."""
    of_url = made(kind="subtitles", source={"url": "https://a/x", "file": None})
    of_film = made(kind="subtitles", source={"url": None, "file": {"name": "n", "size": 10, "fingerprint": "s1:aa"}})
    of_all = made(kind="subtitles")
    shares = [made(), of_url, of_film, of_all]

    assert shared_files.subtitles_for(shares, media(url="https://a/x")) == (of_url, of_all)
    assert shared_files.subtitles_for(shares, media(url="https://a/y")) == (of_all,)
    assert shared_files.subtitles_for(shares, media(file=FILM)) == (of_film, of_all)


def test_a_server_that_knows_no_shares_shares_nothing(answering: Any) -> None:
    """An older server, which has no such route, shares nothing."""
    answering.status = 404
    answering.body = json.dumps({"error": {"code": "not-found", "message": "there is nothing"}}).encode()

    assert shared_files.shares_of(answering.url, "ABC-DEF", "token") == ()


def test_a_refusal_is_told(answering: Any) -> None:
    """What the server refuses is raised as it says it."""
    answering.status = 403
    answering.body = json.dumps({"error": {"code": "kicked", "message": "no longer here"}}).encode()
    with pytest.raises(AppError, match="no longer here") as refused:
        shared_files.shares_of(answering.url, "ABC-DEF", "token")

    assert refused.value.code is ErrorCode.KICKED


@pytest.mark.parametrize("path", [None, "@evil.example/x", ".evil.example/x"])
def test_a_path_that_leads_elsewhere_is_not_taken(answering: Any, path: str | None) -> None:
    """Without a ticket there is nothing to read, and no path can lead to another host."""
    share = {"path": path, "kind": "media", "name": "f", "size": 1, "language": None, "source": None}
    answering.body = json.dumps({"shares": [share], "readers": []}).encode()

    assert shared_files.shares_of(answering.url, "ABC-DEF", "token") == ()


def test_a_real_server_gives_a_url_that_works(tmp_path: Path) -> None:
    """From a real server the film comes with a URL of that server, with which its bytes are read."""
    film = tmp_path / "film mit Ümläut?.mkv"
    film.write_bytes(b"0123456789")
    settings = ServerSettings(port=0, database_url=f"sqlite:///{tmp_path / 'sessions.db'}", log_level="error")

    async def look() -> tuple[SharedFile | None, bytes]:
        from syncwatch_core.messages import CreateSession

        server = await start_server(settings)
        try:
            session, token = await server.service.create_empty_session(CreateSession(display_name="Ada"))
            server.shares.offer(session.session_id, film, "media")
            file = MediaFile(name=film.name, size=10)
            shares = await asyncio.to_thread(shared_files.shares_of, server.url + "/", session.code, token)
            found = shared_files.find(shares, file)
            assert found is not None
            return found, await asyncio.to_thread(_content, found.url)
        finally:
            await server.stop()

    found, content = asyncio.run(look())
    assert found is not None
    assert (found.name, content) == (film.name, b"0123456789")


def _content(url: str) -> bytes:
    from urllib.request import urlopen

    with urlopen(url, timeout=20) as answer:  # noqa: S310 our own server
        return answer.read()
