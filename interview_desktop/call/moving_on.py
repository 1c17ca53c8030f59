"""A question is done: what the server must know before the next one opens."""

from __future__ import annotations

from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import Conflict
from interview_desktop.domain.interview import QUESTION_COUNT, Interview, Status


def is_stored(interview: Interview, number: int) -> bool:
    """Whether `interview` says already that question `number` is done."""
    return interview.status == "completed" or interview.progress.current_question > number


async def store_done(api: InterviewApi, interview: Interview, number: int) -> Interview:
    """The interview after `number` is stored as done; the last one completes it.

    Raises:
        AppError: it could not be stored; `number` is still the current question.
    """
    if is_stored(interview, number):
        return interview
    try:
        return await _update(api, interview, number)
    except Conflict:
        # Another device or an earlier, unanswered try was first: take what is true now.
        true = await api.interview(interview.id)
    return true if is_stored(true, number) else await _update(api, true, number)


async def _update(api: InterviewApi, interview: Interview, number: int) -> Interview:
    status: Status | None = "completed" if number == QUESTION_COUNT else None
    return await api.update(interview, interview.progress.completing(number), status)
