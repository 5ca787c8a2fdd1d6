"""Real PostgreSQL and Redis of one's own: free ports, their own folders, gone when they are put away.

PostgreSQL refuses root; where root starts it, it runs as the user that the system's package made for it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import free_port

STARTS_WITHIN = 60.0
"""Seconds; a cluster is made anew meanwhile, on a machine that others use too."""

PASSWORD = "made-up"  # noqa: S105 of a database that is gone in a moment


class Postgres:
    """A PostgreSQL server with one user, ``syncwatch``."""

    def __init__(self) -> None:
        self._programs = _postgres_programs()
        self._folder = Path(tempfile.mkdtemp(prefix="syncwatch-postgres-"))
        self._as_user = _become_postgres(self._folder)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        password = self._folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        self._run("initdb", "--no-sync", "--username=syncwatch", f"--pwfile={password}", "--auth=scram-sha-256")

    def url(self, database: str = "postgres", password: str = PASSWORD) -> str:
        """How a server reaches one of its databases."""
        return f"postgresql://syncwatch:{password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self._folder),
            "max_connections": "60",
            "fsync": "off",
        }
        given = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._as_user, str(self._programs / "postgres"), "-D", str(self._data), *given],
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        self._await("pg_isready", "--host=127.0.0.1", f"--port={self.port}", "--quiet")

    @property
    def runs(self) -> bool:
        """Whether it is up."""
        return self._process is not None and self._process.poll() is None

    def stop(self, mode: str = "fast") -> None:
        """Stop it; ``immediate`` is as if it had crashed."""
        if self._process is not None:
            if self.runs:
                self._run("pg_ctl", "stop", f"--mode={mode}", "--wait")
            self._process.wait()
            self._process = None

    def sql(self, statement: str, database: str = "postgres") -> str:
        """What a statement answers, as psql prints it."""
        words = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command", statement]
        done = subprocess.run(
            [str(self._programs / words[0]), *words[1:], self.url(database)],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def close(self) -> None:
        """Put it away."""
        self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user, str(self._programs / program), "-D", str(self._data), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=self._folder)

    def _await(self, program: str, *arguments: str) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while subprocess.run([str(self._programs / program), *arguments], check=False).returncode:
            if time.monotonic() > until or (self._process and self._process.poll() is not None):
                raise RuntimeError((self._folder / "log").read_text())
            time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server shows by TLS; PEM files."""

    chain: Path
    key: Path
    authority: Path
    """Who has signed it."""


class Redis:
    """A Redis server that keeps nothing: each start is an empty one."""

    def __init__(self, *options: str, rules: str | None = None, certificate: Certificate | None = None) -> None:
        """``rules`` is the configuration of a Sentinel, which this is then; ``certificate``: it speaks TLS too."""
        self._folder = Path(tempfile.mkdtemp(prefix="syncwatch-redis-"))
        self._options = options
        self._rules = rules
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.tls_port = free_port()
        if certificate is not None:
            self._options += _speaks_tls(certificate, self.tls_port)

    @property
    def url(self) -> str:
        """How a server reaches it."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def socket_url(self) -> str:
        """The same by its socket."""
        return f"unix://{self._folder / 'socket'}"

    @property
    def runs(self) -> bool:
        """Whether it is up."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process that runs."""
        assert self._process is not None  # noqa: S101 it is started
        return self._process.pid

    def start(self) -> None:
        """Start, and wait until it answers."""
        place = ["--bind", "127.0.0.1", "--port", str(self.port), "--unixsocket", str(self._folder / "socket")]
        words = [*place, "--dir", str(self._folder), "--save", "", "--appendonly", "no", *self._options]
        if self._rules is not None:
            rules = self._folder / "sentinel.conf"
            rules.write_text(f"port {self.port}\nbind 127.0.0.1\ndir {self._folder}\n{self._rules}")
            words = [str(rules), "--sentinel", *self._options]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["redis-server", *words], stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        until = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            if time.monotonic() > until or self._process.poll() is not None:
                raise RuntimeError((self._folder / "log").read_text())
            time.sleep(0.02)

    def stop(self) -> None:
        """``kill -9``: what was in it is gone."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Put it away."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith((b"+PONG", b"-NOAUTH"))
        return False


def _speaks_tls(certificate: Certificate, port: int) -> tuple[str, ...]:
    files = ("--tls-cert-file", certificate.chain, "--tls-key-file", certificate.key)
    trusted = ("--tls-ca-cert-file", certificate.authority, "--tls-auth-clients", "no")
    return ("--tls-port", str(port), *map(str, files), *map(str, trusted))


def _postgres_programs() -> Path:
    """Where PostgreSQL's programs are: Debian keeps them by version, off the PATH."""
    by_version = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[4]))
    found = by_version[-1] if by_version else shutil.which("postgres")
    if found is None:
        raise RuntimeError("PostgreSQL is not installed: scripts/need postgres")
    return Path(found).resolve().parent


def _become_postgres(folder: Path) -> list[str]:
    """What to put before a command so that it doesn't run as root; the folder is that user's from now on."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
