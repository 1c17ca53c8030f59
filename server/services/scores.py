"""Scores on the rubric: the candidate's own, and each coach's.

A coach scores blind: until their own scores are given they see nobody else's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from server.cases.model import Dimension
from server.services.access import read_shared, shared_or_hidden
from server.services.clock import iso
from server.services.context import Context
from server.storage import scores
from server.storage.engine import Connection
from server.storage.interviews import InterviewRow
from server.storage.scores import ScoreRow
from server.storage.users import UserRow

OWN, COACH = "self", "coach"
_ORDER = {name: place for place, name in enumerate(get_args(Dimension))}


@dataclass(frozen=True, slots=True)
class Score:
    """What somebody gives on one dimension; evidence is (start, end) on the recording's line."""

    dimension: str
    score: int
    evidence: tuple[int, int] | None


async def listed(context: Context, user: UserRow, interview_id: str) -> dict[str, Any]:
    """The scores that the user may see, in the rubric's order.

    Raises:
        ApiError: 404.
    """

    def read(connection: Connection, row: InterviewRow) -> list[ScoreRow]:
        return _visible(user, row, scores.of_interview(connection, row.id))

    return shown_scores(await read_shared(context, user, interview_id, "feedback", read))


async def give(
    context: Context, user: UserRow, interview_id: str, given: list[Score]
) -> dict[str, Any]:
    """Replace the user's own scores, all of them or none.

    Raises:
        ApiError: 404.
    """
    now = context.now()

    def rows(kind: str) -> list[ScoreRow]:
        return [
            ScoreRow(
                interview_id,
                user.id,
                kind,
                one.dimension,
                one.score,
                one.evidence[0] if one.evidence else None,
                one.evidence[1] if one.evidence else None,
                now,
            )
            for one in given
        ]

    def change(connection: Connection) -> list[ScoreRow]:
        row = shared_or_hidden(connection, user, interview_id, "feedback", now)
        kind = OWN if row.user_id == user.id else COACH
        scores.replace(connection, interview_id, user.id, kind, rows(kind))
        return _visible(user, row, scores.of_interview(connection, interview_id))

    return shown_scores(await context.database.write(change))


def _visible(user: UserRow, interview: InterviewRow, rows: list[ScoreRow]) -> list[ScoreRow]:
    mine = [row for row in rows if row.author_id == user.id]
    return rows if mine or user.id == interview.user_id else []


def shown_scores(rows: list[ScoreRow]) -> dict[str, Any]:
    """The answer's shape, in the rubric's order."""
    return {
        "scores": [
            {
                "author_id": row.author_id,
                "kind": row.kind,
                "dimension": row.dimension,
                "score": row.score,
                "evidence": (
                    None
                    if row.start_ms is None
                    else {"start_ms": row.start_ms, "end_ms": row.end_ms}
                ),
                "created_at": iso(row.created_at),
            }
            for row in sorted(rows, key=lambda row: _ORDER[row.dimension])
        ]
    }
