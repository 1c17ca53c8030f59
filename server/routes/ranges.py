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
    # Without a validator of ours no condition can hold, so the whole is meant.
    asked = None if "if-range" in request.headers else request.headers.get("range")
    wanted = _byte_range(asked, size)
    start, end = wanted or (0, size)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(end - start),
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    pieces = iterate_in_threadpool(read(start, end))
    status = 206 if wanted else 200
    return StreamingResponse(pieces, status, headers=headers, media_type=media_type)


def _byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """(start, end) of a single byte range, or None where the whole is meant.

    Source: RFC 9110, section 14.1.2. Raises ApiError 416 outside the file.
    """
    match = _RANGE.fullmatch(header or "")
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
