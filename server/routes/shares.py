"""A candidate's leave for one coach to look."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.errors import bad_request
from server.routes.http import (
    checked_time,
    checked_uuid,
    json_body,
    json_response,
    path_uuid,
    resource,
)
from server.routes.paging import page_of, page_response
from server.services import shares
from server.services.context import Context
from server.storage.users import UserRow


class _Share(msgspec.Struct, forbid_unknown_fields=True):
    coach_id: str
    scopes: Annotated[
        list[Literal["transcript", "audio", "feedback"]], Meta(min_length=1, max_length=3)
    ]
    expires_at: str | None = None


def routes() -> list[Route]:
    """The routes of this group."""
    root = "/api/v1/interviews/{interview_id}/shares"
    return [
        resource(root, GET=_list, POST=_share),
        resource(f"{root}/{{share_id}}", DELETE=_revoke),
        resource("/api/v1/shares/received", GET=_received),
    ]


async def _share(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    body = await json_body(request, _Share)
    if len(set(body.scopes)) != len(body.scopes):
        raise bad_request("A scope is named twice.")
    coach_id = checked_uuid(body.coach_id, "coach_id")
    until = None if body.expires_at is None else checked_time(body.expires_at, "expires_at")
    made = await shares.share(context, user, interview_id, coach_id, body.scopes, until)
    location = f"/api/v1/interviews/{interview_id}/shares/{made['id']}"
    return json_response(made, 201, {"Location": location})


async def _list(request: Request, context: Context, user: UserRow) -> Response:
    return json_response(await shares.listed(context, user, path_uuid(request, "interview_id")))


async def _revoke(request: Request, context: Context, user: UserRow) -> Response:
    interview_id, share_id = path_uuid(request, "interview_id"), path_uuid(request, "share_id")
    await shares.revoke(context, user, interview_id, share_id)
    return Response(status_code=204)


async def _received(request: Request, context: Context, user: UserRow) -> Response:
    rows, total = await shares.received(context, user, *page_of(request))
    return page_response(request, rows, total)
