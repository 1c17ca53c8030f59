"""Queries on jobs. A user's own are found with their id; the runner alone sees them all."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from server.storage.tables import jobs

Kind = Literal["export", "feedback"]


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job: queued, running, done or failed; `error` is a sentence for who asked."""

    id: str
    user_id: str
    interview_id: str | None
    kind: str
    status: str
    attempts: int
    error: str | None
    created_at: int
    started_at: int | None
    finished_at: int | None


def add(
    connection: Connection,
    job_id: str,
    user_id: str,
    interview_id: str | None,
    kind: Kind,
    now: int,
) -> JobRow:
    """Queue a job."""
    row = JobRow(job_id, user_id, interview_id, kind, "queued", 0, None, now, None, None)
    connection.execute(insert(jobs), asdict(row))
    return row


def find(connection: Connection, job_id: str, user_id: str) -> JobRow | None:
    """A job of this user."""
    rows = _where(connection, jobs.c.id == job_id, jobs.c.user_id == user_id)
    return rows[0] if rows else None


def of_user(connection: Connection, user_id: str, kind: Kind) -> list[JobRow]:
    """The user's jobs of a kind, newest first."""
    return _where(connection, jobs.c.user_id == user_id, jobs.c.kind == kind)


def of_interview(connection: Connection, interview_id: str, kind: Kind) -> list[JobRow]:
    """An interview's jobs of a kind, newest first; the caller has checked whose it is."""
    return _where(connection, jobs.c.interview_id == interview_id, jobs.c.kind == kind)


def claim(connection: Connection, now: int) -> JobRow | None:
    """Take the oldest job that waits; it is running from now on."""
    oldest = (
        select(jobs.c.id)
        .where(jobs.c.status == "queued")
        .order_by(jobs.c.created_at, jobs.c.id)
        .limit(1)
    )
    job_id = connection.execute(oldest).scalar()
    if job_id is None:
        return None
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id)
        .values(status="running", started_at=now, attempts=jobs.c.attempts + 1)
    )
    return _where(connection, jobs.c.id == job_id)[0]


def finish(connection: Connection, job_id: str, error: str | None, now: int) -> None:
    """End a running job; nothing happens if it was deleted meanwhile."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id)
        .values(status="done" if error is None else "failed", error=error, finished_at=now)
    )


def remove(connection: Connection, job_id: str, user_id: str) -> None:
    """Delete a job of this user."""
    connection.execute(delete(jobs).where(jobs.c.id == job_id, jobs.c.user_id == user_id))


def remove_exports(connection: Connection, user_id: str, keep: str | None = None) -> None:
    """Delete the user's exports that hold something already; one that waits holds nothing.

    `keep` is the id of one that stays.
    """
    connection.execute(
        delete(jobs).where(
            jobs.c.user_id == user_id,
            jobs.c.kind == "export",
            jobs.c.status != "queued",
            jobs.c.id != (keep or ""),
        )
    )


def remove_finished(connection: Connection, kind: Kind, before: int) -> None:
    """Delete every job of a kind that was finished by then."""
    connection.execute(delete(jobs).where(jobs.c.kind == kind, jobs.c.finished_at <= before))


def ids(connection: Connection, kind: Kind) -> list[str]:
    """Everybody's jobs of a kind."""
    return list(connection.execute(select(jobs.c.id).where(jobs.c.kind == kind)).scalars())


def restart(connection: Connection, most: int, error: str, now: int) -> None:
    """Queue again what was running when the server ended; fail what has been tried `most` times."""
    running = jobs.c.status == "running"
    connection.execute(
        update(jobs)
        .where(running, jobs.c.attempts >= most)
        .values(status="failed", error=error, finished_at=now)
    )
    connection.execute(update(jobs).where(running).values(status="queued"))


def _where(connection: Connection, *conditions: ColumnElement[bool]) -> list[JobRow]:
    rows = connection.execute(
        select(jobs).where(*conditions).order_by(jobs.c.created_at.desc(), jobs.c.id)
    )
    return [JobRow(**row._mapping) for row in rows]
