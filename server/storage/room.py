"""Queries on what happens in the room. The caller has checked whose interview it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, func, insert, select

from server.storage.tables import hints_given, numbers_given, room_events


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened at a question; `data` is JSON text."""

    id: str
    interview_id: str
    question: int
    type: str
    at_ms: int
    data: str
    created_at: int


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A number that was given, with its verdict."""

    id: str
    interview_id: str
    question: int
    text: str
    value: float
    unit: str
    verdict: str
    diagnosis: str | None
    created_at: int


def has_event(connection: Connection, interview_id: str, event_id: str) -> bool:
    """Whether the interview has an event with this id."""
    known = select(room_events.c.id).where(
        room_events.c.interview_id == interview_id, room_events.c.id == event_id
    )
    return connection.execute(known).first() is not None


def add_event(connection: Connection, event: EventRow) -> None:
    """Append an event."""
    before = select(func.count()).where(room_events.c.interview_id == event.interview_id)
    position = connection.execute(before).scalar_one() + 1
    connection.execute(insert(room_events).values(**asdict(event), position=position))


def events(connection: Connection, interview_id: str) -> list[EventRow]:
    """Every event of an interview in the order of the recording."""
    columns = [column for column in room_events.c if column.name != "position"]
    rows = connection.execute(
        select(*columns)
        .where(room_events.c.interview_id == interview_id)
        .order_by(room_events.c.at_ms, room_events.c.position, room_events.c.id)
    )
    return [EventRow(**row._mapping) for row in rows]


def hints_used(connection: Connection, interview_id: str, question: int) -> int:
    """How far up the ladder the question is, 0 to 5."""
    level = connection.execute(
        select(func.max(hints_given.c.level)).where(
            hints_given.c.interview_id == interview_id, hints_given.c.question == question
        )
    ).scalar()
    return level or 0


def hints(connection: Connection, interview_id: str) -> list[tuple[int, int, int]]:
    """(question, level, when) of every hint, in their order."""
    rows = connection.execute(
        select(hints_given.c.question, hints_given.c.level, hints_given.c.created_at)
        .where(hints_given.c.interview_id == interview_id)
        .order_by(hints_given.c.question, hints_given.c.level)
    )
    return [(question, level, at) for question, level, at in rows]


def add_hint(
    connection: Connection, interview_id: str, question: int, level: int, now: int
) -> None:
    """Record that a level was given."""
    connection.execute(
        insert(hints_given).values(
            interview_id=interview_id, question=question, level=level, created_at=now
        )
    )


def add_number(connection: Connection, number: NumberRow) -> None:
    """Append a number that was given."""
    before = select(func.count()).where(numbers_given.c.interview_id == number.interview_id)
    position = connection.execute(before).scalar_one() + 1
    connection.execute(insert(numbers_given).values(**asdict(number), position=position))


def numbers(connection: Connection, interview_id: str) -> list[NumberRow]:
    """Every number given, in their order."""
    columns = [column for column in numbers_given.c if column.name != "position"]
    rows = connection.execute(
        select(*columns)
        .where(numbers_given.c.interview_id == interview_id)
        .order_by(numbers_given.c.position, numbers_given.c.created_at, numbers_given.c.id)
    )
    return [NumberRow(**row._mapping) for row in rows]


def last_numbers(connection: Connection, interview_id: str) -> dict[int, NumberRow]:
    """The last number given at each question."""
    return {row.question: row for row in numbers(connection, interview_id)}
