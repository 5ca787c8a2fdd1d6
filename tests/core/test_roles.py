"""Who may do what."""

from __future__ import annotations

import pytest

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.messages import CLIENT_EVENTS, Control, Role
from syncwatch_core.roles import SOMEBODY, Actor, may, require, role_of_joiner

WATCH = {"get-session", "leave-session", "status", "clock", "client-error", "video-ended", "set-ready"}
SPEAK = {"chat-message", "reaction"}
STEER = {
    "video-load",
    "video-play",
    "video-pause",
    "video-seek",
    "video-rate",
    "queue-add",
    "queue-remove",
    "queue-move",
    "queue-next",
    "queue-shuffle",
    "queue-repeat",
}
RULE = {"end-session", "set-role", "kick", "update-session"}
TABLE = [
    ("viewer", "everyone", WATCH | SPEAK),
    ("viewer", "host", WATCH | SPEAK),
    ("controller", "everyone", WATCH | SPEAK | STEER),
    ("controller", "host", WATCH | SPEAK | STEER),
    ("host", "everyone", WATCH | SPEAK | STEER | RULE),
    ("host", "host", WATCH | SPEAK | STEER | RULE),
    (None, "everyone", {"get-session"} | SPEAK | STEER),
    (None, "host", {"get-session"}),
]


@pytest.mark.parametrize(("role", "control", "allowed"), TABLE)
def test_the_table_of_roles(role: Role | None, control: Control, allowed: set[str]):
    """Viewers watch and speak, controllers steer too, hosts rule too; who only knows the code may steer if all may."""
    actor = Actor("p1" if role else None, role)

    assert {event for event in CLIENT_EVENTS if may(actor, control, event)} == allowed


@pytest.mark.parametrize(
    ("event", "words"), [("kick", "only the host may do that"), ("video-play", "only the host and controllers")]
)
def test_who_may_not_is_told_why(event: str, words: str):
    """Whoever may not is refused in words, with a hint at who could let them."""
    with pytest.raises(AppError, match=words) as refusal:
        require(SOMEBODY, "host", event)

    assert refusal.value.code is ErrorCode.FORBIDDEN
    assert "--token" in str(refusal.value.hint)


def test_who_may_is_let_through():
    """Whoever may do it hears nothing."""
    require(SOMEBODY, "everyone", "video-play")


@pytest.mark.parametrize(("control", "role"), [("everyone", "controller"), ("host", "viewer")])
def test_the_role_of_a_joiner_follows_from_control(control: Control, role: Role):
    """Joiners are controllers where everyone may steer, else viewers."""
    assert role_of_joiner(control) == role
