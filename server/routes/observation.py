"""Health and metrics for whoever runs the server."""

from __future__ import annotations

import asyncio
import hmac
import logging
import shutil
import time
from collections.abc import Awaitable, Callable
from importlib import import_module

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.observe import Observed
from server.routes.http import Open, bearer, json_response, resource
from server.routes.system import version
from server.services.access import require_admin_or_hide
from server.services.context import Context
from server.services.tokens import user_of_token
from server.storage.engine import Connection
from server.storage.figures import counts

logger = logging.getLogger(__name__)

# How long the database may take before the server counts as not ready.
ANSWER_S = 2.0
# Anybody may ask: what was found is told again for so long.
KEPT_S = 1.0
# Less room than this, and the next recording may not fit.
DISK_MIN_BYTES = 64 * 1024 * 1024
# No call lasts longer; one that is older was never ended.
CALL_MAX_S = 4 * 3600
OK = "ok"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
              "via")  # fmt: skip


def routes() -> list[Route]:
    """The routes of this group."""
    return [
        resource("/health/live", GET=Open(_live)),
        resource("/health/ready", GET=Open(_Readiness().answer)),
        resource("/metrics", GET=Open(_metrics)),
    ]


async def _live(_request: Request, _context: Context) -> Response:
    return json_response({"status": OK})


class _Readiness:
    """Whether the server can do its work, found out at most once a second.

    Thread: the event loop.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._until_s = 0.0
        self._checks: dict[str, str] = {}

    async def answer(self, request: Request, context: Context) -> Response:
        """200 or 503, and what each check found."""
        async with self._lock:
            if time.monotonic() >= self._until_s:
                self._checks = {"database": await _database(context), "disk": await _disk(context)}
                self._until_s = time.monotonic() + KEPT_S
        ending = _observed(request).ending
        checks = self._checks | {"running": "The server is ending." if ending else OK}
        ready = all(found == OK for found in checks.values())
        body = {"status": OK if ready else "unavailable", "checks": checks}
        return json_response(body, 200 if ready else 503)


async def _database(context: Context) -> str:
    def read(connection: Connection) -> None:
        counts(connection, 0)

    async def both() -> None:
        await context.database.read(read)
        # Begins and ends a transaction: it waits where another process holds the lock.
        await context.database.write(lambda _connection: None)

    return await _found("database", both, "The database does not answer.")


async def _disk(context: Context) -> str:
    async def look() -> None:
        if await _disk_free(context) < DISK_MIN_BYTES:
            raise OSError("less room than there should be")

    return await _found("disk", look, "The disk of the data folder is nearly full.")


async def _found(name: str, check: Callable[[], Awaitable[None]], sentence: str) -> str:
    try:
        async with asyncio.timeout(ANSWER_S):
            await check()
    except Exception as error:  # noqa: BLE001  (whatever it is, the server is not ready)
        # The log may say more than a stranger should read.
        logger.warning("Not ready: %s: %s: %s", name, type(error).__name__, error)
        return sentence
    return OK


async def _disk_free(context: Context) -> int:
    usage = await asyncio.to_thread(shutil.disk_usage, context.settings.data_dir)
    return usage.free


async def _metrics(request: Request, context: Context) -> Response:
    await _check_reader(request, context)
    # Few servers are ever scraped: the client's 100 ms are not for every start.
    await asyncio.to_thread(import_module, "server.exposition")
    from server.exposition import Figures, exposition  # noqa: PLC0415

    observed = _observed(request)
    since = context.now() - CALL_MAX_S
    figures = Figures(
        version=version(),
        series=observed.series,
        refused=observed.refused,
        in_flight=observed.in_flight,
        load=context.database.load(),
        counts=await context.database.read(lambda connection: counts(connection, since)),
        disk_free_bytes=await _disk_free(context),
    )
    # On the loop: nothing is counted while it is written down.
    text, media_type = exposition(figures)
    return Response(text, media_type=media_type, headers={"Cache-Control": "no-store"})


async def _check_reader(request: Request, context: Context) -> None:
    """Who may read the figures: this machine's users, the scraper's token, an administrator.

    Raises:
        ApiError: 401, 404.
    """
    token = context.secrets.metrics_token
    if token is None and _is_private(request, context):
        return
    given = bearer(request)
    if token is not None and hmac.compare_digest(given.encode(), token.encode()):
        return
    require_admin_or_hide(await user_of_token(context, given))


def _is_private(request: Request, context: Context) -> bool:
    """Whether nobody from elsewhere can have asked, not even through a proxy on this machine."""
    settings = context.settings
    return (
        settings.on_loopback
        and settings.public_url is None
        and not settings.trusted_proxies
        and not any(name in request.headers for name in _FORWARDED)
    )


def _observed(request: Request) -> Observed:
    observed: Observed = request.app.state.observed
    return observed
