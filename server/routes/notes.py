"""The candidate's notes."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.routes.http import json_body, json_response, path_uuid, resource
from server.services import notes
from server.services.context import Context
from server.storage.users import UserRow

MAX_NOTES = 100_000
# The limit is told in characters: a client may escape each of them as two surrogates.
BODY_LIMIT = 12 * MAX_NOTES + 1024


class _Notes(msgspec.Struct, forbid_unknown_fields=True):
    text: Annotated[str, Meta(max_length=MAX_NOTES)]


def routes() -> list[Route]:
    """The route of the notes."""
    return [resource("/api/v1/interviews/{interview_id}/notes", GET=_read, PUT=_write)]


async def _read(request: Request, context: Context, user: UserRow) -> Response:
    return json_response(await notes.read(context, user, path_uuid(request, "interview_id")))


async def _write(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    body = await json_body(request, _Notes, limit=BODY_LIMIT)
    return json_response(await notes.write(context, user, interview_id, body.text))
