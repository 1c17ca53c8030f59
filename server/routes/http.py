"""From a request to checked values, and from an error to an answer."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar, cast

import msgspec
from msgspec import Meta
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from server.errors import ApiError, bad_request, unauthorized
from server.services.clock import iso
from server.services.context import Context
from server.services.tokens import Access, read_access, user_of
from server.storage.engine import DamagedError, may_use_reserve
from server.storage.users import UserRow

logger = logging.getLogger(__name__)

T = TypeVar("T")
JSON_LIMIT = 256 * 1024
CHUNK_LIMIT = 8 * 1024 * 1024
DAMAGED = "The server's data are damaged. Its administrator has to restore a backup."
# How long the next piece of a body may take.
BODY_TIMEOUT_S = 30.0
_LENGTH = re.compile(r"[0-9]{1,18}")
_DIGITS = re.compile(r"[0-9]{1,10}")
_TAG = re.compile(r'(?:^|,)[ \t]*("[^"]*"|\*)(?=[ \t]*(?:,|$))')
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{5,8}([.][0-9]{1,6})?(Z|[+-][0-9:]{5})")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

# Milliseconds on the line of the recording.
Position = Annotated[int, Meta(ge=0, le=2**53)]

Handler = Callable[[Request, Context, UserRow], Awaitable[Response]]
# Finds the user in its service's own transaction.
JoinedHandler = Callable[[Request, Context, Access], Awaitable[Response]]
OpenHandler = Callable[[Request, Context], Awaitable[Response]]


class Empty(msgspec.Struct, forbid_unknown_fields=True):
    """A body that says nothing: absent, or an empty object."""


@dataclass(frozen=True, slots=True)
class Open:
    """Marks a handler that needs no sign-in."""

    handler: OpenHandler


@dataclass(frozen=True, slots=True)
class Joined:
    """Marks a handler whose service finds the user in the transaction that does its work.

    One trip to the database's threads instead of two, for what is asked most.
    """

    handler: JoinedHandler


def json_response(
    value: object, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """`value` as JSON."""
    return Response(
        msgspec.json.encode(value), status, headers=headers, media_type="application/json"
    )


def error_response(error: ApiError) -> Response:
    """The one error shape."""
    return json_response({"detail": error.detail}, error.status, error.headers)


def context_of(request: Request) -> Context:
    """The process's context, from the lifespan state."""
    return cast(Context, request.app.state.context)


class _Endpoint:
    """Takes every method: Starlette's own list of a route would answer in its own shape."""

    def __init__(self, dispatch: Callable[[Request], Awaitable[Response]]) -> None:
        self._dispatch = dispatch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        response = await self._dispatch(request)
        await response(scope, receive, send)


def resource(
    path: str,
    *,
    errors: Callable[[ApiError], Response] = error_response,
    **handlers: Handler | Joined | Open,
) -> Route:
    """A route whose methods are the keyword names; anything else is 405 with all of them.

    `errors` makes the answer of an error, where it is not the usual shape.
    """
    allowed = set(handlers) | ({"HEAD"} if "GET" in handlers else set())

    async def dispatch(request: Request) -> Response:
        chosen = handlers.get(request.method)
        if chosen is None and request.method == "HEAD":
            chosen = handlers.get("GET")
        context = context_of(request)
        try:
            if chosen is None:
                raise ApiError(
                    405,
                    f"{request.method} does not work here.",
                    {"Allow": ", ".join(sorted(allowed))},
                )
            with _room_for(request):
                if isinstance(chosen, Open):
                    return await chosen.handler(request, context)
                access = read_access(context, bearer(request))
                if isinstance(chosen, Joined):
                    return await _joined(chosen, request, context, access)
                return await chosen(request, context, await user_of(context, access))
        except ApiError as error:
            return errors(error)
        except ClientDisconnect:
            return errors(bad_request("The request ended too early."))
        except DamagedError:
            # Told in the log when it was found.
            return errors(ApiError(500, DAMAGED))
        except OSError as error:
            logger.exception("%s failed", request.method)
            if error.errno == errno.ENOSPC:
                return errors(ApiError(507, "The server's disk is full."))
            return errors(ApiError(500, "Something went wrong on the server."))
        except Exception:
            logger.exception("%s failed", request.method)
            return errors(ApiError(500, "Something went wrong on the server."))

    return Route(path, _Endpoint(dispatch))


async def _joined(chosen: Joined, request: Request, context: Context, access: Access) -> Response:
    try:
        return await chosen.handler(request, context, access)
    except ApiError as error:
        if error.status in (400, 413, 415):
            # Found before the user was: who asks comes first all the same.
            await user_of(context, access)
        raise


def _room_for(request: Request) -> contextlib.AbstractContextManager[None]:
    """What deletes, or signs in to delete, may use the room that is kept for a full disk."""
    frees = request.method == "DELETE" or request.scope["path"].startswith("/api/v1/auth/")
    return may_use_reserve() if frees else contextlib.nullcontext()


def bearer(request: Request) -> str:
    """The access token of the one Authorization header.

    Raises:
        ApiError: 401.
    """
    headers = request.headers.getlist("authorization")
    if len(headers) != 1:
        raise unauthorized()
    scheme, _, token = headers[0].partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthorized()
    return token.strip(" ")


def path_uuid(request: Request, name: str) -> str:
    """A UUID of the path, lower case.

    Raises:
        ApiError: 400.
    """
    return checked_uuid(request.path_params[name], "The id in the path")


def checked_uuid(text: str, what: str) -> str:
    """`text` as a lower-case UUID.

    Raises:
        ApiError: 400.
    """
    if not _UUID.fullmatch(text):
        raise bad_request(f"{what} is not a UUID.")
    return str(uuid.UUID(text))


def checked_time(text: str, what: str) -> int:
    """A time with its zone as whole seconds since 1970.

    Raises:
        ApiError: 400.
    """
    try:
        if not _TIME.fullmatch(text):
            raise ValueError(text)
        seconds = int(datetime.fromisoformat(text).timestamp())
        iso(seconds)  # whatever cannot be shown again is refused
    except (ValueError, OverflowError):
        raise bad_request(f"{what} must be a time such as 2026-01-31T12:00:00Z.") from None
    return seconds


def path_question(request: Request) -> int:
    """The question number of the path, 1 to 4.

    Raises:
        ApiError: 400.
    """
    text = request.path_params["question_number"]
    if text not in ("1", "2", "3", "4"):
        raise bad_request("The question number must be 1, 2, 3 or 4.")
    return int(text)


def query_value(request: Request, name: str) -> str | None:
    """A query parameter that stands at most once.

    Raises:
        ApiError: 400.
    """
    values = request.query_params.getlist(name)
    if len(values) > 1:
        raise bad_request(f"{name} is given more than once.")
    if values and "\x00" in values[0]:
        raise bad_request(f"{name} holds a character that is not allowed.")
    return values[0] if values else None


def query_number(request: Request, name: str, default: int, low: int, high: int) -> int:
    """A whole number in ASCII digits from the query.

    Raises:
        ApiError: 400.
    """
    text = query_value(request, name)
    if text is None:
        return default
    if not _DIGITS.fullmatch(text) or not low <= int(text) <= high:
        raise bad_request(f"{name} must be a whole number from {low} to {high}.")
    return int(text)


def one_header(request: Request, name: str) -> str | None:
    """A header that stands at most once.

    Raises:
        ApiError: 400.
    """
    values = request.headers.getlist(name)
    if len(values) > 1:
        raise bad_request(f"{name} is given more than once.")
    return values[0] if values else None


def if_match(request: Request) -> frozenset[str] | None:
    """The entity tags that If-Match names, `*` among them, or None without the header.

    Weak tags never match. Source: RFC 9110, section 13.1.1.
    """
    values = request.headers.getlist("if-match")
    if not values:
        return None
    return frozenset(_TAG.findall(",".join(values)))


async def body_bytes(request: Request, limit: int) -> bytes:
    """The body, at most `limit` bytes, however it is sent.

    Raises:
        ApiError: 408 when nothing more of it comes, 413.
    """
    too_large = ApiError(413, f"The body is larger than {limit // 1024} KiB.")
    declared = request.headers.get("content-length", "0")
    if _LENGTH.fullmatch(declared) and int(declared) > limit:
        raise too_large
    data = bytearray()
    pieces = request.stream()
    while True:
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                piece = await anext(pieces, None)
        except TimeoutError:
            raise ApiError(408, "The request's body did not arrive in time.") from None
        if piece is None:
            return bytes(data)
        data += piece
        if len(data) > limit:
            raise too_large


def media_type(request: Request) -> str:
    """What the body is said to be, lower case, without parameters; empty if it is not said."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def json_body(
    request: Request, model: type[T], *, optional: bool = False, limit: int = JSON_LIMIT
) -> T:
    """The JSON body as `model`.

    Raises:
        ApiError: 400, 413, 415.
    """
    data = await body_bytes(request, limit)
    if optional and not data:
        data = b"{}"
    elif media_type(request) != "application/json":
        raise ApiError(415, "The body must be application/json.")
    try:
        value = msgspec.json.decode(data, type=model)
    except UnicodeDecodeError:
        raise bad_request("The body is not UTF-8 text.") from None
    except msgspec.MsgspecError as error:
        raise bad_request(f"The body cannot be used: {_shortened(str(error))}.") from None
    except RecursionError:
        raise bad_request("The body is nested too deeply.") from None
    if b"\\u0000" in data or b"\x00" in data:
        raise bad_request("The body holds a character that is not allowed.")
    return value


def _shortened(reason: str) -> str:
    """The decoder's words without most of a long value that it quotes."""
    return reason if len(reason) <= 300 else f"{reason[:150]} … {reason[-100:]}"


def base_url(request: Request, context: Context) -> str:
    """How the client reaches this server, without a trailing slash."""
    if context.settings.public_url:
        return context.settings.public_url.rstrip("/")
    return f"http://{request.headers['host']}"
