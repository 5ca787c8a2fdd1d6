# ruff: noqa: INP001 Alembic loads it by its path
"""How Alembic reaches the database: by the connection that ``migrate`` hands over."""

from __future__ import annotations

from alembic import context

from syncwatch_server.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can't change a column in place.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
