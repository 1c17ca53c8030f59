"""The tables of reviewing: shares, comments, calls, feedback, assignments, templates."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from server.storage.tables import metadata

# A candidate's leave for one coach; live while it is neither revoked nor over.
shares = Table(
    "shares",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("interview_id", ForeignKey("interviews.id", ondelete="CASCADE"), nullable=False),
    Column("coach_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("transcript", Boolean, nullable=False),
    Column("audio", Boolean, nullable=False),
    Column("feedback", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Index("shares_by_interview", "interview_id", "coach_id"),
    Index("shares_by_coach", "coach_id", "created_at"),
)

comments = Table(
    "comments",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("interview_id", ForeignKey("interviews.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("parent_id", ForeignKey("comments.id", ondelete="CASCADE")),
    Column("at_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger),
    Column("text", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Index("comments_by_interview", "interview_id", "at_ms"),
    Index("comments_by_author", "author_id"),
    Index("comments_by_parent", "parent_id"),
)

# Calls that were live; the id is the provider's.
calls = Table(
    "calls",
    metadata,
    Column("interview_id", ForeignKey("interviews.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("question", Integer, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
)

# Every version of the feedback on an interview, with what made it.
feedback = Table(
    "feedback",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("interview_id", ForeignKey("interviews.id", ondelete="CASCADE"), nullable=False),
    Column("model", String(100), nullable=False),
    Column("prompt_version", String(40), nullable=False),
    Column("document", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("feedback_by_interview", "interview_id", "created_at"),
)

assignments = Table(
    "assignments",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("coach_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("candidate_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("template_id", String(36), nullable=False),
    Column("note", Text, nullable=False),
    Column("due_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Index("assignments_by_coach", "coach_id", "created_at"),
    Index("assignments_by_candidate", "candidate_id", "created_at"),
)

# Cases written on this server; those that ship with the program have no row here.
templates = Table(
    "templates",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("slug", String(80), nullable=False, unique=True),
    # Who wrote it may leave; the case stays for those who practise it.
    Column("author_id", ForeignKey("users.id", ondelete="SET NULL")),
    # draft, published or withdrawn
    Column("status", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    # What a list shows of the newest document, so that no list reads the documents.
    Column("card", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("templates_by_author", "author_id"),
)

# The document of each version, shipped cases' too once an interview pins them; so no foreign key.
template_versions = Table(
    "template_versions",
    metadata,
    Column("template_id", String(36), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
