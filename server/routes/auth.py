"""Signing in and out: tokens, refresh, sessions, passwords, invitations."""

from __future__ import annotations

from typing import Annotated, cast

import msgspec
from msgspec import UNSET, Meta, UnsetType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.errors import bad_request, unauthorized
from server.routes.http import Open, bearer, json_body, json_response, path_uuid, resource
from server.routes.paging import page_of, page_response
from server.services import accounts, invitations, sessions
from server.services.attempts import Attempts
from server.services.context import Context
from server.services.tokens import Access, read_access, user_of_token
from server.storage.users import UserRow

NO_STORE = {"Cache-Control": "no-store"}

Password = Annotated[str, Meta(max_length=1024)]
Code = Annotated[str, Meta(max_length=200)]


class _Local(msgspec.Struct, forbid_unknown_fields=True):
    secret: Annotated[str, Meta(max_length=200)]


class _SignIn(msgspec.Struct, forbid_unknown_fields=True):
    email: Annotated[str, Meta(max_length=254)]
    password: Password


class _Refresh(msgspec.Struct, forbid_unknown_fields=True):
    refresh_token: Code


class _NewPassword(msgspec.Struct, forbid_unknown_fields=True):
    new_password: Password
    current_password: Password | UnsetType = UNSET
    code: Code | UnsetType = UNSET


class _Invitation(msgspec.Struct, forbid_unknown_fields=True):
    code: Code
    password: Password
    display_name: str | UnsetType = UNSET


def routes() -> list[Route]:
    """The routes of this group."""
    root = "/api/v1/auth"
    return [
        resource(f"{root}/local", POST=Open(_local)),
        resource(f"{root}/token", POST=Open(_token)),
        resource(f"{root}/refresh", POST=Open(_refresh)),
        resource(f"{root}/logout", POST=_logout),
        resource(f"{root}/sessions", GET=_sessions),
        resource(f"{root}/sessions/{{session_id}}", DELETE=_end_session),
        resource(f"{root}/password", POST=Open(_password)),
        resource(f"{root}/invitation", POST=Open(_invitation)),
    ]


def attempts_of(request: Request) -> Attempts:
    """The failures that this process counts."""
    return cast(Attempts, request.app.state.attempts)


def client_of(request: Request) -> str:
    """The address that asks, as far as it is believed."""
    return request.client.host if request.client else ""


def _label(request: Request) -> str:
    return sessions.label_of(request.headers.get("user-agent", ""))


def _access(request: Request, context: Context) -> Access:
    return read_access(context, bearer(request))


async def _local(request: Request, context: Context) -> Response:
    body = await json_body(request, _Local)
    return json_response(await accounts.sign_in_locally(context, body.secret), headers=NO_STORE)


async def _token(request: Request, context: Context) -> Response:
    body = await json_body(request, _SignIn)
    tokens = await accounts.sign_in(
        context,
        attempts_of(request),
        client_of(request),
        body.email,
        body.password,
        _label(request),
    )
    return json_response(tokens, headers=NO_STORE)


async def _refresh(request: Request, context: Context) -> Response:
    body = await json_body(request, _Refresh)
    return json_response(await sessions.refresh(context, body.refresh_token), headers=NO_STORE)


async def _logout(request: Request, context: Context, _user: UserRow) -> Response:
    await sessions.log_out(context, _access(request, context))
    return Response(status_code=204)


async def _sessions(request: Request, context: Context, user: UserRow) -> Response:
    current = _access(request, context).session_id
    items, total = await sessions.own(context, user, current, *page_of(request))
    return page_response(request, items, total)


async def _end_session(request: Request, context: Context, user: UserRow) -> Response:
    await sessions.end(context, user, path_uuid(request, "session_id"))
    return Response(status_code=204)


async def _password(request: Request, context: Context) -> Response:
    """By the current password for who is signed in, else by a code."""
    signed_in = "authorization" in request.headers
    user = await user_of_token(context, bearer(request)) if signed_in else None
    body = await json_body(request, _NewPassword)
    current, code = body.current_password, body.code
    attempts, client = attempts_of(request), client_of(request)
    if isinstance(current, str) == isinstance(code, str):
        raise bad_request("Either the current password or a code is wanted.")
    if isinstance(code, str):
        await invitations.reset_password(context, attempts, client, code, body.new_password)
    elif isinstance(current, str):
        if user is None:
            raise unauthorized()
        access = _access(request, context)
        await accounts.change_password(
            context, attempts, client, user, access, current, body.new_password
        )
    return Response(status_code=204)


async def _invitation(request: Request, context: Context) -> Response:
    body = await json_body(request, _Invitation)
    name = accounts.checked_name(body.display_name) if isinstance(body.display_name, str) else None
    tokens = await invitations.accept(
        context,
        attempts_of(request),
        client_of(request),
        body.code,
        body.password,
        name,
        _label(request),
    )
    return json_response(tokens, 201, NO_STORE)
