"""The Interview API as the app uses it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from interview_desktop.api import parsing
from interview_desktop.api.auth import TokenSource
from interview_desktop.api.errors import UnexpectedAnswer, Unreachable, error_for
from interview_desktop.domain.interview import (
    CaseCard,
    Hint,
    Interview,
    NumberVerdict,
    Progress,
    Question,
    SessionGrant,
    Status,
)
from interview_desktop.domain.recording import PartFiles
from interview_desktop.domain.transcript import Caption

TIMEOUT_S = 15.0
UPLOAD_TIMEOUT_S = 60.0
CHUNK_BYTES = 1024 * 1024
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_TUS = {"Tus-Resumable": "1.0.0"}


class InterviewApi:
    """One server, one user.

    Every call raises `ApiError` with a sentence for the person, and has a time-out.

    Thread: the net thread.
    """

    def __init__(self, base_url: str | Callable[[], str], tokens: TokenSource) -> None:
        self._base_url = base_url if callable(base_url) else lambda: base_url
        self._tokens = tokens
        host = urlsplit(self._base_url()).hostname
        local = host in _LOOPBACK
        if urlsplit(self._base_url()).scheme != "https" and not local:
            raise Unreachable(
                "This server does not protect the connection.", "Use an address with https."
            )
        # verify=False only for plain http on loopback, where a bad SSL_CERT_FILE would still fail.
        self._http = httpx.AsyncClient(
            timeout=TIMEOUT_S, verify=not local, trust_env=not local, follow_redirects=False
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    # -- cases and interviews ------------------------------------------------------------------

    async def templates(self) -> list[CaseCard]:
        """The library."""
        return parsing.cards((await self._request("GET", "/templates/")).json())

    async def create_interview(self, template_id: str, idempotency_key: str) -> Interview:
        """Start an interview; the same key again finds the same one."""
        answer = await self._request(
            "POST",
            "/interviews/",
            json={"template_id": template_id},
            headers={"Idempotency-Key": idempotency_key},
        )
        return _interview(answer)

    async def interviews(self, status: Status | None = None, limit: int = 100) -> list[Interview]:
        """The user's interviews, newest first."""
        query: dict[str, str | int] = {"limit": limit}
        if status is not None:
            query["status"] = status
        answer = await self._request("GET", "/interviews/", params=query)
        value = answer.json()
        if not isinstance(value, list):
            raise UnexpectedAnswer
        return [parsing.interview(one) for one in value]

    async def interview(self, interview_id: str) -> Interview:
        """One interview."""
        return _interview(await self._request("GET", f"/interviews/{interview_id}"))

    async def update(
        self, interview: Interview, progress: Progress, status: Status | None = None
    ) -> Interview:
        """Store progress, and the status where it changes; refused if it has changed meanwhile."""
        body: dict[str, Any] = {
            "progress_data": {
                "current_question": progress.current_question,
                "questions_completed": list(progress.questions_completed),
            }
        }
        if status is not None:
            body["status"] = status
        headers = {"If-Match": interview.etag} if interview.etag else {}
        path = f"/interviews/{interview.id}"
        return _interview(await self._request("PATCH", path, json=body, headers=headers))

    async def delete(self, interview_id: str) -> None:
        """Delete an interview with everything that hangs on it."""
        await self._request("DELETE", f"/interviews/{interview_id}")

    # -- the call --------------------------------------------------------------------------------

    async def credentials(self, interview: Interview) -> SessionGrant:
        """What a call needs at its start."""
        answer = await self._request("POST", f"/interviews/{interview.id}/credentials")
        return parsing.credentials(answer.json(), interview.progress.current_question)

    async def question_token(self, interview_id: str, number: int) -> SessionGrant:
        """What moving on to a question needs."""
        path = f"/interviews/{interview_id}/questions/{number}/token"
        return parsing.grant((await self._request("GET", path)).json(), number)

    # -- the room --------------------------------------------------------------------------------

    async def question(self, interview_id: str, number: int) -> Question:
        """A question with its exhibits."""
        path = f"/interviews/{interview_id}/questions/{number}"
        return parsing.question((await self._request("GET", path)).json())

    async def hint(self, interview_id: str, number: int) -> Hint:
        """The next hint; it is recorded."""
        path = f"/interviews/{interview_id}/questions/{number}/hints"
        return parsing.hint((await self._request("POST", path, json={})).json())

    async def number(
        self, interview_id: str, number: int, text: str, value: float, unit: str
    ) -> NumberVerdict:
        """The verdict on a number."""
        path = f"/interviews/{interview_id}/questions/{number}/numbers"
        body = {"text": text, "value": value, "unit": unit}
        return parsing.verdict((await self._request("POST", path, json=body)).json())

    async def event(self, interview_id: str, number: int, event: dict[str, Any]) -> None:
        """Append an event; repeating it is safe."""
        await self._request(
            "POST", f"/interviews/{interview_id}/questions/{number}/events", json=event
        )

    async def post_captions(self, interview_id: str, captions: list[Caption]) -> None:
        """Store final lines of the transcript; repeating is safe."""
        segments = [
            {
                "id": one.item_id,
                "speaker": one.speaker,
                "text": one.text,
                "start_ms": one.start_ms,
                "end_ms": max(one.start_ms, one.end_ms),
                "question": one.question,
                "interrupted": one.interrupted,
            }
            for one in captions
        ]
        path = f"/interviews/{interview_id}/transcript/segments/"
        await self._request("POST", path, json={"segments": segments})

    async def captions(self, interview_id: str) -> list[Caption]:
        """The stored transcript."""
        path = f"/interviews/{interview_id}/transcript"
        return parsing.captions((await self._request("GET", path)).json())

    # -- recordings --------------------------------------------------------------------------------

    async def upload_part(
        self, interview_id: str, part: PartFiles, progress: Callable[[int, int], None]
    ) -> None:
        """Send both tracks of a part; goes on where an earlier try stopped.

        `progress(done, total)` counts bytes over both tracks.
        """
        tracks = {"candidate": part.candidate, "interviewer": part.interviewer}
        sizes = {name: await asyncio.to_thread(_size, path) for name, path in tracks.items()}

        total, before = sum(sizes.values()), 0
        for name, path in tracks.items():
            location, offset = await self._begin_upload(interview_id, part, name, sizes[name])
            while offset < sizes[name]:
                data = await asyncio.to_thread(_read_chunk, path, offset)
                digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
                headers = _TUS | {
                    "Content-Type": "application/offset+octet-stream",
                    "Upload-Offset": str(offset),
                    "Upload-Checksum": f"sha256 {digest}",
                }
                answer = await self._request(
                    "PATCH", location, content=data, headers=headers, timeout=UPLOAD_TIMEOUT_S
                )
                offset = _number(answer.headers.get("Upload-Offset"))
                progress(before + offset, total)
            before += sizes[name]

    async def download_part(self, interview_id: str, folder: Path) -> list[dict[str, Path]]:
        """Fetch every complete part into `folder`; returns track name → file, a part each."""
        answer = await self._request("GET", f"/interviews/{interview_id}/recordings/")
        result: list[dict[str, Path]] = []
        value = answer.json()
        try:
            for part in value["parts"]:
                files: dict[str, Path] = {}
                for name in ("candidate", "interviewer"):
                    track = part["tracks"][name]
                    target = folder / f"{track['id']}.opus"
                    if not await asyncio.to_thread(target.exists):
                        data = await self._request(
                            "GET", _below_root(track["url"]), timeout=UPLOAD_TIMEOUT_S
                        )
                        await asyncio.to_thread(_write_whole, target, data.content)
                    files[name] = target
                result.append(files)
        except (KeyError, TypeError):
            raise UnexpectedAnswer from None
        return result

    async def _begin_upload(
        self, interview_id: str, part: PartFiles, track: str, size: int
    ) -> tuple[str, int]:
        about = {
            "track": track,
            "part": part.id,
            "started_at": part.started_at,
            "duration_ms": str(part.duration_ms),
        }
        metadata = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in about.items()
        )
        headers = _TUS | {"Upload-Length": str(size), "Upload-Metadata": metadata}
        path = f"/interviews/{interview_id}/recordings/"
        answer = await self._request("POST", path, headers=headers)
        location = _below_root(answer.headers.get("Location", ""))
        if answer.status_code == httpx.codes.CREATED:
            return location, 0
        head = await self._request("HEAD", location)
        return location, _number(head.headers.get("Upload-Offset"))

    # -- inside ----------------------------------------------------------------------------------

    async def _request(self, method: str, path: str, **rest: Any) -> httpx.Response:
        headers = dict(rest.pop("headers", {}))
        for refresh in (False, True):
            token = await self._tokens.access_token(refresh=refresh)
            try:
                answer = await self._http.request(
                    method,
                    f"{self._base_url()}/api/v1{path}",
                    headers=headers | {"Authorization": f"Bearer {token}"},
                    **rest,
                )
            except httpx.HTTPError:
                # The exception's text may hold the request, and with it the token.
                raise Unreachable(
                    "The server does not answer.", "Check the connection; nothing is lost."
                ) from None
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                break
        if not answer.is_success:
            raise error_for(answer.status_code, _detail(answer))
        return answer


def _interview(answer: httpx.Response) -> Interview:
    return parsing.interview(answer.json(), answer.headers.get("ETag", ""))


def _detail(answer: httpx.Response) -> str:
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return ""
    return detail if isinstance(detail, str) else ""


def _number(text: str | None) -> int:
    if text is None or not text.isdigit():
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


def _read_chunk(path: Path, offset: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(CHUNK_BYTES)


def _write_whole(path: Path, data: bytes) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
