"""What was typed, taken as it is where it is text anyway.

Typer has pydantic check each value, and importing that costs as much as all the rest of a short command (0.09 s).
Text needs no check, and what was not typed neither; a number still goes to Typer, with its range and its words.
"""

from __future__ import annotations

from typing import Any

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
        if not many and annotation in (str, bool) and isinstance(value, annotation):
            return value
        param._runtime_param = None  # noqa: SLF001 from here on it is Typer's own
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


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
