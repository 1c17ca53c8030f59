"""Scores on the rubric: today the candidate's own; coaches and others get their own kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from server.cases.model import Dimension
from server.services.access import owned_or_hidden
from server.services.clock import iso
from server.services.context import Context
from server.storage import scores
from server.storage.engine import Connection
from server.storage.scores import ScoreRow
from server.storage.users import UserRow

OWN = "self"
_ORDER = {name: place for place, name in enumerate(get_args(Dimension))}


@dataclass(frozen=True, slots=True)
class Score:
    """What somebody gives on one dimension; evidence is (start, end) on the recording's line."""

    dimension: str
    score: int
    evidence: tuple[int, int] | None


async def listed(context: Context, user: UserRow, interview_id: str) -> dict[str, Any]:
    """The scores of the owner's interview, in the rubric's order.

    Raises:
        ApiError: 404.
    """

    def read(connection: Connection) -> list[ScoreRow]:
        owned_or_hidden(connection, user, interview_id)
        return scores.of_interview(connection, interview_id)

    return _answer(await context.database.read(read))


async def give(
    context: Context, user: UserRow, interview_id: str, given: list[Score]
) -> dict[str, Any]:
    """Replace the owner's own scores, all of them or none.

    Raises:
        ApiError: 404.
    """
    now = context.now()
    rows = [
        ScoreRow(
            interview_id,
            user.id,
            OWN,
            one.dimension,
            one.score,
            one.evidence[0] if one.evidence else None,
            one.evidence[1] if one.evidence else None,
            now,
        )
        for one in given
    ]

    def change(connection: Connection) -> list[ScoreRow]:
        owned_or_hidden(connection, user, interview_id)
        scores.replace(connection, interview_id, user.id, OWN, rows)
        return scores.of_interview(connection, interview_id)

    return _answer(await context.database.write(change))


def _answer(rows: list[ScoreRow]) -> dict[str, Any]:
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
