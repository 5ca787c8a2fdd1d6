"""SubRip as WebVTT: what browsers show of subtitles that players understand."""

import pytest

from syncwatch_server.services.webvtt import webvtt_of


def cues(subrip: str | bytes) -> list[str]:
    """The cues of the converted file, each as it is written."""
    raw = subrip.encode() if isinstance(subrip, str) else subrip
    head, *found = webvtt_of(raw).decode().removesuffix("\n\n").split("\n\n")
    assert head == "WEBVTT"
    return found


def test_times_have_points_and_hours() -> None:
    """Times are written with a point, three digits of fraction, and hours."""
    text = "1\n0:01:02,5 --> 00:01:03,500\nOne\n\n2\n01:02.250 --> 01:03.000 X1:10\nTwo\n"

    assert cues(text) == ["00:01:02.500 --> 00:01:03.500\nOne", "00:01:02.250 --> 00:01:03.000\nTwo"]


def test_lines_stay_and_blank_ones_go() -> None:
    """A cue keeps its lines, and a blank line inside it, which would end it, goes."""
    text = "1\r\n00:00:01,000 --> 00:00:02,000\r\nOne\r\n\r\nTwo\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nThree"

    assert cues(text) == ["00:00:01.000 --> 00:00:02.000\nOne\nTwo", "00:00:03.000 --> 00:00:04.000\nThree"]


def test_cues_need_no_numbers() -> None:
    """A file without the cues' numbers is read all the same, and a number that is said stays."""
    text = "00:00:01,000 --> 00:00:02,000\nOne\n\n00:00:03,000 --> 00:00:04,000\n7\n"

    assert cues(text) == ["00:00:01.000 --> 00:00:02.000\nOne", "00:00:03.000 --> 00:00:04.000\n7"]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("<i>So</i> <B>what</B>", "<i>So</i> <b>what</b>"),
        ('<font color="#ff0000">Red</font>', "Red"),
        ("{\\an8}Above", "Above"),
        ("I <3 R&B --> now", "I &lt;3 R&amp;B --&gt; now"),
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
    ],
)
def test_markup_is_kept_dropped_or_shown(words: str, shown: str) -> None:
    """Bold, italics and underline stay, the colours of players go, and all else is text."""
    assert cues(f"1\n00:00:01,000 --> 00:00:02,000\n{words}\n") == [f"00:00:01.000 --> 00:00:02.000\n{shown}"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_recognised(encoding: str) -> None:
    """UTF-8 with and without a mark, UTF-16 with one, and Windows's Western European are read as what they are."""
    text = "1\n00:00:01,000 --> 00:00:02,000\nDéjà vu\n"

    assert cues(text.encode(encoding)) == ["00:00:01.000 --> 00:00:02.000\nDéjà vu"]


@pytest.mark.parametrize("raw", [b"", b"no subtitles", b"\x81\x00\xff", b"\xff\xfe\x00"])
def test_what_is_no_subtitle_has_no_cues(raw: bytes) -> None:
    """Anything else becomes a valid file without cues."""
    assert cues(raw) == []
