"""WebSocket frames as a load generator needs them: finished ones to send, and a walk over those that came."""

from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXT, _CLOSE = 0x81, 0x88
_MASKED = 0x80
_LENGTH_OF_2, _LENGTH_OF_8 = 126, 127
_NO_MASK = bytes(4)
"""A key of zeros leaves the payload as it is, and is allowed: what comes in costs the server the same."""


def text_frame(text: str) -> bytes:
    """A whole text frame of a client."""
    payload = text.encode()
    length = len(payload)
    if length < _LENGTH_OF_2:
        head = bytes((_TEXT, _MASKED | length))
    elif length < 1 << 16:
        head = bytes((_TEXT, _MASKED | _LENGTH_OF_2)) + length.to_bytes(2, "big")
    else:
        head = bytes((_TEXT, _MASKED | _LENGTH_OF_8)) + length.to_bytes(8, "big")
    return head + _NO_MASK + payload


PONG = text_frame("3")
"""Engine.IO's answer to a ping."""


def event_frame(number: int | None, event: str, payload: object) -> bytes:
    """An event of Socket.IO; ``number`` asks for an acknowledgement."""
    return text_frame(f"42{'' if number is None else number}{json.dumps([event, payload], separators=(',', ':'))}")


def opening(host: str) -> bytes:
    """The request that opens a WebSocket of Engine.IO."""
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def frames(received: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """``(start, end)`` of each whole frame's payload, as a server sends it; raises ``ConnectionError`` at its end."""
    at, size = 0, len(received)
    while size - at >= 2:  # noqa: PLR2004 - the shortest head
        length = received[at + 1]
        start = at + 2
        if length == _LENGTH_OF_2:
            start = at + 4
            length = int.from_bytes(received[at + 2 : start], "big")
        elif length == _LENGTH_OF_8:
            start = at + 10
            length = int.from_bytes(received[at + 2 : start], "big")
        if start + length > size:
            return
        if received[at] == _CLOSE:
            message = f"the server closed the connection: {bytes(received[start + 2 : start + length])!r}"
            raise ConnectionError(message)
        at = start + length
        yield start, at
