"""People who watch a film until they are ended: ``python -m benchmarks.server_people SPEC``, a ``Load`` as JSON.

Prints ``{"event": "playing"}`` once all sit in their sessions and play.
"""

from __future__ import annotations

import json
import sys
import time
from urllib.parse import urlsplit

from benchmarks.server_crowd import Crowd
from benchmarks.server_load import Load, listen_until
from benchmarks.server_stage import more_files
from benchmarks.server_traffic import MARKS, evening

_AT_ONCE = 60.0
"""s of traffic that are made beforehand, again and again."""


def main() -> None:
    """Come, sit down, play, and say so; then send what players send, for ever."""
    more_files()
    load = Load(**json.loads(sys.argv[1]))
    place = urlsplit(load.url)
    crowd = Crowd(str(place.hostname), int(place.port or 0), MARKS[load.event], load.clients)
    crowd.connect(load.clients)
    crowd.seat(load.size)
    crowd.play(load.size)
    media = [member.session["mediaId"] for member in crowd.members]
    print(json.dumps({"event": "playing"}), flush=True)
    position = 60.0
    while True:
        began_at = time.monotonic()
        for sending in sorted(evening(media, _AT_ONCE, position), key=lambda sending: sending.at):
            listen_until(crowd.listen, began_at + sending.at)
            crowd.members[sending.who].send(sending.frame)
        position += _AT_ONCE


if __name__ == "__main__":
    main()
