"""A server for a team: sessions, shares, comments, calls, jobs, templates; the audit widened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

UUID = sa.String(36)


def upgrade() -> None:
    """Add the tables, and rebuild the audit, whose rows may now concern no user."""
    op.add_column("users", sa.Column("display_name", sa.String(120)))
    op.add_column("users", sa.Column("disabled_at", sa.BigInteger))
    op.add_column("users", sa.Column("delete_at", sa.BigInteger))
    op.drop_index("interviews_by_user", "interviews")
    op.create_index(
        "interviews_by_user", "interviews", ["user_id", sa.text("started_at DESC"), "id"]
    )
    _audit()
    _accounts()
    _server()
    _review()


def _audit() -> None:
    op.create_table(
        "audit_new",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner_id", UUID, sa.ForeignKey("users.id", ondelete="CASCADE")),
        sa.Column("actor_id", UUID),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("interview_id", UUID),
        sa.Column("target", sa.String(100)),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    # The three actions that were known get their resource's name.
    op.execute(
        "INSERT INTO audit_new (id, owner_id, actor_id, action, interview_id, created_at) "
        "SELECT id, owner_id, actor_id, 'interview.' || action, interview_id, created_at FROM audit"
    )
    op.drop_table("audit")
    op.rename_table("audit_new", "audit")
    op.create_index("audit_by_owner", "audit", ["owner_id", "id"])
    op.create_index(
        "audit_by_interview", "audit", ["interview_id", "actor_id", "action", "created_at"]
    )


def _accounts() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("user_id", UUID, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
    )
    op.create_index("sessions_by_user", "sessions", ["user_id", "created_at"])
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column(
            "session_id", UUID, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
    )
    op.create_index("refresh_tokens_by_session", "refresh_tokens", ["session_id"])
    op.create_table(
        "codes",
        sa.Column("code_hash", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("user_id", UUID, sa.ForeignKey("users.id", ondelete="CASCADE")),
        sa.Column("created_by", sa.String(36), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
    )
    op.create_index("codes_by_user", "codes", ["user_id"])


def _server() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("user_id", UUID, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("interview_id", UUID, sa.ForeignKey("interviews.id", ondelete="CASCADE")),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("finished_at", sa.BigInteger),
    )
    op.create_index("jobs_by_user", "jobs", ["user_id", "created_at"])
    op.create_index("jobs_by_status", "jobs", ["status", "created_at"])
    op.create_index("jobs_by_interview", "jobs", ["interview_id"])
    op.create_table(
        "retention",
        sa.Column("user_id", UUID, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("recordings_days", sa.Integer),
        sa.Column("interviews_days", sa.Integer),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )


def _review() -> None:
    op.create_table(
        "shares",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column(
            "interview_id", UUID, sa.ForeignKey("interviews.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("coach_id", UUID, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("transcript", sa.Boolean, nullable=False),
        sa.Column("audio", sa.Boolean, nullable=False),
        sa.Column("feedback", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("revoked_at", sa.BigInteger),
    )
    op.create_index("shares_by_interview", "shares", ["interview_id", "coach_id"])
    op.create_index("shares_by_coach", "shares", ["coach_id", "created_at"])
    op.create_table(
        "comments",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column(
            "interview_id", UUID, sa.ForeignKey("interviews.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("author_id", UUID, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("parent_id", UUID, sa.ForeignKey("comments.id", ondelete="CASCADE")),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("end_ms", sa.BigInteger),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("comments_by_interview", "comments", ["interview_id", "at_ms"])
    op.create_index("comments_by_author", "comments", ["author_id"])
    op.create_index("comments_by_parent", "comments", ["parent_id"])
    op.create_table(
        "calls",
        sa.Column(
            "interview_id",
            UUID,
            sa.ForeignKey("interviews.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("question", sa.Integer, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column(
            "interview_id", UUID, sa.ForeignKey("interviews.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("prompt_version", sa.String(40), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index("feedback_by_interview", "feedback", ["interview_id", "created_at"])
    op.create_table(
        "assignments",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("coach_id", UUID, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column(
            "candidate_id", UUID, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("template_id", sa.String(36), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index("assignments_by_coach", "assignments", ["coach_id", "created_at"])
    op.create_index("assignments_by_candidate", "assignments", ["candidate_id", "created_at"])
    op.create_table(
        "templates",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("slug", sa.String(80), nullable=False, unique=True),
        sa.Column("author_id", UUID, sa.ForeignKey("users.id", ondelete="SET NULL")),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )
    op.create_index("templates_by_author", "templates", ["author_id"])
    op.create_table(
        "template_versions",
        sa.Column("template_id", sa.String(36), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
