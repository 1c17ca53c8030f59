"""The first schema: users, interviews, the room, transcripts, recordings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

UUID = sa.String(36)
SECONDS = sa.BigInteger


def _interview(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "interview_id",
        UUID,
        sa.ForeignKey("interviews.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )


def _user(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "user_id",
        UUID,
        sa.ForeignKey("users.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "users",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("email", sa.String(254), nullable=False, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("created_at", SECONDS, nullable=False),
    )
    op.create_table(
        "interviews",
        sa.Column("id", UUID, primary_key=True),
        _user(),
        sa.Column("template_id", UUID, nullable=False),
        sa.Column("template_slug", sa.String(80), nullable=False),
        sa.Column("template_version", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("started_at", SECONDS, nullable=False),
        sa.Column("completed_at", SECONDS),
        sa.Column("current_question", sa.Integer, nullable=False),
        sa.Column("questions_completed", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("interviews_by_user", "interviews", ["user_id", "started_at", "id"])
    op.create_table(
        "idempotency_keys",
        _user(primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("body_hash", sa.String(64), nullable=False),
        _interview(),
        sa.Column("created_at", SECONDS, nullable=False),
    )
    op.create_table(
        "room_events",
        sa.Column("id", UUID, primary_key=True),
        _interview(),
        sa.Column("question", sa.Integer, nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("created_at", SECONDS, nullable=False),
    )
    op.create_index("room_events_by_interview", "room_events", ["interview_id"])
    op.create_table(
        "hints_given",
        _interview(primary_key=True),
        sa.Column("question", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("created_at", SECONDS, nullable=False),
    )
    op.create_table(
        "numbers_given",
        sa.Column("id", UUID, primary_key=True),
        _interview(),
        sa.Column("question", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("diagnosis", sa.Text),
        sa.Column("created_at", SECONDS, nullable=False),
    )
    op.create_index("numbers_by_interview", "numbers_given", ["interview_id"])
    op.create_table(
        "segments",
        _interview(primary_key=True),
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("speaker", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("start_ms", sa.BigInteger, nullable=False),
        sa.Column("end_ms", sa.BigInteger, nullable=False),
        sa.Column("question", sa.Integer, nullable=False),
        sa.Column("interrupted", sa.Boolean, nullable=False),
    )
    op.create_table(
        "recordings",
        sa.Column("id", UUID, primary_key=True),
        _interview(),
        sa.Column("part_id", UUID, nullable=False),
        sa.Column("track", sa.String(16), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("duration_ms", sa.BigInteger, nullable=False),
        sa.Column("length", sa.BigInteger, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("interview_id", "part_id", "track"),
    )
    op.create_table("trash", sa.Column("file", sa.String(100), primary_key=True))
