"""A real terminal of a given size that a test looks at and types on: tmux, with a server of its own."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.people import SYNCWATCH, Person, eventually


class TmuxScreen:
    """One terminal with one command on it."""

    def __init__(self, person: Person, socket: Path, size: tuple[int, int], *arguments: str) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        # What the command answers is read from the screen after it has given the terminal back.
        command = f"{shlex.join([*SYNCWATCH, *arguments])}; echo ended with $?; sleep 600"
        environment = person.environment | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        self._run(
            "new-session", "-d", "-x", str(size[0]), "-y", str(size[1]), command, env=environment, cwd=person.home
        )

    def _run(self, *arguments: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> str:
        ran = subprocess.run([*self._tmux, *arguments], env=env, cwd=cwd, capture_output=True, text=True, check=True)
        return ran.stdout

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return self._run("capture-pane", "-p")

    @property
    def shell(self) -> str:
        """The process that has started the command, by its id."""
        return self._run("list-panes", "-F", "#{pane_pid}").strip()

    def shows(self, words: str) -> str:
        """The screen, once ``words`` stand on it."""
        return eventually(f"{words!r} on\n{self.text}", lambda: text if words in (text := self.text) else None)

    def keys(self, *keys: str) -> None:
        """Press keys, by tmux's names for them."""
        self._run("send-keys", *keys)

    def types(self, text: str) -> None:
        """Type a text."""
        self._run("send-keys", "-l", text)

    def close(self) -> None:
        """End the terminal and whatever runs on it."""
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)


@contextmanager
def on_tmux(person: Person, folder: Path, *arguments: str, size: tuple[int, int] = (80, 24)) -> Iterator[TmuxScreen]:
    """Run ``syncwatch ARGUMENTS`` on a terminal of this size."""
    screen = TmuxScreen(person, folder / f"tmux-{person.name}", size, *arguments)
    try:
        yield screen
    finally:
        screen.close()
