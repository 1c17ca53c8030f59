"""Recordings by tus 1.0 (core, creation, checksum, termination), and their bytes by Range."""

from __future__ import annotations

import asyncio
import re
from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.errors import ApiError, bad_request, not_found
from server.routes.http import (
    CHUNK_LIMIT,
    body_bytes,
    checked_time,
    checked_uuid,
    error_response,
    json_response,
    one_header,
    path_uuid,
    resource,
)
from server.routes.ranges import file_response
from server.services import recordings
from server.services.clock import iso
from server.services.context import Context
from server.services.housekeeping import forget
from server.services.recordings import MAX_TRACK_BYTES, NewUpload, Uploads
from server.storage.users import UserRow

TUS = {"Tus-Resumable": "1.0.0"}
CAPABILITIES = TUS | {
    "Tus-Version": "1.0.0",
    "Tus-Extension": "creation,checksum,termination",
    "Tus-Checksum-Algorithm": "sha256,sha1",
    "Tus-Max-Size": str(MAX_TRACK_BYTES),
}
MAX_DURATION_MS = 24 * 3600 * 1000


def routes() -> list[Route]:
    """The routes of recordings."""
    root = "/api/v1/interviews/{interview_id}/recordings"
    one = f"{root}/{{recording_id}}"
    return [
        resource(root, errors=_tus_error, GET=_parts, POST=_begin, OPTIONS=_capabilities),
        resource(
            one,
            errors=_tus_error,
            GET=_read,
            HEAD=_offset,
            PATCH=_append,
            DELETE=_remove,
            OPTIONS=_capabilities,
        ),
    ]


def _tus_error(error: ApiError) -> Response:
    """tus wants its version on every answer."""
    return error_response(ApiError(error.status, error.detail, TUS | error.headers))


def _needs_tus(request: Request) -> None:
    if one_header(request, "Tus-Resumable") != "1.0.0":
        raise ApiError(412, "Tus-Resumable: 1.0.0 is wanted.", {"Tus-Version": "1.0.0"})


def _no_other_tus(request: Request) -> None:
    """What has a meaning without tus too is refused for another version alone."""
    if "tus-resumable" in request.headers:
        _needs_tus(request)


def _header_number(request: Request, name: str, high: int) -> int:
    text = one_header(request, name) or ""
    if not re.fullmatch(r"[0-9]{1,15}", text) or int(text) > high:
        raise bad_request(f"{name} must be a whole number up to {high}.")
    return int(text)


async def _capabilities(_request: Request, _context: Context, _user: UserRow) -> Response:
    return Response(status_code=204, headers=CAPABILITIES)


async def _parts(request: Request, context: Context, user: UserRow) -> Response:
    return json_response(await recordings.parts(context, user, path_uuid(request, "interview_id")))


async def _begin(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    _needs_tus(request)
    await body_bytes(request, 0)
    for extension in ("Upload-Defer-Length", "Upload-Concat"):
        if extension in request.headers:
            raise bad_request(f"{extension} is not known here: begin with Upload-Length alone.")
    length = _header_number(request, "Upload-Length", 10**15)
    if length > MAX_TRACK_BYTES:
        most = MAX_TRACK_BYTES // 2**20
        raise ApiError(413, f"A recording may have {most} MiB at most for each side of a part.")
    about = recordings.parse_metadata(request.headers.get("upload-metadata", ""))
    if about.get("track") not in recordings.TRACKS:
        raise bad_request(f"track must be one of {', '.join(recordings.TRACKS)}.")
    duration = about.get("duration_ms", "")
    if not re.fullmatch(r"[0-9]{1,9}", duration) or int(duration) > MAX_DURATION_MS:
        raise bad_request("duration_ms must be a whole number of milliseconds.")
    upload = NewUpload(
        part_id=checked_uuid(about.get("part", ""), "part"),
        track=about["track"],
        started_at=iso(checked_time(about.get("started_at", ""), "started_at")),
        duration_ms=int(duration),
        length=length,
    )
    row, new = await recordings.begin(context, user, interview_id, upload)
    location = f"/api/v1/interviews/{interview_id}/recordings/{row.id}"
    headers = TUS | {"Location": location, "Upload-Offset": str(row.received)}
    return Response(status_code=201 if new else 200, headers=headers)


async def _offset(request: Request, context: Context, user: UserRow) -> Response:
    _no_other_tus(request)
    row = await recordings.find(
        context, user, path_uuid(request, "interview_id"), path_uuid(request, "recording_id")
    )
    headers = TUS | {
        "Upload-Offset": str(row.received),
        "Upload-Length": str(row.length),
        "Cache-Control": "no-store",
    }
    return Response(status_code=200, headers=headers)


async def _append(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    recording_id = path_uuid(request, "recording_id")
    _needs_tus(request)
    if request.headers.get("content-type") != "application/offset+octet-stream":
        raise ApiError(415, "The body must be application/offset+octet-stream.")
    offset = _header_number(request, "Upload-Offset", MAX_TRACK_BYTES)
    await recordings.find(context, user, interview_id, recording_id)
    data = await body_bytes(request, CHUNK_LIMIT)
    uploads = cast(Uploads, request.app.state.uploads)
    row = await uploads.append(
        user, interview_id, recording_id, offset, data, one_header(request, "Upload-Checksum")
    )
    return Response(status_code=204, headers=TUS | {"Upload-Offset": str(row.received)})


async def _remove(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    _no_other_tus(request)
    await recordings.remove(context, user, interview_id, path_uuid(request, "recording_id"))
    await forget(context)
    return Response(status_code=204, headers=TUS)


async def _read(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    recording_id = path_uuid(request, "recording_id")
    row = await recordings.find_to_hear(context, user, interview_id, recording_id)
    if row.received == 0:
        raise not_found("Nothing of this recording has arrived yet.")
    if await asyncio.to_thread(context.files.size, row.id) < row.received:
        raise not_found("The file of this recording is not there any more.")
    return file_response(
        request,
        row.received,
        lambda start, end: context.files.read(row.id, start, end),
        "audio/ogg",
        f"{row.track}.opus",
    )
