"""Comments: what candidate and coach say about a moment of the recording."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from server.errors import ApiError, bad_request, conflict, not_found
from server.services.access import read_shared, shared_or_hidden
from server.services.clock import iso
from server.services.context import Context
from server.services.recordings import line_ms
from server.storage import comments, recordings
from server.storage.comments import CommentRow
from server.storage.engine import Connection
from server.storage.interviews import InterviewRow
from server.storage.users import UserRow

NONE = "There is no such comment."


@dataclass(frozen=True, slots=True)
class NewComment:
    """What somebody wants to say; with an `id` of their own it can be sent twice."""

    id: str | None
    at_ms: int
    end_ms: int | None
    text: str
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class Edit:
    """What an author changes; None means not mentioned."""

    text: str | None
    at_ms: int | None
    end_ms: int | None


def etag(row: CommentRow) -> str:
    """The version as an entity tag."""
    return f'"{row.version}"'


def shown(row: CommentRow) -> dict[str, Any]:
    """The answer's shape."""
    return {
        "id": row.id,
        "interview_id": row.interview_id,
        "author_id": row.author_id,
        "parent_id": row.parent_id,
        "at_ms": row.at_ms,
        "end_ms": row.end_ms,
        "text": row.text,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.updated_at),
    }


async def listed(
    context: Context, user: UserRow, interview_id: str, skip: int, limit: int
) -> tuple[list[CommentRow], int]:
    """A page of the comments and how many there are, for the owner or a coach with `feedback`.

    Raises:
        ApiError: 404.
    """
    return await read_shared(
        context,
        user,
        interview_id,
        "feedback",
        lambda connection, row: comments.listed(connection, row.id, skip, limit),
    )


async def get(context: Context, user: UserRow, interview_id: str, comment_id: str) -> CommentRow:
    """One comment, for the same people.

    Raises:
        ApiError: 404.
    """

    def read(connection: Connection, row: InterviewRow) -> CommentRow:
        found = comments.find(connection, row.id, comment_id)
        if found is None:
            raise not_found(NONE)
        return found

    return await read_shared(context, user, interview_id, "feedback", read)


async def add(
    context: Context, user: UserRow, interview_id: str, new: NewComment
) -> tuple[CommentRow, bool]:
    """(the comment, whether it is new); the same again under its id changes nothing.

    Raises:
        ApiError: 404, 400 beyond the recording or for a parent that cannot be, 409 for an id that
            stands for something else.
    """
    now = context.now()
    row = CommentRow(
        id=new.id or str(uuid.uuid4()),
        interview_id=interview_id,
        author_id=user.id,
        parent_id=new.parent_id,
        at_ms=new.at_ms,
        end_ms=new.end_ms,
        text=new.text,
        created_at=now,
        updated_at=now,
        version=1,
    )

    def change(connection: Connection) -> tuple[CommentRow, bool]:
        shared_or_hidden(connection, user, interview_id, "feedback", now)
        known = comments.find(connection, interview_id, row.id)
        if known is not None and _same(known, row):
            return known, False
        if known is not None or comments.is_taken(connection, row.id):
            raise conflict("This id stands for another comment.")
        _check_place(connection, row)
        if new.parent_id is not None:
            parent = comments.find(connection, interview_id, new.parent_id)
            if parent is None or parent.parent_id is not None:
                raise bad_request("parent_id must be a comment of this interview, not a reply.")
        comments.add(connection, row)
        return row, True

    return await context.database.write(change)


async def change(
    context: Context,
    user: UserRow,
    interview_id: str,
    comment_id: str,
    edit: Edit,
    if_match: frozenset[str] | None,
) -> CommentRow:
    """Change one's own comment.

    Raises:
        ApiError: 404, 400, 412 for an old version.
    """
    now = context.now()

    def apply(connection: Connection) -> CommentRow:
        shared_or_hidden(connection, user, interview_id, "feedback", now)
        row = comments.find(connection, interview_id, comment_id)
        if row is None or row.author_id != user.id:
            raise not_found(NONE)
        if if_match is not None and not if_match & {"*", etag(row)}:
            raise ApiError(412, "The comment has changed meanwhile: read it again.")
        new = replace(
            row,
            text=row.text if edit.text is None else edit.text,
            at_ms=row.at_ms if edit.at_ms is None else edit.at_ms,
            end_ms=row.end_ms if edit.end_ms is None else edit.end_ms,
        )
        if new == row:
            return row
        _check_place(connection, new)
        new = replace(new, updated_at=now, version=row.version + 1)
        comments.replace(connection, new)
        return new

    return await context.database.write(apply)


async def remove(context: Context, user: UserRow, interview_id: str, comment_id: str) -> None:
    """Delete a comment with its replies: one's own, or any on one's own interview.

    Raises:
        ApiError: 404.
    """
    now = context.now()

    def apply(connection: Connection) -> None:
        interview = shared_or_hidden(connection, user, interview_id, "feedback", now)
        row = comments.find(connection, interview_id, comment_id)
        if row is None or user.id not in (row.author_id, interview.user_id):
            raise not_found(NONE)
        comments.remove(connection, interview_id, comment_id)

    await context.database.write(apply)


def _same(known: CommentRow, row: CommentRow) -> bool:
    given = ("id", "interview_id", "author_id", "parent_id", "at_ms", "end_ms", "text")
    return all(getattr(known, name) == getattr(row, name) for name in given)


def _check_place(connection: Connection, row: CommentRow) -> None:
    if row.end_ms is not None and row.end_ms < row.at_ms:
        raise bad_request("A comment cannot end before it begins.")
    end_ms = line_ms(recordings.of_interview(connection, row.interview_id))
    if end_ms and max(row.at_ms, row.end_ms or 0) > end_ms:
        raise bad_request("The comment stands beyond the end of the recording.")
