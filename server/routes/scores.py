"""Scores on the rubric."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.cases.model import Dimension
from server.errors import bad_request
from server.routes.http import Position, json_body, json_response, path_uuid, resource
from server.services import scores
from server.services.context import Context
from server.services.scores import Score
from server.storage.users import UserRow


class _Evidence(msgspec.Struct, forbid_unknown_fields=True):
    start_ms: Position
    end_ms: Position


class _Score(msgspec.Struct, forbid_unknown_fields=True):
    dimension: Dimension
    score: Annotated[int, Meta(ge=1, le=5)]
    evidence: _Evidence | None = None


class _Scores(msgspec.Struct, forbid_unknown_fields=True):
    scores: Annotated[list[_Score], Meta(max_length=6)]


def routes() -> list[Route]:
    """The route of the scores."""
    return [resource("/api/v1/interviews/{interview_id}/scores", GET=_list, POST=_give)]


async def _list(request: Request, context: Context, user: UserRow) -> Response:
    return json_response(await scores.listed(context, user, path_uuid(request, "interview_id")))


async def _give(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    body = await json_body(request, _Scores)
    if len({one.dimension for one in body.scores}) != len(body.scores):
        raise bad_request("A dimension is scored twice.")
    spans = [one.evidence for one in body.scores if one.evidence is not None]
    if any(span.end_ms < span.start_ms for span in spans):
        raise bad_request("Evidence cannot end before it starts.")
    given = [
        Score(
            one.dimension,
            one.score,
            None if one.evidence is None else (one.evidence.start_ms, one.evidence.end_ms),
        )
        for one in body.scores
    ]
    return json_response(await scores.give(context, user, interview_id, given), 201)
