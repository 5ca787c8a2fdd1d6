"""Join codes: written in one form, read in every form that people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.join_code import ALPHABET, CODES, join_code, join_link, own_link, parse_code, parse_invite


@pytest.mark.parametrize(
    ("number", "code"),
    [(0, "000-000"), (1, "000-001"), (32, "000-010"), (31, "000-00Z"), (CODES - 1, "ZZZ-ZZZ")],
)
def test_a_number_is_written_as_a_code(number: int, code: str):
    """A number becomes six characters with a dash in the middle, the most significant first."""
    assert join_code(number) == code


@pytest.mark.parametrize("number", [-1, CODES])
def test_numbers_outside_the_range_have_no_code(number: int):
    """There are 2**30 codes, and a number beyond them is a mistake of the program."""
    with pytest.raises(ValueError, match="0 to 1073741823"):
        join_code(number)


def test_codes_leave_out_what_is_misread():
    """The alphabet has 32 characters and none of I, L, O and U."""
    assert len(set(ALPHABET)) == 32
    assert set(ALPHABET).isdisjoint("ILOU")


@given(number=st.integers(0, CODES - 1))
def test_every_code_is_read_as_itself(number: int):
    """What is written is read back, also in lower case and without its dash."""
    code = join_code(number)

    assert parse_code(code) == code
    assert parse_code(code.lower().replace("-", "")) == code


@pytest.mark.parametrize(
    "typed",
    ["ABC-1E0", "abc-1e0", " abc 1e0 ", "a-b-c-1-e-0", "ABClEO", "abcIeo", "ABC–1E0", "ABC‑1E0", "ABC—1E0\n"],
)
def test_case_dashes_spaces_and_lookalikes_do_not_matter(typed: str):
    """Case, dashes of any length and spaces do not matter, and O, I, L are read as 0, 1, 1."""
    assert parse_code(typed) == "ABC-1E0"


@pytest.mark.parametrize("typed", ["", "ABC", "ABC-DEFG", "ABC-DEU", "ABC_DEF", "ABC-DÉF", "٠١٢-٣٤٥", "ABC/DEF"])
def test_what_cannot_be_a_code_is_not_found(typed: str):
    """What can't be a code is refused as not found, with a hint at what one looks like."""
    with pytest.raises(AppError, match="is not a session code") as refusal:
        parse_code(typed)

    assert refusal.value.code is ErrorCode.NOT_FOUND
    assert "ABC-DEF" in str(refusal.value.hint)


@pytest.mark.parametrize(
    ("invite", "server", "code"),
    [
        ("abcdef", None, "ABC-DEF"),
        (" ABC-DEF\n", None, "ABC-DEF"),
        ("http://192.168.1.5:8765/s/ABC-DEF", "http://192.168.1.5:8765", "ABC-DEF"),
        ("https://watch.example/s/abcdef/", "https://watch.example", "ABC-DEF"),
        ("HTTPS://watch.example/s/abcdef", "https://watch.example", "ABC-DEF"),
        ("https://example.org/watch/s/ABC-DEF?x=1#y", "https://example.org/watch", "ABC-DEF"),
        ("http://[fe80::1]:8765/s/ABC-DEF", "http://[fe80::1]:8765", "ABC-DEF"),
    ],
)
def test_an_invite_is_a_code_or_a_link(invite: str, server: str | None, code: str):
    """An invite is a bare code, or a link whose server stands before ``/s/``."""
    assert parse_invite(invite) == (server, code)


@pytest.mark.parametrize(
    "invite",
    [
        "ftp://h/s/ABC-DEF",
        "http:///s/ABC-DEF",
        "http://:80/s/ABC-DEF",
        "http://h/ABC-DEF",
        "http://[/s/ABC-DEF",
        "http://h:port/s/ABC-DEF",
        "http://h:99999/s/ABC-DEF",
        "javascript://h/s/ABC-DEF",
        "syncwatch:///s/ABC-DEF",
        "syncwatch://h/ABC-DEF",
        "syncwatch://--mpv=/bin/sh",
    ],
)
def test_what_is_no_link_is_not_found(invite: str):
    """Other schemes, links without a host, with a wrong port or without ``/s/`` are refused as not found."""
    with pytest.raises(AppError, match="is not a join link") as refusal:
        parse_invite(invite)

    assert refusal.value.code is ErrorCode.NOT_FOUND


@pytest.mark.parametrize("server", ["http://h:8765", "http://h:8765/"])
def test_a_link_leads_back_to_its_code(server: str):
    """A link is the server, ``/s/`` and the code, and is read back as both."""
    link = join_link(server, "ABC-DEF")

    assert link == "http://h:8765/s/ABC-DEF"
    assert parse_invite(link) == ("http://h:8765", "ABC-DEF")


@pytest.mark.parametrize(
    ("link", "own"),
    [
        ("https://watch.example.org/s/ABC-DEF", "syncwatch://watch.example.org/s/ABC-DEF"),
        ("http://192.168.1.7:8765/s/ABC-DEF", "syncwatch://192.168.1.7:8765/s/ABC-DEF?http"),
    ],
)
def test_a_link_that_a_desktop_hands_over(link: str, own: str):
    """A desktop's own form of a link leads to the same server, and is plain http only where it says so."""
    assert own_link(link) == own
    assert parse_invite(own) == parse_invite(link)
