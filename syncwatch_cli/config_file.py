"""Writing the config file, with whatever the person wrote into it left as it is."""

from __future__ import annotations

import json
import os
import re
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

from syncwatch_cli.config import SETTINGS, Setting
from syncwatch_core.errors import AppError, ErrorCode


def template() -> str:
    """A config file in which every setting stands explained, with its default, and commented out."""
    head = (
        "# Settings of syncwatch. A typed flag and a SYNCWATCH_* variable come before what stands here.\n"
        "# A setting that is commented out has its default; take the # away in front of its name to set it.\n"
    )
    return head + "".join(
        f"\n# {setting.words}. [{setting.variable}]\n"
        f"# Default: {'none' if setting.default is None else _as_toml(setting.default)}\n"
        f"# {setting.key} = {setting.example}\n"
        for setting in SETTINGS.values()
    )


def create(path: Path) -> None:
    """Write the template; raises ``AppError`` (failed) if there is a file already or it can't be written."""
    if path.exists():
        raise AppError(ErrorCode.FAILED, f"{path} exists", "syncwatch config set KEY VALUE changes one setting in it")
    _replace(path, template())


def change(path: Path, setting: Setting, value: Any) -> None:
    """Set one key; raises ``AppError`` where the file can't be changed without harming what stands in it."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        text = ""
    changed = _with_line(text, setting.key, f"{setting.key} = {_as_toml(value)}")
    try:
        before, after = tomllib.loads(text), tomllib.loads(changed)
    except tomllib.TOMLDecodeError:
        before, after = {}, {}
    if after != {**before, setting.key: value}:
        raise AppError(
            ErrorCode.FAILED, f"{path} is written in a way that can't be changed from here", "edit it by hand"
        )
    _replace(path, changed)


def _with_line(text: str, key: str, line: str) -> str:
    """The text with the key's line replaced, or put before the first table, where top-level keys must stand."""
    present = re.compile(rf"^{re.escape(key)}\s*=.*$", re.MULTILINE)
    if present.search(text):
        return present.sub(lambda _: line, text, count=1)
    table = re.search(r"^\s*\[", text, re.MULTILINE)
    if table is None:
        return f"{text.rstrip()}\n{line}\n".lstrip()
    return f"{text[: table.start()]}{line}\n\n{text[table.start() :].lstrip()}"


def _as_toml(value: Any) -> str:
    if value == {}:
        return "{}"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_as_toml(key)} = {_as_toml(each)}" for key, each in value.items()) + " }"
    # TOML's basic strings, numbers, booleans and arrays of these are written as JSON writes them.
    return json.dumps(value, ensure_ascii=False)


def _replace(path: Path, text: str) -> None:
    import tempfile  # brings compression and chance along, of which other commands have no use

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(draft).replace(path)
        except OSError:
            with suppress(OSError):
                Path(draft).unlink()
            raise
    except OSError as fault:
        raise AppError(ErrorCode.FAILED, f"can't write {path}: {fault.strerror}") from None
