"""`/v1/realtime/calls`: the local interviewer's own endpoint, in OpenAI's shape."""

from __future__ import annotations

import logging
from typing import cast

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from server.errors import ApiError
from server.providers.local import Interviewer, LocalGrant, OfferError, read_token
from server.routes.http import body_bytes, context_of, json_response
from server.services.context import Context
from server.services.minting import StoredInterviews

logger = logging.getLogger(__name__)

PATH = "/v1/realtime/calls"
OFFER_LIMIT = 256 * 1024


def routes() -> list[Route]:
    """The two routes of calls."""
    return [
        Route(PATH, _calls, methods=["POST", "OPTIONS"]),
        Route(f"{PATH}/{{call_id}}", _call, methods=["DELETE"]),
    ]


def _error(status: int, message: str, code: str, kind: str = "invalid_request_error") -> Response:
    body = {"error": {"message": message, "type": kind, "code": code, "param": None}}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return json_response(body, status, headers)


def _cors(request: Request, context: Context) -> dict[str, str]:
    origin = request.headers.get("origin")
    if origin is None or origin not in context.settings.allowed_origins:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "authorization, content-type, x-openai-agents-sdk",
        "Access-Control-Expose-Headers": "Location",
        "Vary": "Origin",
    }


def _granted(request: Request, context: Context) -> LocalGrant | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return read_token(context.signing_key, token.strip()) if scheme.lower() == "bearer" else None


async def _calls(request: Request) -> Response:
    context = context_of(request)
    cors = _cors(request, context)
    if request.method == "OPTIONS":
        return Response(status_code=204 if cors else 403, headers=cors)
    response = await _answered(request, context)
    response.headers.update(cors)
    return response


async def _answered(request: Request, context: Context) -> Response:
    grant = _granted(request, context)
    if grant is None:
        return _error(401, "The token is wrong or has expired.", "invalid_api_key")
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/sdp":
        return _error(415, "The body must be application/sdp.", "unsupported_media_type")
    now = await StoredInterviews(context).current(grant.interview_id)
    if now is None or now.status != "in-progress":
        return _error(409, "The interview is over.", "interview_not_in_progress")
    try:
        offer = (await body_bytes(request, OFFER_LIMIT)).decode()
    except UnicodeDecodeError:
        return _error(400, "The offer is not text.", "invalid_offer")
    except ApiError as error:
        return _error(error.status, error.detail, "invalid_offer")
    except ClientDisconnect:
        return _error(400, "The request ended too early.", "invalid_offer")
    try:
        interviewer = await _interviewer(request)
        call_id, answer = await interviewer.answer(grant, offer)
    except OfferError as error:
        return _error(400, str(error), "invalid_offer")
    except Exception:
        logger.exception("A call could not be answered")
        return _error(500, "The interviewer could not answer.", "server_error", "server_error")
    return Response(
        answer, 201, headers={"Location": f"{PATH}/{call_id}"}, media_type="application/sdp"
    )


async def _call(request: Request) -> Response:
    context = context_of(request)
    grant = _granted(request, context)
    if grant is None:
        return _error(401, "The token is wrong or has expired.", "invalid_api_key")
    interviewer = await _interviewer(request)
    if not await interviewer.hang_up(request.path_params["call_id"], grant.user_id):
        return _error(404, "There is no such call.", "call_id_not_found")
    return Response(status_code=200)


async def _interviewer(request: Request) -> Interviewer:
    return cast(Interviewer, await request.app.state.interviewer())
