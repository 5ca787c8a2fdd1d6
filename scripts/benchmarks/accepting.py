"""How a server of asyncio is closed so that no connection of it stays open."""

from __future__ import annotations

import asyncio


async def turns() -> None:
    """Let the loop come round: what is accepted is told three turns later, what is aborted is closed in the next."""
    for _ in range(5):
        await asyncio.sleep(0)


async def accept_no_more(server: asyncio.Server) -> None:
    """Listen no more; whoever was accepted until then has been told by now.

    A server that is closed in the midst of accepting leaves that socket open (asyncio, Python 3.11).
    """
    for listening in server.sockets:
        asyncio.get_running_loop().remove_reader(listening.fileno())
    await turns()
    server.close()
