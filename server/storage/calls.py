"""Queries on calls that were live. The caller has checked whose interview it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select, update

from server.storage.tables_review import calls


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call of an interview; the id is the provider's."""

    interview_id: str
    id: str
    question: int
    started_at: int
    ended_at: int | None


def of_interview(connection: Connection, interview_id: str) -> list[CallRow]:
    """Every call of an interview, oldest first."""
    rows = connection.execute(
        select(calls)
        .where(calls.c.interview_id == interview_id)
        .order_by(calls.c.started_at, calls.c.id)
    )
    return [CallRow(**row._mapping) for row in rows]


def add(connection: Connection, row: CallRow) -> None:
    """Store a call that is live."""
    connection.execute(insert(calls), asdict(row))


def end_all(connection: Connection, interview_id: str, now: int) -> list[str]:
    """End every live call of an interview; their ids."""
    live = calls.c.interview_id == interview_id, calls.c.ended_at.is_(None)
    ids = list(connection.execute(select(calls.c.id).where(*live)).scalars())
    connection.execute(update(calls).where(*live).values(ended_at=now))
    return ids


def end(connection: Connection, interview_id: str, call_id: str, now: int) -> bool:
    """End a live call; whether there was one."""
    done = connection.execute(
        update(calls)
        .where(
            calls.c.interview_id == interview_id, calls.c.id == call_id, calls.c.ended_at.is_(None)
        )
        .values(ended_at=now)
    )
    return done.rowcount == 1
