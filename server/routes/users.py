"""Users, and who one is."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.routes.auth import attempts_of, client_of
from server.routes.calls import live_calls
from server.routes.http import Empty, json_body, json_response, path_uuid, resource
from server.routes.paging import page_of, page_response
from server.services import accounts, deletion, invitations
from server.services.context import Context
from server.services.housekeeping import forget
from server.storage.users import UserRow

NO_STORE = {"Cache-Control": "no-store"}

Role = Literal["candidate", "coach", "admin"]


class _Profile(msgspec.Struct, forbid_unknown_fields=True):
    display_name: str | UnsetType | None = UNSET


class _Deletion(msgspec.Struct, forbid_unknown_fields=True):
    password: Annotated[str, Meta(max_length=1024)] | None = None
    secret: Annotated[str, Meta(max_length=200)] | None = None
    now: bool = False


class _Patch(msgspec.Struct, forbid_unknown_fields=True):
    role: Role | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET
    display_name: str | UnsetType | None = UNSET


class _Invite(msgspec.Struct, forbid_unknown_fields=True):
    email: Annotated[str, Meta(max_length=254)]
    role: Role


def routes() -> list[Route]:
    """The routes of this group; the fixed names come before the ids."""
    root = "/api/v1/users"
    return [
        resource(root, GET=_list),
        resource(f"{root}/me", GET=_me, PATCH=_patch_me, DELETE=_delete_me),
        resource(f"{root}/me/restore", POST=_restore_me),
        resource(f"{root}/coaches", GET=_coaches),
        resource(f"{root}/invitations", GET=_invitations, POST=_invite),
        resource(f"{root}/invitations/{{invitation_id}}", DELETE=_take_back),
        resource(f"{root}/{{user_id}}", GET=_get, PATCH=_patch),
        resource(f"{root}/{{user_id}}/password-reset", POST=_reset),
    ]


def _name(given: str | UnsetType | None) -> str | None:
    """What a change makes of it: None leaves it, empty takes it away."""
    if isinstance(given, UnsetType):
        return None
    return "" if given is None else accounts.checked_name(given)


async def _me(_request: Request, _context: Context, user: UserRow) -> Response:
    return json_response(accounts.shown(user))


async def _patch_me(request: Request, context: Context, user: UserRow) -> Response:
    name = _name((await json_body(request, _Profile)).display_name)
    if name is not None:
        user = await accounts.rename(context, user, name)
    return json_response(accounts.shown(user))


async def _delete_me(request: Request, context: Context, user: UserRow) -> Response:
    body = await json_body(request, _Deletion)
    attempts = attempts_of(request)
    with attempts.trying(context.now(), client=client_of(request), account=user.email):
        if not body.now:
            chosen = await deletion.ask(context, user, body.password, body.secret)
            return json_response(accounts.shown(chosen), 202)
        gone = await deletion.delete_now(context, user, body.password, body.secret)
    await live_calls(request).end_user(user.id)
    await forget(context)
    return json_response({"deleted": gone})


async def _restore_me(request: Request, context: Context, user: UserRow) -> Response:
    await json_body(request, Empty, optional=True)
    return json_response(accounts.shown(await deletion.change_mind(context, user)))


async def _coaches(request: Request, context: Context, _user: UserRow) -> Response:
    return page_response(request, *await accounts.coaches(context, *page_of(request)))


async def _list(request: Request, context: Context, user: UserRow) -> Response:
    rows, total = await accounts.everybody(context, user, *page_of(request))
    return page_response(request, [accounts.shown_to_admin(row) for row in rows], total)


async def _get(request: Request, context: Context, user: UserRow) -> Response:
    found = await accounts.one(context, user, path_uuid(request, "user_id"))
    return json_response(accounts.shown_to_admin(found))


async def _patch(request: Request, context: Context, user: UserRow) -> Response:
    user_id = path_uuid(request, "user_id")
    body = await json_body(request, _Patch)
    change = accounts.Change(
        role=None if isinstance(body.role, UnsetType) else body.role,
        disabled=None if isinstance(body.disabled, UnsetType) else body.disabled,
        display_name=_name(body.display_name),
    )
    changed = await accounts.change_user(context, user, user_id, change)
    if change.disabled:
        await live_calls(request).end_user(user_id)
    return json_response(accounts.shown_to_admin(changed))


async def _invitations(request: Request, context: Context, user: UserRow) -> Response:
    return page_response(request, *await invitations.pending(context, user, *page_of(request)))


async def _invite(request: Request, context: Context, user: UserRow) -> Response:
    body = await json_body(request, _Invite)
    made = await invitations.invite(context, user, body.email, body.role)
    return json_response(made, 201, NO_STORE)


async def _take_back(request: Request, context: Context, user: UserRow) -> Response:
    await invitations.take_back(context, user, path_uuid(request, "invitation_id"))
    return Response(status_code=204)


async def _reset(request: Request, context: Context, user: UserRow) -> Response:
    made = await invitations.offer_reset(context, user, path_uuid(request, "user_id"))
    return json_response(made, 201, NO_STORE)
