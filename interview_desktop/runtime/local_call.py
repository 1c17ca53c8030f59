"""A call of the window: devices, recorder, journal, session, and the sending afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from interview_desktop.audio.device_sound import DeviceSound
from interview_desktop.audio.errors import SoundError
from interview_desktop.audio.recorder import Recorder
from interview_desktop.call.session import CallOutcome, CallSession
from interview_desktop.config import AppPaths
from interview_desktop.domain.call_events import CallEvent, DiskTrouble, NotesState
from interview_desktop.domain.devices import SoundChoice, SoundNotice
from interview_desktop.domain.interview import Interview
from interview_desktop.runtime.earlier_parts import gathered, last_beginning
from interview_desktop.runtime.journal import JournalFile, open_journal, write_notes
from interview_desktop.runtime.workspace import Workspace

logger = logging.getLogger(__name__)

CLOSE_LIMIT_S = 12.0
# How long a restart of the bundled server is waited for before it counts as a failed try.
RESTART_LIMIT_S = 40.0
SERVER_LOST = "The local workspace stopped and is being started again."
FOLLOW_THE_SYSTEM = SoundChoice()
NO_ROOM = "Free 100 MB, then try again."
NO_WORDS = (
    "The disk takes no notes and captions now; they wait in the app. Free 100 MB to keep them."
)


@dataclass(frozen=True, slots=True)
class LocalCall:
    """One running call. Thread: the net thread; `sound` may be polled from the window."""

    session: CallSession
    sound: DeviceSound
    recorder: Recorder
    journal: JournalFile
    workspace: Workspace
    offset_ms: int
    keep_notes: Callable[[str], Coroutine[Any, Any, None]]
    # Set on the loop before recording and journal are closed.
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def position_ms(self) -> int:
        """Milliseconds on the interview's line now. Thread: any."""
        return self.offset_ms + self.sound.position_ms()

    async def run(self) -> CallOutcome:
        """Hold the call, close recording and journal, send both to the server."""
        self.workspace.host.on_lost.add(self._server_lost)
        try:
            outcome = await self.session.run()
        finally:
            self.workspace.host.on_lost.discard(self._server_lost)
            self.over.set()
            await asyncio.to_thread(self._close_files)
        await self.workspace.sender.send()
        # What did not get through goes by itself.
        self.workspace.sender.wake()
        return outcome

    async def notes(self, text: str) -> None:
        """Keep the notes as they stand now, also when the call is over and its files are closed."""
        if self.over.is_set():
            await self.keep_notes(text)
        else:
            await self.session.notes(text)

    async def discard(self) -> None:
        """Release a call that is never run."""
        self.over.set()
        await asyncio.to_thread(self._close_files)

    async def close(self) -> None:
        """End the call because the app closes; recording and journal are finished."""
        await self.session.end()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.session.finished(), CLOSE_LIMIT_S)
        self.over.set()
        await asyncio.to_thread(self.sound.close)
        await asyncio.to_thread(self._close_files)

    def _server_lost(self) -> None:
        self.session.lost(SERVER_LOST)

    def _close_files(self) -> None:
        try:
            duration_ms = self.recorder.close().duration_ms
        except OSError as error:
            # Somebody has removed it: the call is over all the same.
            logger.warning("A recording is gone at its end: %s", error.strerror)
            duration_ms = 0
        finally:
            self.journal.close()
        # A call in which nobody was met leaves no part behind.
        if duration_ms == 0 or not self.session.was_live:
            shutil.rmtree(self.recorder.folder, ignore_errors=True)


async def make_call(
    workspace: Workspace,
    paths: AppPaths,
    interview: Interview,
    listener: Callable[[CallEvent], None],
    choice: SoundChoice = FOLLOW_THE_SYSTEM,
) -> LocalCall:
    """Everything a call needs, not started yet; a resumed interview goes on where it was.

    `listener` gets facts on the net thread, and is called on no other.

    Raises:
        SoundError: the recording cannot be begun.
        ApiError: what the interview has so far cannot be fetched.
    """
    loop = asyncio.get_running_loop()

    def tell(event: CallEvent) -> None:
        # From the audio worker, the recorder's and the journal's thread.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(listener, event)

    def stuck(is_stuck: bool) -> None:
        tell(SoundNotice("words", "bad", NO_WORDS if is_stuck else ""))

    try:
        file = await open_journal(paths.journals, interview.id, stuck)
    except OSError as error:
        raise SoundError("The interview cannot be kept on this disk.", NO_ROOM) from error
    try:
        earlier = await gathered(workspace.api, paths, interview.id, file.journal.story)
        file.journal.server_notes(earlier.notes)
        recorder = await _opened(
            lambda: Recorder(
                paths.recordings / interview.id,
                str(uuid.uuid4()),
                interview.id,
                lambda sentence: tell(DiskTrouble(True, sentence)),
                lambda sentence: tell(DiskTrouble(False, sentence)),
                after=last_beginning(paths.recordings / interview.id),
                offset_ms=earlier.offset_ms,
            ),
        )
    except OSError as error:
        await asyncio.to_thread(file.close)
        raise SoundError("The recording cannot be begun on this disk.", NO_ROOM) from error
    except BaseException:
        await asyncio.to_thread(file.close)
        raise
    sound = DeviceSound(
        recorder,
        on_notice=tell,
        microphone=choice.microphone,
        loudspeaker=choice.loudspeaker,
        processing=choice.processing,
        headphones=choice.headphones,
    )

    async def reachable() -> None:
        # A limit that passes lets the try fail, and be made again.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(workspace.host.ready(), RESTART_LIMIT_S)

    session = CallSession(
        workspace.api,
        interview,
        sound,
        listener,
        journal=file.journal,
        earlier=earlier,
        reachable=reachable,
    )

    async def keep_notes(text: str) -> None:
        listener(NotesState(saved=False))
        await write_notes(paths.journals, interview.id, text)
        listener(NotesState(saved=True))
        workspace.sender.wake()

    return LocalCall(session, sound, recorder, file, workspace, earlier.offset_ms, keep_notes)


async def _opened(make: Callable[[], Recorder]) -> Recorder:
    """A recorder made in a worker thread; whoever is cancelled meanwhile leaves none behind."""
    making = asyncio.create_task(asyncio.to_thread(make))
    try:
        return await asyncio.shield(making)
    except asyncio.CancelledError:
        # The thread cannot be stopped: what it opens must not stay open.
        with contextlib.suppress(OSError):
            await asyncio.to_thread(_drop, await making)
        raise


def _drop(recorder: Recorder) -> None:
    """Nothing was recorded: no part is left behind."""
    with contextlib.suppress(OSError):
        recorder.close()
    shutil.rmtree(recorder.folder, ignore_errors=True)
