"""Credentials for a call: session tokens and TURN."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any

from server.cases import Case
from server.errors import ApiError, conflict
from server.providers.local import MODEL, VOICE, InterviewNow, LocalGrant, make_token
from server.providers.session import contract_session, ga_session
from server.providers.turn import turn_credentials
from server.services.access import owned
from server.services.clock import iso
from server.services.context import Context
from server.services.templates import case_of
from server.storage import audit, interviews, room
from server.storage.audit import Entry
from server.storage.engine import Connection
from server.storage.interviews import InterviewRow
from server.storage.users import UserRow

DEFAULT_TTL_S = 3600
# (window in seconds, how many mints one user may have in it)
LIMITS = ((60, 10), (3600, 60))


class MintLimiter:
    """Counts the mints of each user in this process.

    Thread: the event loop.
    """

    def __init__(self) -> None:
        self._times: defaultdict[str, deque[int]] = defaultdict(deque)

    def take(self, user_id: str, now: int) -> None:
        """Count one mint.

        Raises:
            ApiError: 429 with Retry-After.
        """
        times = self._times[user_id]
        while times and times[0] <= now - LIMITS[-1][0]:
            times.popleft()
        for window_s, most in LIMITS:
            recent = [time for time in times if time > now - window_s]
            if len(recent) >= most:
                wait_s = recent[-most] + window_s - now
                raise ApiError(
                    429,
                    f"Too many calls were started. Try again in {wait_s} seconds.",
                    {"Retry-After": str(wait_s)},
                )
        times.append(now)


async def mint(
    context: Context,
    limiter: MintLimiter,
    user: UserRow,
    interview_id: str,
    base_url: str,
    *,
    question: int | None,
    ttl_s: int = DEFAULT_TTL_S,
) -> dict[str, Any]:
    """A session token for `question`, or for the current one if None.

    Raises:
        ApiError: 403, 404, 409 when the interview is over, 429, 503 without a provider.
    """

    def read(connection: Connection) -> tuple[InterviewRow, Case]:
        row = owned(connection, user, interview_id)
        return row, case_of(context, connection, row)

    row, case = await context.database.read(read)
    if row.status != "in-progress":
        raise conflict(f"The interview is {row.status}: it needs no call any more.")
    _needs_interviewer(context)
    limiter.take(user.id, context.now())
    entry = Entry("token.mint", user.id, user.id, row.id)
    await context.database.write(lambda connection: audit.add(connection, entry, context.now()))
    number = question or row.current_question
    now = context.now()
    session = ga_session(case, number, MODEL, VOICE)
    grant = LocalGrant(row.id, user.id, number)
    return contract_session(
        session=session,
        token=make_token(context.signing_key, grant, now, ttl_s),
        expires_at=now + ttl_s,
        expires_at_iso=iso(now + ttl_s),
        ttl_s=ttl_s,
        interview_id=row.id,
        user_id=user.id,
        question=question,
        connect_url=f"{base_url}/v1/realtime/calls",
    )


async def check_call(context: Context, grant: LocalGrant) -> None:
    """Whether a call may begin with this grant.

    Raises:
        ApiError: 409 when the interview is over or gone, 503 without a local interviewer.
    """
    row = await context.database.read(
        lambda connection: interviews.find(connection, grant.interview_id, grant.user_id)
    )
    if row is None or row.status != "in-progress":
        raise conflict("The interview is over.")
    _needs_interviewer(context)


def _needs_interviewer(context: Context) -> None:
    if not context.settings.local_interviewer_on:
        raise ApiError(503, "No interviewer is set up on this server. Ask its administrator.")


def turn(context: Context, user: UserRow) -> dict[str, Any] | None:
    """TURN credentials, or None where no TURN server is configured."""
    settings = context.settings
    if not settings.turn_urls or not context.secrets.turn_secret:
        return None
    return turn_credentials(
        context.secrets.turn_secret,
        user.id,
        settings.turn_urls,
        context.now(),
        settings.turn_ttl,
        settings.turn_username_order,
    )


class StoredInterviews:
    """Tells the local interviewer where interviews stand, from the database."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def current(self, interview_id: str) -> InterviewNow | None:
        """How the interview stands now."""

        def read(connection: Connection) -> InterviewNow | None:
            # The engine asks for a call it has, whose token is bound to interview and owner.
            row = interviews.find_any_owner(connection, interview_id)
            if row is None:
                return None
            used = room.hints_used(connection, interview_id, row.current_question)
            try:
                case = case_of(self._context, connection, row)
            except ApiError:
                return None
            return InterviewNow(row.status, row.current_question, used, case)

        return await self._context.database.read(read)
