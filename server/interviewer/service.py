"""The local interviewer's engine: every call of this process."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from server.interviewer.brain import Script
from server.interviewer.clips import Clips
from server.interviewer.peer import CallLimits, CallPeer
from server.interviewer.session import RealtimeSession
from server.providers.local import MODEL, VOICE, InterviewReader, LocalGrant, OfferError
from server.providers.session import ga_session

MAX_CALLS = 8
DEFAULT_LIMITS = CallLimits()


class LocalInterviewer:
    """Answers calls and keeps them by id.

    Thread: the event loop.
    """

    def __init__(
        self,
        speech_dir: Path,
        reader: InterviewReader,
        *,
        limits: CallLimits = DEFAULT_LIMITS,
    ) -> None:
        self._clips = Clips(speech_dir)
        self._reader = reader
        self._limits = limits
        self._calls: dict[str, CallPeer] = {}

    async def answer(
        self, grant: LocalGrant, offer_sdp: str, *, reached_on_loopback: bool
    ) -> tuple[str, str]:
        """(call id, answer SDP); an older call of the same interview ends.

        Raises:
            OfferError: the offer cannot be answered.
        """
        now = await self._reader.current(grant.interview_id)
        if now is None:
            raise OfferError("The interview is not on this server any more.")
        older = [call for call in self._calls.values() if same_interview(call, grant)]
        if len(self._calls) - len(older) >= MAX_CALLS:
            raise OfferError("Too many calls are running on this server.")
        # A client that never moves on practises its token's question.
        question = max(now.question, grant.question)
        case = now.case
        script = Script(case, question, now.hints_used if question == now.question else 0)
        session = ga_session(case, question, MODEL, VOICE)

        def make_session(ports: Any) -> RealtimeSession:
            return RealtimeSession(script, session, ports)

        call_id = f"rtc_{secrets.token_hex(12)}"
        call = CallPeer(
            call_id,
            grant,
            case,
            make_session,
            self._clips,
            self._reader,
            self._forget,
            self._limits,
        )
        # Kept before anything is awaited: of two offers at once the later one wins.
        self._calls[call_id] = call
        await asyncio.gather(*(one.aclose() for one in older))
        return call_id, await call.answer(offer_sdp, reached_on_loopback=reached_on_loopback)

    async def hang_up(self, call_id: str, user_id: str) -> bool:
        """End a call of this user; False if there is none."""
        call = self._calls.get(call_id)
        if call is None or call.grant.user_id != user_id:
            return False
        await call.aclose()
        return True

    async def end_interview(self, interview_id: str) -> None:
        """End the calls of an interview that is gone."""
        await self._end(lambda call: call.grant.interview_id == interview_id)

    async def end_user(self, user_id: str) -> None:
        """End the calls of a user who is gone."""
        await self._end(lambda call: call.grant.user_id == user_id)

    def count(self) -> int:
        """How many calls run."""
        return len(self._calls)

    async def _end(self, chosen: Callable[[CallPeer], bool]) -> None:
        await asyncio.gather(
            *(call.aclose() for call in list(self._calls.values()) if chosen(call))
        )

    def call_ids(self) -> list[str]:
        """The calls that run."""
        return list(self._calls)

    async def aclose(self) -> None:
        """End every call."""
        await asyncio.gather(*(call.aclose() for call in list(self._calls.values())))

    def _forget(self, call_id: str) -> None:
        self._calls.pop(call_id, None)


def same_interview(call: CallPeer, grant: LocalGrant) -> bool:
    """Whether a call belongs to the grant's interview."""
    return call.grant.interview_id == grant.interview_id
