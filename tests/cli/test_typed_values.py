"""Numbers and text on the command line, without the library that Typer checks them with."""

from typing import Any

import pytest
import typer

from syncwatch_cli import main

WHERE = "Typer keeps its converters elsewhere now: see syncwatch_cli/typed_values.py, which stands in for them"


def parameters(command: Any = None) -> list[Any]:
    command = command or typer.main.get_command(main.app)
    own = command.get_params(typer.Context(command))
    return own + [each for inner in getattr(command, "commands", {}).values() for each in parameters(inner)]


@pytest.mark.parametrize("name", ["_runtime_param", "get_runtime_param", "type_descriptor", "min", "max", "multiple"])
def test_what_is_leant_on_is_there(name: str) -> None:
    """Typer's parameters have what our way to read values leans on; a version without it is told by name."""
    without = {type(each).__name__ for each in parameters() if not hasattr(each, name)}

    assert without == set(), f"{', '.join(without)}.{name} is gone. {WHERE}"


def test_every_parameter_is_read_here() -> None:
    """No parameter of any command waits for Typer's own converter."""
    assert {type(each._runtime_param).__name__ for each in parameters()} == {"_AsTyped"}, WHERE  # noqa: SLF001


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serve", "--port", "99999"], "invalid value for '--port': '99999' is not a whole number from 0 to 65535"),
        (["serve", "--port", "8.5"], "invalid value for '--port': '8.5' is not a whole number from 0 to 65535"),
        (["serve", "--workers", "0"], "invalid value for '--workers': '0' is not a whole number of 1 or more"),
        (["host", "--device-delay", "nan"], "invalid value for '--device-delay': 'nan' is not a number"),
    ],
)
def test_wrong_numbers(syncwatch: Any, arguments: list[str], words: str) -> None:
    """A number that can't be is refused in words that say what can."""
    ran = syncwatch(*arguments)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"syncwatch: error: {words}\n\nhint: ")
