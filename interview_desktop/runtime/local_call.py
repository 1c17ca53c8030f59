"""A call of the window: devices, recorder, session, and the upload afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from interview_desktop.api.client import InterviewApi
from interview_desktop.audio.device_sound import DeviceSound
from interview_desktop.audio.errors import SoundError
from interview_desktop.audio.recorder import Recorder
from interview_desktop.call.session import CallOutcome, CallSession
from interview_desktop.domain.call_events import CallEvent, Notice
from interview_desktop.domain.interview import Interview
from interview_desktop.runtime.uploads import upload_pending

CLOSE_LIMIT_S = 12.0


@dataclass(frozen=True, slots=True)
class LocalCall:
    """One running call. Thread: the net thread; `sound` may be polled from the window."""

    session: CallSession
    sound: DeviceSound
    recorder: Recorder
    api: InterviewApi
    recordings: Path

    async def run(self) -> CallOutcome:
        """Hold the call, close the recording, send it to the server."""
        try:
            outcome = await self.session.run()
        finally:
            await asyncio.to_thread(self._close_recorder)
        await upload_pending(self.api, self.recordings)
        return outcome

    async def close(self) -> None:
        """End the call because the app closes; the recording is finished."""
        await self.session.end()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.session.finished(), CLOSE_LIMIT_S)
        await asyncio.to_thread(self.sound.close)
        await asyncio.to_thread(self._close_recorder)

    def _close_recorder(self) -> None:
        # A call that never came to its devices leaves no empty part behind.
        if self.recorder.close().duration_ms == 0:
            shutil.rmtree(self.recorder.folder, ignore_errors=True)


async def make_call(
    api: InterviewApi,
    recordings: Path,
    interview: Interview,
    listener: Callable[[CallEvent], None],
) -> LocalCall:
    """Everything a call needs, not started yet.

    Raises:
        SoundError: the recording cannot be begun.
    """

    def trouble(sentence: str) -> None:
        listener(Notice("bad", sentence))

    try:
        recorder = await asyncio.to_thread(
            Recorder, recordings / interview.id, str(uuid.uuid4()), interview.id, trouble
        )
    except OSError as error:
        raise SoundError(
            "The recording cannot be begun on this disk.", "Free 100 MB, then try again."
        ) from error
    sound = DeviceSound(recorder, on_trouble=trouble)
    session = CallSession(api, interview, sound, listener)
    return LocalCall(session, sound, recorder, api, recordings)
