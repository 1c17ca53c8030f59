"""Notes; scores; the order of events that come at one position."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

UUID = sa.String(36)


def _key(name: str, to: str) -> sa.Column[str]:
    return sa.Column(name, UUID, sa.ForeignKey(to, ondelete="CASCADE"), primary_key=True)


def upgrade() -> None:
    """Add both tables and the column."""
    op.create_table(
        "notes",
        _key("interview_id", "interviews.id"),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "scores",
        _key("interview_id", "interviews.id"),
        _key("author_id", "users.id"),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("dimension", sa.String(16), primary_key=True),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("start_ms", sa.BigInteger),
        sa.Column("end_ms", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index("scores_by_author", "scores", ["author_id"])
    op.add_column(
        "room_events", sa.Column("position", sa.Integer, nullable=False, server_default="0")
    )
