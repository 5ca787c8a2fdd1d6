"""Typed flag > environment > file > default, and each value says where it comes from."""

import json
import os
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli import config, config_file
from syncwatch_core.errors import AppError


@pytest.fixture
def file(home: Path):
    return home / "config.toml"


def shown(syncwatch: Any, *arguments: str) -> dict:
    return json.loads(syncwatch("config", "show", "--json", *arguments).out)


def test_precedence(syncwatch: Any, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A typed flag goes before the environment, that before the file, and that before the default."""
    monkeypatch.delenv("SYNCWATCH_SERVER")
    found = [shown(syncwatch)["server"]]
    file.write_text('server = "http://file"\n')
    found.append(shown(syncwatch)["server"])
    monkeypatch.setenv("SYNCWATCH_SERVER", "http://environment")
    found.append(shown(syncwatch)["server"])
    found.append(shown(syncwatch, "--server", "http://typed")["server"])

    assert found == [
        {"value": "http://127.0.0.1:8765", "source": "default"},
        {"value": "http://file", "source": str(file)},
        {"value": "http://environment", "source": "SYNCWATCH_SERVER"},
        {"value": "http://typed", "source": "typed"},
    ]


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("name", "Ada", "Ada"),
        ("mpv-args", "--fs '--title=two words'", ["--fs", "--title=two words"]),
        ("media-folders", f"~/Films{os.pathsep}/mnt/my films", ["~/Films", "/mnt/my films"]),
        ("device-delay", "0.18", 0.18),
        ("device-delay", "-0.05", -0.05),
        ("correction", "off", False),
        ("allow-private-urls", "1", True),
        ("scripts-steer", "yes", True),
    ],
)
def test_set_and_environment_read_alike(
    syncwatch: Any, monkeypatch: pytest.MonkeyPatch, key: str, text: str, value: object
) -> None:
    """`config set` and the variable understand the same words."""
    assert syncwatch("config", "set", key, text).code == 0
    assert shown(syncwatch)[key]["value"] == value
    syncwatch("config", "set", "name", "somebody else")
    monkeypatch.setenv(config.SETTINGS[key].variable, text)
    assert shown(syncwatch)[key] == {"value": value, "source": config.SETTINGS[key].variable}


def test_a_folder_is_set_from_where_one_is(syncwatch: Any, home: Path) -> None:
    """A media folder named from the current folder is that one for ever, from wherever the next command is run."""
    syncwatch("config", "set", "media-folders", "films")

    assert config.load().get("media-folders").value == [str(home / "films")]


def test_set_leaves_the_rest(syncwatch: Any, file: Path) -> None:
    """Setting one key keeps comments, other keys and the order of the file."""
    file.write_text('# mine\nname = "Ada"  # me\ncorrection = true\n')

    syncwatch("config", "set", "correction", "off")
    syncwatch("config", "set", "mpv", "/opt/mpv")

    assert file.read_text() == '# mine\nname = "Ada"  # me\ncorrection = false\nmpv = "/opt/mpv"\n'


def test_set_before_a_table(file: Path) -> None:
    """A key is never put into a table that happens to stand at the end of the file."""
    file.write_text('[future]\nname = "x"\n')

    config_file.change(file, config.SETTINGS["mpv"], "mpv")

    assert tomllib.loads(file.read_text()) == {"mpv": "mpv", "future": {"name": "x"}}


def test_set_harms_nothing(syncwatch: Any, file: Path) -> None:
    """A value over several lines is left to the person's own hands."""
    text = 'mpv-args = [\n "--fs",\n]\n'
    file.write_text(text)

    ran = syncwatch("config", "set", "mpv-args", "--mute")

    assert (ran.code, file.read_text()) == (1, text)
    assert "edit it by hand" in ran.err


def test_init_explains_every_setting(syncwatch: Any, file: Path) -> None:
    """`config init` writes a file that names every setting and its default and sets none, and prints where it is."""
    ran = syncwatch("config", "init")

    text = file.read_text()
    assert ran.out == f"{file}\n"
    assert tomllib.loads(text) == {}
    assert all(f"# {key} = " in text and setting.variable in text for key, setting in config.SETTINGS.items())
    assert text.count("\n# Default: ") == len(config.SETTINGS)
    assert '# Default: "http://127.0.0.1:8765"\n' in text


@pytest.mark.parametrize("setting", config.SETTINGS.values(), ids=lambda setting: setting.key)
def test_defaults_are_as_they_are_explained(syncwatch: Any, file: Path, setting: config.Setting) -> None:
    """The default that stands beside a setting is what it is without a word in the file, and can be written so."""
    syncwatch("config", "init")
    block = file.read_text().split(f"\n# {setting.key} = ")[0].rpartition("# Default: ")[2]

    written = None if block == "none" else tomllib.loads(f"it = {block}")["it"]

    assert written == setting.default


def test_init_overwrites_nothing(syncwatch: Any, file: Path) -> None:
    """`config init` refuses where a file is."""
    file.write_text("")

    assert syncwatch("config", "init").code == 1


@pytest.mark.parametrize("setting", config.SETTINGS.values(), ids=lambda setting: setting.key)
def test_examples_are_right(file: Path, setting: config.Setting) -> None:
    """The example that the file shows for a setting can be taken as it stands."""
    file.write_text(f"{setting.key} = {setting.example}\n")

    assert config.load().get(setting.key).source in (str(file), setting.variable)


@pytest.mark.parametrize(
    "text",
    ["name = 3", "correction = 1", "device-delay = true", "mpv-args = [1]", "media-folders = 'a'", "name =", "\x00"],
)
def test_a_wrong_file_is_named(syncwatch: Any, file: Path, text: str) -> None:
    """A file that says what can't be stops the command with exit code 2 and the file's name."""
    file.write_text(text)

    ran = syncwatch("config", "show")

    assert (ran.code, ran.out) == (2, "")
    assert str(file) in ran.err


def test_an_unknown_key_is_only_warned_about(syncwatch: Any, file: Path) -> None:
    """A key of another version is warned about and passed over."""
    file.write_text('colour = "red"\nname = "Ada"\n')

    ran = syncwatch("config", "show")

    assert ran.code == 0
    assert ran.err.startswith(f"syncwatch: warning: {file} sets 'colour'")


def test_a_wrong_variable_is_named(syncwatch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that can't be read stops the command and is named."""
    monkeypatch.setenv("SYNCWATCH_CORRECTION", "perhaps")

    ran = syncwatch("config", "show")

    assert ran.code == 2
    assert "SYNCWATCH_CORRECTION is 'perhaps'" in ran.err


def test_show_to_a_person(syncwatch: Any) -> None:
    """Without --json the settings are a table with a line for each."""
    lines = syncwatch("config", "show").out.splitlines()

    assert lines[0].split() == ["setting", "value", "from"]
    assert [line.split()[0] for line in lines[1:]] == list(config.SETTINGS)


def test_an_unwritable_place(home: Path) -> None:
    """A config file that can't be written is a failure with its name."""
    (home / "blocked").write_text("a file where a folder should be")

    with pytest.raises(AppError, match="can't write"):
        config_file.create(home / "blocked" / "config.toml")


def test_the_usual_place(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Without SYNCWATCH_CONFIG the file is config.toml in the system's place for settings."""
    monkeypatch.delenv("SYNCWATCH_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "xdg"))

    assert config.config_path() == home / "xdg" / "syncwatch" / "config.toml"


def test_written_files_end_in_a_line(file: Path) -> None:
    """What is written is whole lines, readable by its owner."""
    config_file.change(file, config.SETTINGS["name"], "Ada")

    assert file.read_text() == 'name = "Ada"\n'
    assert stat.S_IMODE(file.stat().st_mode) & 0o600 == 0o600
