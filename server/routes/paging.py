"""Pages of a list: `skip` and `limit` in, the total and the next page out in headers."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from server.routes.http import json_response, query_number

MAX_SKIP = 2**31 - 1
MAX_LIMIT = 100


def page_of(request: Request) -> tuple[int, int]:
    """(skip, limit) of the query.

    Raises:
        ApiError: 400.
    """
    skip = query_number(request, "skip", 0, 0, MAX_SKIP)
    return skip, query_number(request, "limit", MAX_LIMIT, 1, MAX_LIMIT)


def page_response(request: Request, items: Sequence[object], total: int) -> Response:
    """One page of `total` items as a bare array; `page_of` read its bounds."""
    return json_response(items, headers=page_headers(request, len(items), total))


def page_headers(request: Request, count: int, total: int) -> dict[str, str]:
    """What a page of `count` items says of the whole list and of the page after it."""
    skip, limit = page_of(request)
    headers = {"X-Total-Count": str(total)}
    if skip + count < total:
        page = {"skip": str(skip + count), "limit": str(limit)}
        asked = {
            name: value for name, value in request.query_params.multi_items() if name not in page
        }
        headers["Link"] = f'<{request.scope["path"]}?{urlencode(asked | page)}>; rel="next"'
    return headers
