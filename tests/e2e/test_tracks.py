"""Audio and subtitle tracks among people: each their own, but for what the host pins."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.e2e.conftest import TOGETHER
from tests.e2e.mpv_remote import MpvRemote, apart
from tests.e2e.people import People, eventually


def with_tracks(film: Path, made: Path, *languages: str) -> Path:
    """The film with a sound and subtitles in each of these languages."""
    words = made.with_suffix(".srt")
    words.write_text("1\n00:00:00,000 --> 00:01:50,000\nwords\n")
    inputs: list[str | Path] = ["-i", film, "-i", words]
    mapping = ["-map", "0:v", *["-map", "0:a"] * len(languages), *["-map", "1"] * len(languages)]
    names = [
        word
        for kind in "as"
        for nth, language in enumerate(languages)
        for word in (f"-metadata:s:{kind}:{nth}", f"language={language}")
    ]
    coding = ("-c", "copy", "-c:s", "srt")
    subprocess.run(["ffmpeg", "-v", "error", "-y", *inputs, *mapping, *names, *coding, made], check=True)
    return made


@pytest.fixture(scope="session")
def two_of_each(film: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film in English and in German."""
    return with_tracks(film, tmp_path_factory.mktemp("tracks") / "two.mkv", "eng", "ger")


@pytest.fixture(scope="session")
def in_one(film: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film in German alone."""
    return with_tracks(film, tmp_path_factory.mktemp("track") / "one.mkv", "deu")


def become(what: str, player: MpvRemote, audio: object, subtitles: object) -> None:
    eventually(what, lambda: (player.get("aid"), player.get("sid")) == (audio, subtitles))


def test_pinned_for_both(people: People, two_of_each: Path) -> None:
    """A pin holds for both, a change of one's own is put back and explained to them alone, and a pin can be let go."""
    ada, bob = people("Ada"), people("Bob")
    host = ada.host(str(ada.has(two_of_each)))
    bob.has(two_of_each)
    guest = bob.join(host.link)
    guest.heard("synced")
    with host.mpv() as hosts, guest.mpv() as guests:
        guests.presses("j")
        become("Bob's subtitles are his own affair", guests, 1, 2)
        become("and not Ada's", hosts, 1, 1)

        assert ada.runs("update", host.code, "--pin-audio", "de", "--pin-subtitles", "no").code == 0
        for player in (hosts, guests):
            become("all hear German and read nothing", player, 2, False)
        assert guest.heard("notice", code="track-pinned")["message"].startswith("pinned for everybody: ")
        eventually("they still play the same moment", lambda: apart(hosts, guests) < TOGETHER)

        before, of_ada = guest.mark, host.mark
        guests.presses("j")
        told = guest.heard("notice", after=before, code="track-pinned")
        assert told["message"] == "pinned for everybody: no subtitles; that was put back"
        become("Bob reads nothing", guests, 2, False)
        assert not [line for line in host.lines[of_ada:] if line["event"] == "notice"]

        assert ada.runs("update", host.code, "--no-pin-audio", "--no-pin-subtitles").code == 0
        guest.heard("session-updated", after=before)
        guests.presses("j")
        become("Bob reads again", guests, 2, 1)
        become("Ada has what she had", hosts, 2, False)


def test_each_copy_has_its_own_order(people: People, two_of_each: Path, in_one: Path) -> None:
    """A language is found in each one's copy; where a copy lacks it its owner is told and keeps what they had."""
    ada, bob = people("Ada"), people("Bob")
    host = ada.host(str(ada.has(two_of_each)))
    host.heard("synced")
    assert ada.runs("update", host.code, "--pin-audio", "de", "--pin-subtitles", "en").code == 0
    guest = bob.join(host.link, "--file", str(bob.has(in_one)))

    told = guest.heard("notice", code="no-such-track")
    assert told["message"] == (
        "pinned for everybody: subtitles in 'en'; your copy has no such track, so your own choice stays"
    )
    with host.mpv() as hosts, guest.mpv() as guests:
        become("Ada hears German and reads English", hosts, 2, 1)
        become("Bob hears German and reads nothing, as mpv has it", guests, 1, False)
        guests.presses("j")
        become("what he reads is still his own affair", guests, 1, 1)
