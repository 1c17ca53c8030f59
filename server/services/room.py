"""What a candidate sees and does at a question."""

from __future__ import annotations

import uuid
from typing import Any

from server.cases import Case, check_number
from server.errors import conflict
from server.services.access import owned_or_hidden, read_shared
from server.services.context import Context
from server.services.templates import case_of
from server.storage import room
from server.storage.engine import Connection
from server.storage.interviews import InterviewRow
from server.storage.room import EventRow, NumberRow
from server.storage.users import UserRow

LADDER_TOP = 5


def _still_open(row: InterviewRow) -> None:
    # The debrief has told the answers by then.
    if row.status == "completed":
        raise conflict("The interview is completed and takes no more answers.")


def _reached(row: InterviewRow, number: int) -> None:
    if number > row.current_question:
        raise conflict(f"Question {number} has not been reached yet.")


async def question(
    context: Context, user: UserRow, interview_id: str, number: int
) -> dict[str, Any]:
    """A question as the room shows it, with the exhibits that may be seen by now.

    Raises:
        ApiError: 404, 409 for a question not reached yet.
    """

    def read(connection: Connection, row: InterviewRow) -> Case:
        _reached(row, number)
        return case_of(context, connection, row)

    case = await read_shared(context, user, interview_id, "transcript", read)
    asked = case.question(number)
    return {
        "number": number,
        "kind": asked.kind,
        "prompt": asked.prompt,
        "short": asked.short,
        "think_s": asked.think_s,
        "target_s": asked.target_s,
        "case_prompt": " ".join(case.prompt.split()),
        "exhibits": [
            {
                "id": exhibit.id,
                "title": exhibit.title,
                "kind": exhibit.kind,
                "unit": exhibit.unit,
                "columns": exhibit.columns,
                "rows": exhibit.rows,
                "spoken": exhibit.spoken,
                "question": exhibit.question,
            }
            for exhibit in case.exhibits_until(number)
        ],
    }


async def next_hint(
    context: Context, user: UserRow, interview_id: str, number: int
) -> dict[str, Any]:
    """The next step of the ladder, recorded.

    Raises:
        ApiError: 404, 409 when there is none left, the question is not reached, or all is over.
    """

    def change(connection: Connection) -> dict[str, Any]:
        row = owned_or_hidden(connection, user, interview_id)
        _still_open(row)
        _reached(row, number)
        level = room.hints_used(connection, interview_id, number) + 1
        if level > LADDER_TOP:
            raise conflict("There are no more hints for this question.")
        room.add_hint(connection, interview_id, number, level, context.now())
        return {
            "level": level,
            "text": case_of(context, connection, row).question(number).hints[level - 1],
        }

    return await context.database.write(change)


async def give_number(
    context: Context,
    user: UserRow,
    interview_id: str,
    number: int,
    *,
    text: str,
    value: float,
    unit: str,
) -> dict[str, Any]:
    """The verdict on a number; what was expected is not told before the debrief.

    Raises:
        ApiError: 404, 409 where no number is asked for, or none any more.
    """

    def change(connection: Connection) -> dict[str, Any]:
        row = owned_or_hidden(connection, user, interview_id)
        _still_open(row)
        _reached(row, number)
        check = check_number(case_of(context, connection, row), number, value, unit)
        if check is None:
            raise conflict("This question asks for no number.")
        room.add_number(
            connection,
            NumberRow(
                id=str(uuid.uuid4()),
                interview_id=interview_id,
                question=number,
                text=text,
                value=value,
                unit=unit,
                verdict=check.verdict,
                diagnosis=check.diagnosis,
                created_at=context.now(),
            ),
        )
        return {"verdict": check.verdict, "diagnosis": check.diagnosis}

    return await context.database.write(change)


async def add_event(
    context: Context,
    user: UserRow,
    interview_id: str,
    number: int,
    *,
    event_id: str,
    kind: str,
    at_ms: int,
    data: bytes,
) -> bool:
    """Append an event; False if this id is there already.

    Raises:
        ApiError: 404, 409 for a question not reached yet.
    """

    def change(connection: Connection) -> bool:
        row = owned_or_hidden(connection, user, interview_id)
        _reached(row, number)
        if room.has_event(connection, interview_id, event_id):
            return False
        event = EventRow(event_id, interview_id, number, kind, at_ms, data.decode(), context.now())
        room.add_event(connection, event)
        return True

    return await context.database.write(change)


async def events(context: Context, user: UserRow, interview_id: str) -> list[EventRow]:
    """Everything that happened, in the order of the recording.

    Raises:
        ApiError: 404.
    """
    return await read_shared(
        context,
        user,
        interview_id,
        "transcript",
        lambda connection, row: room.events(connection, row.id),
    )
