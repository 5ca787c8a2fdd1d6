"""What a server is deployed with: the image's packages, the compose file, the health check, the settings' page."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml

from syncwatch_server.settings import _VARIABLES
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PACKAGES = [ROOT / "syncwatch_core", ROOT / "server" / "syncwatch_server"]


def locked(name: str) -> dict[str, str]:
    """Package and version of each line of a lock."""
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE))


def imported() -> set[str]:
    """Every module from elsewhere that the server's code imports."""
    modules = set()
    for path in (path for package in PACKAGES for path in package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
    return modules - sys.stdlib_module_names - {"syncwatch_core", "syncwatch_server"}


def test_image_has_what_the_server_imports() -> None:
    """The image's lock holds every package that the server imports, at the version that everything else has."""
    image, everything = locked("server.txt"), locked("run.txt")
    names = {name.lower().replace("_", "-") for module in imported() for name in packages_distributions()[module]}

    assert names <= image.keys()
    assert image.items() <= everything.items()
    assert image.keys().isdisjoint({"yt-dlp", "typer", "rich", "deno"})


def test_image_gets_what_it_copies() -> None:
    """What the Dockerfile copies is there, and passes the file that keeps all else from the builder."""
    dockerfile = (ROOT / "server" / "Dockerfile").read_text()
    sources = re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE)
    ignored = (ROOT / "server" / "Dockerfile.dockerignore").read_text().splitlines()

    assert sources
    assert all((ROOT / source).exists() and f"!{source}" in ignored for source in sources)
    assert "USER 10001" in dockerfile
    assert "HEALTHCHECK" in dockerfile


def test_compose_has_its_three_sets() -> None:
    """Without a profile there is the server alone; ``cluster`` and ``dev`` add theirs; each has a health check."""
    services = COMPOSE["services"]
    profiles = {name: service.get("profiles", []) for name, service in services.items()}
    waited_for = {name for service in services.values() for name in service.get("depends_on", {})}

    assert [name for name, named in profiles.items() if not named] == ["server"]
    assert {name for name, named in profiles.items() if named == ["cluster"]} == {
        "node-1",
        "node-2",
        "proxy",
        "postgres",
        "redis",
    }
    assert profiles["dev"] == ["dev"]
    assert all("healthcheck" in service for service in services.values())
    assert waited_for == {"node-1", "node-2", "postgres", "redis"}


def test_unit_leaves_the_boot_id_readable() -> None:
    """The systemd unit doesn't hide what server time goes on by after a restart."""
    assert "\nProcSubset=pid" not in (ROOT / "packaging" / "syncwatch.service").read_text()


def test_settings_have_a_page() -> None:
    """Every variable that a server reads is in docs/operating.md, and none else; compose passes on known ones only."""
    page = (ROOT / "docs" / "operating.md").read_text()
    table = page.partition("## Settings")[2].partition("\n## ")[0]
    written = set(re.findall(r"`((?:SYNCWATCH_)?[A-Z_]+)`", "".join(re.findall(r"^\|[^|]*\|", table, re.MULTILINE))))
    known = {name for names, _ in _VARIABLES.values() for name in names}
    passed = {name for service in COMPOSE["services"].values() for name in service.get("environment", {})}

    assert written == known
    assert {name for name in passed if name.startswith("SYNCWATCH_")} <= known | {"SYNCWATCH_REDIS_URL"}


async def said_by(module: str, *arguments: str, **environment: str) -> tuple[int | None, str]:
    """The exit code and the words of a module that is run."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, env=os.environ | environment, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await running.communicate()
    return running.returncode, said.decode()


async def test_health_check_asks_the_server(bench: Any) -> None:
    """The health check of containers ends with 0 if the server answers well, and with 1 if it doesn't, or is gone."""
    server = await bench.start()
    port = str(server.port)
    alive = await said_by("syncwatch_server.healthcheck", SYNCWATCH_PORT=port)
    ready = await said_by("syncwatch_server.healthcheck", "/ready", SYNCWATCH_PORT="", PORT=port)
    bench.change("ALTER TABLE sessions RENAME TO elsewhere")
    broken = await said_by("syncwatch_server.healthcheck", "/ready", SYNCWATCH_PORT=port)
    bench.change("ALTER TABLE elsewhere RENAME TO sessions")
    await bench.stop(server)
    gone = await said_by("syncwatch_server.healthcheck", SYNCWATCH_PORT=port)

    assert [code for code, _ in (alive, ready, broken, gone)] == [0, 0, 1, 1]
    assert '"status":"ok"' in alive[1]
    assert '"status":"ready"' in ready[1]
    assert "no such table" in broken[1]
    assert gone[1].strip()


@pytest.fixture
async def reloading(tmp_path: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, Path]]:
    """A server of a copy of the code that starts anew when the copy changes, and the copy."""
    for package in PACKAGES:
        shutil.copytree(package, tmp_path / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SYNCWATCH_")}
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "syncwatch_server.reload", "--port", "0"),
        *("--database-url", f"sqlite:///{tmp_path / 'sessions.db'}"),
        env=environment | {"PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
    )
    yield running, tmp_path
    if running.returncode is None:
        running.terminate()
    await running.wait()


async def test_development_server_starts_anew(reloading: Any) -> None:
    """A changed file ends the server and starts the changed one; a signal ends both."""
    running, folder = reloading
    async with asyncio.timeout(PATIENCE):
        first = await running.stdout.readline()
        settings = folder / "syncwatch_server" / "__main__.py"
        settings.write_text(settings.read_text().replace("listening on", "changed and listening on"))
        second = await running.stdout.readline()
        running.terminate()
        code = await running.wait()

    assert first.startswith(b"listening on http://127.0.0.1:")
    assert second.startswith(b"changed and listening on http://127.0.0.1:")
    assert code == 0
