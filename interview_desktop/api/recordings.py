"""Recordings on the wire: resumable uploads (tus 1.0), and their bytes back."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import tempfile
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from interview_desktop.api import parsing
from interview_desktop.api.errors import (
    ApiError,
    Conflict,
    DamagedOnTheWay,
    NotFound,
    UnexpectedAnswer,
)
from interview_desktop.domain.recording import PartFiles

UPLOAD_TIMEOUT_S = 60.0
CHUNK_BYTES = 1024 * 1024
# A piece that is refused is looked into and sent again, so often a track.
MAX_SECOND_TRIES = 3
TRACKS = ("candidate", "interviewer")
_TUS = {"Tus-Resumable": "1.0.0"}

Request = Callable[..., Awaitable[httpx.Response]]


async def upload_part(
    request: Request, interview_id: str, part: PartFiles, progress: Callable[[int, int], None]
) -> None:
    """Send both tracks of a part; goes on where an earlier try stopped.

    `progress(done, total)` counts bytes over both tracks.

    Raises:
        ApiError: the server does not take it (now).
        OSError: a file cannot be read.
    """
    tracks = {"candidate": part.candidate, "interviewer": part.interviewer}
    sizes = {name: await asyncio.to_thread(_size, path) for name, path in tracks.items()}
    total, before = sum(sizes.values()), 0
    for name, path in tracks.items():
        upload = _Upload(request, interview_id, part, name, sizes[name])
        offset, second_tries = await upload.begin(), 0
        while offset < sizes[name]:
            data = await asyncio.to_thread(_read, path, offset, sizes[name] - offset)
            try:
                offset = await upload.append(offset, data)
            except (Conflict, DamagedOnTheWay, NotFound):
                # The answer to an earlier piece was lost, or the upload is gone: where is it now?
                second_tries += 1
                if second_tries > MAX_SECOND_TRIES:
                    raise
                offset = await upload.begin()
            progress(before + offset, total)
        before += sizes[name]


async def stored_parts(request: Request, interview_id: str) -> list[parsing.Part]:
    """What the server has of an interview, in the order of its time line.

    Raises:
        ApiError: the server does not tell.
    """
    return parsing.parts(await request("GET", f"/interviews/{interview_id}/recordings/"))


async def download_parts(
    request: Request, interview_id: str, folder: Path
) -> list[dict[str, Path]]:
    """Fetch every part that is on the server in full; returns track name → file, a part each.

    Raises:
        ApiError: the server does not give it, or there is no room for it.
    """
    result: list[dict[str, Path]] = []
    for part in await stored_parts(request, interview_id):
        tracks = [part.tracks[name] for name in TRACKS if name in part.tracks]
        # What is still on its way would be cached half, and played half for ever.
        if len(tracks) < len(TRACKS) or not all(track.complete for track in tracks):
            continue
        files = [await download_track(request, track, folder) for track in tracks]
        result.append(dict(zip(TRACKS, files, strict=True)))
    return result


async def download_track(
    request: Request,
    track: parsing.Track,
    folder: Path,
    progress: Callable[[int], None] = lambda done: None,
) -> Path:
    """Fetch a track that is on the server in full, unless it is there already.

    `progress(done)` counts its bytes. It comes in pieces; cancelled, it leaves nothing behind.

    Raises:
        ApiError: the server does not give it, or there is no room for it.
    """
    target = cached_track(track, folder)
    if await asyncio.to_thread(target.exists):
        progress(track.bytes)
        return target
    pieces: list[bytes] = []
    done = 0
    while done < track.bytes or not pieces:
        end = min(done + CHUNK_BYTES, track.bytes)
        answer = await request(
            "GET",
            _below_root(track.url),
            headers={"Range": f"bytes={done}-{max(done, end - 1)}"},
            timeout=UPLOAD_TIMEOUT_S,
        )
        # A server may give the whole instead.
        if done and answer.status_code != httpx.codes.PARTIAL_CONTENT:
            raise UnexpectedAnswer
        pieces.append(answer.content)
        done += len(answer.content)
        if not answer.content or done > track.bytes:
            raise UnexpectedAnswer
        progress(done)
    try:
        await asyncio.to_thread(_write_whole, target, b"".join(pieces))
    except OSError:
        raise ApiError(
            "The recording could not be kept on this disk.", "Free some space, then try again."
        ) from None
    return target


def cached_track(track: parsing.Track, folder: Path) -> Path:
    """Where a downloaded track lies.

    Raises:
        UnexpectedAnswer: the server's id for it is none.
    """
    try:
        return folder / f"{uuid.UUID(track.id)}.opus"
    except ValueError:
        raise UnexpectedAnswer from None


class _Upload:
    """One track on its way."""

    def __init__(
        self, request: Request, interview_id: str, part: PartFiles, track: str, size: int
    ) -> None:
        self._request = request
        self._path = f"/interviews/{interview_id}/recordings/"
        self._part = part
        self._track = track
        self._size = size
        self._location = ""

    async def begin(self) -> int:
        """Create the upload or find the one that was begun; returns where it stands."""
        try:
            answer = await self._create()
        except Conflict:
            await self._drop_shorter()
            answer = await self._create()
        self._location = _below_root(answer.headers.get("Location", ""))
        if answer.status_code == httpx.codes.CREATED:
            return 0
        head = await self._request("HEAD", self._location)
        return _number(head.headers.get("Upload-Offset"))

    async def append(self, offset: int, data: bytes) -> int:
        """Send `data`; returns where the upload stands now."""
        if not data:
            raise ApiError("A recording has become shorter than it was.", "It is kept as it is.")
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        headers = _TUS | {
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {digest}",
        }
        answer = await self._request(
            "PATCH", self._location, content=data, headers=headers, timeout=UPLOAD_TIMEOUT_S
        )
        if _number(answer.headers.get("Upload-Offset")) != offset + len(data):
            raise UnexpectedAnswer
        return offset + len(data)

    async def _create(self) -> httpx.Response:
        about = {
            "track": self._track,
            "part": self._part.id,
            "started_at": self._part.started_at,
            "duration_ms": str(self._part.duration_ms),
        }
        metadata = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in about.items()
        )
        headers = _TUS | {"Upload-Length": str(self._size), "Upload-Metadata": metadata}
        return await self._request("POST", self._path, headers=headers)

    async def _drop_shorter(self) -> None:
        """The track was begun when the file had another length: only a shorter one gives way."""
        for part in parsing.parts(await self._request("GET", self._path)):
            known = part.tracks.get(self._track)
            if part.id == self._part.id and known is not None:
                if known.complete and known.bytes >= self._size:
                    raise Conflict("The server has more of this recording than this computer.")
                await self._request("DELETE", _below_root(known.url), headers=_TUS)


def _write_whole(path: Path, data: bytes) -> None:
    """Appear at once and whole, also if two do it at the same time."""
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        part = Path(file.name)
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _number(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdigit()):
        raise UnexpectedAnswer
    return int(text)


def _below_root(url: str) -> str:
    """The path below /api/v1 of an address on this server; others are not followed."""
    path = urlsplit(url).path
    if not path.startswith("/api/v1/"):
        raise UnexpectedAnswer
    return path.removeprefix("/api/v1")


def _size(path: Path) -> int:
    return path.stat().st_size


def _read(path: Path, offset: int, most: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(min(most, CHUNK_BYTES))
