"""docs/protocol.md, from which others write clients, has every message, field, word and constant."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import fields

from syncwatch_core import clock, controller, correction, errors, follower, player_habits, player_rate, player_run
from syncwatch_core import messages as wire

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
MESSAGES = PAGE.split("\n## 5. ")[1].split("\n## 6. ")[0]
"""The section that has the messages."""

MODULES = (clock, correction, player_run, player_rate, player_habits, follower, controller)
CONSTANTS = re.findall(r"^\| `([A-Z_]+)` \| ([\d.]+) \|", PAGE, flags=re.MULTILINE)

CLIENTS_OWN = {"file-not-found", "unresolvable", "usage", "failed", "server-unreachable", "player-missing"}
CLIENTS_OWN |= {"player-died", "protocol"}
"""Codes that no acknowledgement has."""


def told_of(event: str, direction: str) -> str:
    """The lines of the page that tell of an event in that direction."""
    lines = [line for line in MESSAGES.split("\n\n") if f"`{event}`" in line and direction in line.lower()]
    return "\n".join(lines)


@pytest.mark.parametrize("event", wire.CLIENT_EVENTS)
def test_what_a_client_sends_stands_there(event: str):
    """Every event of a client, its fields and those of its acknowledgement stand on the page."""
    told = told_of(event, "client → server")
    names = {field.encode_name for field in fields(wire.CLIENT_EVENTS[event])}
    if event in wire.ACKNOWLEDGEMENTS:
        names |= {field.encode_name for field in fields(wire.ACKNOWLEDGEMENTS[event])} - {"ok"}

    assert told
    assert [name for name in names if not re.search(rf"\b{name}\b", told)] == []


@pytest.mark.parametrize("event", wire.SERVER_EVENTS)
def test_what_the_server_sends_stands_there(event: str):
    """Every event of the server and its fields stand on the page."""
    told = told_of(event, "server → client")

    assert told
    assert [field.encode_name for field in fields(wire.SERVER_EVENTS[event]) if field.encode_name not in told] == []


@pytest.mark.parametrize("kind", [wire.Session, wire.Playback, wire.Media, wire.MediaFile, wire.Participant])
def test_objects_stand_there(kind: type[wire.Wire]):
    """Every field of an object stands on the page."""
    objects = PAGE.split("\n## 4. ")[1].split("\n## 5. ")[0]

    assert [field.encode_name for field in fields(kind) if field.encode_name not in objects] == []


@pytest.mark.parametrize("alias", [wire.Role, wire.Platform, wire.ParticipantState, wire.Control, wire.BufferWait])
def test_words_stand_there(alias: object):
    """Every word that a field may hold stands on the page."""
    assert [word for word in get_args(alias) if f"`{word}`" not in PAGE and f'"{word}"' not in PAGE] == []


def test_refusals_stand_there():
    """Every code of a refusal stands on the page."""
    assert [code for code in errors.ErrorCode if code not in CLIENTS_OWN and f"`{code}`" not in PAGE] == []


@pytest.mark.parametrize(("name", "value"), CONSTANTS)
def test_constants_are_those_of_the_core(name: str, value: str):
    """A constant on the page is that of the core, and is spoken of."""
    assert next(getattr(module, name) for module in MODULES if hasattr(module, name)) == float(value)
    assert len(re.findall(rf"\b{name}\b", PAGE)) > 1


def test_the_law_is_told_in_full():
    """No constant of the clock's and of the law's is missing."""
    told = {name for name, _ in CONSTANTS}
    whole = {name for module in (clock, correction) for name, value in vars(module).items() if name.isupper() and value}

    assert whole - told == set()


def test_the_life_is_drawn():
    """The sequence of a whole life names only events that there are."""
    diagram = re.search(r"```mermaid\n(.*?)```", PAGE, flags=re.DOTALL)
    assert diagram is not None
    known = {*wire.CLIENT_EVENTS, *wire.SERVER_EVENTS}

    named = set(re.findall(r": ([a-z]+-[a-z-]+|clock|status)\b", diagram[1]))

    assert named
    assert named <= known
