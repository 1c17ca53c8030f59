"""Counts over everybody's rows, for whoever runs the server: numbers only, nobody's data."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from server.storage.tables import jobs
from server.storage.tables_review import calls

JOB_STATUSES = ("queued", "running", "done", "failed")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many jobs there are of each status, and how many calls are live."""

    jobs: dict[str, int]
    calls_live: int


def counts(connection: Connection, calls_since: int) -> Counts:
    """The counts; a call that began before `calls_since` and was never ended is not live."""
    found = connection.execute(
        select(jobs.c.status, func.count().label("rows")).group_by(jobs.c.status)
    )
    live = select(func.count()).where(calls.c.ended_at.is_(None), calls.c.started_at >= calls_since)
    return Counts(
        dict.fromkeys(JOB_STATUSES, 0) | {row.status: row.rows for row in found},
        connection.execute(live).scalar() or 0,
    )
