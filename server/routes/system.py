"""Health, version and the contract of record."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.openapi import document
from server.routes.http import Open, json_response, resource
from server.services.context import Context

SOURCE_VERSION = "0.1.0"


def routes() -> list[Route]:
    """The routes that need no sign-in and tell nothing about anybody."""
    return [
        resource("/health", GET=Open(_health)),
        resource("/version", GET=Open(_version)),
        resource("/openapi.json", GET=Open(_openapi)),
    ]


async def _health(_request: Request, context: Context) -> Response:
    await context.database.ping()
    return json_response({"status": "ok"})


async def _version(_request: Request, _context: Context) -> Response:
    return json_response({"version": version()})


async def _openapi(_request: Request, _context: Context) -> Response:
    return json_response(openapi())


@cache
def version() -> str:
    """The program's version."""
    try:
        return metadata.version("interview-practice")
    except metadata.PackageNotFoundError:
        return SOURCE_VERSION


def openapi() -> dict[str, Any]:
    """The contract of record, as data."""
    return document()
