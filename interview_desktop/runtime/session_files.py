"""Where the sound of a session lies: on this computer, else fetched from the server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from interview_desktop.api import parsing
from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import ApiError
from interview_desktop.api.recordings import TRACKS
from interview_desktop.audio.ogg_opus import duration_ms
from interview_desktop.audio.recorder import CANDIDATE_FILE, INTERVIEWER_FILE, load_part
from interview_desktop.config import AppPaths

logger = logging.getLogger(__name__)

# What is here is shown without waiting long for a server that may know of more.
LISTING_LIMIT_S = 0.25
AT_ONCE = 4
_FILES = {"candidate": CANDIDATE_FILE, "interviewer": INTERVIEWER_FILE}
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SessionFiles:
    """A session's sound.

    Args:
        parts: (candidate's file, interviewer's file) of each part in the order of the time line;
            None where a side is nowhere to be had.
        notes: what is missing, a sentence each.
    """

    parts: list[tuple[Path | None, Path | None]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """One part, by what is known of it from either place."""

    started_at: datetime
    local: dict[str, Path]
    remote: dict[str, parsing.Track]


async def session_files(
    api: InterviewApi,
    paths: AppPaths,
    interview_id: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> SessionFiles:
    """Every part that is here or on the server.

    A file of this computer counts before the server's, unless it is shorter. What is only on the
    server comes into the cache, four tracks at once; `progress(done, total)` counts the bytes.
    Cancelled, it leaves nothing half behind.

    Raises:
        ApiError: nothing is here, and the server does not give it.

    Thread: the event loop; files are touched in worker threads.
    """
    local = await asyncio.to_thread(local_parts, paths.recordings, interview_id)
    listing: list[parsing.Part] = []
    try:
        async with asyncio.timeout(LISTING_LIMIT_S if local else None):
            listing = await api.stored_parts(interview_id)
    except (ApiError, TimeoutError):
        if not local:
            raise
    known = await asyncio.to_thread(_merged, local, listing)
    wanted = [track for part in known for track in part.remote.values() if track.complete]
    notes: list[str] = []
    fetched: dict[str, Path] = {}
    try:
        fetched = await _fetched(api, wanted, paths.cache, progress)
    except ApiError as error:
        if not local:
            raise
        logger.info("A part of a session could not be fetched: %s", error.what)
        notes.append("Some of this session is on the server only and could not be fetched.")
    if any(not track.complete for part in known for track in part.remote.values()):
        notes.append("Some of this session is still being sent from another computer.")
    parts = [tuple(_track(part, name, fetched) for name in TRACKS) for part in known]
    return SessionFiles([(one, two) for one, two in parts if one or two], tuple(notes))


def local_parts(recordings: Path, interview_id: str) -> dict[str, _Part]:
    """The parts that were recorded here, by their ids. Blocks on the disk, for a moment."""
    found: dict[str, _Part] = {}
    for folder in (recordings / interview_id).glob("*"):
        files = {name: folder / file for name, file in _FILES.items() if _sounds(folder / file)}
        if not files:
            continue
        try:
            about = load_part(folder)
        except OSError:
            # One side is gone: the other still tells when it was.
            made_s = next(iter(files.values())).stat().st_mtime
            found[folder.name] = _Part(datetime.fromtimestamp(made_s, UTC), files, {})
        else:
            found[about.id] = _Part(_time(about.started_at), files, {})
    return dict(sorted(found.items(), key=lambda item: (item[1].started_at, item[0])))


def _merged(local: dict[str, _Part], listing: list[parsing.Part]) -> list[_Part]:
    """Both places' parts in the order of time, with what must be fetched in `remote`."""
    known = dict(local)
    for part in listing:
        here = known.get(part.id) or _Part(_time(part.started_at), {}, {})
        # A track of nothing, which a kill in the first moment leaves, is no track.
        tracks = {
            name: track for name, track in part.tracks.items() if name in TRACKS and track.bytes
        }
        missing = {
            name: track
            for name, track in tracks.items()
            if name not in here.local
            or (track.complete and here.local[name].stat().st_size < track.bytes)
        }
        known[part.id] = replace(here, remote=missing)
    # Sorting is stable: parts of the same second stay in the server's order.
    return sorted(known.values(), key=lambda part: part.started_at)


async def _fetched(
    api: InterviewApi,
    tracks: list[parsing.Track],
    cache: Path,
    progress: Callable[[int, int], None],
) -> dict[str, Path]:
    """The tracks' files by the tracks' ids."""
    total = sum(track.bytes for track in tracks)
    done = dict.fromkeys((track.id for track in tracks), 0)
    slots = asyncio.Semaphore(AT_ONCE)

    async def fetch(track: parsing.Track) -> Path:
        def count(received: int) -> None:
            done[track.id] = received
            progress(sum(done.values()), total)

        async with slots:
            return await api.download_track(track, cache, count)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = {track.id: group.create_task(fetch(track)) for track in tracks}
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
    return {name: task.result() for name, task in tasks.items()}


def _track(part: _Part, name: str, fetched: dict[str, Path]) -> Path | None:
    track = part.remote.get(name)
    if track is not None and track.id in fetched:
        return fetched[track.id]
    return part.local.get(name)


def _sounds(path: Path) -> bool:
    try:
        return duration_ms(path) > 0
    except OSError:
        return False


def _time(text: str) -> datetime:
    """A server's or a file's time; what cannot be read comes last."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _LATEST
    return found if found.tzinfo else found.replace(tzinfo=UTC)
