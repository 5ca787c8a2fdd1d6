"""The person's own files: the configuration, and what is remembered of their sessions."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from syncwatch_cli import config
from syncwatch_cli.diagnostics import ExitCode
from syncwatch_cli.doctor.finding import Finding, fault, good, nothing, refused
from syncwatch_cli.remembered import state_directory, state_file
from syncwatch_cli.setting_checks import check_setting
from syncwatch_core.errors import AppError

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_config() -> Iterator[Finding]:
    """Whether the config file and the environment hold what can be."""
    yield _config_file(config.config_path())
    environment = config.Config(config.config_path(), os.environ, {})
    for setting in config.SETTINGS.values():
        try:
            found = environment.get(setting.key)
            if found.source != "default":
                _check(setting.key, found.value, found.source)
        except AppError as error:
            yield refused("environment", error)


def _config_file(path: Path) -> Finding:
    if not path.exists():
        return nothing("configuration", f"no file at {path}: every setting has its default", "syncwatch config init")
    try:
        written = config.written_in(path)
        for key in written.keys() & config.SETTINGS.keys():
            _check(key, config.checked(config.SETTINGS[key], written[key], path), str(path))
    except AppError as error:
        return refused("configuration", error)
    strangers = ", ".join(sorted(written.keys() - config.SETTINGS.keys()))
    if strangers:
        words = f"{path} sets {strangers}, which is no setting"
        return fault("configuration", words, "syncwatch config show lists them all", ExitCode.USAGE)
    return good("configuration", f"{path} sets {', '.join(written) or 'nothing'}")


def _check(key: str, value: Any, source: str) -> None:
    """Raise ``AppError`` (usage), which names the setting and ``source``, for a value that it can't have."""
    try:
        check_setting(key, value)
    except AppError as error:
        mend = error.hint or f"syncwatch config set {key} VALUE"
        raise AppError(error.code, f"{source} sets {key} to what can't be: {error.message}", mend) from None


def check_state() -> Iterator[Finding]:
    """Whether tokens can be remembered, and only this person can read them."""
    folder = state_directory()
    if not folder.exists():
        yield nothing("remembered sessions", f"none yet; they will be kept in {folder}")
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        mend = f"make it yours: chown {_me()} {folder}"
        yield fault("remembered sessions", f"{folder} can't be written", mend, ExitCode.FAILED)
        return
    open_to_others = [place for place in (folder, state_file()) if _is_open(place)]
    for place in open_to_others:
        mode = 0o700 if place.is_dir() else 0o600
        yield fault(
            "remembered sessions",
            f"others on this computer can read {place}, which holds your tokens",
            f"chmod {mode:o} {place}",
            ExitCode.FAILED,
            partial(place.chmod, mode),
        )
    if not open_to_others:
        yield good("remembered sessions", f"{folder}, for you alone")


def _is_open(place: Path) -> bool:
    return sys.platform != "win32" and place.exists() and bool(place.stat().st_mode & OTHERS)


def _me() -> str:
    return os.environ.get("USER", "YOU")
