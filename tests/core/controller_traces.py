"""Traces of a controller: all that it was told, and what it answered, as plain values that any language can read.

``Recording`` is a controller that writes its own trace, ``faults`` replays one and says where the controller of today
answers otherwise. tests/vectors/controller holds such traces; docs/protocol.md says how to read them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any, get_args

import msgspec

from syncwatch_core import controller_events as told
from syncwatch_core import messages as wire
from syncwatch_core.clock import ClockEstimate
from syncwatch_core.controller import VideoController

CLOSE = 1e-9
"""By how much a number may be off from a trace's."""

EVENTS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(told.ControllerEvent)}

NESTED: dict[str, type[Any]] = {"media": wire.Media, "playback": wire.Playback, "estimate": ClockEstimate}
"""The fields of events that are objects themselves."""

Plain = dict[str, Any]


class Recording(VideoController):
    """A controller that writes down what it is told and what it answers."""

    def __init__(self, participant_id: str = "", **options: Any) -> None:
        super().__init__(participant_id, **options)
        self.options = {_camel(name): value for name, value in options.items()}
        self.steps: list[Plain] = []
        self._seen: Plain = {}

    def handle(self, event: told.ControllerEvent, now: float) -> list[told.ControllerCommand]:
        """As the controller does."""
        commands = super().handle(event, now)
        answer = answer_of(self, commands, now)
        shown, answer["view"] = answer["view"], changed(answer["view"], self._seen)
        self._seen = shown
        self.steps.append({"now": now, "event": plain_of(event), **answer})
        return commands

    def trace(self) -> Plain:
        """What was written down so far."""
        return {"participantId": self.participant_id, "options": self.options, "steps": self.steps}


def answer_of(controller: VideoController, commands: list[told.ControllerCommand], now: float) -> Plain:
    """All that can be seen of a controller after it was told something."""
    return {
        "commands": [plain_of(command) for command in commands],
        "wakesAt": controller.wakes_at,
        "phase": controller.phase.name,
        "view": _fields(controller.view(now)),
    }


def changed(view: Plain, before: Plain) -> Plain:
    """What of a view is new."""
    return {name: value for name, value in view.items() if name not in before or before[name] != value}


def faults(trace: Plain) -> Iterator[str]:
    """Where the controller of today, told the same, answers otherwise."""
    options = {_snake(name): value for name, value in trace["options"].items()}
    controller = VideoController(trace["participantId"], **options)
    view: Plain = {}
    for number, step in enumerate(trace["steps"]):
        commands = controller.handle(event_of(step["event"]), step["now"])
        view |= step["view"]
        answer = answer_of(controller, commands, step["now"])
        expected = {"commands": step["commands"], "wakesAt": step["wakesAt"], "phase": step["phase"], "view": view}
        for name, value in expected.items():
            if not is_close(answer[name], value):
                yield f"step {number}, {step['event']['type']}: {name} is {answer[name]}, not {value}"


def is_close(one: Any, other: Any) -> bool:
    """Whether two plain values are the same but for the rounding of numbers."""
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(is_close(one[name], other[name]) for name in one)
        case list(), list():
            return len(one) == len(other) and all(map(is_close, one, other))
        case float() | int(), float() | int() if not isinstance(one, bool) and not isinstance(other, bool):
            return abs(one - other) <= CLOSE
        case _:
            return bool(one == other)


# --- plain forms -----------------------------------------------------------------------------------------


def plain_of(fact: told.ControllerEvent | told.ControllerCommand) -> Plain:
    """An event or a command as a plain object; its kind, with a small first letter, is its ``type``."""
    kind = type(fact).__name__
    return {"type": kind[0].lower() + kind[1:], **_fields(fact)}


def event_of(plain: Plain) -> told.ControllerEvent:
    """The event that a plain object means."""
    kind = plain["type"]
    given = {_snake(name): _object(name, value) for name, value in plain.items() if name != "type"}
    event: told.ControllerEvent = EVENTS[kind[0].upper() + kind[1:]](**given)
    return event


def _object(name: str, value: Any) -> Any:
    if value is None or name not in NESTED:
        return value
    if name == "estimate":
        value = {_snake(each): number for each, number in value.items()}
    return msgspec.convert(value, NESTED[name])


def _fields(value: Any) -> Plain:
    return {_camel(field.name): _plain_value(getattr(value, field.name)) for field in dataclasses.fields(value)}


def _plain_value(value: Any) -> Any:
    if isinstance(value, ClockEstimate):
        return _fields(value)
    return msgspec.to_builtins(value)


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def _snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: "_" + found[0].lower(), name)
