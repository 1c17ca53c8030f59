"""Recordings on their way from this laptop to the server they belong to."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import NotFound, Refused
from interview_desktop.audio.recorder import (
    CANDIDATE_FILE,
    INTERVIEWER_FILE,
    is_being_recorded,
    load_part,
)
from interview_desktop.errors import AppError

logger = logging.getLogger(__name__)

UPLOADED_MARK = "uploaded"


def pending_parts(recordings: Path) -> list[tuple[str, Path]]:
    """(interview id, part folder) of every part that the server has not confirmed yet.

    Layout: `recordings/<interview id>/<part id>/`; a file `uploaded` marks a confirmed part. A part
    that is still being recorded is left alone: half of it would be confirmed as the whole.
    """
    return [
        (part.parent.name, part)
        for part in sorted(recordings.glob("*/*"))
        if all((part / track).is_file() for track in (CANDIDATE_FILE, INTERVIEWER_FILE))
        and not (part / UPLOADED_MARK).exists()
        and not is_being_recorded(part)
    ]


async def upload_pending(
    api: InterviewApi, recordings: Path, left: list[Path] | None = None
) -> int:
    """Send what is still here only; returns how many parts the server now has in full.

    A part that fails stays for the next time: the upload resumes where it stopped. Those that
    waiting may help come into `left`. What the server will not have (an interview that is gone,
    or somebody else's), and what cannot be read, is kept and not among them.
    """
    sent = 0
    for interview_id, folder in await asyncio.to_thread(pending_parts, recordings):
        try:
            part = await asyncio.to_thread(load_part, folder)
            await api.upload_part(interview_id, part, lambda done, total: None)
            await asyncio.to_thread((folder / UPLOADED_MARK).touch)
        except (NotFound, Refused) as error:
            logger.info("A recording is not taken: %s", error.what)
            continue
        except AppError as error:
            logger.info("A recording could not be sent yet: %s", error.what)
            if left is not None:
                left.append(folder)
            continue
        except OSError as error:
            # One damaged part must not hold back the others, nor what waits for this.
            logger.info("A recording could not be read: %s", error.strerror)
            continue
        sent += 1
    return sent
