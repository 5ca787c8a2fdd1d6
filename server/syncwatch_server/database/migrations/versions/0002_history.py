"""What a session watched before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Give every session a history, empty for those that had none."""
    op.add_column("sessions", sa.Column("history", sa.Text, nullable=False, server_default="[]"))


def downgrade() -> None:
    """Forget what was watched."""
    op.drop_column("sessions", "history")
