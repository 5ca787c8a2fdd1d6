"""A disk with hardly any room, for one program alone; it is gone when the program is."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

_NAMESPACES = (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"])
"""Ways to mount what nobody else sees: as root, and as anybody where the system lets users have namespaces."""


def on_a_full_disk(folder: Path, room: int) -> list[str]:
    """What to put before a command so that it finds a disk of ``room`` bytes at ``folder``.

    Where nothing may be mounted, no file of the command's can grow beyond ``room``.
    """
    mount = f"mount -t tmpfs -o size={room} tmpfs {shlex.quote(str(folder))}"
    for namespace in _NAMESPACES:
        tried = subprocess.run([*namespace, "sh", "-c", mount], capture_output=True, check=False)
        if tried.returncode == 0:
            return [*namespace, "sh", "-c", f'{mount} && exec "$@"', "sh"]
    # The measurement of what the tests reach writes files too, and would fail for want of room instead of the command.
    unmeasured = ["env", "--unset=COVERAGE_PROCESS_CONFIG", "--unset=COVERAGE_PROCESS_START"]
    return [*unmeasured, "prlimit", f"--fsize={room}"]
