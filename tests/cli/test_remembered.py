"""Codes, their servers and their tokens: remembered for their owner alone, and never in the way."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from syncwatch_cli import diagnostics, remembered
from syncwatch_cli.remembered import Remembered, recall, remember, take_seat

SERVER = "http://127.0.0.1:8765"


@pytest.fixture
def file(home: Path):
    return home / "state" / "sessions.json"


def test_what_was_remembered_comes_back() -> None:
    """What is remembered of a code comes back, and more is added to it."""
    remember("ABC-DEF", server=f"{SERVER}/", host_token="h")
    remember("ABC-DEF", participant_id="p", participant_token="t")

    known = recall("ABC-DEF")
    assert (known.server, known.host_token, known.participant_id, known.participant_token) == (SERVER, "h", "p", "t")


def test_the_names_in_the_file(file: Path) -> None:
    """The file holds one object a code, with the names of the wire and without what is unknown."""
    remember("ABC-DEF", server=SERVER, host_token="h")

    entry = json.loads(file.read_text())["ABC-DEF"]
    assert sorted(entry) == ["hostToken", "server", "usedAt"]


def test_modes(file: Path) -> None:
    """Only the owner can read the file or list its directory."""
    remember("ABC-DEF", server=SERVER)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_code_used_last_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes are listed from the one used last, and only so many are kept."""
    monkeypatch.setattr(remembered, "KEPT", 2)
    for code in ("AAA-AAA", "BBB-BBB", "CCC-CCC", "BBB-BBB"):
        remember(code, server=SERVER)

    assert [code for code, _ in remembered.recent()] == ["BBB-BBB", "CCC-CCC"]


def test_a_session_is_known_again_by_its_title() -> None:
    """The seat is kept with what the session is called, and the codes used last come with what is known of each."""
    remembered.take_seat("ABC-DEF", "http://h").keep("p1", "t1", "Film night")
    remembered.remember("ABC-DEG")
    latest = remembered.recent(1)
    both = remembered.recent(2)

    assert [code for code, _ in latest] == ["ABC-DEG"]
    assert [(code, known.title) for code, known in both] == [("ABC-DEG", None), ("ABC-DEF", "Film night")]


def test_forgotten() -> None:
    """A session that is over is forgotten."""
    remember("ABC-DEF", server=SERVER)
    remembered.forget("ABC-DEF")

    assert recall("ABC-DEF") == Remembered()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"ABC-DEF": 3}', "\x00"])
def test_a_corrupt_file(file: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """A file that is not what was written is warned about and taken for empty."""
    file.parent.mkdir()
    file.write_text(text)

    assert recall("ABC-DEF") == Remembered()
    assert "warning: can't read the remembered sessions" in capsys.readouterr().err


def test_strange_values(file: Path) -> None:
    """A value of the wrong kind counts as unknown."""
    file.parent.mkdir()
    file.write_text('{"ABC-DEF": {"server": 3, "hostToken": "h", "usedAt": "yesterday"}}')

    assert recall("ABC-DEF") == Remembered(host_token="h")


def test_an_unwritable_place(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What can't be remembered is warned about in words, and the command goes on."""
    (home / "state").write_text("a file where a folder should be")

    remember("ABC-DEF", server=SERVER)

    assert "warning: can't remember this session" in capsys.readouterr().err


def test_writers_at_once() -> None:
    """Many processes that remember at the same time lose nothing of each other."""
    script = "import sys; from syncwatch_cli.remembered import remember; remember(sys.argv[1], server='http://x')"
    codes = [f"AAA-AA{digit}" for digit in range(8)]
    processes = [subprocess.Popen([sys.executable, "-c", script, code]) for code in codes]

    assert [process.wait(timeout=60) for process in processes] == [0] * 8
    assert sorted(code for code, _ in remembered.recent()) == codes


# --- the seat --------------------------------------------------------------------------------------


def test_a_free_seat_is_one_s_own() -> None:
    """Who comes back while no other process sits there gets the seat and the host's role back."""
    remember("ABC-DEF", server=SERVER, host_token="h", participant_token="t")

    seat = take_seat("ABC-DEF", SERVER)

    assert (seat.mine, seat.participant_token, seat.host_token) == (True, "t", "h")
    seat.release()


def test_a_seat_that_is_taken() -> None:
    """A second process of the same person is a newcomer, and does not replace what is remembered of the first."""
    remember("ABC-DEF", server=SERVER, host_token="h", participant_token="t")
    first = take_seat("ABC-DEF", SERVER)

    second = take_seat("ABC-DEF", SERVER)
    second.keep("other", "other token")

    assert (second.mine, second.participant_token, second.host_token) == (False, None, None)
    assert recall("ABC-DEF").participant_token == "t"
    first.release()


def test_a_seat_that_is_free_again() -> None:
    """A seat that was released can be taken by the next process."""
    take_seat("ABC-DEF", SERVER).release()

    assert take_seat("ABC-DEF", SERVER).mine


def test_a_dead_process_holds_no_seat() -> None:
    """A process that is killed leaves its seat free."""
    script = (
        "import sys, time; from syncwatch_cli.remembered import take_seat; seat = take_seat('ABC-DEF', 'http://x');"
        "print(seat.mine, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        assert not take_seat("ABC-DEF", "http://x").mine
        process.kill()
        process.wait()

    assert take_seat("ABC-DEF", "http://x").mine


def test_the_seat_that_was_given_is_kept() -> None:
    """The seat that a session gives is remembered for the next time."""
    seat = take_seat("ABC-DEF", SERVER)
    seat.keep("p", "t")

    known = recall("ABC-DEF")
    assert (known.server, known.participant_id, known.participant_token) == (SERVER, "p", "t")


def test_tokens_stay_with_their_server() -> None:
    """Tokens are shown to the server that gave them, by its address or by the link to it, and to no other."""
    known = Remembered(server=SERVER, link="http://192.168.1.7:8765/s/ABC-DEF", host_token="h")
    remember("ABC-DEF", server=SERVER, host_token="h")

    assert [known.is_of(server) for server in (SERVER, "http://192.168.1.7:8765/", "http://192.168.1.7:87")] == [
        True,
        True,
        False,
    ]
    assert take_seat("ABC-DEF", "http://elsewhere").host_token is None


def test_without_locks_the_seat_is_taken_for_free(home: Path) -> None:
    """Where no lock can be made the person gets their seat."""
    (home / "state").write_text("a file where a folder should be")
    diagnostics.speak(use_json=False, debug=False, color=False)

    assert take_seat("ABC-DEF", SERVER).mine


def test_the_usual_place(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Without SYNCWATCH_STATE_DIR the file is in the system's place for state."""
    monkeypatch.delenv("SYNCWATCH_STATE_DIR")
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "xdg"))

    assert remembered.state_directory() == home / "xdg" / "syncwatch"
