"""The contract as a page for people."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.routes.http import Open, resource
from server.services.context import Context

if TYPE_CHECKING:
    from server.openapi.page import Page


def routes() -> list[Route]:
    """The routes of this group."""
    return [resource("/docs", GET=Open(_docs))]


async def _docs(_request: Request, _context: Context) -> Response:
    made = await asyncio.to_thread(_page)
    headers = {
        "Content-Security-Policy": made.policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    return Response(made.html, media_type="text/html", headers=headers)


def _page() -> Page:
    from server.openapi.page import page  # noqa: PLC0415  (few ever look: not at every start)

    return page()
