"""The debrief: the whole truth about an interview, once it is completed."""

from __future__ import annotations

from typing import Any

from server.cases import Case, Question, check_number
from server.cases.check import values
from server.errors import conflict
from server.services.access import read_shared
from server.services.context import Context
from server.services.question_times import Marks
from server.services.recordings import part_offsets
from server.services.templates import case_of
from server.storage import recordings, room, transcripts
from server.storage.engine import Connection
from server.storage.interviews import InterviewRow
from server.storage.room import NumberRow
from server.storage.users import UserRow


async def debrief(context: Context, user: UserRow, interview_id: str) -> dict[str, Any]:
    """The debrief of a completed interview, for its owner or a coach who may read the transcript.

    Raises:
        ApiError: 404, 409 before completed.
    """
    return await read_shared(
        context,
        user,
        interview_id,
        "transcript",
        lambda connection, row: compose(context, connection, row),
    )


def compose(context: Context, connection: Connection, row: InterviewRow) -> dict[str, Any]:
    """The debrief of `row`, for whoever may read it.

    Raises:
        ApiError: 409 before completed.
    """
    if row.status != "completed":
        raise conflict("The debrief comes when the interview is completed.")
    case = case_of(context, connection, row)
    marks = Marks(
        room.events(connection, row.id),
        transcripts.lines(connection, row.id),
        list(part_offsets(recordings.of_interview(connection, row.id)).values()),
    )
    numbers = room.last_numbers(connection, row.id)
    return {
        "interview_id": row.id,
        "questions": [
            _debriefed(
                case,
                asked,
                marks,
                room.hints_used(connection, row.id, asked.number),
                numbers.get(asked.number),
                ended=asked.number in row.questions_completed,
            )
            for asked in case.questions
        ],
        "limiting_mistakes": case.debrief.limiting_mistakes,
        "read_more": case.debrief.read_more,
        # Nobody has listened: the local interviewer holds the case, it does not judge it.
        "judged": False,
    }


def _debriefed(
    case: Case, asked: Question, marks: Marks, hints: int, given: NumberRow | None, *, ended: bool
) -> dict[str, Any]:
    return {
        "number": asked.number,
        "kind": asked.kind,
        "short": asked.short,
        "dimensions": asked.dimensions,
        "ended": ended,
        "target_s": asked.target_s,
        "elapsed_s": marks.elapsed_ms(asked.number) // 1000,
        "thinking_s": marks.thinking_ms(asked.number) // 1000,
        "hints": [
            {"level": level, "text": asked.hints[level - 1]} for level in range(1, hints + 1)
        ],
        "number_given": _checked(case, asked.number, given),
        "steps": _steps(case, asked),
        "model_answer": " ".join(asked.model_answer.split()),
        "must_cover": [
            {"point": point.point, "because": point.because} for point in asked.must_cover
        ],
    }


def _checked(case: Case, number: int, given: NumberRow | None) -> dict[str, Any] | None:
    if given is None or (check := check_number(case, number, given.value, given.unit)) is None:
        return None
    return {
        "text": given.text,
        "value": given.value,
        "unit": given.unit,
        "verdict": given.verdict,
        "diagnosis": given.diagnosis,
        "expected": check.expected,
        "expected_unit": check.unit,
    }


def _steps(case: Case, asked: Question) -> list[dict[str, Any]]:
    """The calculation in order; a case names the unit of its result alone."""
    if asked.numeric is None:
        return []
    names = values(case, asked.numeric)
    return [
        {
            "name": step.name,
            "say": step.say,
            "value": names[step.name],
            "unit": asked.numeric.unit if step.name == asked.numeric.expected else None,
        }
        for step in asked.numeric.steps
    ]
