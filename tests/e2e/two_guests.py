"""Two who watch on a server, from two computers; the second may reach it by a line that is given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import free_port
from tests.e2e.conftest import TOGETHER
from tests.e2e.mpv_remote import MpvRemote, apart
from tests.e2e.people import People, Person, Running, Seat, eventually


@dataclass(frozen=True, slots=True)
class Pair:
    """Two guests of one server: Ada, who is near it, and Eve, who may be far."""

    code: str
    near: Seat
    far: Seat
    nears_mpv: MpvRemote
    fars_mpv: MpvRemote

    @property
    def seats(self) -> tuple[Seat, Seat]:
        """Where both sit, the near one first."""
        return self.near, self.far

    @property
    def players(self) -> tuple[MpvRemote, MpvRemote]:
        """Hands on the players of both, the near one first."""
        return self.nears_mpv, self.fars_mpv

    def play_together(self) -> bool:
        """Whether both play the same moment."""
        return apart(self.nears_mpv, self.fars_mpv) < TOGETHER

    def stand_together(self) -> bool:
        """Whether both stand on one frame."""
        return self.nears_mpv.stands_at is not None and self.nears_mpv.stands_at == self.fars_mpv.stands_at

    def lines(self) -> list[float | None]:
        """Both players' ``MpvRemote.line``."""
        return [mpv.line() for mpv in self.players]


def serve(keeper: Person, port: int, *options: str) -> Running:
    """A server on that port, which listens."""
    running = keeper.follow("serve", "--port", str(port), *options, "--json")
    running.heard("listening")
    return running


def served(keeper: Person) -> str:
    """The URL of a server on a free port."""
    port = free_port()
    serve(keeper, port)
    return f"http://127.0.0.1:{port}"


@contextmanager
def two_guests(people: People, film: Path, server: str, far_server: str | None = None) -> Iterator[Pair]:
    """Both play the same moment in a new session; Eve reaches the server at ``far_server`` if that is given."""
    code = json.loads(people("Ada").runs("create", str(film), "--server", server, "--json").out)["code"]
    near = people("Ada").join(f"{server}/s/{code}", "--file", str(film))
    far = people("Eve").join(f"{far_server or server}/s/{code}", "--file", str(film))
    with near.mpv() as nears_mpv, far.mpv() as fars_mpv:
        pair = Pair(code, near, far, nears_mpv, fars_mpv)
        for seat in pair.seats:
            seat.heard("synced")
        played = people("Ada").runs("play", code)
        assert played.code == 0, played.err
        eventually("both play the same moment", pair.play_together)
        yield pair
