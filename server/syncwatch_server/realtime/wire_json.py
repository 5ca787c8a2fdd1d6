"""Socket.IO packets in strict JSON: NaN is refused, and message types are written as they are, without a copy."""

from __future__ import annotations

from typing import Any

import msgspec
from socketio.packet import Packet


class StrictJson:
    """What python-socketio asks of a JSON module."""

    @staticmethod
    def loads(text: str | bytes) -> Any:
        """Parse; raises ``ValueError`` for anything that is not JSON."""
        return msgspec.json.decode(text)

    @staticmethod
    def dumps(value: object, **_: object) -> str:
        """Write, as compact as can be."""
        return msgspec.json.encode(value).decode()


class WirePacket(Packet):  # type: ignore[misc]  # python-socketio ships no types
    """A packet of this server's; the library's own stay as they are for a client in the same process."""

    json = StrictJson
    uses_binary_events = False
