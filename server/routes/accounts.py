"""Signing in, and who one is."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.routes.http import Open, json_body, json_response, resource
from server.services import accounts
from server.services.context import Context
from server.storage.users import UserRow

NO_STORE = {"Cache-Control": "no-store"}


class _Local(msgspec.Struct, forbid_unknown_fields=True):
    secret: Annotated[str, Meta(max_length=200)]


class _SignIn(msgspec.Struct, forbid_unknown_fields=True):
    email: Annotated[str, Meta(max_length=254)]
    password: Annotated[str, Meta(max_length=1024)]


def routes() -> list[Route]:
    """The routes of accounts."""
    return [
        resource("/api/v1/auth/local", POST=Open(_local)),
        resource("/api/v1/auth/token", POST=Open(_token)),
        resource("/api/v1/users/me", GET=_me),
    ]


async def _local(request: Request, context: Context) -> Response:
    body = await json_body(request, _Local)
    return json_response(await accounts.sign_in_locally(context, body.secret), headers=NO_STORE)


async def _token(request: Request, context: Context) -> Response:
    body = await json_body(request, _SignIn)
    return json_response(
        await accounts.sign_in(context, body.email, body.password), headers=NO_STORE
    )


async def _me(_request: Request, _context: Context, user: UserRow) -> Response:
    return json_response({"id": user.id, "email": user.email, "role": user.role})
