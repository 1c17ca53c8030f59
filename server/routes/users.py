"""Users, and who one is."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.routes.http import json_response, resource
from server.services.context import Context
from server.storage.users import UserRow


def routes() -> list[Route]:
    """The routes of this group."""
    return [resource("/api/v1/users/me", GET=_me)]


async def _me(_request: Request, _context: Context, user: UserRow) -> Response:
    return json_response({"id": user.id, "email": user.email, "role": user.role})
