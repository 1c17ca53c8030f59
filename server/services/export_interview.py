"""What an export holds of one interview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from server.services import calls as all_calls
from server.services import comments as all_comments
from server.services import feedback as feedbacks
from server.services import shares as all_shares
from server.services.clock import iso
from server.services.interviews import contract_object
from server.services.recordings import described
from server.services.scores import shown_scores
from server.services.transcripts import as_json, as_text, as_vtt
from server.storage import (
    calls,
    comments,
    feedback,
    notes,
    recordings,
    room,
    scores,
    shares,
    transcripts,
)
from server.storage.engine import Connection
from server.storage.interviews import InterviewRow
from server.storage.recordings import RecordingRow
from server.storage.room import EventRow, NumberRow


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored of one interview: JSON values, texts, and the rows of its sound."""

    values: dict[str, object]
    texts: dict[str, str]
    sound: list[RecordingRow]


def read_kept(connection: Connection, row: InterviewRow, now: int) -> Kept:
    """Everything of an interview, whose owner it is for."""
    lines = transcripts.lines(connection, row.id)
    sound = recordings.of_interview(connection, row.id)
    own_notes = notes.find(connection, row.id)
    values: dict[str, object] = {
        "interview": contract_object(row),
        "transcript": as_json(lines),
        "events": [_event(one) for one in room.events(connection, row.id)],
        "numbers": [_number(one) for one in room.numbers(connection, row.id)],
        "hints": [
            {"question": question, "level": level, "at": iso(at)}
            for question, level, at in room.hints(connection, row.id)
        ],
        "scores": shown_scores(scores.of_interview(connection, row.id)),
        "comments": [all_comments.shown(one) for one in comments.of_interview(connection, row.id)],
        "shares": [all_shares.shown(one, now) for one in shares.of_interview(connection, row.id)],
        "calls": [all_calls.shown(one) for one in calls.of_interview(connection, row.id)],
        "feedback": [feedbacks.shown(one) for one in feedback.of_interview(connection, row.id)],
        "parts": described(row.id, sound)["parts"],
    }
    texts = {
        "transcript.txt": as_text(lines),
        "transcript.vtt": as_vtt(lines),
        "notes.txt": own_notes.text if own_notes else "",
    }
    return Kept(values, texts, sound)


def _event(row: EventRow) -> dict[str, Any]:
    return {
        "question": row.question,
        "type": row.type,
        "at_ms": row.at_ms,
        "data": msgspec.Raw(row.data.encode()),
    }


def _number(row: NumberRow) -> dict[str, Any]:
    return {
        "question": row.question,
        "text": row.text,
        "value": row.value,
        "unit": row.unit,
        "verdict": row.verdict,
        "at": iso(row.created_at),
    }
