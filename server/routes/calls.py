"""Calls that are live, and hanging them up."""

from __future__ import annotations

from typing import Annotated, cast

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.providers.local import LiveCalls
from server.routes.http import json_body, json_response, path_uuid, resource
from server.services import calls
from server.services.context import Context
from server.storage.users import UserRow

# What providers make of it: letters, digits and a few signs; `$` would let a line end pass.
CallId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:-]{1,200}\Z")]


class _Call(msgspec.Struct, forbid_unknown_fields=True):
    call_id: CallId
    question: Annotated[int, Meta(ge=1, le=4)]


def routes() -> list[Route]:
    """The routes of this group."""
    root = "/api/v1/interviews/{interview_id}/calls"
    return [
        resource(root, GET=_list, POST=_report),
        resource(f"{root}/{{call_id}}", DELETE=_hang_up),
    ]


def live_calls(request: Request) -> LiveCalls:
    """The calls of the local interviewer in this process."""
    return cast(LiveCalls, request.app.state.live_calls)


async def _report(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    body = await json_body(request, _Call)
    row, new, older = await calls.report(context, user, interview_id, body.call_id, body.question)
    for one in older:
        await live_calls(request).hang_up(one, user.id)
    location = f"/api/v1/interviews/{interview_id}/calls/{row.id}"
    return json_response(calls.shown(row), 201 if new else 200, {"Location": location})


async def _list(request: Request, context: Context, user: UserRow) -> Response:
    rows = await calls.listed(context, user, path_uuid(request, "interview_id"))
    return json_response({"calls": [calls.shown(row) for row in rows]})


async def _hang_up(request: Request, context: Context, user: UserRow) -> Response:
    interview_id, call_id = path_uuid(request, "interview_id"), request.path_params["call_id"]
    await calls.end(context, user, interview_id, call_id)
    await live_calls(request).hang_up(call_id, user.id)
    return Response(status_code=204)
