"""Comments at a moment of the recording."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.routes.http import (
    Position,
    checked_uuid,
    if_match,
    json_body,
    json_response,
    path_uuid,
    resource,
)
from server.routes.paging import page_headers, page_of
from server.services import comments
from server.services.comments import Edit, NewComment
from server.services.context import Context
from server.storage.comments import CommentRow
from server.storage.users import UserRow

CommentText = Annotated[str, Meta(min_length=1, max_length=10_000)]


class _New(msgspec.Struct, forbid_unknown_fields=True):
    at_ms: Position
    text: CommentText
    id: str | None = None
    end_ms: Position | None = None
    parent_id: str | None = None


class _Edit(msgspec.Struct, forbid_unknown_fields=True):
    text: CommentText | UnsetType = UNSET
    at_ms: Position | UnsetType = UNSET
    end_ms: Position | UnsetType = UNSET


def routes() -> list[Route]:
    """The routes of this group."""
    root = "/api/v1/interviews/{interview_id}/comments"
    return [
        resource(root, GET=_list, POST=_add),
        resource(f"{root}/{{comment_id}}", GET=_get, PATCH=_change, DELETE=_remove),
    ]


def _answer(row: CommentRow, status: int = 200, **headers: str) -> Response:
    return json_response(comments.shown(row), status, {"ETag": comments.etag(row), **headers})


async def _list(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    rows, total = await comments.listed(context, user, interview_id, *page_of(request))
    shown = {"comments": [comments.shown(row) for row in rows]}
    return json_response(shown, headers=page_headers(request, len(rows), total))


async def _get(request: Request, context: Context, user: UserRow) -> Response:
    interview_id, comment_id = path_uuid(request, "interview_id"), path_uuid(request, "comment_id")
    return _answer(await comments.get(context, user, interview_id, comment_id))


async def _add(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    body = await json_body(request, _New)
    new = NewComment(
        id=None if body.id is None else checked_uuid(body.id, "The comment's id"),
        at_ms=body.at_ms,
        end_ms=body.end_ms,
        text=body.text,
        parent_id=None if body.parent_id is None else checked_uuid(body.parent_id, "parent_id"),
    )
    row, is_new = await comments.add(context, user, interview_id, new)
    location = f"/api/v1/interviews/{interview_id}/comments/{row.id}"
    return _answer(row, 201 if is_new else 200, Location=location)


async def _change(request: Request, context: Context, user: UserRow) -> Response:
    interview_id, comment_id = path_uuid(request, "interview_id"), path_uuid(request, "comment_id")
    body = await json_body(request, _Edit)
    edit = Edit(
        text=None if isinstance(body.text, UnsetType) else body.text,
        at_ms=None if isinstance(body.at_ms, UnsetType) else body.at_ms,
        end_ms=None if isinstance(body.end_ms, UnsetType) else body.end_ms,
    )
    return _answer(
        await comments.change(context, user, interview_id, comment_id, edit, if_match(request))
    )


async def _remove(request: Request, context: Context, user: UserRow) -> Response:
    interview_id, comment_id = path_uuid(request, "interview_id"), path_uuid(request, "comment_id")
    await comments.remove(context, user, interview_id, comment_id)
    return Response(status_code=204)
