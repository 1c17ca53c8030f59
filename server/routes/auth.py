"""Signing in and out: tokens, refresh, sessions, passwords, invitations."""

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

NO_STORE = {"Cache-Control": "no-store"}


class _Local(msgspec.Struct, forbid_unknown_fields=True):
    secret: Annotated[str, Meta(max_length=200)]


class _SignIn(msgspec.Struct, forbid_unknown_fields=True):
    email: Annotated[str, Meta(max_length=254)]
    password: Annotated[str, Meta(max_length=1024)]


def routes() -> list[Route]:
    """The routes of this group."""
    return [
        resource("/api/v1/auth/local", POST=Open(_local)),
        resource("/api/v1/auth/token", POST=Open(_token)),
    ]


async def _local(request: Request, context: Context) -> Response:
    body = await json_body(request, _Local)
    return json_response(await accounts.sign_in_locally(context, body.secret), headers=NO_STORE)


async def _token(request: Request, context: Context) -> Response:
    body = await json_body(request, _SignIn)
    return json_response(
        await accounts.sign_in(context, body.email, body.password), headers=NO_STORE
    )
