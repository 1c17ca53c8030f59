"""Puts the server together."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from server.config import ASSETS, Settings
from server.errors import ApiError
from server.guard import Guard, refused
from server.observe import Observed
from server.providers.local import Interviewer
from server.routes import (
    assignments,
    audit,
    auth,
    calls,
    comments,
    documentation,
    exports,
    feedback,
    interviews,
    notes,
    observation,
    realtime,
    recordings,
    retention,
    room,
    scores,
    shares,
    system,
    templates,
    users,
)
from server.services import export_archive as export_jobs
from server.services import feedback as feedback_jobs
from server.services.attempts import Attempts
from server.services.backups import daily_backups
from server.services.context import Context
from server.services.housekeeping import housekeeping
from server.services.jobs import Jobs, Work
from server.services.minting import MintLimiter, StoredInterviews
from server.services.recordings import Uploads, sweep
from server.storage.engine import may_use_reserve

MODULES = (
    interviews,
    room,
    notes,
    scores,
    recordings,
    comments,
    shares,
    feedback,
    calls,
    assignments,
    auth,
    users,
    templates,
    exports,
    audit,
    retention,
    realtime,
    system,
    observation,
    documentation,
)
# What each kind of job does.
JOBS: dict[str, Work] = {"export": export_jobs.make, "feedback": feedback_jobs.make}


def allowed_hosts(settings: Settings, port: int) -> frozenset[str]:
    """The Host values this server answers to, lower case, with the port where it is shown."""
    names = {"127.0.0.1", "localhost", "[::1]"} if settings.on_loopback else set()
    hosts = {f"{name}:{port}" for name in names}
    if settings.public_url:
        hosts.add(urlsplit(settings.public_url).netloc.lower())
    return frozenset(hosts)


def build_app(context: Context, port: int) -> Observed:
    """The ASGI application on `port`."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        engine = _LazyInterviewer(context)
        app.state.context = context
        app.state.mint_limiter = MintLimiter()
        app.state.attempts = Attempts()
        app.state.uploads = Uploads(context)
        app.state.interviewer = engine.get
        app.state.live_calls = engine
        app.state.jobs = jobs = Jobs(context, JOBS)
        try:
            # A server on a full disk starts all the same: how else could anything be deleted? The
            # jobs, which delete as well, inherit this.
            with may_use_reserve():
                await sweep(context)
                await jobs.start()
            async with daily_backups(context), housekeeping(context, engine):
                yield
        finally:
            await jobs.aclose()
            await engine.aclose()
            await asyncio.to_thread(context.database.close)

    app = Starlette(
        routes=[route for module in MODULES for route in module.routes()],
        exception_handlers={HTTPException: _http_error, Exception: _failure},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.observed = observed = Observed(Guard(app, allowed_hosts(context.settings, port)))
    return observed


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    found = error.status_code != 404
    detail = "The request cannot be answered." if found else "There is nothing here."
    headers = dict(error.headers or {})
    return refused(ApiError(error.status_code, detail, headers), request.url.path)


async def _failure(request: Request, _error: Exception) -> Response:
    return refused(ApiError(500, "Something went wrong on the server."), request.url.path)


class _LazyInterviewer:
    """Makes the interviewer's engine at the first call: it costs time and memory to load."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = asyncio.Lock()
        self._engine: Interviewer | None = None

    async def get(self) -> Interviewer:
        async with self._lock:
            if self._engine is None:
                make = await asyncio.to_thread(_load_engine)
                self._engine = make(self._context)
            return self._engine

    async def hang_up(self, call_id: str, user_id: str) -> bool:
        return self._engine is not None and await self._engine.hang_up(call_id, user_id)

    async def end_interview(self, interview_id: str) -> None:
        if self._engine is not None:
            await self._engine.end_interview(interview_id)

    async def end_user(self, user_id: str) -> None:
        if self._engine is not None:
            await self._engine.end_user(user_id)

    def count(self) -> int:
        return 0 if self._engine is None else self._engine.count()

    async def aclose(self) -> None:
        if self._engine is not None:
            await self._engine.aclose()


def _load_engine() -> Callable[[Context], Interviewer]:
    from server.interviewer.service import LocalInterviewer  # noqa: PLC0415

    def make(context: Context) -> Interviewer:
        return LocalInterviewer(ASSETS / "speech", StoredInterviews(context))

    return make
