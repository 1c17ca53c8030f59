"""What a resumed interview has so far, from this computer and from the server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import NotFound
from interview_desktop.audio.recorder import RecordingPart, load_part
from interview_desktop.config import AppPaths
from interview_desktop.domain.earlier import Earlier, earlier
from interview_desktop.domain.journal import Story

logger = logging.getLogger(__name__)

T = TypeVar("T")


async def gathered(api: InterviewApi, paths: AppPaths, interview_id: str, story: Story) -> Earlier:
    """Everything of the earlier parts of an interview.

    Raises:
        ApiError: the server does not answer.
    """
    # Lists that the server does not know of yet are empty, never in the way.
    captions = await _or_none(api.captions(interview_id), [])
    events = await _or_none(api.events(interview_id), [])
    notes = await _or_none(api.notes(interview_id), "")
    durations = {
        part.id: part.duration_ms for part in await _or_none(api.recorded_parts(interview_id), [])
    }
    # What has been damaged or not been sent on one side is whole on the other.
    local = await asyncio.to_thread(local_parts, paths.recordings / interview_id)
    for part in local:
        durations[part.id] = max(part.duration_ms, durations.get(part.id, 0))
    return earlier(story, captions, events, notes, sum(durations.values()))


def local_parts(folder: Path) -> list[RecordingPart]:
    """The parts of one interview that are on this computer. Blocks."""
    parts = []
    for one in sorted(one for one in folder.glob("*") if one.is_dir()):
        try:
            parts.append(load_part(one))
        except OSError as error:
            logger.info("A recorded part could not be read: %s", error.strerror)
    return parts


def last_beginning(folder: Path) -> str:
    """When the newest part here began, ISO 8601 in UTC; empty if there is none. Blocks."""
    return max((part.started_at for part in local_parts(folder)), default="")


async def _or_none(asked: Awaitable[T], nothing: T) -> T:
    try:
        return await asked
    except NotFound:
        return nothing
