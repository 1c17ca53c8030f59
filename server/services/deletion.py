"""Deleting an account: asked again who it is, a week to think, then everything goes."""

from __future__ import annotations

import hmac
import logging
from dataclasses import replace

from server.errors import bad_request, conflict, forbidden
from server.services.context import Context
from server.services.passwords import verified
from server.storage import audit, deletion
from server.storage.audit import Entry
from server.storage.engine import Connection
from server.storage.users import UserRow

logger = logging.getLogger(__name__)

GRACE_S = 7 * 86_400


async def ask(context: Context, user: UserRow, password: str | None, secret: str | None) -> UserRow:
    """Have the account deleted when the time to think is over; asking again does not put it off.

    Args:
        password: the account's; the user of a bundled server has `secret`, the parent's, instead.

    Raises:
        ApiError: 400 without the one that is wanted, 403 for a wrong one, 409 for the last
            administrator.
    """
    await _check(context, user, password, secret)
    if user.delete_at is not None:
        return user
    now = context.now()
    chosen = replace(user, delete_at=now + GRACE_S)

    def change(connection: Connection) -> None:
        _refuse_last_admin(connection, user)
        deletion.set_delete_at(connection, user.id, chosen.delete_at)
        audit.add(connection, Entry("account.delete_asked", user.id, user.id), now)

    await context.database.write(change)
    return chosen


async def delete_now(
    context: Context, user: UserRow, password: str | None, secret: str | None
) -> dict[str, int]:
    """Delete the account at once; how much of what went with it.

    Raises:
        ApiError: as `ask`.
    """
    await _check(context, user, password, secret)

    def change(connection: Connection) -> dict[str, int]:
        _refuse_last_admin(connection, user)
        return _delete(connection, user.id, context.now())

    return await context.database.write(change)


async def change_mind(context: Context, user: UserRow) -> UserRow:
    """Keep the account.

    Raises:
        ApiError: 409 where nothing was asked.
    """
    if user.delete_at is None:
        raise conflict("This account is not about to be deleted.")
    now = context.now()

    def change(connection: Connection) -> None:
        deletion.set_delete_at(connection, user.id, None)
        audit.add(connection, Entry("account.kept", user.id, user.id), now)

    await context.database.write(change)
    return replace(user, delete_at=None)


async def sweep(context: Context) -> list[str]:
    """Delete the accounts whose time is over; their ids."""
    now = context.now()

    def change(connection: Connection) -> list[str]:
        gone = []
        for user_id in deletion.due(connection, now):
            if deletion.is_last_admin(connection, user_id):
                # The others went after this one had asked.
                logger.warning("The last administrator's account is not deleted: make another one.")
                continue
            _delete(connection, user_id, now)
            gone.append(user_id)
        return gone

    return await context.database.write(change)


def _delete(connection: Connection, user_id: str, now: int) -> dict[str, int]:
    gone = deletion.delete_user(connection, user_id)
    # What stays says that somebody went and how much with them, not who.
    counts = ", ".join(f"{name} {count}" for name, count in gone.items())
    audit.add(connection, Entry("account.deleted", None, None, target=counts), now)
    return gone


def _refuse_last_admin(connection: Connection, user: UserRow) -> None:
    if deletion.is_last_admin(connection, user.id):
        raise conflict("The last administrator stays: make somebody else one first.")


async def _check(context: Context, user: UserRow, password: str | None, secret: str | None) -> None:
    if user.password_hash is None:
        expected = context.secrets.local_secret
        if secret is None or expected is None:
            raise bad_request("The local secret is wanted again.")
        right = hmac.compare_digest(expected.encode(), secret.encode())
    else:
        if password is None:
            raise bad_request("The password is wanted again.")
        right = (await verified(user.password_hash, password))[0]
    if not right:
        raise forbidden("The password is wrong.")
