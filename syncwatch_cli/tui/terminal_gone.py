"""A terminal that is closed while it is drawn on: the drawing goes nowhere, and the session is left in good order.

Textual (8.2) writes in a thread that ends with the first failure, and then waits for it for ever.
"""

from __future__ import annotations

from contextlib import suppress
from typing import IO, Any

from textual.driver import Driver


class Forgiving:
    """A file whose reader may be gone."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write, if there is anybody to read it."""
        with suppress(OSError, ValueError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, if there is anybody to read it."""
        with suppress(OSError, ValueError):
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def forgiving(driver: type[Driver]) -> type[Driver]:
    """The driver, on a terminal that may go away."""

    class ForgivingDriver(driver):  # type: ignore[misc, valid-type]
        """See the module."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            if (file := getattr(self, "_file", None)) is not None:
                self._file = Forgiving(file)

    return ForgivingDriver
