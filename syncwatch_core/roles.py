"""Who may do what: one table, role by action."""

from __future__ import annotations

from typing import NamedTuple

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.messages import Control, Role


class Actor(NamedTuple):
    """Who gives a command: a participant, or somebody outside who holds the code or the host's token."""

    participant_id: str | None
    role: Role | None
    """None for who only knows the code."""


SOMEBODY = Actor(participant_id=None, role=None)
"""Who only knows the code."""

_EVERYBODY = frozenset({"get-session", "leave-session", "status", "clock", "client-error", "video-ended", "set-ready"})
_SPEAK = frozenset({"chat-message", "reaction"})
_STEER = frozenset(
    {
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
)
_RULE = frozenset({"end-session", "set-role", "kick", "update-session"})

_MAY: dict[Role, frozenset[str]] = {
    "viewer": _EVERYBODY | _SPEAK,
    "controller": _EVERYBODY | _SPEAK | _STEER,
    "host": _EVERYBODY | _SPEAK | _STEER | _RULE,
}
_MAY_BY_CODE: dict[Control, frozenset[str]] = {
    "everyone": frozenset({"get-session"}) | _SPEAK | _STEER,
    "host": frozenset({"get-session"}),
}


def may(actor: Actor, control: Control, event: str) -> bool:
    """Whether ``actor`` may do ``event`` in a session of that ``control``."""
    if actor.role is None:
        return event in _MAY_BY_CODE[control]
    return event in _MAY[actor.role]


def require(actor: Actor, control: Control, event: str) -> None:
    """Raise ``AppError`` (forbidden), in words, unless ``actor`` may do ``event``."""
    if may(actor, control, event):
        return
    if event in _RULE:
        message = "only the host may do that"
        hint = "ask the host, or give the host's token with --token"
    else:
        message = "only the host and controllers may do that in this session"
        hint = "ask the host to make you a controller, or give a token with --token"
    raise AppError(ErrorCode.FORBIDDEN, message, hint)


def role_of_joiner(control: Control) -> Role:
    """The role of who joins without one of their own."""
    return "controller" if control == "everyone" else "viewer"
