"""Old chat is found by its age, without reading all of it."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Index it."""
    op.create_index("chat_messages_by_age", "chat_messages", ["sent_at"])


def downgrade() -> None:
    """Without."""
    op.drop_index("chat_messages_by_age", "chat_messages")
