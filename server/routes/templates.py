"""Cases: cards for everybody, documents for those who write them."""

from __future__ import annotations

import asyncio
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.routes.http import (
    JSON_LIMIT,
    body_bytes,
    if_match,
    json_body,
    json_response,
    media_type,
    path_uuid,
    query_number,
    query_value,
    resource,
)
from server.routes.paging import page_of, page_response
from server.services import templates
from server.services.context import Context
from server.services.templates import Document, Template
from server.storage.users import UserRow

FILTERS = ("case_type", "industry", "difficulty", "format_style", "language")
MAX_VERSION = 2**31 - 1
YAML = "application/yaml"


class _Change(msgspec.Struct, forbid_unknown_fields=True):
    document: msgspec.Raw | UnsetType = UNSET
    status: Literal["published", "withdrawn"] | UnsetType = UNSET


class _New(msgspec.Struct, forbid_unknown_fields=True):
    document: msgspec.Raw


def routes() -> list[Route]:
    """The routes of this group."""
    root = "/api/v1/templates"
    one = f"{root}/{{template_id}}"
    return [
        resource(root, GET=_list, POST=_create),
        resource(one, GET=_get, PATCH=_change, DELETE=_remove),
        resource(f"{one}/document", GET=_document),
        resource(f"{one}/versions", GET=_versions),
    ]


async def _answer(
    context: Context, template: Template, status: int = 200, **headers: str
) -> Response:
    shown = await asyncio.to_thread(templates.shown, context, template)
    return json_response(shown, status, {"ETag": templates.etag(template), **headers})


async def _list(request: Request, context: Context, user: UserRow) -> Response:
    wanted = {name: query_value(request, name) for name in FILTERS}
    skip, limit = page_of(request)

    fitting = [
        one
        for one in await templates.listed(context, user)
        if all(value is None or getattr(one.card, name) == value for name, value in wanted.items())
    ]
    page = fitting[skip : skip + limit]
    cards = await asyncio.to_thread(lambda: [templates.shown(context, one) for one in page])
    return page_response(request, cards, len(fitting))


async def _create(request: Request, context: Context, user: UserRow) -> Response:
    if media_type(request) == YAML:
        sent = Document(await body_bytes(request, JSON_LIMIT), "YAML")
    else:
        sent = Document(bytes((await json_body(request, _New)).document))
    made = await templates.create(context, user, sent)
    return await _answer(context, made, 201, Location=f"/api/v1/templates/{made.id}")


async def _get(request: Request, context: Context, user: UserRow) -> Response:
    found = await templates.get(context, user, path_uuid(request, "template_id"))
    return await _answer(context, found)


async def _change(request: Request, context: Context, user: UserRow) -> Response:
    template_id = path_uuid(request, "template_id")
    body = await json_body(request, _Change)
    changed = await templates.change(
        context,
        user,
        template_id,
        None if isinstance(body.document, UnsetType) else Document(bytes(body.document)),
        None if isinstance(body.status, UnsetType) else body.status,
        if_match(request),
    )
    return await _answer(context, changed)


async def _remove(request: Request, context: Context, user: UserRow) -> Response:
    await templates.remove(context, user, path_uuid(request, "template_id"))
    return Response(status_code=204)


async def _document(request: Request, context: Context, user: UserRow) -> Response:
    template_id = path_uuid(request, "template_id")
    version = query_number(request, "version", 0, 1, MAX_VERSION) or None
    found, text = await templates.document(context, user, template_id, version)
    headers = {"ETag": templates.etag(found)}
    return json_response({"document": msgspec.Raw(text.encode())}, headers=headers)


async def _versions(request: Request, context: Context, user: UserRow) -> Response:
    rows = await templates.versions(context, user, path_uuid(request, "template_id"))
    return json_response({"versions": rows})
