"""How long a user keeps what."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.routes.http import json_body, json_response, resource
from server.services import retention
from server.services.context import Context
from server.storage.users import UserRow

Days = Annotated[int, Meta(ge=1, le=3650)]


class _Retention(msgspec.Struct, forbid_unknown_fields=True):
    recordings_days: Days | None
    interviews_days: Days | None


def routes() -> list[Route]:
    """The routes of this group."""
    return [resource("/api/v1/settings/retention", GET=_get, PUT=_put)]


async def _get(_request: Request, context: Context, user: UserRow) -> Response:
    return json_response(await retention.get(context, user))


async def _put(request: Request, context: Context, user: UserRow) -> Response:
    body = await json_body(request, _Retention)
    return json_response(
        await retention.put(context, user, body.recordings_days, body.interviews_days)
    )
