"""Cards of the cases: what a candidate may know before the interview."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.cases import Case, template_uuid
from server.errors import not_found
from server.routes.http import json_response, path_uuid, query_value, resource
from server.services.context import Context
from server.storage.users import UserRow

FILTERS = ("case_type", "industry", "difficulty", "format_style")


def routes() -> list[Route]:
    """The routes of templates."""
    return [
        resource("/api/v1/templates", GET=_list),
        resource("/api/v1/templates/{template_id}", GET=_get),
    ]


def _card(case: Case, context: Context) -> dict[str, Any]:
    return {
        "id": str(template_uuid(case.id)),
        "slug": case.id,
        "version": case.version,
        "title": case.title,
        "case_type": case.case_type,
        "industry": case.industry,
        "difficulty": case.difficulty,
        "format_style": case.format_style,
        "minutes": case.minutes,
        "language": case.language,
        "summary": case.summary,
        "speech": "ready" if context.speech_ready[case.id] else "missing",
    }


async def _list(request: Request, context: Context, _user: UserRow) -> Response:
    wanted = {name: query_value(request, name) for name in FILTERS}
    # From easy to hard: who is new here begins at the top.
    cases = sorted(context.cases.values(), key=lambda case: (case.minutes, case.title))
    cards = [_card(case, context) for case in cases]
    return json_response(
        [
            card
            for card in cards
            if all(value is None or card[name] == value for name, value in wanted.items())
        ]
    )


async def _get(request: Request, context: Context, _user: UserRow) -> Response:
    case = context.case_of_template(path_uuid(request, "template_id"))
    if case is None:
        raise not_found("There is no such template.")
    return json_response(_card(case, context))
