"""Access tokens, and the user behind one as the database has them now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from server.errors import unauthorized
from server.services.context import Context
from server.signing import TokenError
from server.storage import sessions, users
from server.storage.engine import Connection
from server.storage.users import UserRow

ACCESS_TTL_S = 900
_AUDIENCE = "interview-api"
_USE = "access"


@dataclass(frozen=True, slots=True)
class Access:
    """What an access token says: whose it is, and of which session, if any."""

    user_id: str
    session_id: str | None


def access_token(context: Context, user_id: str, session_id: str | None = None) -> dict[str, Any]:
    """A signed access token in the answer's shape."""
    claims = {"sub": user_id} if session_id is None else {"sub": user_id, "sid": session_id}
    token = context.signing_key.sign(
        audience=_AUDIENCE, use=_USE, claims=claims, now=context.now(), ttl_s=ACCESS_TTL_S
    )
    return {"access_token": token, "token_type": "Bearer", "expires_in": ACCESS_TTL_S}


def read_access(context: Context, token: str) -> Access:
    """What a valid access token says.

    Raises:
        ApiError: 401, whatever is wrong with it.
    """
    try:
        claims = context.signing_key.read(token, audience=_AUDIENCE, use=_USE, now=context.now())
    except TokenError:
        raise unauthorized() from None
    session_id = claims.get("sid")
    if "sid" in claims and not isinstance(session_id, str):
        raise unauthorized()
    return Access(claims["sub"], session_id)


async def user_of_token(context: Context, token: str) -> UserRow:
    """The user as the database has them now; one query, since every request asks it.

    Raises:
        ApiError: 401, also for a disabled user and for a session that has ended.
    """
    return await user_of(context, read_access(context, token))


async def user_of(context: Context, access: Access) -> UserRow:
    """The user of a valid token, as `find_user`, in a transaction of its own.

    Raises:
        ApiError: 401.
    """
    now = context.now()
    return await context.database.read(lambda connection: find_user(connection, access, now))


def find_user(connection: Connection, access: Access, now: int) -> UserRow:
    """The user of a valid token as the database has them in this transaction.

    Raises:
        ApiError: 401, also for a disabled user and for a session that has ended.
    """
    if access.session_id is None:
        user = users.find_enabled(connection, access.user_id)
    else:
        user = sessions.find_user(connection, access.user_id, access.session_id, now)
    if user is None:
        raise unauthorized()
    return user
