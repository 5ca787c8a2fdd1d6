"""How a bench ends: what it prints, what it leaves behind, and its exit code."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from benchmarks.processes import RigError
from benchmarks.running import run, run_folders


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where benches make their folders."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def exit_code_of(result: dict[str, Any] | BaseException, *, keep: bool = False, **more: Any) -> object:
    """What a bench exits with that measures this, or fails so."""

    async def measure(folder: Path) -> dict[str, Any]:
        (folder / "server.log").touch()
        if isinstance(result, BaseException):
            raise result
        return result

    with pytest.raises(SystemExit) as exited:
        run("try", measure, keep=keep, **more)
    return exited.value.code


@pytest.mark.parametrize(
    ("result", "code"),
    [
        ({"steady": 1}, 0),
        ({"passed": True}, 0),
        ({"passed": False}, 1),
        ({"failedRuns": []}, 0),
        ({"failedRuns": ["one"]}, 1),
    ],
)
def test_a_result_is_printed_and_judged(
    left: Path, capsys: pytest.CaptureFixture[str], result: dict[str, Any], code: int
):
    """A result is one JSON object, and exit code 1 where it did not pass; logs stay only where a run failed."""
    assert exit_code_of(result) == code
    assert json.loads(capsys.readouterr().out) == result
    assert any(left.iterdir()) == bool(result.get("failedRuns"))


def test_logs_are_kept_where_asked_for(left: Path, capsys: pytest.CaptureFixture[str]):
    """With ``--keep`` the folder stays, and people are told which it is."""
    assert exit_code_of({}, keep=True) == 0
    (folder,) = left.iterdir()
    assert (folder.name.startswith("sw-try-"), (folder / "server.log").exists()) == (True, True)
    assert capsys.readouterr().err == f"bench: the logs are in {folder}\n"


@pytest.mark.parametrize("fault", [RigError("no"), OSError("no"), subprocess.CalledProcessError(1, "ffmpeg")])
def test_what_could_not_be_measured_is_told_in_words(left: Path, capsys: pytest.CaptureFixture[str], fault: Exception):
    """A fault of a run is words and a hint at the logs, which stay, and exit code 1."""
    assert exit_code_of(fault) == 1
    (folder,) = left.iterdir()
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", f"bench: error: {fault}\n\nhint: every process's log is in {folder}\n")


@pytest.mark.usefixtures("left")
def test_other_faults_keep_their_traceback():
    """A fault that nobody expects is not made into words, unless a bench says that it expects it."""
    with pytest.raises(ValueError, match="a mistake"):
        exit_code_of(ValueError("a mistake"))
    assert exit_code_of(ValueError("too long"), more_faults=(ValueError,)) == 1


@pytest.mark.usefixtures("left")
def test_an_interrupt_is_no_fault(capsys: pytest.CaptureFixture[str]):
    """Ctrl-C ends a bench with 130 and without a word."""
    assert exit_code_of(KeyboardInterrupt()) == 130
    assert capsys.readouterr() == ("", "")


def test_each_run_has_a_folder_of_its_own(tmp_path: Path):
    """Runs are counted from 0, and each logs below a folder with its number."""
    assert list(run_folders(tmp_path, 2)) == [(0, tmp_path / "run-0"), (1, tmp_path / "run-1")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run-0", "run-1"]
