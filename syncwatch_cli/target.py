"""Which session a command means, on which server, and as whom it speaks there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncwatch_cli import config, remembered
from syncwatch_cli.options import Shared
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.join_code import parse_invite

if TYPE_CHECKING:
    from syncwatch_cli.http_api import Api


@dataclass(frozen=True, slots=True)
class Target:
    """A session as the command line names it."""

    code: str
    """Written ``ABC-DEF``."""
    server: str
    token: str | None
    """What decides who may, or None: then the code alone does."""

    def api(self) -> Api:
        """The server, spoken to as this person."""
        # HTTP is half of what a short command imports; help and completion send no request.
        from syncwatch_cli.http_api import Api

        return Api(self.server, token=self.token, password=os.environ.get("SYNCWATCH_PASSWORD"))


def find_target(shared: Shared, code_or_link: str) -> Target:
    """Read CODE and settle server and token; raises ``AppError`` (usage)."""
    try:
        linked, code = parse_invite(code_or_link)
    except AppError as fault:
        # Nobody was asked: what can't be a code is a mistake in typing, and no session's refusal.
        raise AppError(ErrorCode.USAGE, fault.message, fault.hint) from None
    known = remembered.recall(code)
    server = server_of(shared, linked, known.server)
    return Target(code, server, token_of(shared, known, server))


def server_of(shared: Shared, linked: str | None = None, known: str | None = None) -> str:
    """The server: typed, of the link, of the environment, remembered, of the config file, or this computer's."""
    if shared.server or linked:
        return str(shared.server or linked).rstrip("/")
    value = config.load().get("server")
    if known and value.source != config.SETTINGS["server"].variable:
        return known
    return str(value.value).rstrip("/")


def token_of(shared: Shared, known: remembered.Remembered, server: str) -> str | None:
    """The token that decides: typed, of the environment, the host's remembered, one's own remembered."""
    given = shared.token or os.environ.get("SYNCWATCH_TOKEN")
    if given or not known.is_of(server):
        return given or None
    return known.host_token or known.participant_token
