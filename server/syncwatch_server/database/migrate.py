"""Brings the tables of an older version up to date, by Alembic, from within the program."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from syncwatch_core.errors import AppError, ErrorCode

MIGRATIONS = Path(__file__).parent / "migrations"


def newest_version() -> str:
    """The version of the tables that this program writes."""
    version = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert version is not None  # noqa: S101 there is a first one
    return version


def bring_up_to_date(connection: Connection) -> None:
    """Run the migrations that are missing, within the connection's transaction.

    Raises ``AppError`` (failed) where a newer program has written the database.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as fault:
        raise AppError(
            ErrorCode.FAILED,
            f"the database was written by another version of SyncWatch: {fault}",
            "run the newest version, or give this one a database of its own with --database-url",
        ) from None
