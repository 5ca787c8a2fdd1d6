"""No player at all: a seat in a session for who only wants to be there, as a script does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from syncwatch_cli.player.interface import OsdLine, PlayerListener
from syncwatch_core.controller_events import PlayerLanded, PlayerPrimed, PlayerSampled


class NoPlayer:
    """Goes wherever it is told at once, and shows nothing; it has no position of its own to be off by."""

    ipc_socket: str | None = None

    def __init__(self, listener: PlayerListener) -> None:
        self._listener = listener

    async def prepare(self) -> None:
        """There is nothing to come up."""

    async def start(self) -> None:
        """There is nothing to open."""

    async def close(self) -> None:
        """There is nothing to close."""

    def load(
        self,
        source: str,  # noqa: ARG002
        position: float,
        *,
        title: str | None = None,  # noqa: ARG002
        options: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> None:
        """Stand at ``position`` of whatever it is."""
        self._listener(PlayerPrimed(position, duration=None, frame_duration=None))

    def unload(self) -> None:
        """There is nothing to show."""

    def pause(self) -> None:
        """There is nothing to pause."""

    def unpause(self) -> None:
        """There is nothing to play."""

    def seek(self, position: float) -> None:
        """Be at ``position``."""
        self._listener(PlayerLanded(position))

    def set_rate(self, rate: float, *, keep_pitch: bool, session_rate: float) -> None:
        """There is nothing to speed up."""

    def pin_tracks(self, audio: str | None, subtitles: str | None) -> None:
        """There are no tracks."""

    def draw(self, lines: Sequence[OsdLine]) -> None:
        """There is no picture."""

    def publish(self, session: Mapping[str, object]) -> None:
        """There are no scripts."""

    async def sample(self) -> PlayerSampled | None:
        """There is no position to read."""
        return None

    async def buffered_for(self) -> float | None:
        """There is no buffer."""
        return None
