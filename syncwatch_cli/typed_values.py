"""What was typed: text is taken as it is, and numbers are read here.

Typer has pydantic check each value, and importing that costs as much as all the rest of a short command (0.09 s).
Text needs no check, what was not typed neither, and of a number we say in words of our own what it should have been.
Whatever else comes still goes to Typer.
"""

from __future__ import annotations

import math
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


class _AsTyped:
    """Stands where a Typer parameter keeps its own way to convert, which is made on first use."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value of one parameter."""
        many = param.multiple or param.nargs == -1
        annotation = param.type_descriptor.annotation
        if value is None:
            return () if many else None
        if many and annotation == list[str] and isinstance(value, list | tuple):
            return list(value)
        if not many and annotation in (str, bool, int, float) and isinstance(value, annotation):
            return value
        if not many and annotation in (int, float) and isinstance(value, str):
            return _number(value, annotation, param, ctx)
        param._runtime_param = None  # noqa: SLF001 from here on it is Typer's own
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


def _number(text: str, kind: type[int | float], param: Any, ctx: Any) -> float:
    """The number that was typed, within the bounds of its parameter."""
    low = -math.inf if param.min is None else param.min
    high = math.inf if param.max is None else param.max
    try:
        number = kind(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or not low <= number <= high:
        what = "a whole number" if kind is int else "a number"
        bounds = f" from {low} to {high}" if high < math.inf else f" of {low} or more" if low > -math.inf else ""
        raise typer.BadParameter(f"{text!r} is not {what}{bounds}", ctx=ctx, param=param)
    return number


def _taken_as_typed(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        # With a Typer that converts in another way this has no effect.
        if getattr(parameter, "_runtime_param", parameter) is None:
            parameter._runtime_param = _AsTyped()  # noqa: SLF001 there is no public way
    return parameters


class Command(TyperCommand):
    """A command whose text is taken as it is."""

    def get_params(self, ctx: Any) -> list[Any]:
        """All parameters, that of ``--help`` too."""
        return _taken_as_typed(super().get_params(ctx))


class Group(TyperGroup):
    """A group of commands whose own text is taken as it is."""

    def get_params(self, ctx: Any) -> list[Any]:
        """All parameters, that of ``--help`` too."""
        return _taken_as_typed(super().get_params(ctx))
