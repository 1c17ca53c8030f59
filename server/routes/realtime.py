"""`/v1/realtime/calls`: the local interviewer's own endpoint, in OpenAI's shape."""

from __future__ import annotations

from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.errors import ApiError, not_found, unauthorized
from server.providers.local import Interviewer, LocalGrant, OfferError, read_token
from server.routes.http import Open, body_bytes, json_response, one_header, resource
from server.services.context import Context
from server.services.minting import check_call

PATH = "/v1/realtime/calls"
OFFER_LIMIT = 256 * 1024
# What OpenAI's own clients tell apart by; else the status says enough.
_CODES = {
    400: "invalid_offer",
    401: "invalid_api_key",
    404: "call_id_not_found",
    405: "method_not_supported",
    408: "request_timeout",
    409: "interview_not_in_progress",
    413: "invalid_offer",
    415: "unsupported_media_type",
    429: "rate_limit_exceeded",
}
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")


def routes() -> list[Route]:
    """The two routes of calls."""
    return [
        resource(PATH, errors=error_response, POST=Open(_offer), OPTIONS=Open(_preflight)),
        resource(f"{PATH}/{{call_id}}", errors=error_response, DELETE=Open(_hang_up)),
    ]


def error_response(error: ApiError) -> Response:
    """The shape of OpenAI's errors."""
    kind = "server_error" if error.status >= 500 else "invalid_request_error"
    code = _CODES.get(error.status, kind)
    body = {"error": {"message": error.detail, "type": kind, "code": code, "param": None}}
    return json_response(body, error.status, error.headers)


def is_below(path: str) -> bool:
    """Whether errors at `path` have OpenAI's shape."""
    return path == PATH or path.startswith(f"{PATH}/")


def _cors(request: Request, context: Context) -> dict[str, str]:
    """Headers for a page that may call, none for what is no page.

    Raises:
        ApiError: 403 for any other page.
    """
    origins = request.headers.getlist("origin")
    if not origins:
        return {}
    if len(origins) > 1 or origins[0] not in context.settings.allowed_origins:
        raise ApiError(403, "This web page may not call the interviewer.")
    return {
        "Access-Control-Allow-Origin": origins[0],
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "authorization, content-type, x-openai-agents-sdk",
        "Access-Control-Expose-Headers": "Location",
        "Vary": "Origin",
    }


def _granted(request: Request, context: Context) -> LocalGrant:
    scheme, _, token = (one_header(request, "Authorization") or "").partition(" ")
    grant = None
    if scheme.lower() == "bearer":
        grant = read_token(context.signing_key, token.strip(" "), context.now())
    if grant is None:
        raise unauthorized("The token is wrong or has expired.")
    return grant


async def _preflight(request: Request, context: Context) -> Response:
    cors = _cors(request, context)
    if not cors:
        raise ApiError(403, "Only a web page asks this.")
    return Response(status_code=204, headers=cors)


async def _offer(request: Request, context: Context) -> Response:
    cors = _cors(request, context)
    try:
        response = await _answered(request, context)
    except ApiError as error:
        # A page can read why it was refused.
        response = error_response(error)
    response.headers.update(cors)
    return response


async def _answered(request: Request, context: Context) -> Response:
    grant = _granted(request, context)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/sdp":
        raise ApiError(415, "The body must be application/sdp.")
    await check_call(context, grant)
    try:
        offer = (await body_bytes(request, OFFER_LIMIT)).decode()
    except UnicodeDecodeError:
        raise ApiError(400, "The offer is not text.") from None
    try:
        interviewer = await _interviewer(request)
        call_id, answer = await interviewer.answer(
            grant, offer, reached_on_loopback=request.url.hostname in LOOPBACK_NAMES
        )
    except OfferError as error:
        raise ApiError(400, str(error)) from error
    return Response(
        answer, 201, headers={"Location": f"{PATH}/{call_id}"}, media_type="application/sdp"
    )


async def _hang_up(request: Request, context: Context) -> Response:
    grant = _granted(request, context)
    interviewer = await _interviewer(request)
    if not await interviewer.hang_up(request.path_params["call_id"], grant.user_id):
        raise not_found("There is no such call.")
    return Response(status_code=204)


async def _interviewer(request: Request) -> Interviewer:
    return cast(Interviewer, await request.app.state.interviewer())
