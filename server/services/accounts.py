"""Signing in, and the accounts that an administrator keeps."""

from __future__ import annotations

import hmac
import re
import uuid
from dataclasses import dataclass, replace
from typing import Any

from server.errors import bad_request, conflict, forbidden, not_found, unauthorized
from server.services import sessions
from server.services.access import ADMIN, REVIEWERS, require_role
from server.services.attempts import Attempts
from server.services.clock import iso
from server.services.context import Context
from server.services.passwords import check_password, hashed, verified
from server.services.tokens import Access, access_token
from server.storage import audit, users
from server.storage import sessions as stored_sessions
from server.storage.audit import Entry
from server.storage.engine import Connection
from server.storage.users import UserRow

ROLES = ("candidate", "coach", "admin")
LOCAL_EMAIL = "local@localhost"
MAX_NAME = 120
TAKEN = "This address has an account already."
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_REFUSED = "The address or the password is wrong."


@dataclass(frozen=True, slots=True)
class Change:
    """What an administrator changes of a user; None means not mentioned.

    Args:
        display_name: empty takes it away.
    """

    role: str | None = None
    disabled: bool | None = None
    display_name: str | None = None


def checked_address(email: str) -> str:
    """The address as it is stored.

    Raises:
        ApiError: 400.
    """
    address = email.strip().lower()
    if not _EMAIL.fullmatch(address) or _CONTROL.search(address):
        raise bad_request("This is not an e-mail address.")
    return address


def checked_name(name: str) -> str:
    """A display name without space around it.

    Raises:
        ApiError: 400.
    """
    trimmed = name.strip()
    if not 1 <= len(trimmed) <= MAX_NAME or _CONTROL.search(trimmed):
        raise bad_request(f"The display name needs 1 to {MAX_NAME} characters that can be seen.")
    return trimmed


def shown(user: UserRow) -> dict[str, Any]:
    """The user as they see themselves."""
    return {
        "id": user.id,
        "email": user.email,
        "role": user.role,
        "display_name": user.display_name,
        "created_at": iso(user.created_at),
        "delete_at": None if user.delete_at is None else iso(user.delete_at),
    }


def shown_to_admin(user: UserRow) -> dict[str, Any]:
    """The user as an administrator sees them."""
    disabled_at = None if user.disabled_at is None else iso(user.disabled_at)
    return {**shown(user), "disabled_at": disabled_at}


async def sign_in_locally(context: Context, secret: str) -> dict[str, Any]:
    """Tokens for the one user of a bundled server, made at the first call.

    Raises:
        ApiError: 404 where there is no local sign-in, 401 for a wrong secret.
    """
    expected = context.secrets.local_secret
    if expected is None or not context.settings.on_loopback:
        raise not_found()
    if not hmac.compare_digest(expected.encode(), secret.encode()):
        raise unauthorized("The local secret is wrong.")
    user = UserRow(str(uuid.uuid4()), LOCAL_EMAIL, "candidate", None, context.now())

    def find_or_make(connection: Connection) -> UserRow:
        known = users.find_by_email(connection, LOCAL_EMAIL)
        if known is None:
            users.add(connection, user)
        return known or user

    found = await context.database.write(find_or_make)
    if found.disabled_at is not None:
        raise unauthorized("This account is disabled.")
    return access_token(context, found.id)


async def sign_in(
    context: Context, attempts: Attempts, client: str, email: str, password: str, label: str
) -> dict[str, Any]:
    """Tokens of a new session for an address and its password.

    Raises:
        ApiError: 401, the same for an unknown address, a wrong password and a disabled account;
            429 after too many of them.
    """
    address = email.strip().lower()
    with attempts.trying(context.now(), client=client, account=address):
        user = await context.database.read(
            lambda connection: users.find_by_email(connection, address)
        )
        usable = user is not None and user.disabled_at is None
        right, stronger = await verified(user.password_hash if user and usable else None, password)
        now = context.now()

        def begin(connection: Connection) -> sessions.Begun | None:
            known = users.find_enabled(connection, user.id) if user and right else None
            # What was checked may have changed while it was checked.
            if known is None or user is None or known.password_hash != user.password_hash:
                audit.add(connection, Entry("auth.refused", user.id if user else None, None), now)
                return None
            if stronger is not None:
                users.set_password_hash(connection, known.id, stronger)
            return sessions.begin(connection, known, label, now)

        begun = await context.database.write(begin)
        if begun is None:
            raise unauthorized(_REFUSED)
    return sessions.tokens(context, begun)


async def change_password(
    context: Context,
    attempts: Attempts,
    client: str,
    user: UserRow,
    access: Access,
    current: str,
    new: str,
) -> None:
    """Set a new password; every other session of the user ends.

    Raises:
        ApiError: 400, 403 for a wrong current password, 429.
    """
    check_password(new)
    now = context.now()
    with attempts.trying(now, client=client, account=user.email):
        right, _ = await verified(user.password_hash, current)
        new_hash = await hashed(new) if right else None

        def change(connection: Connection) -> bool:
            known = users.find_enabled(connection, user.id)
            if new_hash is None or known is None or known.password_hash != user.password_hash:
                audit.add(connection, Entry("auth.refused", user.id, user.id), now)
                return False
            users.set_password_hash(connection, user.id, new_hash)
            stored_sessions.end_all(connection, user.id, now, but=access.session_id)
            audit.add(connection, Entry("auth.password", user.id, user.id), now)
            return True

        if not await context.database.write(change):
            raise forbidden("The current password is wrong.")


async def add_user(context: Context, email: str, role: str, password: str) -> UserRow:
    """Make a user.

    Raises:
        ApiError: 400 for what cannot be used, 409 for an address that is taken.
    """
    address = checked_address(email)
    if role not in ROLES:
        raise bad_request(f"The role must be one of {', '.join(ROLES)}.")
    check_password(password)
    now = context.now()
    user = UserRow(str(uuid.uuid4()), address, role, await hashed(password), now)

    def add(connection: Connection) -> None:
        if users.find_by_email(connection, address):
            raise conflict(TAKEN)
        users.add(connection, user)
        audit.add(connection, Entry("user.create", user.id, None), now)

    await context.database.write(add)
    return user


async def everybody(
    context: Context, admin: UserRow, skip: int, limit: int
) -> tuple[list[UserRow], int]:
    """A page of the accounts, and how many there are.

    Raises:
        ApiError: 403.
    """
    require_role(admin, ADMIN)
    return await context.database.read(lambda connection: users.listed(connection, skip, limit))


async def one(context: Context, admin: UserRow, user_id: str) -> UserRow:
    """One account.

    Raises:
        ApiError: 403, 404.
    """
    require_role(admin, ADMIN)
    user = await context.database.read(lambda connection: users.find(connection, user_id))
    if user is None:
        raise not_found("There is no such user.")
    return user


async def coaches(context: Context, skip: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """A page of those with whom an interview can be shared, and how many there are."""
    rows, total = await context.database.read(
        lambda connection: users.listed_with_roles(connection, REVIEWERS, skip, limit)
    )
    return [
        {"id": user.id, "display_name": user.display_name, "email": user.email} for user in rows
    ], total


async def rename(context: Context, user: UserRow, display_name: str) -> UserRow:
    """Give oneself another display name; empty takes it away."""

    def change(connection: Connection) -> UserRow:
        known = users.find_enabled(connection, user.id)
        if known is None:
            raise unauthorized()
        renamed = replace(known, display_name=display_name or None)
        users.replace(connection, renamed)
        return renamed

    return await context.database.write(change)


async def change_user(context: Context, admin: UserRow, user_id: str, change: Change) -> UserRow:
    """Change a user's role, name, or whether they may use the server.

    A disabled user is signed out everywhere, for good: enabling them revives no session.

    Raises:
        ApiError: 403, 404, 409 for an administrator who would lock themselves out.
    """
    require_role(admin, ADMIN)
    now = context.now()

    def apply(connection: Connection) -> UserRow:
        acting = users.find_enabled(connection, admin.id)
        # Two administrators who demote each other at once: the second is none any more, so one
        # always stays.
        if acting is None:
            raise unauthorized()
        require_role(acting, ADMIN)
        user = users.find(connection, user_id)
        if user is None:
            raise not_found("There is no such user.")
        changed = _changed(user, change, now)
        if user.id == admin.id and (changed.role != ADMIN or changed.disabled_at is not None):
            raise conflict("You cannot take away your own administrator's rights.")
        users.replace(connection, changed)
        if changed.disabled_at is not None:
            stored_sessions.end_all(connection, user.id, now)
        for action in _actions(user, changed):
            audit.add(connection, Entry(action, user.id, admin.id), now)
        return changed

    return await context.database.write(apply)


def _changed(user: UserRow, change: Change, now: int) -> UserRow:
    if change.role is not None:
        user = replace(user, role=change.role)
    if change.display_name is not None:
        user = replace(user, display_name=change.display_name or None)
    if change.disabled is True and user.disabled_at is None:
        user = replace(user, disabled_at=now)
    if change.disabled is False:
        user = replace(user, disabled_at=None)
    return user


def _actions(before: UserRow, after: UserRow) -> list[str]:
    changes = {
        f"user.role_{after.role}": before.role != after.role,
        "user.rename": before.display_name != after.display_name,
        "user.disable": before.disabled_at is None and after.disabled_at is not None,
        "user.enable": before.disabled_at is not None and after.disabled_at is None,
    }
    return [action for action, happened in changes.items() if happened]
