"""Who may read what the host shares: docs/contract.md, 4."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from syncwatch_server.services.shared_content import SharedContent
from tests.patience import PATIENCE
from tests.server.share_shelf import FILM, Shelf, ticket_in


async def test_whoever_has_only_the_code_gets_no_ticket(shelf: Shelf) -> None:
    """Who knows the code sees what is shared, but the path that reads it is for seats and the host's token."""
    listed = await shelf.listed(None)

    assert [share["path"] for share in listed["shares"]] == [None]


async def test_the_host_token_reads_without_a_seat(shelf: Shelf, ann: Any) -> None:
    """A program with the host's token gets a ticket, and is a reader without a name."""
    answer = await shelf.read(ann.host_token, Range="bytes=0-9")
    reader = (await shelf.listed(ann.host_token))["readers"][0]

    assert answer.body == FILM[:10]
    assert (reader["participantId"], reader["displayName"]) == (None, None)


@pytest.mark.parametrize("spoil", [lambda ticket: ticket[:-2] + "xx", lambda _: "none", lambda _: "%C3%A9.%ED%A0%80"])
async def test_a_bad_ticket_reads_nothing(shelf: Shelf, ben: Any, spoil: Any) -> None:
    """With a ticket that is not right to the last letter the answer is 403."""
    path = await shelf.path_of(ben.token)
    answer = await shelf.get(path.replace(ticket_in(path), spoil(ticket_in(path))))

    assert answer.status == 403
    assert b'"forbidden"' in answer.body


async def test_a_ticket_is_good_for_one_file_and_one_reader(shelf: Shelf, ann: Any, ben: Any, tmp_path: Path) -> None:
    """A ticket opens no other file, and can't be passed off as somebody else's."""
    (tmp_path / "other.mkv").write_bytes(b"other")
    shelf.offer(tmp_path / "other.mkv")
    film, other = await shelf.path_of(ben.token), await shelf.path_of(ben.token, "other.mkv")
    swapped = other.replace(ticket_in(other), ticket_in(film))
    anns = film.replace(f"/{ben.participant_id}.", f"/{ann.participant_id}.")

    assert [(await shelf.get(path)).status for path in (film, other, swapped, anns)] == [200, 200, 403, 403]


async def test_a_token_in_the_address_is_no_ticket(shelf: Shelf, ben: Any) -> None:
    """A participant's token does not stand in the URL, and is not taken there."""
    path = await shelf.path_of(ben.token)

    assert ben.token not in path
    assert (await shelf.get(path.replace(ticket_in(path), ben.token))).status == 403


async def test_who_was_removed_reads_no_further(shelf: Shelf, ann: Any, ben: Any) -> None:
    """After a kick the ticket is refused, and so is the token's wish for another."""
    path = await shelf.path_of(ben.token)
    await ann.ok("kick", participantId=ben.participant_id)
    status, _ = await shelf.http("GET", f"/api/v1/sessions/{shelf.code}/shares", token=ben.token)

    assert (await shelf.get(path)).status == 403
    assert status == 403


async def test_who_is_removed_meanwhile_is_cut_off(shelf: Shelf, ann: Any, ben: Any) -> None:
    """A film that is being sent breaks off when its reader is removed."""
    path, big = await shelf.long_film(ben.token, 200_000, 2_000_000)
    async with asyncio.timeout(PATIENCE), shelf.http.session.get(shelf.server.url + path) as response:
        got = await response.content.readexactly(1000)
        await ann.ok("kick", participantId=ben.participant_id)
        with pytest.raises(aiohttp.ClientPayloadError):
            got += await response.read()

    assert len(got) < len(big)


async def test_nothing_is_read_in_a_session_that_is_over(shelf: Shelf, ann: Any, ben: Any) -> None:
    """When the session has ended its tickets are worth nothing."""
    path = await shelf.path_of(ben.token)
    await ann.ok("end-session")

    assert (await shelf.get(path)).status == 410


async def test_tickets_are_not_in_the_log(shelf: Shelf, ben: Any, settings: Any) -> None:
    """Neither a good ticket nor a bad one is written to the log, even of a file that is gone."""
    path = await shelf.path_of(ben.token)
    shelf.path.unlink()
    await shelf.get(path)
    await shelf.get(path.replace(ticket_in(path), ticket_in(path) + "x"))
    log = settings.log_file.read_text()

    assert "a shared file is read no further" in log
    assert ticket_in(path) not in log


async def test_what_should_not_happen_is_logged_without_the_ticket(
    shelf: Shelf, ben: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the server itself is told and logged with its reason, and without the path, which holds the ticket."""
    path = await shelf.path_of(ben.token)
    monkeypatch.setattr(SharedContent, "open", lambda _: 1 / 0)
    answer = await shelf.get(path)
    log = settings.log_file.read_text()

    assert answer.status == 500
    assert "division by zero" in log
    assert ticket_in(path) not in log
