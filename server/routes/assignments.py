"""What a coach asks a candidate to practise."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.routes.http import (
    checked_time,
    checked_uuid,
    json_body,
    json_response,
    path_uuid,
    resource,
)
from server.routes.paging import page_of, page_response
from server.services import assignments
from server.services.assignments import Edit
from server.services.context import Context
from server.storage.users import UserRow

ROOT = "/api/v1/assignments"
Note = Annotated[str, Meta(max_length=2000)]


class _New(msgspec.Struct, forbid_unknown_fields=True):
    candidate_id: str
    template_id: str
    note: Note = ""
    due_at: str | None = None


class _Edit(msgspec.Struct, forbid_unknown_fields=True):
    note: Note | UnsetType = UNSET
    due_at: str | UnsetType | None = UNSET


def routes() -> list[Route]:
    """The routes of this group."""
    return [
        resource(ROOT, GET=_list, POST=_give),
        resource(f"{ROOT}/{{assignment_id}}", GET=_get, PATCH=_change, DELETE=_remove),
    ]


async def _give(request: Request, context: Context, user: UserRow) -> Response:
    body = await json_body(request, _New)
    made = await assignments.give(
        context,
        user,
        checked_uuid(body.candidate_id, "candidate_id"),
        checked_uuid(body.template_id, "template_id"),
        body.note,
        None if body.due_at is None else checked_time(body.due_at, "due_at"),
    )
    return json_response(made, 201, {"Location": f"{ROOT}/{made['id']}"})


async def _list(request: Request, context: Context, user: UserRow) -> Response:
    return page_response(request, *await assignments.listed(context, user, *page_of(request)))


async def _get(request: Request, context: Context, user: UserRow) -> Response:
    return json_response(await assignments.get(context, user, path_uuid(request, "assignment_id")))


async def _change(request: Request, context: Context, user: UserRow) -> Response:
    assignment_id = path_uuid(request, "assignment_id")
    body = await json_body(request, _Edit)
    due_at: int | None = None
    if not isinstance(body.due_at, UnsetType):
        due_at = 0 if body.due_at is None else checked_time(body.due_at, "due_at")
    edit = Edit(None if isinstance(body.note, UnsetType) else body.note, due_at)
    return json_response(await assignments.change(context, user, assignment_id, edit))


async def _remove(request: Request, context: Context, user: UserRow) -> Response:
    await assignments.remove(context, user, path_uuid(request, "assignment_id"))
    return Response(status_code=204)
