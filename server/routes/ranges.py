"""A file, or one range of its bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from server.errors import ApiError

_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})", re.IGNORECASE)


def file_response(
    request: Request,
    size: int,
    read: Callable[[int, int], Iterator[bytes]],
    media_type: str,
    name: str,
) -> Response:
    """What the request asks of a file of `size` bytes; `read(start, end)` blocks, in a thread.

    Raises:
        ApiError: 416 outside the file.
    """
    asked = request.headers.getlist("range")
    # Only GET has ranges. Without a validator of ours no condition can hold: the whole is meant.
    partial = request.method == "GET" and len(asked) == 1 and "if-range" not in request.headers
    wanted = _byte_range(asked[0], size) if partial else None
    start, end = wanted or (0, size)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(end - start),
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    pieces = iterate_in_threadpool(read(start, end))
    status = 206 if wanted else 200
    return StreamingResponse(pieces, status, headers=headers, media_type=media_type)


def _byte_range(header: str, size: int) -> tuple[int, int] | None:
    """(start, end) of a single byte range, or None where the whole is meant.

    Source: RFC 9110, section 14.1.2. Raises ApiError 416 outside the file.
    """
    match = _RANGE.fullmatch(header)
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first and last and int(last) < int(first):
        return None
    if first == "":
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
    if start >= end:
        raise ApiError(
            416, "There are no such bytes in this file.", {"Content-Range": f"bytes */{size}"}
        )
    return start, end
