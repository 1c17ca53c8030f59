"""Who may do what: the one place that decides it, from roles and shares as they are now.

Every rule hands back the interview, found by a query that carries the owner or a live share; the
queries on what hangs on an interview run after it in the same transaction. An owner may do
everything. A coach may read what a live share names, and write comments and scores where it names
`feedback`. An administrator may list, read and delete the contract's object, nothing inside it.

Of the cases written on this server, a draft is its author's and the administrators'; what is
published is everybody's to practise; author and administrators change it. An assignment is for the
coach who gave it and the candidate who got it. Both count for an author or coach as long as they
have that role.

On the contract's own routes somebody else's interview is 403, on every added route 404.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from server.errors import forbidden, not_found
from server.services.context import Context
from server.storage import assignments, audit, interviews
from server.storage.assignments import AssignmentRow
from server.storage.audit import Entry
from server.storage.engine import Connection
from server.storage.interviews import InterviewRow, Scope
from server.storage.templates import DRAFT, PUBLISHED, TemplateRow
from server.storage.users import UserRow

T = TypeVar("T")
ADMIN = "admin"
REVIEWERS = ("coach", ADMIN)
# A coach who listens fetches many ranges: one look is noted once in this time.
LOOK_S = 600


def require_role(user: UserRow, *roles: str) -> None:
    """Whether the user has one of these roles now.

    Raises:
        ApiError: 403.
    """
    if user.role not in roles:
        raise forbidden(f"This is for {' and '.join(roles)} accounts only.")


def require_admin_or_hide(user: UserRow) -> None:
    """Whether the user is an administrator; for anybody else there is nothing.

    Raises:
        ApiError: 404.
    """
    if user.role != ADMIN:
        raise not_found()


def owned(
    connection: Connection, user: UserRow, interview_id: str, *, admin_may: bool = False
) -> InterviewRow:
    """The user's own interview, on one of the contract's routes: another's is 403.

    Raises:
        ApiError: 403, 404.
    """
    row = interviews.find(connection, interview_id, user.id)
    if row is not None:
        return row
    row = interviews.find_any_owner(connection, interview_id)
    if row is None:
        raise not_found("There is no such interview.")
    if not (admin_may and user.role == ADMIN):
        raise forbidden("This interview belongs to somebody else.")
    return row


def object_readable(
    connection: Connection, user: UserRow, interview_id: str, now: int
) -> InterviewRow:
    """The contract's object for its owner, a coach with any live share, or an administrator.

    Raises:
        ApiError: 403, 404.
    """
    if user.role in REVIEWERS:
        row = interviews.find_shared(connection, interview_id, user.id, "any", now)
        if row is not None:
            return row
    return owned(connection, user, interview_id, admin_may=True)


def owned_or_hidden(connection: Connection, user: UserRow, interview_id: str) -> InterviewRow:
    """The user's own interview, on an added route: another's does not exist.

    Raises:
        ApiError: 404.
    """
    row = interviews.find(connection, interview_id, user.id)
    if row is None:
        raise not_found("There is no such interview.")
    return row


def shared_or_hidden(
    connection: Connection, user: UserRow, interview_id: str, scope: Scope, now: int
) -> InterviewRow:
    """The interview for its owner, or for a coach whose live share names `scope`.

    Raises:
        ApiError: 404.
    """
    row = interviews.find(connection, interview_id, user.id)
    if row is None and user.role in REVIEWERS:
        row = interviews.find_shared(connection, interview_id, user.id, scope, now)
    if row is None:
        raise not_found("There is no such interview.")
    return row


def writes_template(user: UserRow, row: TemplateRow) -> bool:
    """Whether the user may change this case, and see it before and after it is published."""
    return user.role == ADMIN or (user.role in REVIEWERS and row.author_id == user.id)


def sees_template(user: UserRow, row: TemplateRow) -> bool:
    """Whether the user may see the card of this case."""
    return row.status == PUBLISHED or writes_template(user, row)


def practises_template(user: UserRow, row: TemplateRow) -> bool:
    """Whether the user may start an interview of this case; an author tries a draft so."""
    return row.status == PUBLISHED or (row.status == DRAFT and writes_template(user, row))


def drafts_seen(user: UserRow) -> tuple[str | None, bool]:
    """(whose drafts the user sees in a list, whether everybody's)."""
    return (user.id if user.role in REVIEWERS else None), user.role == ADMIN


def assignment_readable(connection: Connection, user: UserRow, assignment_id: str) -> AssignmentRow:
    """An assignment that the user gave or got.

    Raises:
        ApiError: 404.
    """
    row = assignments.find(connection, assignment_id, user.id, as_coach=user.role in REVIEWERS)
    if row is None:
        raise not_found("There is no such assignment.")
    return row


def assignment_given(connection: Connection, user: UserRow, assignment_id: str) -> AssignmentRow:
    """An assignment that the user gave, to change it.

    Raises:
        ApiError: 404.
    """
    row = assignment_readable(connection, user, assignment_id)
    if row.coach_id != user.id or user.role not in REVIEWERS:
        raise not_found("There is no such assignment.")
    return row


async def read_shared(
    context: Context,
    user: UserRow,
    interview_id: str,
    scope: Scope,
    query: Callable[[Connection, InterviewRow], T],
) -> T:
    """`query` on an interview that the user owns or that is shared with them in `scope`.

    A coach's look is noted in the owner's audit before it is answered.

    Raises:
        ApiError: 404, and what `query` raises.
    """
    now = context.now()
    look = Entry(f"{scope}.read", None, user.id, interview_id)

    def read(connection: Connection) -> tuple[T, bool]:
        row = shared_or_hidden(connection, user, interview_id, scope, now)
        known = row.user_id == user.id or audit.noted_since(connection, look, now - LOOK_S)
        return query(connection, row), known

    def note(connection: Connection) -> T:
        row = shared_or_hidden(connection, user, interview_id, scope, now)
        audit.add(connection, Entry(look.action, row.user_id, user.id, interview_id), now)
        return query(connection, row)

    answer, known = await context.database.read(read)
    return answer if known else await context.database.write(note)
