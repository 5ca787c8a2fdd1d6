"""Speed and pitch: what we last wrote, and the session rate a person means who changes it."""

from __future__ import annotations

from collections.abc import Callable

from syncwatch_cli.player.connection import Answer, IpcConnection
from syncwatch_cli.player.fresh_answers import FreshAnswers
from syncwatch_cli.player.ipc import Command
from syncwatch_cli.player.meant_rate import meant_rate
from syncwatch_core.controller_events import PersonChangedRate, PersonEvent

_SAME_SPEED = 1e-6
"""mpv tells its speed with six digits behind the point."""


class SpeedWatch:
    """Writes the speed, and tells a person's own from ours."""

    def __init__(self, connection: IpcConnection, report: Callable[[PersonEvent], None]) -> None:
        self._connection = connection
        self._report = report
        self._answers = FreshAnswers(connection, ["speed"], self._stands, wanted=lambda: self._listening)
        self._session_rate = 1.0
        self._keeps_pitch = False
        self._listening = False
        self.speed = 1.0
        """What mpv holds as far as we know."""

    def listen(self) -> None:
        """From now on tell what the person does."""
        self._listening = True
        self._answers.ask()

    def stop_listening(self) -> None:
        """No media of ours is shown: whatever happens to the speed is nothing to tell."""
        self._listening = False

    def write(self, rate: float, *, keep_pitch: bool, session_rate: float) -> None:
        """Set what differs from what was written last; ``rate`` is ``session_rate``, nudged."""
        self._session_rate = session_rate
        commands: list[Command] = []
        if keep_pitch != self._keeps_pitch:
            commands.append(["set_property", "audio-pitch-correction", keep_pitch])
        if rate != self.speed:
            commands.append(["set_property", "speed", rate])
        if not commands:
            return
        self._connection.post(*commands)
        self._keeps_pitch, self.speed = keep_pitch, rate
        self._answers.wrote()

    def write_anew(self) -> None:
        """Set both again, whatever a new file made of them."""
        self._connection.post(
            ["set_property", "audio-pitch-correction", self._keeps_pitch], ["set_property", "speed", self.speed]
        )
        self._answers.wrote()

    def observed(self, speed: object) -> None:
        """Mpv announced a change of ``speed``."""
        if isinstance(speed, int | float) and abs(speed - self.speed) > _SAME_SPEED:
            self._answers.ask()

    def _stands(self, answers: list[Answer]) -> None:
        speed = answers[0].number
        if speed is None or abs(speed - self.speed) <= _SAME_SPEED:
            return
        meant = meant_rate(speed, self.speed, self._session_rate)
        self.speed, self._session_rate = speed, meant
        self._report(PersonChangedRate(meant))
