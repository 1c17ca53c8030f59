"""The notes that a candidate writes beside the conversation."""

from __future__ import annotations

from typing import Any

from server.services.access import owned_or_hidden
from server.services.clock import iso
from server.services.context import Context
from server.storage import notes
from server.storage.engine import Connection
from server.storage.notes import NotesRow
from server.storage.users import UserRow


async def read(context: Context, user: UserRow, interview_id: str) -> dict[str, Any]:
    """The notes of the owner's interview; empty where none were written.

    Raises:
        ApiError: 404.
    """

    def find(connection: Connection) -> NotesRow | None:
        owned_or_hidden(connection, user, interview_id)
        return notes.find(connection, interview_id)

    return _answer(await context.database.read(find))


async def write(context: Context, user: UserRow, interview_id: str, text: str) -> dict[str, Any]:
    """Replace the notes, at any time of the interview and after it.

    Raises:
        ApiError: 404.
    """
    row = NotesRow(text, context.now())

    def change(connection: Connection) -> None:
        owned_or_hidden(connection, user, interview_id)
        notes.put(connection, interview_id, row)

    await context.database.write(change)
    return _answer(row)


def _answer(row: NotesRow | None) -> dict[str, Any]:
    if row is None:
        return {"text": "", "updated_at": None}
    return {"text": row.text, "updated_at": iso(row.updated_at)}
