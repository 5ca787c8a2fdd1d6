"""Who is let into a session, and who may act in it, by what the session knows of them."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from syncwatch_core import roles
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.roles import Actor
from syncwatch_server.services.credentials import same_hash, token_hash

if TYPE_CHECKING:
    from syncwatch_core import messages as wire
    from syncwatch_core.watch_session import WatchSession


def require_may(session: WatchSession, by: str | Actor, event: str) -> Actor:
    """Who acts, as the session knows them now; raises ``AppError`` (forbidden, kicked) unless they may."""
    if isinstance(by, str):
        member = session.members.get(by)
        if member is None:
            raise AppError(ErrorCode.KICKED, "you are no longer in the session")
        by = Actor(by, member.role)
    roles.require(by, session.settings.control, event)
    return by


def seat_of(session: WatchSession, token: str | None) -> str | None:
    """Whose token this is; every token is compared, in constant time each."""
    if token is None:
        return None
    sought, found = token_hash(token), None
    for key, member in session.members.items():
        if same_hash(member.token_hash, sought):
            found = key
    return found


def role_by_token(session: WatchSession, host_token: str | None) -> wire.Role | None:
    """The role that a host token gives; None without one; raises ``AppError`` (forbidden) for another session's."""
    if host_token is None:
        return None
    if not same_hash(token_hash(host_token), session.settings.host_token_hash):
        raise AppError(ErrorCode.FORBIDDEN, "that host token is not of this session", "join without it")
    return "host"


def require_not_banned(session: WatchSession, token: str | None, address: str = "") -> None:
    """Refuse a token that was banned; an address that was, for who shows no token."""
    mark = token_hash(token) if token is not None else telling(address)
    if mark in session.settings.banned:
        raise AppError(ErrorCode.KICKED, "you were removed from this session for good")


def telling(address: str) -> str | None:
    """The address, if it tells one person from another: behind one router or proxy they share a private one."""
    try:
        return address if ipaddress.ip_address(address).is_global else None
    except ValueError:
        return None
