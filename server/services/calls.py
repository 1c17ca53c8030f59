"""Calls of an interview: reported when they are live, hung up from here."""

from __future__ import annotations

from typing import Any

from server.errors import conflict, not_found
from server.services.access import owned_or_hidden
from server.services.clock import iso
from server.services.context import Context
from server.storage import calls
from server.storage.calls import CallRow
from server.storage.engine import Connection
from server.storage.users import UserRow


def shown(row: CallRow) -> dict[str, Any]:
    """The answer's shape."""
    return {
        "call_id": row.id,
        "question": row.question,
        "started_at": iso(row.started_at),
        "ended_at": None if row.ended_at is None else iso(row.ended_at),
    }


async def report(
    context: Context, user: UserRow, interview_id: str, call_id: str, question: int
) -> tuple[CallRow, bool, list[str]]:
    """(the call, whether it is new, the older calls that end with it).

    Raises:
        ApiError: 404, 409 when the interview is over or the call has ended.
    """
    now = context.now()

    def change(connection: Connection) -> tuple[CallRow, bool, list[str]]:
        interview = owned_or_hidden(connection, user, interview_id)
        known = calls.of_interview(connection, interview_id)
        for row in known:
            if row.id == call_id:
                if row.ended_at is not None:
                    raise conflict("This call has ended.")
                return row, False, []
        if interview.status != "in-progress":
            raise conflict(f"The interview is {interview.status}: it has no calls any more.")
        older = calls.end_all(connection, interview_id, now)
        new = CallRow(interview_id, call_id, question, now, None)
        calls.add(connection, new)
        return new, True, older

    return await context.database.write(change)


async def listed(context: Context, user: UserRow, interview_id: str) -> list[CallRow]:
    """Every call of the owner's interview.

    Raises:
        ApiError: 404.
    """

    def read(connection: Connection) -> list[CallRow]:
        owned_or_hidden(connection, user, interview_id)
        return calls.of_interview(connection, interview_id)

    return await context.database.read(read)


async def end(context: Context, user: UserRow, interview_id: str, call_id: str) -> None:
    """Note the end of a live call.

    Raises:
        ApiError: 404.
    """
    now = context.now()

    def change(connection: Connection) -> None:
        owned_or_hidden(connection, user, interview_id)
        if not calls.end(connection, interview_id, call_id, now):
            raise not_found("There is no such call.")

    await context.database.write(change)
