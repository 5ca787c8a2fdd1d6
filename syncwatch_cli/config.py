"""Settings and where each comes from: typed flag > ``SYNCWATCH_*`` environment > config file > default."""

from __future__ import annotations

import math
import os
import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from syncwatch_cli import diagnostics
from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["text", "texts", "folders", "number", "switch", "table"]

_ON = ("1", "true", "yes", "on")
_OFF = ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a person can set."""

    key: str
    """Its name in the config file and in ``config set``."""
    kind: Kind
    default: Any
    words: str
    """What it does, as the config file explains it."""
    example: str
    """A value as TOML writes it."""

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "SYNCWATCH_" + self.key.upper().replace("-", "_")


SETTINGS: dict[str, Setting] = {
    setting.key: setting
    for setting in (
        Setting(
            "server",
            "text",
            "http://127.0.0.1:8765",
            "The server for codes that are new here",
            '"https://watch.example.org"',
        ),
        Setting("name", "text", None, "What others see you as; without it, your user name", '"Ada"'),
        Setting("mpv", "text", None, "The mpv to run; without it, the one on the PATH", '"/usr/bin/mpv"'),
        Setting("mpv-args", "texts", [], "Arguments that mpv is started with", '["--fs", "--volume=70"]'),
        Setting(
            "share-limit",
            "number",
            100.0,
            "What host --share sends to each of those who read, at most, Mbit/s; less than your line can send",
            "20",
        ),
        Setting(
            "quality",
            "text",
            "best",
            "What to play of what a site has: at most so many lines, best, or audio for the sound alone",
            '"1080"',
        ),
        Setting(
            "cookies-from-browser",
            "text",
            None,
            "The browser whose logins sites may see, for videos that want one; as yt-dlp writes it",
            '"firefox"',
        ),
        Setting(
            "allow-private-urls",
            "switch",
            default=False,
            words="Play media at private addresses without asking",
            example="true",
        ),
        Setting(
            "media-folders",
            "folders",
            None,
            "Folders with your films, where your copy of what others watch is looked for; without it, the system's own "
            "for videos and downloads",
            '["~/Films", "/mnt/films"]',
        ),
        Setting("device-delay", "number", 0.0, "Seconds that your sound device adds, such as a Bluetooth one", "0.18"),
        Setting(
            "correction",
            "switch",
            default=True,
            words="Keep in sync by small changes of speed; without it, only by jumps",
            example="true",
        ),
        Setting(
            "scripts-steer",
            "switch",
            default=False,
            words="What scripts in my mpv do, such as a sponsor skipper's seeks, is for everybody; without it, undone",
            example="true",
        ),
        Setting(
            "osd",
            "text",
            "all",
            "What is said on the player's picture: all that happens, or chat alone, or none",
            '"chat"',
        ),
        Setting(
            "chat-key",
            "text",
            "c",
            "The key in mpv's window that begins a line of chat, as mpv calls it, or none; your own stay",
            '"Ctrl+Enter"',
        ),
        Setting(
            "announce",
            "switch",
            default=False,
            words="host tells this network its link, title and my name, so that others here find the session",
            example="true",
        ),
        Setting("theme", "text", None, "The colours of the terminal's view; ctrl+p there shows them all", '"nord"'),
        Setting(
            "keymap",
            "table",
            {},
            "Other keys for the terminal's view: the name of an action and its key; F1 there shows both",
            '{ chat = "c", seek-on = "right,>" }',
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Value:
    """A setting's value and who says so."""

    value: Any
    source: str
    """``typed``, the name of an environment variable, the path of the config file, or ``default``."""

    def called(self, key: str) -> str:
        """The setting of that name, as a refusal calls it: the option as it was typed, or who else sets it."""
        return f"--{key}" if self.source == "typed" else f"{key} ({self.source})"


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of the environment and of the config file."""

    path: Path
    environment: Mapping[str, str]
    written: Mapping[str, Any]
    """What the config file says, checked."""

    def get(self, key: str, typed: Any = None) -> Value:
        """The value in force; ``typed`` is what stands on the command line, or None.

        Raises ``AppError`` (usage) if the environment variable holds what the setting can't be.
        """
        setting = SETTINGS[key]
        if typed is not None:
            return Value(typed, "typed")
        if self.environment.get(setting.variable):
            return Value(parse(setting, self.environment[setting.variable], setting.variable), setting.variable)
        if key in self.written:
            return Value(self.written[key], str(self.path))
        return Value(setting.default, "default")


def config_path() -> Path:
    """Where the config file is, whether it exists or not: ``SYNCWATCH_CONFIG``, or the place usual on this system."""
    named = os.environ.get("SYNCWATCH_CONFIG")
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("syncwatch", appauthor=False) / "config.toml"


def load() -> Config:
    """Read the config file, if there is one; raises ``AppError`` (usage) that names what is wrong in it."""
    path = config_path()
    return Config(path, os.environ, _read(path))


def parse(setting: Setting, text: str, where: str) -> Any:
    """Read a value as a person writes it in a variable or after ``config set``; raises ``AppError`` (usage)."""
    text = text.strip()
    if setting.kind == "text":
        return text
    if setting.kind == "texts":
        return _words(text, where)
    if setting.kind == "folders":
        # Whoever names a folder from where they are means that one, also from elsewhere and tomorrow.
        folders = [folder for folder in text.split(os.pathsep) if folder]
        return [folder if folder.startswith("~") else str(Path(folder).absolute()) for folder in folders]
    if setting.kind == "table":
        return _parse_table(text, where)
    if setting.kind == "switch" and text.lower() in (*_ON, *_OFF):
        return text.lower() in _ON
    if setting.kind == "number":
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
    expected = "a number" if setting.kind == "number" else "on or off"
    raise AppError(ErrorCode.USAGE, f"{where} is {text!r}, which is not {expected}")


def _words(text: str, where: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        raise AppError(ErrorCode.USAGE, f"{where} is {text!r}, in which a quotation mark has no other") from None


def _parse_table(text: str, where: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in _words(text, where)]
    if not all(key and sign and value for key, sign, value in pairs):
        raise AppError(ErrorCode.USAGE, f"{where} is {text!r}, which is not a list of NAME=KEY")
    return {key: value for key, _, value in pairs}


def written_in(path: Path) -> dict[str, Any]:
    """What the config file says, unchecked; empty if there is none. Raises ``AppError`` (usage) for what is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as fault:
        raise AppError(ErrorCode.USAGE, f"can't read {path}: {fault.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise AppError(ErrorCode.USAGE, f"{path} is not TOML: {fault}", "mend the file, or move it away") from None


def _read(path: Path) -> dict[str, Any]:
    written = written_in(path)
    for key in [key for key in written if key not in SETTINGS]:
        diagnostics.warn(f"{path} sets {key!r}, which is no setting", "syncwatch config show lists them all")
        del written[key]
    return {key: checked(SETTINGS[key], value, path) for key, value in written.items()}


def checked(setting: Setting, value: Any, path: Path) -> Any:
    """A value from the file, if it has the setting's kind."""
    fits = {
        "text": isinstance(value, str),
        "texts": _is_texts(value),
        "folders": _is_texts(value),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "switch": isinstance(value, bool),
        "table": isinstance(value, dict) and all(isinstance(each, str) for each in value.values()),
    }
    if not fits[setting.kind]:
        raise AppError(
            ErrorCode.USAGE, f"{path} sets {setting.key} to {value!r}", f"write it as {setting.key} = {setting.example}"
        )
    return value


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)
