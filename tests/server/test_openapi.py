"""The description of the HTTP API: complete, current, and true."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from syncwatch_core import messages as wire
from syncwatch_server.api.openapi import document
from syncwatch_server.api.openapi_operations import COMMANDS, OPERATIONS

ROOT = Path(__file__).resolve().parents[2]

DOCUMENT = document()

UNSAID = {"clock", "create-session", "join-session", "client-error", "status"}
"""Events that mean something on a connection only."""


def resolved(reference: str) -> Any:
    """What a reference in the document leads to."""
    found: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def references(schema: Any) -> set[str]:
    """Every reference in a part of the document."""
    if isinstance(schema, list):
        return set().union(*map(references, schema))
    if not isinstance(schema, dict):
        return set()
    own = {schema["$ref"]} if isinstance(schema.get("$ref"), str) else set()
    return own.union(*map(references, schema.values()))


async def test_server_answers_with_it(http: Any) -> None:
    """``/api/v1/openapi.json`` is the document, in OpenAPI 3.1."""
    status, answer = await http("GET", "/api/v1/openapi.json")

    assert status == 200
    assert answer == json.loads(json.dumps(DOCUMENT))
    assert answer["openapi"].startswith("3.1")


async def test_every_route_is_described(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each route below ``/api/v1`` is an operation, and each operation a route."""
    applications: list[web.Application] = []
    monkeypatch.setattr(
        "syncwatch_server.api.openapi.OpenApi.routes",
        lambda self: [web.get("/api/v1/openapi.json", self.show, allow_head=False)],
    )
    init = web.AppRunner.__init__

    def remember(self: Any, app: web.Application, **more: Any) -> None:
        applications.append(app)
        init(self, app, **more)

    monkeypatch.setattr(web.AppRunner, "__init__", remember)
    await bench.start()
    routes = {
        (route.method, route.resource.canonical)
        for route in applications[0].router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/api/") and route.method != "HEAD"
    }

    assert routes == {(operation.method, operation.path) for operation in OPERATIONS}


def test_every_command_is_described() -> None:
    """The commands are all events but those of a connection, each a schema whose ``event`` is its name."""
    assert COMMANDS.keys() == wire.CLIENT_EVENTS.keys() - UNSAID
    commands = DOCUMENT["paths"]["/api/v1/sessions/{code}/commands"]["post"]["requestBody"]["content"]
    named = [resolved(one["$ref"])["allOf"][1] for one in commands["application/json"]["schema"]["oneOf"]]

    assert {one["properties"]["event"]["const"] for one in named} == COMMANDS.keys()


def test_every_reference_leads_somewhere() -> None:
    """No reference hangs in the air, and no schema is left over."""
    used = references(DOCUMENT)
    for reference in used:
        resolved(reference)
    defined = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}

    assert defined <= used


def test_errors_have_one_form() -> None:
    """Every refusal of every operation is the one object of errors."""
    refused = [
        (path, method, status)
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
        for status, answer in operation["responses"].items()
        if int(status) >= 400
        and resolved(answer["$ref"])["content"]["application/json"]["schema"]
        != {"$ref": "#/components/schemas/HttpRefusal"}
    ]

    assert refused == []
    assert "429" in DOCUMENT["paths"]["/api/v1/time"]["get"]["responses"]


def test_committed_copy_is_current() -> None:
    """docs/openapi.json is what scripts/openapi_document.py writes today."""
    said = subprocess.run(
        [sys.executable, ROOT / "scripts" / "openapi_document.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (said.returncode, said.stderr) == (0, "")


CONFIGURATION = """
[checks.positive_data_acceptance]
# A link that is well-formed may still be none that anybody can open (422), or be missing where another field is missing
# too (400); what is asked about may be over (410).
expected-statuses = ["2xx", 400, 401, 403, 404, 409, 410, 422]

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 410, 413, 422]

[checks.ensure_resource_availability]
# It takes a 404 that speaks of an item of the queue for one of the session.
enabled = false

[warnings]
# Most made-up links are none, and most made-up ids are nobody's.
enabled = false
"""


@pytest.mark.parametrize("who", ["the host of a session", "somebody with made-up codes"])
async def test_schemathesis_finds_nothing(bench: Any, tmp_path: Path, who: str, monkeypatch: Any) -> None:
    """Requests made from the description, right and wrong ones, are answered as it says."""

    async def go_on(*_: Any) -> wire.Done:
        return wire.Done()

    # The first command that ends the session would end the test of all others.
    monkeypatch.setattr("syncwatch_server.services.session_service.SessionService.end_session", go_on)
    server = await bench.start(rate_limit=None, allowed_domains=("media.example",))
    session = await bench.http(server).create(url="https://media.example/big.mp4")
    options, configuration = ["--exclude-operation-id", "followSession"], CONFIGURATION
    if who == "the host of a session":
        options += ["-H", f"Authorization: Bearer {session['hostToken']}"]
        configuration += f'[parameters]\n"path.code" = "{session["code"]}"\n'
    else:
        options += ["--phases", "fuzzing,stateful"]
    (tmp_path / "schemathesis.toml").write_text(configuration)
    program = Path(sys.executable).with_name("schemathesis")
    command = [str(program), "--config-file", str(tmp_path / "schemathesis.toml"), "run"]
    command += [f"{server.url}/api/v1/openapi.json"]
    options += ["--max-examples", "10", "--generation-deterministic", "--no-color"]
    running = await asyncio.create_subprocess_exec(
        *command, *options, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await running.communicate()

    assert running.returncode == 0, said.decode()
    assert "Tested: " in said.decode()
