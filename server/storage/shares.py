"""Queries on shares: the owner's of their interview, the coach's of what they received."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from server.storage.interviews import InterviewRow, interview_row
from server.storage.tables import interviews, users
from server.storage.tables_review import shares


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A candidate's leave for one coach; live while it is neither revoked nor over."""

    id: str
    interview_id: str
    coach_id: str
    transcript: bool
    audio: bool
    feedback: bool
    created_at: int
    expires_at: int | None
    revoked_at: int | None

    @property
    def scopes(self) -> list[str]:
        """What it names, in a fixed order."""
        return [name for name in ("transcript", "audio", "feedback") if getattr(self, name)]

    def state(self, now: int) -> str:
        """live, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        over = self.expires_at is not None and self.expires_at <= now
        return "expired" if over else "live"


@dataclass(frozen=True, slots=True)
class Received:
    """A share with what its coach may know of interview and candidate."""

    share: ShareRow
    interview: InterviewRow
    email: str
    display_name: str | None


def add(connection: Connection, row: ShareRow) -> None:
    """Store a new share."""
    connection.execute(insert(shares), asdict(row))


def of_interview(connection: Connection, interview_id: str) -> list[ShareRow]:
    """Every share of an interview, newest first; the caller has checked whose it is."""
    rows = connection.execute(
        select(shares)
        .where(shares.c.interview_id == interview_id)
        .order_by(shares.c.created_at.desc(), shares.c.id)
    )
    return [ShareRow(**row._mapping) for row in rows]


def revoke(connection: Connection, interview_id: str, share_id: str, now: int) -> bool:
    """End a share that was not revoked; whether there was one. The caller has checked the owner."""
    return _revoke(connection, now, shares.c.interview_id == interview_id, shares.c.id == share_id)


def revoke_of_coach(
    connection: Connection, interview_id: str, coach_id: str, now: int
) -> list[str]:
    """End whatever was shared of the interview with this coach; what has ended by it."""
    theirs = shares.c.interview_id == interview_id, shares.c.coach_id == coach_id
    standing = select(shares.c.id).where(shares.c.revoked_at.is_(None), *theirs)
    ended = list(connection.execute(standing).scalars())
    _revoke(connection, now, *theirs)
    return ended


def received(
    connection: Connection, coach_id: str, now: int, skip: int, limit: int
) -> tuple[list[Received], int]:
    """A page of what is shared with this coach now, newest first, and how much there is in all."""
    live = and_(
        shares.c.coach_id == coach_id,
        shares.c.revoked_at.is_(None),
        or_(shares.c.expires_at.is_(None), shares.c.expires_at > now),
    )
    total = connection.execute(select(func.count()).select_from(shares).where(live)).scalar_one()
    page = connection.execute(
        select(shares)
        .where(live)
        .order_by(shares.c.created_at.desc(), shares.c.id)
        .offset(skip)
        .limit(limit)
    )
    found = [ShareRow(**row._mapping) for row in page]
    ids = [share.interview_id for share in found]
    rows = connection.execute(select(interviews).where(interviews.c.id.in_(ids)))
    by_id = {row.id: interview_row(row) for row in rows}
    owners = {row.user_id for row in by_id.values()}
    people = connection.execute(
        select(users.c.id, users.c.email, users.c.display_name).where(users.c.id.in_(owners))
    )
    by_owner = {person.id: person for person in people}
    result = []
    for share in found:
        interview = by_id[share.interview_id]
        owner = by_owner[interview.user_id]
        result.append(Received(share, interview, owner.email, owner.display_name))
    return result, total


def _revoke(connection: Connection, now: int, *conditions: ColumnElement[bool]) -> bool:
    done = connection.execute(
        update(shares).where(shares.c.revoked_at.is_(None), *conditions).values(revoked_at=now)
    )
    return done.rowcount > 0
