"""Feedback on an interview, made by a job; and delivery metrics."""

from __future__ import annotations

from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.routes.http import Empty, json_body, json_response, path_uuid, resource
from server.services import feedback
from server.services.context import Context
from server.services.jobs import Jobs, shown_job
from server.storage.users import UserRow


def routes() -> list[Route]:
    """The routes of this group."""
    interview = "/api/v1/interviews/{interview_id}"
    return [
        resource(f"{interview}/feedback", GET=_list, POST=_ask),
        resource(f"{interview}/feedback/{{feedback_id}}", GET=_get),
        resource(f"{interview}/metrics", GET=_metrics),
    ]


async def _ask(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    await json_body(request, Empty, optional=True)
    job = await feedback.ask(context, user, interview_id)
    cast(Jobs, request.app.state.jobs).wake()
    location = f"/api/v1/interviews/{interview_id}/feedback"
    return json_response({"job": shown_job(job)}, 202, {"Location": location})


async def _list(request: Request, context: Context, user: UserRow) -> Response:
    jobs, made = await feedback.listed(context, user, path_uuid(request, "interview_id"))
    return json_response(
        {
            "jobs": [shown_job(one) for one in jobs],
            "feedback": [feedback.shown(one) for one in made],
        }
    )


async def _get(request: Request, context: Context, user: UserRow) -> Response:
    interview_id, wanted = path_uuid(request, "interview_id"), path_uuid(request, "feedback_id")
    return json_response(feedback.shown(await feedback.get(context, user, interview_id, wanted)))


async def _metrics(request: Request, context: Context, user: UserRow) -> Response:
    return json_response(await feedback.metrics(context, user, path_uuid(request, "interview_id")))
