"""Those who read what the host shares: how fast they may, and what becomes of them where something changes."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from syncwatch_server.services.share_readers import BURST
from tests.patience import PATIENCE
from tests.server.share_shelf import FILM, Shelf

# --- a file that is not what it was ---


def _put_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(FILM[:1000]),
        lambda path: path.write_bytes(FILM + b"more"),
        lambda path: os.utime(path, (1, 1)),
        _put_a_pipe,
    ],
    ids=["gone", "shorter", "longer", "written", "a pipe"],
)
async def test_another_file_in_its_place_is_not_sent(shelf: Shelf, ben: Any, spoil: Any) -> None:
    """A file that is no longer what was offered is refused with words, before a byte of it is sent."""
    path = await shelf.path_of(ben.token)
    spoil(shelf.path)
    answer = await shelf.get(path)

    assert answer.status == 404
    assert b"no longer the file that was shared" in answer.body


async def test_a_file_that_changes_meanwhile_breaks_off(shelf: Shelf, ben: Any, settings: Any) -> None:
    """What is cut short while it is sent ends the connection before its promised end, and the log says why."""
    path, big = await shelf.long_film(ben.token, 1_000_000, 2_000_000)
    async with asyncio.timeout(PATIENCE), shelf.http.session.get(shelf.server.url + path) as response:
        got = await response.content.readexactly(1000)
        os.truncate(shelf.path, BURST)
        while not response.content.exception() and (chunk := await _next_part(response)):
            got += chunk

    assert isinstance(response.content.exception(), aiohttp.ClientPayloadError)
    assert got == big[: len(got)]
    assert "it was changed meanwhile" in settings.log_file.read_text()


async def _next_part(response: aiohttp.ClientResponse) -> bytes:
    """What comes next; nothing where the connection broke off."""
    with suppress(aiohttp.ClientPayloadError):
        return await response.content.readany()
    return b""


# --- how fast, and who ---


async def test_a_reader_is_held_to_the_limit(shelf: Shelf, ben: Any) -> None:
    """After a first burst a reader gets no more bytes a second than the limit."""
    path, _ = await shelf.long_film(ben.token, 1_000_000, 1_000_000)
    loop = asyncio.get_running_loop()
    began = loop.time()
    answer = await shelf.get(path)

    assert len(answer.body) == BURST + 1_000_000
    assert loop.time() - began > 0.9


async def test_two_readers_are_seen_and_do_not_share_a_limit(shelf: Shelf, ann: Any, ben: Any) -> None:
    """Each reader has a limit of their own, and is listed by name with how far they are, the latest first."""
    await shelf.read(ann.token)
    await shelf.read(ben.token, Range="bytes=0-499999")
    await shelf.read(ben.token, Range="bytes=100-199")
    readers = (await shelf.listed(ben.token))["readers"]

    seen = [(each["displayName"], each["position"], each["bytesSent"]) for each in readers]
    assert seen == [("Ben", 200, 500_100), ("Ann", 1_000_000, 1_000_000)]
    assert readers[0]["participantId"] == ben.participant_id
    assert (readers[0]["name"], readers[0]["size"]) == ("film.mp4", 1_000_000)
    assert all(each["rate"] > 0 and each["updatedAt"] > 1e9 for each in readers)


async def test_one_reader_s_oldest_connection_makes_room(shelf: Shelf, ben: Any) -> None:
    """Of too many connections of one reader the oldest is cut off, and the newest is served."""
    path, _ = await shelf.long_film(ben.token, 200_000, 4_000_000)
    async with asyncio.timeout(PATIENCE):
        held = [await shelf.http.session.get(shelf.server.url + path) for _ in range(8)]
        newest = await shelf.http.session.get(shelf.server.url + path, headers={"Range": "bytes=0-9"})
        assert newest.status == 206
        with pytest.raises(aiohttp.ClientPayloadError):
            await held[0].read()
        for response in (*held, newest):
            response.close()


async def test_a_reader_who_goes_away_is_no_fault(shelf: Shelf, ben: Any, settings: Any, tmp_path: Path) -> None:
    """A player that breaks off a film at every seek is freed of its place, and leaves nothing in the log."""
    big = tmp_path / "big.mp4"
    big.write_bytes(bytes(40_000_000))
    shelf.offer(big)
    path = await shelf.path_of(ben.token, "big.mp4")
    address = urlsplit(shelf.server.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await reader.readexactly(100_000)
    # With bytes of its own unread a connection is reset, and not merely closed.
    writer.transport.abort()
    async with asyncio.timeout(PATIENCE):
        while await _is_read(shelf, ben):
            pass

    assert "rror" not in settings.log_file.read_text()


async def _is_read(shelf: Shelf, ben: Any) -> bool:
    """Whether some more of the big file was sent within a moment."""
    sent = [reader["bytesSent"] for reader in (await shelf.listed(ben.token))["readers"]]
    await asyncio.sleep(0.2)
    return sent != [reader["bytesSent"] for reader in (await shelf.listed(ben.token))["readers"]]
