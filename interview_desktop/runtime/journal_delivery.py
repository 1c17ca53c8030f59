"""Delivering what an earlier run wrote down and could not tell the server."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import ApiError, NotFound, Refused
from interview_desktop.call.outbox import Outbox
from interview_desktop.runtime.journal import SUFFIX, forget, is_open, open_journal, path_of

logger = logging.getLogger(__name__)

DELIVER_LIMIT_S = 10.0


async def deliver_journals(api: InterviewApi, folder: Path) -> bool:
    """Send what the server does not have yet; False if something must be tried again.

    Lines that were open when the app was killed are final with the words they had. The journal
    of an interview that is completed, or gone, is removed once the server has all of it.

    Thread: the net thread; one at a time.
    """
    everything = True
    for path in await asyncio.to_thread(lambda: sorted(folder.glob(f"*{SUFFIX}"))):
        if is_open(path):
            continue
        try:
            everything = await _deliver(api, folder, path.stem) and everything
        except Refused as error:
            # Somebody else's interview: waiting does not make it ours. It is kept, and asked for
            # again when there is something new to send.
            logger.info("A journal is not taken: %s", error.what)
        except ApiError as error:
            logger.info("A journal could not be delivered yet: %s", error.what)
            everything = False
        except (OSError, ValueError) as error:
            # One that cannot be read must not hold back the others.
            logger.info("A journal could not be read: %s", type(error).__name__)
    return everything


async def _deliver(api: InterviewApi, folder: Path, interview_id: str) -> bool:
    path_of(folder, interview_id)  # a stranger's file is no journal
    try:
        interview = await api.interview(interview_id)
    except NotFound:
        await asyncio.to_thread(forget, folder, interview_id)
        return True
    file = await open_journal(folder, interview_id)
    over = False
    try:
        outbox = Outbox(api, interview_id, file.journal)
        try:
            outbox.take_up()
            done = await outbox.flush(DELIVER_LIMIT_S)
        finally:
            await outbox.aclose()
        over = done and interview.status == "completed" and not file.journal.story.notes_wait
    finally:
        # It goes before anybody else can write into it.
        await asyncio.to_thread(lambda: file.close(remove=over))
    return done
