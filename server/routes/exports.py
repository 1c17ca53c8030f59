"""Everything of a user in open formats."""

from __future__ import annotations

from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.routes.http import Empty, json_body, json_response, path_uuid, resource
from server.routes.ranges import file_response
from server.services import exports
from server.services.context import Context
from server.services.jobs import Jobs
from server.storage.users import UserRow

ROOT = "/api/v1/me/exports"


def routes() -> list[Route]:
    """The routes of this group."""
    one = f"{ROOT}/{{export_id}}"
    return [
        resource(ROOT, GET=_list, POST=_ask),
        resource(one, GET=_get, DELETE=_remove),
        resource(f"{one}/file", GET=_file),
    ]


async def _ask(request: Request, context: Context, user: UserRow) -> Response:
    await json_body(request, Empty, optional=True)
    job, _new = await exports.ask(context, user)
    cast(Jobs, request.app.state.jobs).wake()
    headers = {"Location": f"{ROOT}/{job.id}"}
    return json_response(exports.shown_export(job), 202, headers)


async def _list(_request: Request, context: Context, user: UserRow) -> Response:
    rows = await exports.listed(context, user)
    return json_response({"exports": [exports.shown_export(row) for row in rows]})


async def _get(request: Request, context: Context, user: UserRow) -> Response:
    row = await exports.get(context, user, path_uuid(request, "export_id"))
    return json_response(exports.shown_export(row))


async def _file(request: Request, context: Context, user: UserRow) -> Response:
    export_id = path_uuid(request, "export_id")
    size = await exports.size(context, user, export_id)
    return file_response(
        request,
        size,
        lambda start, end: context.exports.read(export_id, start, end),
        "application/zip",
        "interview-practice-export.zip",
    )


async def _remove(request: Request, context: Context, user: UserRow) -> Response:
    await exports.remove(context, user, path_uuid(request, "export_id"))
    return Response(status_code=204)
