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


_SHORT_TEXTS = tuple(bytes((_WHOLE | Kind.TEXT, length)) for length in range(_LENGTH_OF_2))
"""The heads of what is sent most, by length."""


def text_frame(payload: bytes) -> bytes:
    """A frame that carries a text, in UTF-8."""
    length = len(payload)
    return _SHORT_TEXTS[length] + payload if length < _LENGTH_OF_2 else frame(Kind.TEXT, payload)


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


def message_frame(payload: bytes) -> bytes:
    """A message of Socket.IO, encoded once for however many it goes to.

    ``payload`` is a packet of Socket.IO: ``2["event",…]`` or ``31[…]``.
    """
    return text_frame(b"4" + payload)


def payload_of(message: bytes) -> bytes:
    """What ``message_frame`` was made of."""
    length = message[1]
    head = 2 if length < _LENGTH_OF_2 else 4 if length == _LENGTH_OF_2 else 10
    return message[head + 1 :]


def packet_of(message: bytes) -> Packet:
    """What ``message_frame`` made, for who polls."""
    return Packet(MESSAGE, payload_of(message).decode())
