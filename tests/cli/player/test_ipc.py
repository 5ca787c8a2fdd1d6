"""The framing of mpv's JSON IPC."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncwatch_cli.player.ipc import LONGEST_LINE, Event, MessageReader, Reply, encode_command

REPLY = b'{"request_id":7,"error":"success","data":33.25}\n'
EVENT = b'{"event":"property-change","id":1,"name":"pause","data":true}\n'


def test_a_reply_carries_its_id_and_value():
    """A successful reply is read with its request id, its value and no error."""
    assert MessageReader().feed(REPLY) == [Reply(7, 33.25, None)]


def test_a_refusal_carries_mpvs_words():
    """A reply to a command that failed is read with mpv's words as its error."""
    line = b'{"request_id":8,"error":"property unavailable"}\n'

    assert MessageReader().feed(line) == [Reply(8, None, "property unavailable")]


def test_an_event_carries_its_fields():
    """An event is read with its name and all of its fields."""
    [event] = MessageReader().feed(EVENT)

    assert isinstance(event, Event)
    assert event.name == "property-change"
    assert (event.fields["name"], event.fields["data"]) == ("pause", True)


@given(st.lists(st.integers(1, 40), max_size=30))
def test_where_the_bytes_are_split_does_not_matter(sizes: list[int]):
    """The same messages come out, in order, however the stream is cut."""
    stream = REPLY + b"\n" + EVENT + REPLY + b"nonsense\n" + EVENT
    reader, messages, rest = MessageReader(), [], stream
    for size in sizes:
        messages += reader.feed(rest[:size])
        rest = rest[size:]
    messages += reader.feed(rest)

    assert messages == MessageReader().feed(stream)
    assert len(messages) == 4


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(noise: bytes):
    """After any noise that ends with a line, the next message is read."""
    reader = MessageReader()
    reader.feed(noise + b"\n")

    assert reader.feed(REPLY) == [Reply(7, 33.25, None)]


def test_names_that_are_not_utf8_do_not_stop_the_stream():
    """A line with invalid UTF-8 in it is read, with marks where the bytes make no sense."""
    [reply] = MessageReader().feed(b'{"request_id":1,"error":"success","data":"caf\xe9.mp4"}\n')

    assert reply == Reply(1, "caf\N{REPLACEMENT CHARACTER}.mp4", None)


def test_a_line_of_a_megabyte_is_read():
    """A long line that comes in small pieces is one message."""
    line = json.dumps({"event": "log-message", "text": "x" * 1_000_000}).encode() + b"\n"
    reader = MessageReader()
    messages = [message for start in range(0, len(line), 4096) for message in reader.feed(line[start : start + 4096])]

    assert [message.fields["text"] for message in messages if isinstance(message, Event)] == ["x" * 1_000_000]


def test_a_line_without_end_is_dropped_and_the_next_is_read():
    """A line beyond the longest is dropped with all that belongs to it, and the message after it is read."""
    reader = MessageReader()
    reader.feed(b"x" * (LONGEST_LINE + 1))
    reader.feed(b"still the same line")

    assert reader.feed(b"\n" + REPLY) == [Reply(7, 33.25, None)]


def test_a_command_is_one_line_with_its_id():
    """A command goes out as one JSON line that carries its request id."""
    line = encode_command(["set_property", "pause", True], 12)

    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"command": ["set_property", "pause", True], "request_id": 12}


def test_a_command_may_name_its_arguments():
    """A command with named arguments goes out as an object, a line feed in a name as an escape."""
    line = encode_command({"name": "loadfile", "url": "a\nb"}, 1)

    assert line.count(b"\n") == 1
    assert json.loads(line)["command"] == {"name": "loadfile", "url": "a\nb"}


def test_a_path_goes_out_as_the_bytes_that_it_is():
    """A path whose bytes are not UTF-8 reaches mpv unchanged."""
    path = b"/films/caf\xe9.mp4".decode("utf-8", "surrogateescape")

    assert b"/films/caf\xe9.mp4" in encode_command(["loadfile", path], 1)


def test_a_position_that_is_no_number_is_refused():
    """A command with NaN in it is refused, since JSON has no word for it."""
    with pytest.raises(ValueError, match="JSON"):
        encode_command(["seek", float("nan")], 1)
