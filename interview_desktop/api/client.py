"""The Interview API as the app uses it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from interview_desktop.api import parsing, recordings
from interview_desktop.api.auth import TokenSource
from interview_desktop.api.errors import UnexpectedAnswer, Unreachable, error_for
from interview_desktop.domain.debrief import Debrief, Dimension, Score
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
from interview_desktop.domain.journal import Happened
from interview_desktop.domain.recording import PartFiles
from interview_desktop.domain.transcript import Caption

TIMEOUT_S = 15.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class InterviewApi:
    """One server, one user.

    Every call raises `ApiError` with a sentence for the person, and has a time-out.

    Thread: the net thread.
    """

    def __init__(self, base_url: str | Callable[[], str], tokens: TokenSource) -> None:
        self._base_url = base_url if callable(base_url) else lambda: base_url.rstrip("/")
        self._tokens = tokens
        try:
            url = urlsplit(self._base_url())
            local = url.hostname in _LOOPBACK
            named = bool(url.hostname) and url.scheme in ("http", "https") and url.port != 0
        except ValueError:
            named = False
        if not named:
            raise Unreachable(
                "This is not the address of a server.", "It looks like https://example.org."
            )
        if url.scheme != "https" and not local:
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

    async def health(self) -> None:
        """Return when the server works; needs no sign-in."""
        try:
            answer = await self._http.get(f"{self._base_url()}/health")
        except httpx.HTTPError:
            raise Unreachable(
                "The server does not answer.", "Check the connection; nothing is lost."
            ) from None
        if not answer.is_success:
            raise error_for(answer.status_code, _detail(answer))

    # -- cases and interviews ------------------------------------------------------------------

    async def templates(self) -> list[CaseCard]:
        """The library."""
        return parsing.cards(await self._json("GET", "/templates/"))

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
        value = await self._json("GET", "/interviews/", params=query)
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
        value = parsing.json_of(answer)
        grant = parsing.credentials(value, interview.progress.current_question)
        if grant.turn is None:
            return grant
        # By the server's clock, which made them: this machine's may be an hour off.
        lifetime_s = grant.turn.expiration - _sent_at_s(answer)
        return replace(grant, turn=replace(grant.turn, lifetime_s=lifetime_s))

    async def question_token(self, interview_id: str, number: int) -> SessionGrant:
        """What moving on to a question needs."""
        path = f"/interviews/{interview_id}/questions/{number}/token"
        return parsing.grant(await self._json("GET", path), number)

    # -- the room --------------------------------------------------------------------------------

    async def question(self, interview_id: str, number: int) -> Question:
        """A question with its exhibits."""
        path = f"/interviews/{interview_id}/questions/{number}"
        return parsing.question(await self._json("GET", path))

    async def hint(self, interview_id: str, number: int) -> Hint:
        """The next hint; it is recorded."""
        path = f"/interviews/{interview_id}/questions/{number}/hints"
        return parsing.hint(await self._json("POST", path, json={}))

    async def number(
        self, interview_id: str, number: int, text: str, value: float, unit: str
    ) -> NumberVerdict:
        """The verdict on a number."""
        path = f"/interviews/{interview_id}/questions/{number}/numbers"
        body = {"text": text, "value": value, "unit": unit}
        return parsing.verdict(await self._json("POST", path, json=body))

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
        return parsing.captions(await self._json("GET", path))

    # -- after the end ---------------------------------------------------------------------------

    async def debrief(self, interview_id: str) -> Debrief:
        """The debrief; refused before the interview is completed."""
        return parsing.debrief(await self._json("GET", f"/interviews/{interview_id}/debrief"))

    async def scores(self, interview_id: str) -> tuple[Score, ...]:
        """Every score of an interview, in the rubric's order."""
        return parsing.scores(await self._json("GET", f"/interviews/{interview_id}/scores/"))

    async def save_scores(
        self, interview_id: str, scores: Mapping[Dimension, int]
    ) -> tuple[Score, ...]:
        """Put these in place of the user's own scores; repeating is safe."""
        body = {"scores": [{"dimension": one, "score": given} for one, given in scores.items()]}
        path = f"/interviews/{interview_id}/scores/"
        return parsing.scores(await self._json("POST", path, json=body))

    async def events(self, interview_id: str) -> list[Happened]:
        """What happened in the interview: hints, numbers, thinking, exhibits."""
        return parsing.events(await self._json("GET", f"/interviews/{interview_id}/events"))

    async def notes(self, interview_id: str) -> str:
        """The candidate's notes."""
        return parsing.notes(await self._json("GET", f"/interviews/{interview_id}/notes"))

    async def put_notes(self, interview_id: str, text: str) -> None:
        """Replace the notes; repeating is safe."""
        await self._request("PUT", f"/interviews/{interview_id}/notes", json={"text": text})

    # -- recordings --------------------------------------------------------------------------------

    async def upload_part(
        self, interview_id: str, part: PartFiles, progress: Callable[[int, int], None]
    ) -> None:
        """Send both tracks of a part; goes on where an earlier try stopped.

        `progress(done, total)` counts bytes over both tracks. `OSError` if a file cannot be read.
        """
        await recordings.upload_part(self._request, interview_id, part, progress)

    async def recorded_parts(self, interview_id: str) -> list[parsing.Part]:
        """The parts that the server knows of, in the order of the interview's line."""
        return parsing.parts(await self._request("GET", f"/interviews/{interview_id}/recordings/"))

    async def download_part(self, interview_id: str, folder: Path) -> list[dict[str, Path]]:
        """Fetch every complete part into `folder`; returns track name → file, a part each."""
        return await recordings.download_parts(self._request, interview_id, folder)

    async def stored_parts(self, interview_id: str) -> list[parsing.Part]:
        """What the server has of an interview's recording."""
        return await recordings.stored_parts(self._request, interview_id)

    async def download_track(
        self, track: parsing.Track, folder: Path, progress: Callable[[int], None]
    ) -> Path:
        """Fetch one complete track into `folder`, unless it is there already."""
        return await recordings.download_track(self._request, track, folder, progress)

    # -- inside ----------------------------------------------------------------------------------

    async def _json(self, method: str, path: str, **rest: Any) -> Any:
        return parsing.json_of(await self._request(method, path, **rest))

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
    return parsing.interview(parsing.json_of(answer), answer.headers.get("ETag", ""))


def _sent_at_s(answer: httpx.Response) -> float:
    try:
        return parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (KeyError, ValueError):
        return time.time()


def _detail(answer: httpx.Response) -> str:
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return ""
    return detail if isinstance(detail, str) else ""
