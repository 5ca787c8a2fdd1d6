"""Sessions and their chat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.String(64), primary_key=True),
        sa.Column("code", sa.String(7), nullable=False, unique=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("updated_at", sa.Float, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("members", sa.Text, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
    )
    op.create_index("sessions_by_age", "sessions", ["ended", "updated_at"])
    op.create_table(
        "chat_messages",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column(
            "session_id", sa.String(64), sa.ForeignKey("sessions.session_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("participant_id", sa.String(64)),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("sent_at", sa.Float, nullable=False),
    )
    op.create_index("chat_messages_of_session", "chat_messages", ["session_id", "number"])


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("chat_messages")
    op.drop_table("sessions")
