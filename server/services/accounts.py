"""Users, passwords and access tokens."""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets
import uuid
from typing import Any

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from server.errors import ApiError, bad_request, not_found, unauthorized
from server.services.context import Context
from server.storage import users
from server.storage.engine import Connection
from server.storage.users import UserRow

ACCESS_TTL_S = 900
ROLES = ("candidate", "coach", "admin")
LOCAL_EMAIL = "local@localhost"
_ISSUER = "interview-server"
_AUDIENCE = "interview-api"
_ALGORITHM = "HS256"
_KEY_ID = "1"
_LEEWAY_S = 30
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
MIN_PASSWORD = 10
# OWASP's argon2id minimum: 19 MiB, two passes; the library's own default took six times as long.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Checking against this costs an unknown address as long as a known one.
_DUMMY_HASH = _HASHER.hash(secrets.token_hex(16))
_HASHING = asyncio.Semaphore(2)


def access_token(context: Context, user_id: str) -> dict[str, Any]:
    """A signed access token in the answer's shape."""
    now = context.now()
    claims = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "sub": user_id,
        "iat": now,
        "exp": now + ACCESS_TTL_S,
        "jti": secrets.token_hex(8),
        "token_use": "access",
    }
    token = jwt.encode(claims, context.signing_key, algorithm=_ALGORITHM, headers={"kid": _KEY_ID})
    return {"access_token": token, "token_type": "Bearer", "expires_in": ACCESS_TTL_S}


def token_user(context: Context, token: str) -> str:
    """The user id of a valid access token.

    Raises:
        ApiError: 401, whatever is wrong with it.
    """
    try:
        if jwt.get_unverified_header(token).get("kid") != _KEY_ID:
            raise unauthorized()
        claims = jwt.decode(
            token,
            context.signing_key,
            algorithms=[_ALGORITHM],
            issuer=_ISSUER,
            audience=_AUDIENCE,
            leeway=_LEEWAY_S,
            options={"require": ["iss", "aud", "sub", "iat", "exp", "jti"]},
        )
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise unauthorized() from None
    # PyJWT knows nothing of what a token is for.
    if claims.get("token_use") != "access" or not isinstance(claims["sub"], str):
        raise unauthorized()
    subject: str = claims["sub"]
    return subject


async def user_of_token(context: Context, token: str) -> UserRow:
    """The user as the database has them now.

    Raises:
        ApiError: 401.
    """
    user_id = token_user(context, token)
    user = await context.database.read(lambda connection: users.find(connection, user_id))
    if user is None:
        raise unauthorized()
    return user


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

    return access_token(context, (await context.database.write(find_or_make)).id)


async def sign_in(context: Context, email: str, password: str) -> dict[str, Any]:
    """Tokens for an address and its password.

    Raises:
        ApiError: 401, the same for an unknown address and a wrong password.
    """
    address = email.strip().lower()
    user = await context.database.read(lambda connection: users.find_by_email(connection, address))
    stored = user.password_hash if user and user.password_hash else _DUMMY_HASH
    async with _HASHING:
        right, stronger = await asyncio.to_thread(_verify, stored, password)
    if user is None or user.password_hash is None or not right:
        raise unauthorized("The address or the password is wrong.")
    if stronger is not None:
        user_id = user.id
        await context.database.write(
            lambda connection: users.set_password_hash(connection, user_id, stronger)
        )
    return access_token(context, user.id)


async def add_user(context: Context, email: str, role: str, password: str) -> UserRow:
    """Make a user.

    Raises:
        ApiError: 400 for what cannot be used, 409 for an address that is taken.
    """
    address = email.strip().lower()
    if not _EMAIL.fullmatch(address):
        raise bad_request("This is not an e-mail address.")
    if role not in ROLES:
        raise bad_request(f"The role must be one of {', '.join(ROLES)}.")
    if not MIN_PASSWORD <= len(password) <= 1024:
        raise bad_request(f"The password needs at least {MIN_PASSWORD} characters.")
    hashed = await asyncio.to_thread(_HASHER.hash, password)
    user = UserRow(str(uuid.uuid4()), address, role, hashed, context.now())

    def add(connection: Connection) -> None:
        if users.find_by_email(connection, address):
            raise ApiError(409, "This address has an account already.")
        users.add(connection, user)

    await context.database.write(add)
    return user


def _verify(stored: str, password: str) -> tuple[bool, str | None]:
    """(right, a stronger hash to store). Blocks for some 50 ms."""
    try:
        _HASHER.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False, None
    return True, _HASHER.hash(password) if _HASHER.check_needs_rehash(stored) else None
