"""Local files among people: each plays a copy of their own, whatever it is called, and another cut is named as such."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.media import sample_video
from tests.e2e.conftest import TOGETHER
from tests.e2e.mpv_remote import apart
from tests.e2e.people import WITHOUT_WINDOW, People, eventually


@pytest.fixture(scope="session")
def other_cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same pictures, for half as long."""
    return sample_video(60, tmp_path_factory.mktemp("cut"), block=60)


def test_a_copy_under_another_name(people: People, film: Path) -> None:
    """A copy deep in a media folder is found by what it is, under another name, and plays in sync."""
    ada, bob = people("Ada"), people("Bob")
    host = ada.host(str(ada.has(film)))
    own = bob.home / "Films" / "Directors" / "A" / "own name.mp4"
    own.parent.mkdir(parents=True)
    own.hardlink_to(film)
    assert bob.runs("config", "set", "media-folders", "Films").code == 0
    guest = bob.join(host.link)
    with host.mpv() as hosts, guest.mpv() as guests:
        guest.heard("synced")
        eventually("both play the same moment", lambda: apart(hosts, guests) < TOGETHER)

        assert guests.get("path") == str(own)


def test_what_the_host_queues_from_elsewhere(people: People, film: Path, short_film: Path) -> None:
    """A file that the host queues from another folder plays for the host and for whoever has it."""
    ada, bob = people("Ada"), people("Bob")
    host = ada.host(str(ada.has(film)))
    bob.has(film)
    shutil.copy(short_film, bob.home / "another name.mp4")
    guest = bob.join(host.link)
    guest.heard("synced")
    # The folder in which Ada hosts is another than that of the film, and none of her media folders.
    assert ada.runs("queue", "add", host.code, str(short_film)).code == 0
    assert ada.runs("queue", "next", host.code).code == 0
    with host.mpv() as hosts, guest.mpv() as guests:
        eventually("both have the queued film", lambda: [mpv.get("path") for mpv in (hosts, guests)] == [
            str(short_film), str(bob.home / "another name.mp4")
        ])  # fmt: skip


def test_another_cut_is_named_before_it_plays(people: People, film: Path, other_cut: Path) -> None:
    """Who gives another cut as their copy hears so, with both lengths, before anything plays."""
    ada, bob = people("Ada"), people("Bob")
    host = ada.host(str(ada.has(film)))
    host.heard("synced")
    guest = bob.join(host.link, "--file", str(other_cut))

    told = guest.heard("notice", code="duration-mismatch")
    assert "another cut" in told["message"]
    assert "1:00" in told["message"]
    assert "2:00" in told["message"]
    before = guest.lines[: guest.lines.index(told)]
    assert not [line for line in before if line["event"] == "status" and line["state"] == "playing"]
    assert not [line for line in before if line["event"] == "synced"]


def test_another_cut_of_the_same_name(people: People, film: Path, other_cut: Path) -> None:
    """Who has another cut under the film's own name is told so, and what to do, instead of playing it."""
    ada, bob = people("Ada"), people("Bob")
    host = ada.host(str(ada.has(film)))
    folder = bob.home / "Videos"
    folder.mkdir()
    shutil.copy(other_cut, folder / film.name)

    ended = bob.runs("join", host.link, *WITHOUT_WINDOW)

    assert ended.code == 5
    assert "another cut or another encoding" in ended.err
    assert "--file PATH" in ended.err
