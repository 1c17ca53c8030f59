"""The local interviewer as a realtime provider: its tokens, and the seam to its engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from server.cases import Case
from server.signing import KeyRing, TokenError

MODEL = "local-interviewer"
VOICE = "rms"
TOKEN_PREFIX = "ek_"
_AUDIENCE = "interview-realtime"
_USE = "realtime"


@dataclass(frozen=True, slots=True)
class LocalGrant:
    """What a token of the local interviewer allows."""

    interview_id: str
    user_id: str
    question: int
    session: dict[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class InterviewNow:
    """How an interview stands: the local interviewer follows it."""

    status: str
    question: int
    hints_used: int
    case: Case = field(repr=False)


class InterviewReader(Protocol):
    """Tells the local interviewer where an interview stands."""

    async def current(self, interview_id: str) -> InterviewNow | None:
        """How it stands now, or None if there is no such interview."""


class OfferError(Exception):
    """An SDP offer that cannot be answered; the text is for the peer."""


class LiveCalls(Protocol):
    """The calls that run in this process, whether or not there ever was one.

    Thread: the event loop.
    """

    async def hang_up(self, call_id: str, user_id: str) -> bool:
        """End a call of this user; False if there is none."""

    async def end_interview(self, interview_id: str) -> None:
        """End the calls of an interview that is gone."""

    async def end_user(self, user_id: str) -> None:
        """End the calls of a user who is gone."""

    def count(self) -> int:
        """How many calls run."""


class Interviewer(LiveCalls, Protocol):
    """The engine that answers calls.

    Thread: the event loop.
    """

    async def answer(
        self, grant: LocalGrant, offer_sdp: str, *, reached_on_loopback: bool
    ) -> tuple[str, str]:
        """(call id, answer SDP) of a new call; an older call of the interview ends.

        `reached_on_loopback`: the offer came to this machine's loopback address.

        Raises:
            OfferError: the offer cannot be answered.
        """

    async def aclose(self) -> None:
        """End every call."""


def make_token(keys: KeyRing, grant: LocalGrant, now: int, ttl_s: int) -> str:
    """A signed, short-lived token, bound to interview, user and question; nothing is stored."""
    claims = {
        "sub": grant.user_id,
        "interview": grant.interview_id,
        "question": grant.question,
    }
    return TOKEN_PREFIX + keys.sign(
        audience=_AUDIENCE, use=_USE, claims=claims, now=now, ttl_s=ttl_s
    )


def read_token(keys: KeyRing, token: str, now: int) -> LocalGrant | None:
    """What `token` allows, or None if it is not ours, altered, or has expired."""
    if not token.startswith(TOKEN_PREFIX):
        return None
    try:
        claims = keys.read(token.removeprefix(TOKEN_PREFIX), audience=_AUDIENCE, use=_USE, now=now)
        return LocalGrant(
            str(claims["interview"]),
            str(claims["sub"]),
            int(claims["question"]),
        )
    except (TokenError, KeyError, ValueError, TypeError):
        return None
