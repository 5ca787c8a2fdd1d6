"""``VideoSessionClient`` without a player: a session made, joined and loaded on one connection each."""

from __future__ import annotations

import pytest

from syncwatch_cli.local_clock import local_clock
from syncwatch_cli.session_client import Heard, LinkFact, VideoSessionClient
from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode

URL = "https://example.org/film.mp4"


async def test_a_session_made_joined_and_loaded(server: str) -> None:
    """Who creates a session sits in it as its host; who joins hears what is loaded; who leaves can send no more."""
    heard: list[LinkFact] = []
    host = VideoSessionClient(server, listener=lambda _: None, clock=local_clock(), platform="bot")
    guest = VideoSessionClient(server, listener=heard.append, clock=local_clock(), platform="bot")
    created = await host.create_session(wire.CreateSession(display_name="Ada"))
    joined = await guest.join_session(wire.JoinSession(code=created.session.code, display_name="Bob"))
    loaded = await host.set_video_url(URL)
    told = await guest.send(wire.GetSession())
    await guest.cleanup()
    await host.cleanup()

    assert joined.session.participants[0].role == "host"
    assert loaded.media.url == URL
    assert isinstance(told, wire.SessionReply)
    assert told.session.media == loaded.media
    assert wire.VideoUrlUpdated in [type(fact.message) for fact in heard if isinstance(fact, Heard)]
    with pytest.raises(AppError) as refused:
        await guest.send(wire.GetSession())
    assert refused.value.code is ErrorCode.SERVER_UNREACHABLE
