"""WebSocket frames of a server, finished: RFC 6455, section 5.2, whole, not masked and not compressed."""

from __future__ import annotations

from engineio.packet import MESSAGE, Packet

_WHOLE = 0x80
_LENGTH_OF_2, _LENGTH_OF_8 = 126, 127


class Kind:
    """What a frame is, RFC 6455, section 11.8; plain numbers, since every message is made one."""

    TEXT = 0x1
    CLOSE = 0x8
    PONG = 0xA


def frame(kind: int, payload: bytes) -> bytes:
    """A frame that carries ``payload``."""
    length = len(payload)
    if length < _LENGTH_OF_2:
        return bytes((_WHOLE | kind, length)) + payload
    if length < 1 << 16:
        return bytes((_WHOLE | kind, _LENGTH_OF_2)) + length.to_bytes(2, "big") + payload
    return bytes((_WHOLE | kind, _LENGTH_OF_8)) + length.to_bytes(8, "big") + payload


def close_frame(code: int, reason: bytes = b"") -> bytes:
    """A frame that closes the connection."""
    return frame(Kind.CLOSE, code.to_bytes(2, "big") + reason)


class Finished:
    """A message of Socket.IO, encoded once for however many it goes to."""

    __slots__ = ("frame", "payload")

    def __init__(self, payload: bytes) -> None:
        """``payload`` is a packet of Socket.IO: ``2["event",…]`` or ``31[…]``."""
        self.payload = payload
        self.frame = frame(Kind.TEXT, b"4" + payload)
        """For a WebSocket."""

    @property
    def packet(self) -> Packet:
        """For who polls."""
        return Packet(MESSAGE, self.payload.decode())
