"""The id under which the log knows an HTTP request, or the Socket.IO connection that it opened."""

from __future__ import annotations

from typing import Final

from aiohttp import web

REQUEST_ID: Final = web.RequestKey("REQUEST_ID", str)
"""Where a request has it: the client's or a proxy's ``X-Request-Id``, or one of our own."""
