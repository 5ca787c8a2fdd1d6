"""A person's Tab key in bash, zsh and fish: the shells themselves, at a terminal."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncwatch_cli import remembered
from tests.patience import PATIENCE

READY = "shell-is-ready"

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(syncwatch completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -Uz compinit; compinit -u -D; eval "$(syncwatch completion zsh)"'),
    "fish": (["fish", "--no-config", "-i"], "syncwatch completion fish | source"),
}
"""How each is started without its owner's settings, and how it learns our commands."""


class Shell:
    """A shell at a terminal, in which ``syncwatch`` writes down what it was called with instead of doing it."""

    def __init__(self, name: str, folder: Path) -> None:
        program, setup = SHELLS[name]
        self.called = folder / "called"
        programs = folder / "programs"
        programs.mkdir()
        (programs / "syncwatch").write_text(
            "#!/bin/sh\n"
            f'if [ -n "$_SYNCWATCH_COMPLETE" ] || [ "$1" = completion ]; then exec {sys.executable} '
            f'-m syncwatch_cli.main "$@"; fi\n'
            f'printf "%s\\n" "$@" > "{self.called}.draft" && mv "{self.called}.draft" "{self.called}"\n'
        )
        (programs / "syncwatch").chmod(0o755)
        self._ours, theirs = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        environment |= {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "XDG_DATA_HOME": str(folder)}
        # A shell that edits lines wants the terminal for its own.
        self._process = subprocess.Popen(
            ["setsid", "-c", *program], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=folder
        )
        os.close(theirs)
        self._setup = setup
        self._seen = ""

    def start(self) -> None:
        """Wait until it has our completion."""
        # What is echoed as it is typed is not yet an answer: the word comes out in one piece only when it is printed.
        self._type(f"{self._setup}; printf 'shell-%s\\n' is-ready\n")
        self._until(READY)

    def tab(self, line: str) -> list[str]:
        """What ``syncwatch`` is called with after ``line``, Tab and Enter."""
        self.called.unlink(missing_ok=True)
        self._type(f"{line}\t\n")
        deadline = time.monotonic() + PATIENCE
        while not self.called.exists():
            assert time.monotonic() < deadline, self._seen
            self._read()
        return self.called.read_text().splitlines()

    def listed(self, line: str, word: str) -> str:
        """What the shell lists at two Tabs after ``line``, once ``word`` is among it."""
        self._seen = ""
        self._type(f"{line}\t\t")
        self._until(word)
        return self._seen

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def _type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def _until(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while words not in self._seen:
            assert time.monotonic() < deadline, self._seen
            self._read()

    def _read(self) -> None:
        if select.select([self._ours], [], [], 0.05)[0]:
            self._seen += os.read(self._ours, 65536).decode(errors="replace")


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shell]:
    assert shutil.which(request.param), f"scripts/setup test installs {request.param}"
    opened = Shell(request.param, tmp_path)
    try:
        opened.start()
        yield opened
    finally:
        opened.close()


def test_tab(shell: Shell, tmp_path: Path) -> None:
    """Tab completes commands, options, their values, codes and files, in each shell as in the others."""
    remembered.remember("7KD-93F", server="http://127.0.0.1:8765")
    (tmp_path / "my film.mkv").touch()

    assert shell.tab("syncwatch sta") == ["status"]
    assert shell.tab("syncwatch queue shuf") == ["queue", "shuffle"]
    assert shell.tab("syncwatch pause 7k") == ["pause", "7KD-93F"]
    assert shell.tab("syncwatch update 7KD-93F --buffer-wait g") == ["update", "7KD-93F", "--buffer-wait", "go-on"]
    assert shell.tab("syncwatch update 7KD-93F --control=ev") == ["update", "7KD-93F", "--control=everyone"]
    assert shell.tab("syncwatch join 7KD-93F --view") == ["join", "7KD-93F", "--view-only"]
    assert shell.tab("syncwatch host my") == ["host", "my film.mkv"]
    assert shell.tab("syncwatch join 7KD-93F --file=my") == ["join", "7KD-93F", "--file=my film.mkv"]
    assert shell.tab("syncwatch config set corr") == ["config", "set", "correction"]


def test_tab_lists(shell: Shell) -> None:
    """Where several fit, all of them are listed."""
    listed = shell.listed("syncwatch queue ", "shuffle")

    assert "repeat" in listed
    assert "remove" in listed
