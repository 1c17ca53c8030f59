"""The layer around everything: an id for every request, its line in the log, its figures."""

from __future__ import annotations

import itertools
import logging
import re
import secrets
from bisect import bisect_left
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.logs import ACCESS, Access, request_id

logger = logging.getLogger(ACCESS)

HEADER = b"x-request-id"
# What no route took: a scanner's paths must not become labels.
UNMATCHED = "unmatched"
OTHER_METHOD = "OTHER"
# The status of an answer that never began: the client had gone, or the server failed before.
NO_STATUS = 0
_START, _COUNT, _MASK = secrets.randbits(64), itertools.count(), 2**64 - 1
# Upper ends of the histogram's buckets; the last one, without an end, is not named here.
BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Somebody may send a token or a key there, which would then stand in every line.
_USABLE = re.compile(rb"(?!eyJ|[se]k[_-])[A-Za-z0-9_-]{8,64}")


def new_request_id() -> str:
    """An id that no other request of any process has: 16 hexadecimal digits.

    Counted up from a random start: the system's own random numbers cost 75 µs a request here.
    """
    return f"{(_START + next(_COUNT)) & _MASK:016x}"


class Series:
    """The requests of one method on one route.

    `by_class[n]` counts the answers with status n hundred and something.
    """

    __slots__ = ("buckets", "by_class", "seconds")

    def __init__(self) -> None:
        self.by_class = [0] * 6
        self.buckets = [0] * (len(BUCKETS_S) + 1)
        self.seconds = 0.0


class Observed:
    """An ASGI application under observation.

    Thread: the event loop.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.in_flight = 0
        # Of (method, route's template); there are no more than the routes have methods.
        self.series: dict[tuple[str, str], Series] = {}
        # What the transport refused before any of this, by status.
        self.refused: dict[int, int] = {}
        # Whether the server has been told to end: it takes nothing new.
        self.ending = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began_s = perf_counter()
        current = _request_id(scope)
        header = (HEADER, current.encode())
        status = NO_STATUS
        size = 0

        async def observed_send(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), header]
            else:
                size += len(message.get("body", b""))
            await send(message)

        self.in_flight += 1
        token = request_id.set(current)
        try:
            await self._app(scope, receive, observed_send)
        finally:
            self.in_flight -= 1
            self._note(scope, status, size, perf_counter() - began_s)
            request_id.reset(token)

    def refuse(self, status: int) -> None:
        """The transport refused something that may not even have been a request."""
        self.refused[status] = self.refused.get(status, 0) + 1

    def _note(self, scope: Scope, status: int, size: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else OTHER_METHOD
        found = scope.get("route")
        route: str = UNMATCHED if found is None else found.path
        series = self.series.get((method, route))
        if series is None:
            series = self.series[method, route] = Series()
        series.by_class[status // 100] += 1
        series.buckets[bisect_left(BUCKETS_S, seconds)] += 1
        series.seconds += seconds
        if logger.isEnabledFor(logging.INFO):
            size = 0 if method == "HEAD" else size
            logger.info(Access(method, route, status, seconds * 1000, size))


def _request_id(scope: Scope) -> str:
    """The client's own id if it is one, or else a new one."""
    value: bytes
    for name, value in scope["headers"]:
        if name == HEADER:
            return value.decode("ascii") if _USABLE.fullmatch(value) else new_request_id()
    return new_request_id()
