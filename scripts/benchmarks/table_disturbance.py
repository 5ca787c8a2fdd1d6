"""What happens to one player alone: a hand that moves it by 0.9 s in its mpv, and a machine that freezes it for 0.9 s.

The hand's nudge is a command for all. The freeze is nobody's wish, and is to be undone without the others.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import struct
import time
from typing import TYPE_CHECKING, Any

from benchmarks.figures import time_to_together
from benchmarks.processes import RigError
from benchmarks.rounding import rounded
from benchmarks.skew import moments, spread
from benchmarks.steering import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.skew import Moment
    from benchmarks.table_record import TableRecord

SIZE = 0.9
"""s."""

NUDGE, FREEZE = "nudge", "freeze"

_PEER_CREDENTIALS = struct.Struct("3i")
"""Process, user and group, as SO_PEERCRED tells them (socket(7))."""


async def nudge(player: str, ipc_socket: str) -> Command:
    """Move that player on by ``SIZE`` from within its mpv; raises ``RigError``."""
    reader, writer = await _connect(player, ipc_socket)
    try:
        sent_at = time.monotonic()
        writer.write(json.dumps({"command": ["seek", SIZE, "relative+exact"], "request_id": 1}).encode() + b"\n")
        while json.loads(await reader.readline() or b'{"request_id": 1}').get("request_id") != 1:
            pass
        return Command(NUDGE, sent_at, time.monotonic(), None, {})
    finally:
        writer.close()


async def freeze(player: str, ipc_socket: str) -> Command:
    """Stop that player's mpv for ``SIZE``; the command's ``sent_at`` is when it goes on. Raises ``RigError``."""
    _, writer = await _connect(player, ipc_socket)
    try:
        connection: socket.socket = writer.get_extra_info("socket")
        told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER_CREDENTIALS.size)
        process = _PEER_CREDENTIALS.unpack(told)[0]
    finally:
        writer.close()
    os.kill(process, signal.SIGSTOP)
    try:
        await asyncio.sleep(SIZE)
    finally:
        sent_at = time.monotonic()
        os.kill(process, signal.SIGCONT)
    return Command(FREEZE, sent_at, sent_at, None, {})


async def _connect(player: str, ipc_socket: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        return await asyncio.open_unix_connection(ipc_socket)
    except OSError as error:
        message = f"{player}: {ipc_socket}: {error}"
        raise RigError(message) from error


def disturbance_figures(record: TableRecord) -> dict[str, Any]:
    """From each disturbance until all were within 10 ms of each other again, to stay."""
    everyone = moments(record.samples, record.players)
    told = []
    for trial in record.disturbances:
        after = [moment for moment in everyone if trial.command.sent_at <= moment.at < trial.until]
        took = time_to_together(trial.command, after)
        moved = _moved(after, record.players)
        told.append({"kind": trial.command.event, "within10MsSeconds": rounded(took), "movedOthers": moved})
    return {kind: _of_kind([one for one in told if one["kind"] == kind]) for kind in (NUDGE, FREEZE)} | {"trials": told}


def _moved(after: Sequence[Moment], players: Sequence[str]) -> int:
    """Seeks and pauses of all but the last player, to whom it happened."""
    if not after:
        return 0
    first, last = after[0].samples, after[-1].samples
    counted = [player for player in players[:-1] if player in first and player in last]
    return sum(
        last[player].reading.seeks - first[player].reading.seeks + last[player].reading.pauses
        - first[player].reading.pauses for player in counted
    )  # fmt: skip


def _of_kind(told: list[dict[str, Any]]) -> dict[str, Any]:
    took = [one["within10MsSeconds"] for one in told if one["within10MsSeconds"] is not None]
    return {
        "trials": len(told),
        "failed": len(told) - len(took),
        "within10MsSeconds": spread(took),
        "movedOthers": sum(one["movedOthers"] for one in told),
    }
