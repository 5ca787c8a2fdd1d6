"""Which track a pin means, and which languages are the same."""

from typing import get_args

import pytest

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError
from syncwatch_core.languages import distance
from syncwatch_core.tracks import PIN_LIMIT, Kind, Track, chosen, in_words, is_pin, tidied

SUBTITLES = [
    Track(1, "eng", is_special=True, is_default=True),
    Track(2, "eng"),
    Track(3, "ger"),
    Track(4, "pt-PT"),
    Track(5, "por"),
    Track(6, None),
    Track(7, "de", is_default=True),
]


@pytest.mark.parametrize(
    ("wanted", "has", "far"),
    [
        ("en", "eng", 0),
        ("eng", "en", 0),
        ("EN", "en", 0),
        ("de", "ger", 0),
        ("deu", "ger", 0),
        ("en", "en-GB", 1),
        ("pt-BR", "por", 1),
        ("pt_br", "pt-BR", 0),
        ("zh", "zh-Hant-TW", 2),
        ("zh-Hans", "zh-Hant", None),
        ("pt-BR", "pt-PT", None),
        ("en", "de", None),
        ("en", None, None),
        ("en", "und", None),
        ("tok", "tok", 0),
    ],
)
def test_languages(wanted: str, has: str | None, far: int | None):
    """Codes of two and of three letters name one language; regions narrow it, and exclude one another."""
    assert distance(wanted, has) == far


@pytest.mark.parametrize(
    ("pin", "number"),
    [
        ("no", 0),
        ("3", 3),
        ("9", None),
        ("en", 2),
        ("de", 7),
        ("deu", 7),
        ("pt-BR", 5),
        ("pt-PT", 4),
        ("fr", None),
        ("und", 6),
    ],
)
def test_which_track_a_pin_means(pin: str, number: int | None):
    """A number means that track; a language the nearest, before those for a few; what is not there is none."""
    assert chosen(pin, SUBTITLES) == number


@pytest.mark.parametrize("pin", ["1", "999", "en", "eng", "pt-BR", "zh-Hant-TW", "no", "sr-Latn-RS-x-lang"])
def test_what_can_be_pinned(pin: str):
    """A number, a language and ``no`` can be pinned, on the wire too."""
    assert is_pin(pin)
    assert wire.read(wire.TrackPins, {"audio": pin}).audio == pin


@pytest.mark.parametrize(
    "pin", ["0", "-1", "1000", "2.5", "e", "english", "en us", "en\n", "../x", "a" * (PIN_LIMIT + 1)]
)
def test_what_can_not_be_pinned(pin: str):
    """What is no track is refused, on the wire too."""
    assert not is_pin(pin)
    with pytest.raises(AppError, match="Expected `str`"):
        wire.read(wire.TrackPins, {"subtitles": pin})


def test_an_empty_pin_takes_one_away():
    """It may stand on the wire, and pins nothing."""
    assert wire.read(wire.TrackPins, {"audio": ""}).audio == ""
    assert not is_pin("")


def test_no_is_kept_as_players_write_it():
    """However ``no`` is written it shuts off; a language is kept as it came."""
    assert [tidied(pin) for pin in ("No", "NO", "pt-BR", "nb", "")] == ["no", "no", "pt-BR", "nb", ""]


def test_pins_in_words():
    """Each kind of pin reads well."""
    said = [in_words(kind, pin) for kind in get_args(Kind) for pin in ("no", "2", "en")]

    assert said == [
        "no sound",
        "audio track 2",
        "audio in 'en'",
        "no subtitles",
        "subtitle track 2",
        "subtitles in 'en'",
    ]
