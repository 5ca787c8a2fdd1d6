"""``config``: what is set, where, and by whom."""

from __future__ import annotations

import shlex
from typing import Annotated, Any

import typer

from syncwatch_cli import config, config_file, output
from syncwatch_cli.options import Shared
from syncwatch_cli.setting_checks import check_setting
from syncwatch_core.errors import AppError, ErrorCode

Key = Annotated[str, typer.Argument(metavar="KEY", help="Which setting; config show lists them.")]
Text = Annotated[str, typer.Argument(metavar="VALUE", help="What it shall be; on or off for a switch.")]


def show(shared: Shared) -> None:
    """Print every setting with its value and where that comes from."""
    settings = config.load()
    values = {key: settings.get(key, shared.server if key == "server" else None) for key in config.SETTINGS}
    if shared.use_json:
        output.json_object({key: {"value": value.value, "source": value.source} for key, value in values.items()})
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("setting", "value", "from"):
        table.add_column(heading, header_style="bold")
    for key, value in values.items():
        table.add_row(key, _shown(value.value), value.source)
    output.drawn(table, color=not shared.no_color)


def path(shared: Shared) -> None:
    """Print where the config file is."""
    place = str(config.config_path())
    if shared.use_json:
        output.json_object({"path": place})
    else:
        output.text(place)


def set_value(shared: Shared, key: Key, value: Text) -> None:
    """Change one setting in the config file."""
    setting = config.SETTINGS.get(key)
    if setting is None:
        raise AppError(ErrorCode.USAGE, f"there is no setting {key!r}", f"there are {', '.join(config.SETTINGS)}")
    wanted = config.parse(setting, value, key)
    check_setting(key, wanted)
    config_file.change(config.config_path(), setting, wanted)
    if shared.use_json:
        output.json_object({"path": str(config.config_path())})


def init(shared: Shared) -> None:
    """Write a config file in which every setting stands explained."""
    config_file.create(config.config_path())
    path(shared)


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, dict):
        value = [f"{key}={each}" for key, each in value.items()]
    return shlex.join(value) if isinstance(value, list) else str(value)
