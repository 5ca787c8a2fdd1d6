"""The other nodes: what this one looks after while it serves sessions together with them.

Once a second: which nodes died; whether rows went on without us, where messages may have been missed or the store is
away; which sessions nobody here needs any longer, so that a node's cost follows the sessions that its people are in.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from syncwatch_core.errors import AppError
from syncwatch_server.database.repository import Repository, StorageFailed, StoredSession
from syncwatch_server.ending import end
from syncwatch_server.live.store import LiveStore, StoreAway
from syncwatch_server.services.session_link import SessionLink
from syncwatch_server.services.shared_session import SharedSession

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from syncwatch_server.server_clock import ServerClock
    from syncwatch_server.services.audience import SharedAudience
    from syncwatch_server.services.live_session import LiveSession
    from syncwatch_server.services.node_message import Note
    from syncwatch_server.services.session_keeper import SessionKeeper

LOOKS_EVERY = 1.0
"""Seconds between two looks around."""

_ALL_ROWS_EVERY = 10.0
"""Seconds between two looks at all rows, although nothing seems to have been missed."""

_DEAD_AFTER = 3
"""Looks in a row at which a node gave no sign of life: a store that came back empty needs a second to know them."""

_KEPT_FOR = 15.0
"""Seconds for which a session is kept in memory that nobody here is in: scripts ask again and again."""


class Nodes:
    """This node among the others."""

    def __init__(
        self,
        *,
        store: LiveStore,
        repository: Repository,
        audience: SharedAudience,
        clock: ServerClock,
        log: FilteringBoundLogger,
    ) -> None:
        self._store = store
        self._repository = repository
        self._audience = audience
        self._clock = clock
        self._log = log
        self._keeper: SessionKeeper | None = None
        self._task: asyncio.Task[None] | None = None
        self._silent: dict[str, int] = {}
        self._all_rows_at = 0.0
        self._was_connected = True

    def link(self, code: str) -> SessionLink:
        """A way to the other nodes for one session."""
        return SessionLink(code, self._store, self._audience, self._log)

    def serve(
        self, stored: StoredSession, link: SessionLink, notes: dict[str, Note], served: dict[str, Any]
    ) -> LiveSession:
        """A session that is served with the others."""
        return SharedSession(stored, link=link, notes=notes, **served)

    def is_here(self, live: LiveSession, participant_id: str) -> bool:
        """Whether a participant who is connected is connected to this node."""
        return isinstance(live, SharedSession) and live.link.owners.get(participant_id) == self._store.node

    def open(self, keeper: SessionKeeper) -> None:
        """Begin to look around."""
        self._keeper = keeper
        self._task = asyncio.get_running_loop().create_task(self._look_for_ever(), name="syncwatch-nodes")

    async def close(self) -> None:
        """Say that this node goes, so that nobody has to find out."""
        if self._task is not None:
            await end(self._task)
        for live in self._sessions():
            live.link.leave(self._clock.now())

    def _sessions(self) -> list[SharedSession]:
        sessions = [] if self._keeper is None else self._keeper.all()
        return [live for live in sessions if isinstance(live, SharedSession)]

    async def _look_for_ever(self) -> None:
        while True:
            await asyncio.sleep(LOOKS_EVERY)
            try:
                await self.look()
            except (StorageFailed, StoreAway, AppError) as fault:
                self._log.debug("looking for the other nodes failed", fault=str(fault))
            except Exception:  # noqa: BLE001
                # It must not end by one fault: nobody else would notice what is missed.
                self._log.exception("looking for the other nodes failed")

    async def look(self) -> None:
        """Look around once."""
        self._note_connection()
        self._let_go()
        for live in self._sessions():
            live.link.renew()
        await self._look_at_rows()
        if self._store.is_connected:
            await self._look_at_nodes()

    def _note_connection(self) -> None:
        if self._store.is_connected != self._was_connected:
            self._was_connected = self._store.is_connected
            words = "the live store is back" if self._was_connected else "the live store is away; rows are read instead"
            self._log.warning(words)

    async def _look_at_rows(self) -> None:
        loop, sessions = asyncio.get_running_loop(), self._sessions()
        if self._store.is_connected and loop.time() < self._all_rows_at + _ALL_ROWS_EVERY:
            sessions = [live for live in sessions if live.link.looks_due]
        else:
            self._all_rows_at = loop.time()
        if not sessions:
            return
        for live in sessions:
            live.link.looks_due = False
        by_id = {live.shown.session_id: live for live in sessions}
        try:
            versions = await self._repository.versions(list(by_id))
        except StorageFailed:
            for live in sessions:
                live.link.looks_due = True
            raise
        for session_id, version in versions.items():
            by_id[session_id].catch_up(version)

    async def _look_at_nodes(self) -> None:
        by_node: dict[str, list[SharedSession]] = {}
        for live in self._sessions():
            for node in {*live.link.owners.values()} - {self._store.node}:
                by_node.setdefault(node, []).append(live)
        living = await self._store.living(by_node)
        self._silent = {node: self._silent.get(node, 0) + 1 for node in by_node if node not in living}
        for node, looks in self._silent.items():
            if looks >= _DEAD_AFTER:
                self._log.warning("a node is gone", node=node)
                for live in by_node[node]:
                    live.lose_node(node)

    def _let_go(self) -> None:
        if self._keeper is not None:
            self._keeper.let_go(self._clock.now() - _KEPT_FOR, _is_needed)


def _is_needed(live: LiveSession) -> bool:
    return isinstance(live, SharedSession) and (live.link.is_heard or not live.is_idle)
