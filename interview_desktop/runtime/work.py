"""What the window asks of the net thread. Heavy modules are imported here, at their first use."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from interview_desktop.config import AppPaths
from interview_desktop.domain.call_events import CallEvent
from interview_desktop.domain.debrief import DIMENSIONS, Debrief
from interview_desktop.domain.devices import Device, SoundChoice
from interview_desktop.domain.interview import CaseCard, Interview
from interview_desktop.domain.journal import Happened
from interview_desktop.domain.transcript import Caption
from interview_desktop.runtime.loaded import keep_what_was_loaded

# Home is not kept waiting for longer by what is still to be delivered.
DELIVER_LIMIT_S = 5.0
FOLLOW_THE_SYSTEM = SoundChoice()

if TYPE_CHECKING:
    from interview_desktop.runtime.local_call import LocalCall
    from interview_desktop.runtime.session_files import SessionFiles
    from interview_desktop.runtime.workspace import Workspace


async def open_workspace(
    paths: AppPaths, before: Workspace | None = None
) -> tuple[Workspace, bool]:
    """(the local workspace, whether its secrets outlive this run), in place of one `before`.

    Raises:
        ServerStartError: the bundled server does not come up.
    """
    from interview_desktop.credentials.keyring_store import open_store  # noqa: PLC0415
    from interview_desktop.runtime.workspace import open_local_workspace  # noqa: PLC0415

    keep_what_was_loaded()
    if before is not None:
        await before.aclose()
    await asyncio.to_thread(paths.create)
    store = await asyncio.to_thread(open_store)
    workspace = await open_local_workspace(paths, store)
    try:
        # What the app could not tell the server when it ended is there before Home shows it.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(workspace.sender.deliver(), DELIVER_LIMIT_S)
        workspace.sender.start()
    except BaseException:
        # The window was closed meanwhile: nobody else knows of it.
        await workspace.aclose()
        raise
    return workspace, store.lasting


async def home_data(workspace: Workspace) -> tuple[list[CaseCard], list[Interview]]:
    """(the cases, the last interviews).

    Raises:
        ApiError: the server does not answer.
    """
    return await workspace.api.templates(), await workspace.api.interviews(limit=100)


async def send_pending(workspace: Workspace) -> None:
    """Try at once to send what is only here; it is tried again by itself in any case."""
    workspace.sender.wake()


async def notes(workspace: Workspace, paths: AppPaths, interview_id: str) -> str:
    """The notes of an interview, the newest of what is here and what the server has.

    Raises:
        ApiError: the server does not answer.
    """
    from interview_desktop.runtime.journal import kept_notes  # noqa: PLC0415

    kept = await kept_notes(paths.journals, interview_id)
    return kept if kept is not None else await workspace.api.notes(interview_id)


async def happened(workspace: Workspace, interview_id: str) -> list[Happened]:
    """What happened in an interview: thinking, hints, numbers, exhibits.

    Raises:
        ApiError: the server does not answer.
    """
    return await workspace.api.events(interview_id)


async def keep_notes(workspace: Workspace, paths: AppPaths, interview_id: str, text: str) -> None:
    """Keep notes that are typed while no call of the interview runs.

    Raises:
        OSError: the disk does not take them.
    """
    from interview_desktop.runtime.journal import write_notes  # noqa: PLC0415

    await write_notes(paths.journals, interview_id, text)
    workspace.sender.wake()


async def new_call(
    workspace: Workspace,
    paths: AppPaths,
    interview: Interview,
    listener: Callable[[CallEvent], None],
    choice: SoundChoice = FOLLOW_THE_SYSTEM,
) -> LocalCall:
    """A call of `interview` on the chosen devices, not started yet."""
    from interview_desktop.runtime.local_call import make_call  # noqa: PLC0415

    keep_what_was_loaded()
    return await make_call(workspace, paths, interview, listener, choice)


async def sound_devices() -> list[Device]:
    """Microphones and loudspeakers, the system's own choice first.

    Raises:
        SoundError: there is no sound system.
    """
    from interview_desktop.audio.device_list import list_devices  # noqa: PLC0415

    return list(await asyncio.to_thread(list_devices))


async def device_pair(microphone: str | None, loudspeaker: str | None) -> tuple[str, str]:
    """The ids of what these choices come to now; empty where there is nothing."""
    from interview_desktop.audio.device_list import devices_for  # noqa: PLC0415
    from interview_desktop.audio.errors import SoundError  # noqa: PLC0415

    try:
        one, two = await asyncio.to_thread(devices_for, microphone, loudspeaker)
    except SoundError:
        return ("", "")
    return one.id, two.id


async def debrief_data(
    workspace: Workspace, interview_id: str
) -> tuple[Debrief, dict[str, int], list[Happened]]:
    """(what was measured, the own scores so far, what happened when).

    Raises:
        ApiError: the server does not answer.
    """
    api = workspace.api
    debrief, scores, events = await asyncio.gather(
        api.debrief(interview_id), api.scores(interview_id), api.events(interview_id)
    )
    return debrief, {one.dimension: one.score for one in scores if one.kind == "self"}, events


async def save_scores(workspace: Workspace, interview_id: str, scores: Mapping[str, int]) -> None:
    """Keep the own scores in place of those that were kept before.

    Raises:
        ApiError: the server does not answer.
    """
    known = {one: scores[one] for one in DIMENSIONS if one in scores}
    await workspace.api.save_scores(interview_id, known)


async def transcript(workspace: Workspace, interview_id: str) -> list[Caption]:
    """Both sides' lines of an interview.

    Raises:
        ApiError: the server does not answer.
    """
    return await workspace.api.captions(interview_id)


async def session_sound(
    workspace: Workspace,
    paths: AppPaths,
    interview_id: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> SessionFiles:
    """Where the sound of an interview lies; `progress` counts bytes that must be fetched.

    Raises:
        ApiError: nothing is here, and the server does not give it.
    """
    from interview_desktop.runtime.session_files import session_files  # noqa: PLC0415

    return await session_files(workspace.api, paths, interview_id, progress)
