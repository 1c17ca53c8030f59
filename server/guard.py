"""The outermost layer: which Host and Origin may speak to us, slashes, and paths that are not."""

from __future__ import annotations

import re

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from server.errors import ApiError
from server.routes import realtime
from server.routes.http import error_response

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Guard:
    """Refuses foreign hosts and web pages before anything else looks at a request.

    A page in a browser can reach a loopback port by DNS rebinding, so the Host is compared
    exactly, and no Origin is welcome but on the realtime endpoint.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Thread: the event loop."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refused(refusal, scope["path"])(scope, receive, send)
            return
        path: str = scope["path"]
        if len(path) > 1 and path.endswith("/"):
            # With and without the trailing slash is the same resource; no redirect.
            # In place: the layer outside of this one reads there which route it was.
            scope["path"] = path[:-1]
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> ApiError | None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return ApiError(400, "Exactly one Host header is wanted.")
        if hosts[0].decode("latin-1").lower() not in self._hosts:
            return ApiError(403, "This server does not answer to that host name.")
        origin = any(name == b"origin" for name, _ in scope["headers"])
        if origin and scope["path"].rstrip("/") != realtime.PATH:
            return ApiError(403, "Web pages may not use this address.")
        if _CONTROL.search(scope["path"]):
            return ApiError(400, "The path holds a character that is not allowed.")
        return None


def refused(error: ApiError, path: str) -> Response:
    """The answer to a request that no route sees, in the shape that is usual at `path`."""
    return realtime.error_response(error) if realtime.is_below(path) else error_response(error)
