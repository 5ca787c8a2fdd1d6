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

    def stop(self, mode: str = "fast") -> None:
        """Stop it; ``immediate`` is as if it had crashed."""
        if self._process is not None:
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


class Redis:
    """A Redis server that keeps nothing: each start is an empty one."""

    def __init__(self, *options: str, rules: str | None = None) -> None:
        """``rules`` is the configuration of a Sentinel, which this is then."""
        self._folder = Path(tempfile.mkdtemp(prefix="syncwatch-redis-"))
        self._options = options
        self._rules = rules
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        """How a server reaches it."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def socket_url(self) -> str:
        """The same by its socket."""
        return f"unix://{self._folder / 'socket'}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        place = ["--bind", "127.0.0.1", "--port", str(self.port), "--unixsocket", str(self._folder / "socket")]
        words = [*place, "--dir", str(self._folder), "--save", "", "--appendonly", "no", *self._options]
        if self._rules is not None:
            rules = self._folder / "sentinel.conf"
            rules.write_text(f"port {self.port}\nbind 127.0.0.1\ndir {self._folder}\n{self._rules}")
            words = [str(rules), "--sentinel"]
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


class RedisSentinel:
    """A Redis server, and a Sentinel that knows it as ``films``."""

    def __init__(self) -> None:
        self._redis = Redis()
        self._sentinel: Redis | None = None

    @property
    def url(self) -> str:
        """How a server reaches it."""
        assert self._sentinel is not None  # noqa: S101 it is started
        return f"redis+sentinel://127.0.0.1:{self._sentinel.port}/films/0"

    def start(self) -> None:
        """Start both."""
        self._redis.start()
        rules = f"sentinel monitor films 127.0.0.1 {self._redis.port} 1\n"
        self._sentinel = Redis(rules=rules)
        self._sentinel.start()

    def close(self) -> None:
        """Put both away."""
        if self._sentinel is not None:
            self._sentinel.close()
        self._redis.close()


class RedisCluster:
    """Three Redis servers that share the slots among them."""

    def __init__(self) -> None:
        # Of itself a node would speak to the others on a port 10,000 higher, which may not exist.
        options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--cluster-port")
        self._nodes = [Redis(*options, str(free_port())) for _ in range(3)]

    @property
    def url(self) -> str:
        """How a server reaches it, by any two of its nodes."""
        return f"redis+cluster://127.0.0.1:{self._nodes[0].port},127.0.0.1:{self._nodes[1].port}"

    def start(self) -> None:
        """Start all, and wait until they are one."""
        for node in self._nodes:
            node.start()
        places = [f"127.0.0.1:{node.port}" for node in self._nodes]
        self._ask("--cluster", "create", *places, "--cluster-yes")
        until = time.monotonic() + STARTS_WITHIN
        while not all("cluster_state:ok" in self._ask("-p", str(node.port), "CLUSTER", "INFO") for node in self._nodes):
            if time.monotonic() > until:
                raise RuntimeError("the cluster does not come together")
            time.sleep(0.05)

    def move(self, channel: str) -> None:
        """Move the slot of a key or channel to another node."""
        ports = [str(node.port) for node in self._nodes]
        slot = self._ask("-p", ports[0], "CLUSTER", "KEYSLOT", channel).strip()
        names = {port: self._ask("-p", port, "CLUSTER", "MYID").strip() for port in ports}
        source = self.port_of(channel)
        target = next(port for port in ports if port != source)
        self._ask("-p", target, "CLUSTER", "SETSLOT", slot, "IMPORTING", names[source])
        self._ask("-p", source, "CLUSTER", "SETSLOT", slot, "MIGRATING", names[target])
        keys = self._ask("-p", source, "CLUSTER", "GETKEYSINSLOT", slot, "100").split()
        if keys:
            self._ask("-p", source, "MIGRATE", "127.0.0.1", target, "", "0", "2000", "KEYS", *keys)
        for port in (target, source, *ports):
            self._ask("-p", port, "CLUSTER", "SETSLOT", slot, "NODE", names[target])

    def port_of(self, key: str) -> str:
        """Which node has a key or channel."""
        ports = [str(node.port) for node in self._nodes]
        slot = int(self._ask("-p", ports[0], "CLUSTER", "KEYSLOT", key))
        return next(port for port in ports if any(first <= slot <= last for first, last in self._slots_of(port)))

    def hang_up(self, key: str) -> None:
        """Break the connections to the node that has a key; not those of who listens to its channels."""
        self._ask("-p", self.port_of(key), "CLIENT", "KILL", "TYPE", "normal")

    def close(self) -> None:
        """Put all away."""
        for node in self._nodes:
            node.close()

    def _slots_of(self, port: str) -> list[tuple[int, int]]:
        lines = self._ask("-p", port, "CLUSTER", "NODES").splitlines()
        words = next(line.split() for line in lines if "myself" in line)[8:]
        pairs = [word.partition("-") for word in words if not word.startswith("[")]
        return [(int(first), int(last or first)) for first, _, last in pairs]

    @staticmethod
    def _ask(*words: str) -> str:
        return subprocess.run(["redis-cli", *words], capture_output=True, text=True, check=True).stdout


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
