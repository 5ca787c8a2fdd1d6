"""Redis in the forms in which many run it: a Sentinel that knows the master, and a Cluster."""

from __future__ import annotations

import subprocess
import time

from benchmarks.backends import STARTS_WITHIN, Certificate, Redis
from benchmarks.processes import free_port


class RedisSentinel:
    """A Redis server, and a Sentinel that knows it as ``films``."""

    def __init__(self, certificate: Certificate | None = None) -> None:
        """With a ``certificate`` both are reached by TLS."""
        self._certificate = certificate
        self._redis = Redis(certificate=certificate)
        self._sentinel: Redis | None = None

    @property
    def url(self) -> str:
        """How a server reaches it."""
        assert self._sentinel is not None  # noqa: S101 it is started
        if self._certificate is not None:
            return f"rediss+sentinel://127.0.0.1:{self._sentinel.tls_port}/films/0"
        return f"redis+sentinel://127.0.0.1:{self._sentinel.port}/films/0"

    def start(self) -> None:
        """Start both."""
        self._redis.start()
        port = self._redis.port if self._certificate is None else self._redis.tls_port
        by_tls = "" if self._certificate is None else "tls-replication yes\n"
        rules = f"sentinel monitor films 127.0.0.1 {port} 1\n{by_tls}"
        self._sentinel = Redis(rules=rules, certificate=self._certificate)
        self._sentinel.start()

    def close(self) -> None:
        """Put both away."""
        if self._sentinel is not None:
            self._sentinel.close()
        self._redis.close()


class RedisCluster:
    """Three Redis servers that share the slots among them."""

    def __init__(self, certificate: Certificate | None = None) -> None:
        """With a ``certificate`` it is reached by TLS, too."""
        # Of itself a node would speak to the others on a port 10,000 higher, which may not exist.
        by_tls = () if certificate is None else ("--tls-cluster", "yes")
        options = (*by_tls, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--cluster-port")
        self._nodes = [Redis(*options, str(free_port()), certificate=certificate) for _ in range(3)]

    @property
    def url(self) -> str:
        """How a server reaches it, by any two of its nodes."""
        return f"redis+cluster://127.0.0.1:{self._nodes[0].port},127.0.0.1:{self._nodes[1].port}"

    @property
    def tls_url(self) -> str:
        """The same by TLS."""
        return f"rediss+cluster://127.0.0.1:{self._nodes[0].tls_port},127.0.0.1:{self._nodes[1].tls_port}"

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
