"""The tables as they are now; migrations/ holds how they came to be."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

# Ids are lower-case UUID text; times are whole seconds since 1970 in UTC; JSON is text, written
# by us and handed out without parsing it again.
metadata = MetaData()

users = Table(
    "users",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(200)),
    Column("created_at", BigInteger, nullable=False),
    Column("display_name", String(120)),
    # Signed out everywhere and refused until an administrator enables them again.
    Column("disabled_at", BigInteger),
    # When the account and everything of it goes, if its owner does not change their mind.
    Column("delete_at", BigInteger),
)

interviews = Table(
    "interviews",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("template_id", String(36), nullable=False),
    Column("template_slug", String(80), nullable=False),
    Column("template_version", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("completed_at", BigInteger),
    Column("current_question", Integer, nullable=False),
    Column("questions_completed", String(32), nullable=False),
    Column("version", Integer, nullable=False),
)
# In the order of the list, so that a page is read without sorting.
Index("interviews_by_user", interviews.c.user_id, interviews.c.started_at.desc(), interviews.c.id)


def _interview() -> Column[str]:
    return Column(
        "interview_id",
        String(36),
        ForeignKey("interviews.id", ondelete="CASCADE"),
        nullable=False,
    )


idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    _interview(),
    Column("created_at", BigInteger, nullable=False),
)

room_events = Table(
    "room_events",
    metadata,
    Column("interview_id", ForeignKey("interviews.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("question", Integer, nullable=False),
    Column("type", String(32), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    # Two events can stand at one millisecond: this tells which came first.
    Column("position", Integer, nullable=False, server_default="0"),
)

hints_given = Table(
    "hints_given",
    metadata,
    Column("interview_id", ForeignKey("interviews.id", ondelete="CASCADE"), primary_key=True),
    Column("question", Integer, primary_key=True, autoincrement=False),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("created_at", BigInteger, nullable=False),
)

numbers_given = Table(
    "numbers_given",
    metadata,
    Column("id", String(36), primary_key=True),
    _interview(),
    Column("question", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("value", Float, nullable=False),
    Column("unit", String(40), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("diagnosis", Text),
    Column("created_at", BigInteger, nullable=False),
    # Two numbers can come in one second: this tells which was the last.
    Column("position", Integer, nullable=False, server_default="0"),
    Index("numbers_by_interview", "interview_id"),
)

segments = Table(
    "segments",
    metadata,
    Column("interview_id", ForeignKey("interviews.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(100), primary_key=True),
    Column("speaker", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("start_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger, nullable=False),
    Column("question", Integer, nullable=False),
    Column("interrupted", Boolean, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("interview_id", ForeignKey("interviews.id", ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

# `kind` tells whose view it is: "self" for the candidate's own.
scores = Table(
    "scores",
    metadata,
    Column("interview_id", ForeignKey("interviews.id", ondelete="CASCADE"), primary_key=True),
    Column("author_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("dimension", String(16), primary_key=True),
    Column("score", Integer, nullable=False),
    Column("start_ms", BigInteger),
    Column("end_ms", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Index("scores_by_author", "author_id"),
)

recordings = Table(
    "recordings",
    metadata,
    Column("id", String(36), primary_key=True),
    _interview(),
    Column("part_id", String(36), nullable=False),
    Column("track", String(16), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    UniqueConstraint("interview_id", "part_id", "track"),
)

# Who looked into, shared, signed in, deleted. Rows are added, never changed; they outlive the
# interview, so no foreign key there. Without an owner: what concerns the server alone.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner_id", ForeignKey("users.id", ondelete="CASCADE")),
    Column("actor_id", String(36)),
    Column("action", String(40), nullable=False),
    Column("interview_id", String(36)),
    # The id of the share, comment, recording or export that it was about.
    Column("target", String(100)),
    Column("created_at", BigInteger, nullable=False),
    Index("audit_by_owner", "owner_id", "id"),
    Index("audit_by_interview", "interview_id", "actor_id", "action", "created_at"),
)

# Files whose rows are gone: named here in the deleting transaction, removed after it.
trash = Table("trash", metadata, Column("file", String(100), primary_key=True))

# What the database knows of itself: `instance`, the id that the data folder knows it by.
facts = Table(
    "facts",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("interview_id", ForeignKey("interviews.id", ondelete="CASCADE")),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    # A plain sentence for the one who asked.
    Column("error", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
    Index("jobs_by_user", "user_id", "created_at"),
    Index("jobs_by_status", "status", "created_at"),
    Index("jobs_by_interview", "interview_id"),
)

# How long a user keeps what; null keeps it.
retention = Table(
    "retention",
    metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("recordings_days", Integer),
    Column("interviews_days", Integer),
    Column("updated_at", BigInteger, nullable=False),
)
