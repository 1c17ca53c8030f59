"""The contract's routes on interviews and their credentials."""

from __future__ import annotations

from typing import Annotated, Literal, cast

import msgspec
from msgspec import UNSET, Meta, UnsetType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.errors import bad_request
from server.routes.calls import live_calls
from server.routes.http import (
    Joined,
    base_url,
    checked_uuid,
    if_match,
    json_body,
    json_response,
    one_header,
    path_question,
    path_uuid,
    query_number,
    query_value,
    resource,
)
from server.routes.paging import page_of, page_response
from server.services import interviews, minting
from server.services.context import Context
from server.services.housekeeping import forget
from server.services.minting import MintLimiter
from server.services.tokens import Access
from server.storage.interviews import InterviewRow
from server.storage.users import UserRow

TTL = (300, 7200)
MAX_KEY = 255
NO_STORE = {"Cache-Control": "no-store"}

QuestionNumber = Annotated[int, Meta(ge=1, le=4)]


class _Create(msgspec.Struct, forbid_unknown_fields=True):
    template_id: str


class _Progress(msgspec.Struct, forbid_unknown_fields=True):
    current_question: QuestionNumber | UnsetType = UNSET
    questions_completed: Annotated[list[QuestionNumber], Meta(max_length=4)] | UnsetType = UNSET


class _Patch(msgspec.Struct, forbid_unknown_fields=True):
    status: Literal["in-progress", "completed", "abandoned"] | UnsetType = UNSET
    progress_data: _Progress | UnsetType = UNSET


def routes() -> list[Route]:
    """The seven routes of the contract."""
    root = "/api/v1/interviews"
    return [
        resource(root, GET=Joined(_list), POST=Joined(_create)),
        resource(
            f"{root}/{{interview_id}}", GET=Joined(_get), PATCH=Joined(_patch), DELETE=_delete
        ),
        resource(f"{root}/{{interview_id}}/credentials", POST=_credentials),
        resource(f"{root}/{{interview_id}}/questions/{{question_number}}/token", GET=_token),
    ]


def _answer(row: InterviewRow, status: int = 200, **headers: str) -> Response:
    return json_response(
        interviews.contract_object(row), status, {"ETag": interviews.etag(row), **headers}
    )


async def _list(request: Request, context: Context, access: Access) -> Response:
    skip, limit = page_of(request)
    status = query_value(request, "status")
    if status is not None and status not in interviews.STATUSES:
        raise bad_request(f"status must be one of {', '.join(interviews.STATUSES)}.")
    user_id = query_value(request, "user_id")
    if user_id is not None:
        user_id = checked_uuid(user_id, "user_id")
    rows, total = await interviews.list_interviews(context, access, user_id, status, skip, limit)
    return page_response(request, [interviews.contract_object(row) for row in rows], total)


async def _create(request: Request, context: Context, access: Access) -> Response:
    key = one_header(request, "Idempotency-Key")
    if key is not None and not 1 <= len(key) <= MAX_KEY:
        raise bad_request(f"Idempotency-Key must have 1 to {MAX_KEY} characters.")
    body = await json_body(request, _Create)
    template_id = checked_uuid(body.template_id, "template_id")
    row = await interviews.create(context, access, template_id, key)
    return _answer(row, 201, Location=f"/api/v1/interviews/{row.id}")


async def _get(request: Request, context: Context, access: Access) -> Response:
    return _answer(await interviews.get(context, access, path_uuid(request, "interview_id")))


async def _patch(request: Request, context: Context, access: Access) -> Response:
    interview_id = path_uuid(request, "interview_id")
    body = await json_body(request, _Patch)
    progress = body.progress_data if isinstance(body.progress_data, _Progress) else _Progress()
    done = progress.questions_completed
    if not isinstance(done, UnsetType) and len(set(done)) != len(done):
        raise bad_request("questions_completed holds a number twice.")
    change = interviews.Change(
        status=None if isinstance(body.status, UnsetType) else body.status,
        current_question=(
            None if isinstance(progress.current_question, UnsetType) else progress.current_question
        ),
        questions_completed=None if isinstance(done, UnsetType) else tuple(done),
    )
    row = await interviews.patch(context, access, interview_id, change, if_match(request))
    # The call of a completed interview ends by itself: its last words are heard out.
    if row.status == "abandoned":
        await live_calls(request).end_interview(interview_id)
    return _answer(row)


async def _delete(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    await interviews.delete(context, user, interview_id, if_match(request))
    await live_calls(request).end_interview(interview_id)
    await forget(context)
    return Response(status_code=204)


def _limiter(request: Request) -> MintLimiter:
    return cast(MintLimiter, request.app.state.mint_limiter)


async def _credentials(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    token = await minting.mint(
        context,
        _limiter(request),
        user,
        interview_id,
        base_url(request, context),
        question=None,
    )
    value = {"turn_credentials": minting.turn(context, user), "session_token": token}
    return json_response(value, headers=NO_STORE)


async def _token(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    number = path_question(request)
    ttl_s = query_number(request, "ttl", minting.DEFAULT_TTL_S, *TTL)
    token = await minting.mint(
        context,
        _limiter(request),
        user,
        interview_id,
        base_url(request, context),
        question=number,
        ttl_s=ttl_s,
    )
    return json_response(token, headers=NO_STORE)
