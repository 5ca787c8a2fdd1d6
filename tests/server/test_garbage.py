"""Python's garbage collector in a process that serves, and in one that has a server for a guest."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path
from typing import Any

SERVES = """
import gc, os, signal, sys
from syncwatch_server.app import serve
from syncwatch_server.settings import ServerSettings

def look(server):
    print(gc.get_threshold(), gc.get_freeze_count() > 10_000, gc.isenabled())
    os.kill(os.getpid(), signal.SIGTERM)

serve(ServerSettings.from_environment({}, port=0, database_url=sys.argv[1]), look)
"""


def test_process_that_serves_looks_through_less(tmp_path: Path) -> None:
    """What was set up before it listens is set aside, and what comes later is looked through seldom, but is."""
    command = [sys.executable, "-c", SERVES, f"sqlite:///{tmp_path / 's.db'}"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)

    assert said.stdout.strip() == "(10000, 20, 100) True True"


async def test_guest_leaves_the_collector_alone(server: Any) -> None:
    """A server within another program, as ``host`` has one, changes nothing that is that program's."""
    assert server.url
    assert gc.get_freeze_count() == 0
