"""Serves the yardstick, or with `hello` one bare route, as our own server is served.

Reads one JSON line from stdin (path, signing_key, template_slug, template_id) and prints the line
that our server prints when it is ready.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp


class Server(uvicorn.Server):
    """Tells when it accepts requests."""

    def __init__(self, config: uvicorn.Config, port: int) -> None:
        super().__init__(config)
        self._port = port

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Print the line once it does."""
        await super().startup(sockets)
        ready = {"url": f"http://127.0.0.1:{self._port}", "pid": os.getpid()}
        print(json.dumps(ready), flush=True)


def hello() -> ASGIApp:
    """One route that does nothing."""

    async def answer(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    return Starlette(routes=[Route("/hello", answer)])


def peer() -> ASGIApp:
    """The yardstick, as stdin says."""
    from tests.bench.peer.app import make_app

    return make_app(**json.loads(sys.stdin.readline()))


def main() -> None:
    """Serve until a signal."""
    app = hello() if sys.argv[1:] == ["hello"] else peer()
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        config = uvicorn.Config(
            app, http="httptools", loop="asyncio", ws="none", log_config=None,
            proxy_headers=False, server_header=False, access_log=False,
        )  # fmt: skip
        server = Server(config, listener.getsockname()[1])
        asyncio.run(server.serve(sockets=[listener]))


if __name__ == "__main__":
    main()
