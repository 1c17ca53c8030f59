"""The audit; events by interview; the order of the numbers given at one question."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

UUID = sa.String(36)


def upgrade() -> None:
    """Add the audit, and rebuild the events under a key that begins with the interview."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner_id", UUID, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("actor_id", UUID, nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("interview_id", UUID),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index("audit_by_owner", "audit", ["owner_id", "id"])
    op.create_table(
        "room_events_new",
        sa.Column(
            "interview_id",
            UUID,
            sa.ForeignKey("interviews.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("id", UUID, primary_key=True),
        sa.Column("question", sa.Integer, nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.execute(
        "INSERT INTO room_events_new "
        "SELECT interview_id, id, question, type, at_ms, data, created_at FROM room_events"
    )
    op.drop_table("room_events")
    op.rename_table("room_events_new", "room_events")
    op.add_column(
        "numbers_given", sa.Column("position", sa.Integer, nullable=False, server_default="0")
    )
