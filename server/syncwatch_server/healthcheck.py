"""``python -m syncwatch_server.healthcheck``: 0 if the server on this machine is alive, 1 if not; for containers.

With an argument it asks for that path instead: ``/ready`` for who wants to know whether it can serve, too.
"""

from __future__ import annotations

import http.client
import os
import sys

from syncwatch_server.settings import DEFAULT_PORT

PATIENCE = 4.0
"""Seconds; less than the container's own time-out, so that there are words instead of a kill."""


def main() -> int:
    """Ask once."""
    path = sys.argv[1] if len(sys.argv) > 1 else "/health"
    port = int(os.environ.get("SYNCWATCH_PORT") or os.environ.get("PORT") or DEFAULT_PORT)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        words = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as fault:
        sys.stdout.write(f"{fault}\n")
        return 1
    finally:
        connection.close()
    sys.stdout.write(f"{words}\n")
    return 0 if answer.status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
