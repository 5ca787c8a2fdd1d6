"""What tests of the page share: a real server, and the system's Chromium, started once for all of them.

Each test has contexts of its own in that browser, which are people with devices of their own. Playwright is connected
for the length of a test only: its event loop must not run while other tests have theirs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from playwright.sync_api import Browser, sync_playwright

from tests.web.visitors import Visitors

_STARTS_WITHIN = 30.0

_SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--remote-debugging-port=0",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    # Names outside of this machine lead nowhere, at once.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The browser, as a process; gives where its DevTools protocol is spoken."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program is not None, "these tests need Chromium: apt-get install chromium"
    profile = tmp_path_factory.mktemp("chromium")
    command = [program, *_SWITCHES, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{_port(profile / 'DevToolsActivePort')}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def _port(told_in: Path) -> int:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until:
        if told_in.exists() and (lines := told_in.read_text().splitlines()):
            return int(lines[0])
        time.sleep(0.05)
    raise AssertionError("Chromium does not start")


@pytest.fixture
def browser(chromium: str) -> Iterator[Browser]:
    """The browser, for this test."""
    with sync_playwright() as playwright:
        yield playwright.chromium.connect_over_cdp(chromium)


@contextmanager
def serving_site(folder: Path, *options: str) -> Iterator[str]:
    """A real server as its own process; gives its URL."""
    command = [sys.executable, "-m", "syncwatch_cli.main", "serve", "--port", "0", "--json", *options]
    command += ["--database-url", f"sqlite:///{folder / 'sessions.db'}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SYNCWATCH_")}
    environment |= {"SYNCWATCH_CONFIG": str(folder / "none.toml"), "SYNCWATCH_RATE_LIMIT": "off"}
    environment["SYNCWATCH_FETCH_METADATA"] = "off"
    with (
        (folder / "server.log").open("w") as words,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=words, env=environment, text=True) as process,
    ):
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()
        assert process.wait(timeout=20) == 0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of http, started once for the tests of a file; gives its URL."""
    with serving_site(tmp_path_factory.mktemp("site")) as url:
        yield url


@pytest.fixture(scope="module")
def safe_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same with TLS."""
    folder = tmp_path_factory.mktemp("safe-site")
    certificate = trustme.CA().issue_cert("127.0.0.1")
    key, chain = folder / "key.pem", folder / "chain.pem"
    certificate.private_key_pem.write_to_path(key)
    for part in certificate.cert_chain_pems:
        part.write_to_path(chain, append=True)
    with serving_site(folder, "--tls-cert", str(chain), "--tls-key", str(key)) as url:
        yield url


@pytest.fixture
def visitors(browser: Browser, site: str) -> Iterator[Visitors]:
    """Whoever opens the page; what goes wrong on any of their pages fails the test."""
    everybody = Visitors(browser, site)
    yield everybody
    everybody.go_home()
    assert everybody.faults == []
