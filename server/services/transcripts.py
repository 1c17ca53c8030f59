"""Transcripts: stored line by line as they become final, handed out in three formats."""

from __future__ import annotations

from typing import Any

from server.services.access import owned_or_hidden, read_shared
from server.services.context import Context
from server.storage import transcripts
from server.storage.engine import Connection
from server.storage.transcripts import SegmentRow
from server.storage.users import UserRow


async def store(context: Context, user: UserRow, interview_id: str, rows: list[SegmentRow]) -> int:
    """Store lines of the owner's interview; repeating is safe.

    Raises:
        ApiError: 404.
    """

    def change(connection: Connection) -> int:
        owned_or_hidden(connection, user, interview_id)
        transcripts.store(connection, interview_id, rows)
        return len(rows)

    return await context.database.write(change)


async def lines(context: Context, user: UserRow, interview_id: str) -> list[SegmentRow]:
    """The transcript in order, for the owner or a coach with the transcript's scope.

    Raises:
        ApiError: 404.
    """
    return await read_shared(
        context,
        user,
        interview_id,
        "transcript",
        lambda connection, row: transcripts.lines(connection, row.id),
    )


def as_json(rows: list[SegmentRow]) -> dict[str, Any]:
    """The answer's shape."""
    return {
        "segments": [
            {
                "id": row.id,
                "speaker": row.speaker,
                "text": row.text,
                "start_ms": row.start_ms,
                "end_ms": row.end_ms,
                "question": row.question,
                "interrupted": row.interrupted,
            }
            for row in rows
        ]
    }


def as_text(rows: list[SegmentRow]) -> str:
    """For people: time, speaker, text."""
    return "".join(
        f"{_clock(row.start_ms)[:-4]} {row.speaker.capitalize()}: {_one_line(row.text)}\n"
        for row in rows
    )


def as_vtt(rows: list[SegmentRow]) -> str:
    """WebVTT with voice spans. Source: W3C WebVTT, sections 4 and 6."""
    cues = []
    for row in rows:
        text = _one_line(row.text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        end_ms = max(row.end_ms, row.start_ms + 1)
        cues.append(f"{_clock(row.start_ms)} --> {_clock(end_ms)}\n<v {row.speaker}>{text}\n")
    return "\n".join(["WEBVTT\n", *cues])


def _one_line(text: str) -> str:
    # A line break would end the cue, or begin a line that nobody said.
    return " ".join(text.split())


def _clock(ms: int) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"
