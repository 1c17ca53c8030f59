"""Runs the application on a socket: the ready line, the limits, an end in order."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import threading
from functools import partial
from types import FrameType
from typing import cast

import uvicorn

from server.config import ConfigError, Settings
from server.observe import Observed
from server.transport import LimitedHttp

SHUTDOWN_S = 3
MAX_CONNECTIONS = 200
KEEP_ALIVE_S = 5


class Server(uvicorn.Server):
    """Tells on stdout when it accepts requests."""

    def __init__(self, config: uvicorn.Config, url: str, app: Observed) -> None:
        super().__init__(config)
        self.url = url
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End in order and with 0: uvicorn itself would raise the signal again at the end."""
        del sig, frame
        self.force_exit = self.should_exit
        self.should_exit = True
        self._app.ending = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Print the ready line once requests are accepted."""
        await super().startup(sockets)
        if self.started:
            ready = {"event": "ready", "url": self.url, "pid": os.getpid()}
            print(json.dumps(ready), flush=True)


def make_server(app: Observed, settings: Settings, port: int) -> Server:
    """The server of `app`, to be run on a listener of `listen` with that port."""
    config = uvicorn.Config(
        app,
        http=cast(type[asyncio.Protocol], partial(LimitedHttp, on_refusal=app.refuse)),
        loop="asyncio",
        ws="none",
        log_config=None,
        access_log=False,  # ours names no path
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies) or None,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
        timeout_keep_alive=KEEP_ALIVE_S,
        limit_concurrency=MAX_CONNECTIONS,
    )
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return Server(config, f"http://{host}:{port}", app)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        ConfigError: the address cannot be bound.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # uvicorn sets TCP_NODELAY only on sockets that name their protocol; else 44 ms a request.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigError(f"Port {port} on {host} cannot be bound: {error.strerror}.") from error
    listener.listen(128)
    return listener


def end_with_stdin(server: Server) -> None:
    """End the server when the parent closes our stdin, by design or by dying."""

    descriptor = sys.stdin.fileno()

    def wait() -> None:
        # Not through sys.stdin: at exit the interpreter aborts when a thread still holds its lock.
        while os.read(descriptor, 4096):
            pass
        # Not as a second signal, which would cut an end short that is under way.
        server.should_exit = True

    threading.Thread(target=wait, name="stdin", daemon=True).start()
