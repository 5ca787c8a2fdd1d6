"""A WebSocket spoken byte by byte, to send what no library would."""

from __future__ import annotations

import asyncio
import base64
import os
from typing import Self
from urllib.parse import urlsplit

from tests.patience import PATIENCE

HELLO = b'40{"protocol":1,"client":"raw","platform":"bot"}'
PATH = "/socket.io/?EIO=4&transport=websocket"

TEXT, CONTINUATION, BINARY, CLOSE, PING, PONG = 0x1, 0x0, 0x2, 0x8, 0x9, 0xA


def frame(payload: bytes, kind: int = TEXT, *, last: bool = True, reserved: int = 0) -> bytes:
    """A frame as a client sends it, masked."""
    head = bytes(((0x80 if last else 0) | reserved | kind,))
    length = len(payload)
    if length < 126:
        head += bytes((0x80 | length,))
    elif length < 1 << 16:
        head += bytes((0x80 | 126,)) + length.to_bytes(2, "big")
    else:
        head += bytes((0x80 | 127,)) + length.to_bytes(8, "big")
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


class RawSocket:
    """A connection whose every byte is ours."""

    def __init__(self, url: str, path: str = PATH, first: bytes = b"") -> None:
        """``first``: what is sent in one go with the handshake, before the server has agreed to it."""
        self._place = urlsplit(url)
        self._path = path
        self._first = first
        self._reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def __aenter__(self) -> Self:
        self._reader, self.writer = await asyncio.open_connection(self._place.hostname, self._place.port)
        key = base64.b64encode(os.urandom(16)).decode()
        self.writer.write(
            f"GET {self._path} HTTP/1.1\r\nHost: {self._place.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
            + self._first
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in head.splitlines()[0]
        assert b"permessage-deflate" not in head
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def hear(self) -> tuple[int, bytes]:
        """The next frame: its kind and its payload; raises ``IncompleteReadError`` at the end."""
        async with asyncio.timeout(PATIENCE):
            first, second = await self._reader.readexactly(2)
            assert not second & 0x80, "a server does not mask"
            length = second
            if second == 126:
                length = int.from_bytes(await self._reader.readexactly(2), "big")
                assert length >= 126, "the shortest form is to be used"
            elif second == 127:
                length = int.from_bytes(await self._reader.readexactly(8), "big")
                assert length >= 1 << 16, "the shortest form is to be used"
            assert first & 0xF0 == 0x80, "whole, without reserved bits"
            return first & 0x0F, await self._reader.readexactly(length)

    async def until(self, start: bytes) -> bytes:
        """The next text that begins so."""
        while True:
            kind, payload = await self.hear()
            if kind == TEXT and payload.startswith(start):
                return payload

    async def closed(self) -> int | None:
        """The code with which the server closes; None if it merely hangs up."""
        try:
            while True:
                kind, payload = await self.hear()
                if kind == CLOSE:
                    return int.from_bytes(payload[:2], "big")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def hello(self) -> Self:
        """Connect as a client of the protocol does."""
        await self.until(b"0{")
        self.writer.write(frame(HELLO))
        await self.until(b"40")
        return self
