"""Queries on interviews. Every one carries the owner, but for those marked `any_owner`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from server.storage.recordings import add_trash
from server.storage.tables import idempotency_keys, interviews, recordings
from server.storage.tables_review import shares

# What a candidate may share; `any` is met by whatever was shared.
Scope = Literal["transcript", "audio", "feedback", "any"]


@dataclass(frozen=True, slots=True)
class InterviewRow:
    """One interview; times are whole seconds since 1970 in UTC."""

    id: str
    user_id: str
    template_id: str
    template_slug: str
    template_version: int
    status: str
    started_at: int
    completed_at: int | None
    current_question: int
    questions_completed: tuple[int, ...]
    version: int


@dataclass(frozen=True, slots=True)
class IdempotentCreate:
    """An earlier creation under the same key."""

    body_hash: str
    interview_id: str


def interview_row(row: Row[tuple[object, ...]]) -> InterviewRow:
    """A row of the table, whole."""
    values: list[Any] = list(row)[:_WIDTH]
    values[_DONE] = _numbers(values[_DONE])
    return InterviewRow(*values)


_WIDTH = len(interviews.c)
_DONE = list(interviews.c.keys()).index("questions_completed")


@lru_cache(256)
def _numbers(done: str) -> tuple[int, ...]:
    # 2^4 sets of questions, each in ascending order.
    return tuple(int(part) for part in done.split(",") if part)


# Built once, as every statement that most requests execute: building costs more than executing.
_MINE = interviews.c.user_id == bindparam("user_id")
_ONE = interviews.c.id == bindparam("interview_id")
_FIND = select(interviews).where(_ONE, _MINE)
_FIND_ANY = select(interviews).where(_ONE)
_STATUS = interviews.c.status == bindparam("status")
_COUNT = select(func.count()).select_from(interviews).where(_MINE)
_COUNT_OF_STATUS = _COUNT.where(_STATUS)


def _page(count: Select[Any]) -> Select[Any]:
    return (
        select(interviews, count.correlate(None).scalar_subquery())
        .where(_MINE)
        .order_by(interviews.c.started_at.desc(), interviews.c.id)
        .offset(bindparam("skip"))
        .limit(bindparam("limit"))
    )


_PAGE, _PAGE_OF_STATUS = _page(_COUNT), _page(_COUNT_OF_STATUS).where(_STATUS)
_ADD = insert(interviews)
_CHANGING = ("status", "completed_at", "current_question", "questions_completed", "version")
_REPLACE = (
    update(interviews)
    .where(
        interviews.c.id == bindparam("the_id"),
        interviews.c.user_id == bindparam("the_user"),
        interviews.c.version == bindparam("the_version"),
    )
    .values({name: bindparam(name) for name in _CHANGING})
)


def find(connection: Connection, interview_id: str, user_id: str) -> InterviewRow | None:
    """The user's own interview."""
    row = connection.execute(_FIND, {"interview_id": interview_id, "user_id": user_id}).first()
    return None if row is None else interview_row(row)


def find_shared(
    connection: Connection, interview_id: str, coach_id: str, scope: Scope, now: int
) -> InterviewRow | None:
    """The interview, if it is shared with this coach now and in this scope."""
    live = select(shares.c.id).where(live_share(coach_id, scope, now)).exists()
    row = connection.execute(
        select(interviews).where(interviews.c.id == interview_id, live)
    ).first()
    return interview_row(row) if row else None


def live_share(coach_id: str, scope: Scope, now: int) -> ColumnElement[bool]:
    """The predicate of a share of the outer query's interview that holds now."""
    allowed = {
        "transcript": shares.c.transcript,
        "audio": shares.c.audio,
        "feedback": shares.c.feedback,
        "any": true(),
    }[scope]
    return and_(
        shares.c.interview_id == interviews.c.id,
        shares.c.coach_id == coach_id,
        shares.c.revoked_at.is_(None),
        or_(shares.c.expires_at.is_(None), shares.c.expires_at > now),
        allowed,
    )


def find_any_owner(connection: Connection, interview_id: str) -> InterviewRow | None:
    """The interview, whoever owns it: the caller decides between 403 and 404."""
    row = connection.execute(_FIND_ANY, {"interview_id": interview_id}).first()
    return None if row is None else interview_row(row)


def listed(
    connection: Connection, user_id: str, status: str | None, skip: int, limit: int
) -> tuple[list[InterviewRow], int]:
    """A page of a user's interviews, newest first, and how many there are in all."""
    values: dict[str, object] = {"user_id": user_id}
    page, count = _PAGE, _COUNT
    if status is not None:
        values["status"] = status
        page, count = _PAGE_OF_STATUS, _COUNT_OF_STATUS
    rows = connection.execute(page, values | {"skip": skip, "limit": limit}).all()
    # Every row of a page carries the total; beyond the last one there is none to carry it.
    total = rows[0][_WIDTH] if rows else connection.execute(count, values).scalar_one()
    return [interview_row(row) for row in rows], total


def ids_of_user(connection: Connection, user_id: str) -> list[str]:
    """Every interview of a user, oldest first."""
    mine = select(interviews.c.id).where(interviews.c.user_id == user_id)
    return list(connection.execute(mine.order_by(interviews.c.started_at)).scalars())


def add(connection: Connection, row: InterviewRow) -> None:
    """Store a new interview."""
    connection.execute(_ADD, _values(row))


def replace_if_version(connection: Connection, row: InterviewRow, version: int) -> bool:
    """Store `row` unless its owner's version has moved on; whether it was stored."""
    values = _values(row)
    changed = {name: values[name] for name in _CHANGING}
    names = {"the_id": row.id, "the_user": row.user_id, "the_version": version}
    done = connection.execute(_REPLACE, changed | names)
    return done.rowcount == 1


def remove(connection: Connection, interview_id: str, user_id: str) -> bool:
    """Delete the interview with all that hangs on it; its files go to the trash table."""
    mine = interviews.c.id == interview_id, interviews.c.user_id == user_id
    if connection.execute(select(interviews.c.id).where(*mine)).first() is None:
        return False
    files = select(recordings.c.id).where(recordings.c.interview_id == interview_id)
    for (file,) in connection.execute(files).all():
        add_trash(connection, file)
    connection.execute(delete(interviews).where(*mine))
    return True


def earlier_create(
    connection: Connection, user_id: str, key: str, since: int
) -> IdempotentCreate | None:
    """What was created under `key` by this user since that second."""
    row = connection.execute(
        select(idempotency_keys.c.body_hash, idempotency_keys.c.interview_id).where(
            idempotency_keys.c.user_id == user_id,
            idempotency_keys.c.key == key,
            idempotency_keys.c.created_at >= since,
        )
    ).first()
    return IdempotentCreate(row.body_hash, row.interview_id) if row else None


def remember_create(
    connection: Connection, user_id: str, key: str, create: IdempotentCreate, now: int
) -> None:
    """Keep what was created under `key`, in place of an older use of it."""
    connection.execute(
        delete(idempotency_keys).where(
            idempotency_keys.c.user_id == user_id, idempotency_keys.c.key == key
        )
    )
    connection.execute(
        insert(idempotency_keys).values(
            user_id=user_id,
            key=key,
            body_hash=create.body_hash,
            interview_id=create.interview_id,
            created_at=now,
        )
    )


def _values(row: InterviewRow) -> dict[str, object]:
    return {
        "id": row.id,
        "user_id": row.user_id,
        "template_id": row.template_id,
        "template_slug": row.template_slug,
        "template_version": row.template_version,
        "status": row.status,
        "started_at": row.started_at,
        "completed_at": row.completed_at,
        "current_question": row.current_question,
        "questions_completed": ",".join(map(str, row.questions_completed)),
        "version": row.version,
    }
