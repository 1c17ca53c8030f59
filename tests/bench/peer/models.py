"""The tables as ORM classes, on the schema that the server's own migrations make."""

from __future__ import annotations

from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from server.storage.sqlite import sqlite_module

POOL = 16


class Base(DeclarativeBase):
    """Every class of the schema."""


class User(Base):
    """Who asks."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str]
    role: Mapped[str]
    disabled_at: Mapped[int | None]


class Interview(Base):
    """The contract's object."""

    __tablename__ = "interviews"
    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    template_id: Mapped[str]
    template_slug: Mapped[str]
    template_version: Mapped[int]
    status: Mapped[str]
    started_at: Mapped[int]
    completed_at: Mapped[int | None]
    current_question: Mapped[int]
    questions_completed: Mapped[str]
    version: Mapped[int]


class IdempotencyKey(Base):
    """What was created under a key."""

    __tablename__ = "idempotency_keys"
    user_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[str]
    interview_id: Mapped[str]
    created_at: Mapped[int]


def sessions(path: str, *, immediate: bool) -> sessionmaker[Session]:
    """A factory of sessions on the file; `immediate` ones write."""
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        module=sqlite_module(),
        pool_size=1 if immediate else POOL,
        max_overflow=0,
        connect_args={"check_same_thread": False},
    )

    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL",
                       "foreign_keys=ON"):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")

    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return sessionmaker(engine, expire_on_commit=False)
