"""Invitations and password resets: codes that work once, shown once to an administrator."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from server.errors import conflict, not_found, unauthorized
from server.services import sessions
from server.services.access import ADMIN, require_role
from server.services.accounts import TAKEN, checked_address
from server.services.attempts import Attempts
from server.services.clock import iso
from server.services.context import Context
from server.services.passwords import check_password, hashed
from server.storage import audit, codes, users
from server.storage import sessions as stored_sessions
from server.storage.audit import Entry
from server.storage.codes import CodeRow, Kind
from server.storage.engine import Connection
from server.storage.users import UserRow

INVITATION_S = 7 * 86_400
RESET_S = 3600
# How long a code that ran out is kept, for whoever asks what became of it.
KEEP_S = 30 * 86_400
CODE_PREFIX = "code_"
_REFUSED = "The code is wrong, was used, or has run out. Ask your administrator for a new one."


def _new(
    kind: Kind, email: str, role: str, user_id: str | None, by: str, now: int
) -> tuple[str, CodeRow]:
    code = CODE_PREFIX + secrets.token_urlsafe(32)
    life_s = INVITATION_S if kind == "invitation" else RESET_S
    return code, CodeRow(
        code_hash=sessions.digest(code),
        id=str(uuid.uuid4()),
        kind=kind,
        email=email,
        role=role,
        user_id=user_id,
        created_by=by,
        created_at=now,
        expires_at=now + life_s,
    )


async def invite(context: Context, admin: UserRow, email: str, role: str) -> dict[str, Any]:
    """A code with which this address becomes a user, in place of an earlier one.

    Raises:
        ApiError: 400, 403, 409 for an address that has an account.
    """
    address = checked_address(email)
    require_role(admin, ADMIN)
    now = context.now()
    code, row = _new("invitation", address, role, None, admin.id, now)

    def add(connection: Connection) -> None:
        if users.find_by_email(connection, address):
            raise conflict(TAKEN)
        codes.forget_ended(connection, now - KEEP_S)
        codes.add(connection, row)
        audit.add(connection, Entry("invitation.create", None, admin.id, target=row.id), now)

    await context.database.write(add)
    return {
        "id": row.id,
        "code": code,
        "email": row.email,
        "role": row.role,
        "expires_at": iso(row.expires_at),
    }


async def pending(
    context: Context, admin: UserRow, skip: int, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """A page of the invitations that can still be used, without their codes.

    Raises:
        ApiError: 403.
    """
    require_role(admin, ADMIN)
    now = context.now()
    rows, total = await context.database.read(
        lambda connection: codes.listed(connection, "invitation", now, skip, limit)
    )
    return [
        {
            "id": row.id,
            "email": row.email,
            "role": row.role,
            "created_by": row.created_by,
            "created_at": iso(row.created_at),
            "expires_at": iso(row.expires_at),
        }
        for row in rows
    ], total


async def take_back(context: Context, admin: UserRow, invitation_id: str) -> None:
    """Make an invitation worthless.

    Raises:
        ApiError: 403, 404.
    """
    require_role(admin, ADMIN)
    now = context.now()

    def remove(connection: Connection) -> None:
        if not codes.remove(connection, "invitation", invitation_id, now):
            raise not_found("There is no such invitation.")
        entry = Entry("invitation.delete", None, admin.id, target=invitation_id)
        audit.add(connection, entry, now)

    await context.database.write(remove)


async def accept(
    context: Context,
    attempts: Attempts,
    client: str,
    code: str,
    password: str,
    display_name: str | None,
    label: str,
) -> dict[str, Any]:
    """Make the user that an invitation is for, and sign them in.

    Raises:
        ApiError: 400, 401 for a code that cannot be used, 409 for an address that has an account
            by now, 429.
    """
    check_password(password)
    now = context.now()
    known = await _tried(context, attempts, client, "invitation", code)
    user = UserRow(
        str(uuid.uuid4()), known.email, known.role, await hashed(password), now, display_name
    )

    def add(connection: Connection) -> sessions.Begun:
        if not codes.use(connection, "invitation", known.code_hash, now):
            raise unauthorized(_REFUSED)
        if users.find_by_email(connection, user.email):
            raise conflict(TAKEN)
        users.add(connection, user)
        codes.belongs_to(connection, known.code_hash, user.id)
        audit.add(connection, Entry("user.create", user.id, user.id, target=known.id), now)
        return sessions.begin(connection, user, label, now)

    return sessions.tokens(context, await context.database.write(add))


async def offer_reset(context: Context, admin: UserRow, user_id: str) -> dict[str, Any]:
    """A code with which this user can set a new password, in place of an earlier one.

    Raises:
        ApiError: 403, 404, 409 for a disabled user.
    """
    require_role(admin, ADMIN)
    now = context.now()

    def add(connection: Connection) -> tuple[str, CodeRow]:
        user = users.find(connection, user_id)
        if user is None:
            raise not_found("There is no such user.")
        if user.disabled_at is not None:
            raise conflict("This user is disabled: enable them first.")
        code, row = _new("reset", user.email, user.role, user.id, admin.id, now)
        codes.forget_ended(connection, now - KEEP_S)
        codes.add(connection, row)
        audit.add(connection, Entry("user.password_reset", user.id, admin.id, target=row.id), now)
        return code, row

    code, row = await context.database.write(add)
    return {"code": code, "expires_at": iso(row.expires_at)}


async def reset_password(
    context: Context, attempts: Attempts, client: str, code: str, password: str
) -> None:
    """Set a new password with a code; every session of the user ends.

    Raises:
        ApiError: 400, 401 for a code that cannot be used, 429.
    """
    check_password(password)
    now = context.now()
    known = await _tried(context, attempts, client, "reset", code)
    new = await hashed(password)

    def change(connection: Connection) -> None:
        user = users.find_enabled(connection, known.user_id or "")
        if user is None or not codes.use(connection, "reset", known.code_hash, now):
            raise unauthorized(_REFUSED)
        users.set_password_hash(connection, user.id, new)
        stored_sessions.end_all(connection, user.id, now)
        audit.add(connection, Entry("auth.password", user.id, user.id, target=known.id), now)

    await context.database.write(change)


async def _tried(
    context: Context, attempts: Attempts, client: str, kind: Kind, code: str
) -> CodeRow:
    """The code, before the costly hash is made; a wrong one counts."""
    now = context.now()
    known_hash = sessions.digest(code.strip())

    def find(connection: Connection) -> CodeRow | None:
        return codes.find_live(connection, kind, known_hash, now)

    with attempts.trying(now, client=client):
        row = await context.database.read(find)
        if row is None:
            refused = Entry("auth.refused", None, None)
            await context.database.write(lambda connection: audit.add(connection, refused, now))
            raise unauthorized(_REFUSED)
    return row
