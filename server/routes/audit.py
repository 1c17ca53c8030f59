"""Who looked, shared, signed in, deleted."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.errors import bad_request
from server.routes.http import checked_uuid, query_value, resource
from server.routes.paging import page_of, page_response
from server.services import audit
from server.services.context import Context
from server.storage.users import UserRow

_ACTION = re.compile(r"[a-z_]{1,20}\.[a-z_]{1,19}")


def routes() -> list[Route]:
    """The routes of this group."""
    return [resource("/api/v1/audit", GET=_list)]


async def _list(request: Request, context: Context, user: UserRow) -> Response:
    page = page_of(request)
    owner_id, action = query_value(request, "user_id"), query_value(request, "action")
    if owner_id is not None:
        owner_id = checked_uuid(owner_id, "user_id")
    if action is not None and not _ACTION.fullmatch(action):
        raise bad_request("action must look like share.create.")
    return page_response(request, *await audit.listed(context, user, owner_id, action, *page))
