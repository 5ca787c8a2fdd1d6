"""The timeline: where the media stands at any instant of server time.

A timeline is a value, never changed, only replaced.
It is all that a participant needs to stay together with the others while a video plays:
everyone extrapolates it on the server clock, and nothing has to be sent.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeline:
    """At server time ``anchored_at`` the media stands at ``position``; then, if ``playing``, it moves at ``rate``.

    ``anchored_at`` may lie in the future: until then everybody holds at ``position``.
    """

    position: float
    """Seconds of media."""

    rate: float
    """Media seconds a second, above zero; kept while paused."""

    anchored_at: float
    """Server time, s."""

    playing: bool

    def position_at(self, server_time: float) -> float:
        """Where the media stands at ``server_time``, s."""
        if not self.playing or server_time <= self.anchored_at:
            return self.position
        return self.position + self.rate * (server_time - self.anchored_at)

    def reached_at(self, position: float) -> float | None:
        """The server time at which the media comes to ``position``; None while paused.

        For a position before the anchor's it is the instant at which the line, drawn backwards, would have passed it.
        """
        if not self.playing:
            return None
        return self.anchored_at + (position - self.position) / self.rate

    def is_moving_at(self, server_time: float) -> bool:
        """Whether the media moves at that instant: playing, and no longer held for a common start."""
        return self.playing and server_time >= self.anchored_at

    def paused_at(self, server_time: float, position: float | None = None) -> Timeline:
        """This timeline, stopped at that instant (or at ``position``, if given)."""
        stands = self.position_at(server_time) if position is None else position
        return Timeline(stands, self.rate, server_time, playing=False)

    def started_at(self, server_time: float, position: float | None = None) -> Timeline:
        """A timeline that holds where this one stands then (or at ``position``) and moves from ``server_time`` on."""
        stands = self.position_at(server_time) if position is None else position
        return Timeline(stands, self.rate, server_time, playing=True)

    def with_rate(self, rate: float, server_time: float) -> Timeline:
        """The same position at ``server_time``, moving at ``rate`` from then on: a change of rate is never a jump."""
        if server_time < self.anchored_at:
            return Timeline(self.position, rate, self.anchored_at, self.playing)
        return Timeline(self.position_at(server_time), rate, server_time, self.playing)
