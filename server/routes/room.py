"""The room: questions, hints, numbers, events, debrief, transcript."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.errors import bad_request
from server.routes.http import (
    Empty,
    Position,
    checked_uuid,
    json_body,
    json_response,
    path_question,
    path_uuid,
    query_value,
    resource,
)
from server.services import debrief, room, transcripts
from server.services.context import Context
from server.storage.transcripts import SegmentRow
from server.storage.users import UserRow

# Flat, so that what is stored can be read again whatever a client invents.
Scalar = bool | Annotated[int, Meta(ge=-(2**53), le=2**53)] | float | str | None
MAX_DATA_BYTES = 4096
EventType = Literal["thinking", "exhibit", "repeated", "hint", "number", "done", "note"]


class _Number(msgspec.Struct, forbid_unknown_fields=True):
    text: Annotated[str, Meta(max_length=400)]
    value: Annotated[float, Meta(ge=-1e18, le=1e18)]
    unit: Annotated[str, Meta(max_length=40)] = ""


class _Event(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    type: EventType
    at_ms: Position
    data: dict[str, Scalar | list[Scalar]] = {}


class _Segment(msgspec.Struct, forbid_unknown_fields=True):
    id: Annotated[str, Meta(min_length=1, max_length=100)]
    speaker: Literal["candidate", "interviewer"]
    text: Annotated[str, Meta(max_length=20_000)]
    start_ms: Position
    end_ms: Position
    question: Annotated[int, Meta(ge=1, le=4)]
    interrupted: bool = False


class _Segments(msgspec.Struct, forbid_unknown_fields=True):
    segments: Annotated[list[_Segment], Meta(max_length=500)]


def routes() -> list[Route]:
    """The routes of the room."""
    interview = "/api/v1/interviews/{interview_id}"
    question = f"{interview}/questions/{{question_number}}"
    return [
        resource(question, GET=_question),
        resource(f"{question}/hints", POST=_hint),
        resource(f"{question}/numbers", POST=_number),
        resource(f"{question}/events", POST=_event),
        resource(f"{interview}/events", GET=_events),
        resource(f"{interview}/debrief", GET=_debrief),
        resource(f"{interview}/transcript", GET=_transcript),
        resource(f"{interview}/transcript/segments", POST=_segments),
    ]


async def _question(request: Request, context: Context, user: UserRow) -> Response:
    interview_id, number = path_uuid(request, "interview_id"), path_question(request)
    return json_response(await room.question(context, user, interview_id, number))


async def _hint(request: Request, context: Context, user: UserRow) -> Response:
    interview_id, number = path_uuid(request, "interview_id"), path_question(request)
    await json_body(request, Empty, optional=True)
    return json_response(await room.next_hint(context, user, interview_id, number), 201)


async def _number(request: Request, context: Context, user: UserRow) -> Response:
    interview_id, number = path_uuid(request, "interview_id"), path_question(request)
    body = await json_body(request, _Number)
    verdict = await room.give_number(
        context, user, interview_id, number, text=body.text, value=body.value, unit=body.unit
    )
    return json_response(verdict, 201)


async def _event(request: Request, context: Context, user: UserRow) -> Response:
    interview_id, number = path_uuid(request, "interview_id"), path_question(request)
    body = await json_body(request, _Event)
    event_id = checked_uuid(body.id, "The event's id")
    data = msgspec.json.encode(body.data)
    if len(data) > MAX_DATA_BYTES:
        raise bad_request(f"data is larger than {MAX_DATA_BYTES // 1024} KiB.")
    new = await room.add_event(
        context,
        user,
        interview_id,
        number,
        event_id=event_id,
        kind=body.type,
        at_ms=body.at_ms,
        data=data,
    )
    return json_response({"id": event_id}, 201 if new else 200)


async def _events(request: Request, context: Context, user: UserRow) -> Response:
    rows = await room.events(context, user, path_uuid(request, "interview_id"))
    events = [
        {
            "id": row.id,
            "question": row.question,
            "type": row.type,
            "at_ms": row.at_ms,
            "data": msgspec.Raw(row.data.encode()),
        }
        for row in rows
    ]
    return json_response({"events": events})


async def _debrief(request: Request, context: Context, user: UserRow) -> Response:
    return json_response(await debrief.debrief(context, user, path_uuid(request, "interview_id")))


async def _segments(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    body = await json_body(request, _Segments)
    if any(one.end_ms < one.start_ms for one in body.segments):
        raise bad_request("A segment cannot end before it starts.")
    rows = [
        SegmentRow(
            one.id, one.speaker, one.text, one.start_ms, one.end_ms, one.question, one.interrupted
        )
        for one in body.segments
    ]
    return json_response({"stored": await transcripts.store(context, user, interview_id, rows)})


async def _transcript(request: Request, context: Context, user: UserRow) -> Response:
    interview_id = path_uuid(request, "interview_id")
    form = query_value(request, "format") or "json"
    if form not in ("json", "txt", "vtt"):
        raise bad_request("format must be json, txt or vtt.")
    rows = await transcripts.lines(context, user, interview_id)
    if form == "txt":
        return Response(transcripts.as_text(rows), media_type="text/plain; charset=utf-8")
    if form == "vtt":
        return Response(transcripts.as_vtt(rows), media_type="text/vtt; charset=utf-8")
    return json_response(transcripts.as_json(rows))
