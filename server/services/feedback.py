"""Feedback on an interview, made by a job and kept in every version; and figures of delivery.

What can be said without judging is said by rules from the debrief: time, hints, the number and
its named error. A model that judges comes as another maker beside it.
"""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

import msgspec

from server.analysis.delivery import Line, delivery
from server.errors import conflict, not_found
from server.services.access import read_shared, shared_or_hidden
from server.services.clock import iso
from server.services.context import Context
from server.services.debrief import compose
from server.services.question_times import Marks
from server.services.recordings import part_offsets
from server.storage import feedback, interviews, jobs, recordings, room, transcripts
from server.storage.engine import Connection
from server.storage.feedback import FeedbackRow
from server.storage.interviews import InterviewRow
from server.storage.jobs import JobRow
from server.storage.users import UserRow

MODEL, PROMPT_VERSION = "rules", "1"
UNFINISHED = ("queued", "running")
QUESTIONS = (1, 2, 3, 4)


async def ask(context: Context, user: UserRow, interview_id: str) -> JobRow:
    """Queue the making of feedback, or find the job that is not finished yet.

    Raises:
        ApiError: 404, 409 before the interview is completed.
    """
    now = context.now()

    def change(connection: Connection) -> JobRow:
        row = shared_or_hidden(connection, user, interview_id, "feedback", now)
        if row.status != "completed":
            raise conflict("Feedback comes when the interview is completed.")
        for job in jobs.of_interview(connection, interview_id, "feedback"):
            if job.status in UNFINISHED:
                return job
        return jobs.add(connection, str(uuid.uuid4()), user.id, interview_id, "feedback", now)

    return await context.database.write(change)


async def listed(
    context: Context, user: UserRow, interview_id: str
) -> tuple[list[JobRow], list[FeedbackRow]]:
    """The jobs and what they made, newest first.

    Raises:
        ApiError: 404.
    """

    def read(connection: Connection, row: InterviewRow) -> tuple[list[JobRow], list[FeedbackRow]]:
        made = feedback.of_interview(connection, row.id)
        return jobs.of_interview(connection, row.id, "feedback"), made

    return await read_shared(context, user, interview_id, "feedback", read)


async def get(context: Context, user: UserRow, interview_id: str, feedback_id: str) -> FeedbackRow:
    """One version.

    Raises:
        ApiError: 404.
    """

    def read(connection: Connection, row: InterviewRow) -> FeedbackRow:
        found = feedback.find(connection, row.id, feedback_id)
        if found is None:
            raise not_found("There is no such feedback.")
        return found

    return await read_shared(context, user, interview_id, "feedback", read)


async def make(context: Context, job: JobRow) -> None:
    """The work of a job: one more version, with the job's id.

    A job that a restart runs a second time finds what it has made.
    """
    assert job.interview_id is not None
    interview_id = job.interview_id

    def change(connection: Connection) -> None:
        # The one who asked was allowed to; what is made belongs to the interview.
        row = interviews.find_any_owner(connection, interview_id)
        if row is None or feedback.find(connection, interview_id, job.id) is not None:
            return
        document = msgspec.json.encode(_by_rules(compose(context, connection, row))).decode()
        version = FeedbackRow(job.id, interview_id, MODEL, PROMPT_VERSION, document, context.now())
        feedback.add(connection, version)

    await context.database.write(change)


async def metrics(context: Context, user: UserRow, interview_id: str) -> dict[str, Any]:
    """Figures of delivery, from what has been stored so far.

    Raises:
        ApiError: 404.
    """

    def read(connection: Connection, row: InterviewRow) -> dict[str, Any]:
        said = transcripts.lines(connection, row.id)
        marks = Marks(
            room.events(connection, row.id),
            said,
            list(part_offsets(recordings.of_interview(connection, row.id)).values()),
        )
        lines = [
            Line(one.speaker, one.text, one.start_ms, one.end_ms, one.interrupted) for one in said
        ]
        thought_ms = sum(marks.thinking_ms(number) for number in QUESTIONS)
        thinking_ms = thought_ms if marks.events else None
        return {"interview_id": row.id, **dataclasses.asdict(delivery(lines, thinking_ms))}

    return await read_shared(context, user, interview_id, "transcript", read)


def shown(row: FeedbackRow) -> dict[str, Any]:
    """The answer's shape."""
    return {
        "id": row.id,
        "model": row.model,
        "prompt_version": row.prompt_version,
        "created_at": iso(row.created_at),
        "document": msgspec.Raw(row.document.encode()),
    }


def _by_rules(debrief: dict[str, Any]) -> dict[str, Any]:
    return {
        "judged": False,
        "questions": [
            {"number": asked["number"], "short": asked["short"], "remarks": _remarks(asked)}
            for asked in debrief["questions"]
        ],
    }


def _remarks(asked: dict[str, Any]) -> list[str]:
    remarks = []
    if not asked["ended"]:
        remarks.append("This question was not finished.")
    over_s = asked["elapsed_s"] - asked["target_s"]
    if over_s > 0:
        remarks.append(f"It took {_minutes(over_s)} longer than its target.")
    if hints := len(asked["hints"]):
        remarks.append("One hint was used." if hints == 1 else f"{hints} hints were used.")
    number = asked["number_given"]
    if number is not None and number["verdict"] == "match":
        remarks.append("The result is right.")
    elif number is not None:
        remarks.append(number["diagnosis"] or "The result is not the expected one.")
    return remarks


def _minutes(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
