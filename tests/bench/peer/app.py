"""The application of the yardstick: list, get, create and patch of interviews.

Without postponed annotations: FastAPI reads those of functions that are made inside a function.
"""

import hashlib
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Literal

import jwt
from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.bench.peer.models import IdempotencyKey, Interview, User, sessions

Status = Literal["in-progress", "completed", "abandoned"]
ALLOWED = {
    ("in-progress", "completed"),
    ("in-progress", "abandoned"),
    ("abandoned", "in-progress"),
}
KEY_TTL_S = 86_400
CLAIMS = ["iss", "aud", "sub", "iat", "exp", "jti", "token_use"]


class Progress(BaseModel):
    """Where the candidate is."""

    current_question: int
    questions_completed: list[int]


class InterviewOut(BaseModel):
    """The contract's object."""

    id: str
    user_id: str
    template_id: str
    status: Status
    started_at: str
    completed_at: str | None
    progress_data: Progress


class InterviewIn(BaseModel):
    """What starts one."""

    model_config = ConfigDict(extra="forbid")
    template_id: uuid.UUID


class ProgressPatch(BaseModel):
    """Members that are merged."""

    model_config = ConfigDict(extra="forbid")
    current_question: Annotated[int, Field(ge=1, le=4)] | None = None
    questions_completed: Annotated[list[int], Field(max_length=4)] | None = None


class InterviewPatch(BaseModel):
    """What changes one."""

    model_config = ConfigDict(extra="forbid")
    status: Status | None = None
    progress_data: ProgressPatch | None = None


def iso(seconds: int) -> str:
    """A time as the contract shows it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(row: Interview) -> InterviewOut:
    """The row as the contract's object."""
    return InterviewOut(
        id=row.id,
        user_id=row.user_id,
        template_id=row.template_id,
        status=row.status,  # type: ignore[arg-type]
        started_at=iso(row.started_at),
        completed_at=None if row.completed_at is None else iso(row.completed_at),
        progress_data=Progress(
            current_question=row.current_question,
            questions_completed=[int(one) for one in row.questions_completed.split(",") if one],
        ),
    )


def make_app(path: str, signing_key: str, template_slug: str, template_id: str) -> FastAPI:
    """The application on a database file; `template_id` is the one known case."""
    app = FastAPI(openapi_url=None)
    reading = sessions(path, immediate=False)
    writing = sessions(path, immediate=True)

    def reader() -> Iterator[Session]:
        with reading() as session:
            yield session

    def writer() -> Iterator[Session]:
        with writing() as session, session.begin():
            yield session

    def current(
        session: Annotated[Session, Depends(reader)],
        authorization: Annotated[str, Header()] = "",
    ) -> User:
        scheme, _, token = authorization.partition(" ")
        try:
            claims = jwt.decode(
                token, signing_key, algorithms=["HS256"], issuer="interview-server",
                audience="interview-api", leeway=30, options={"require": CLAIMS},
            )  # fmt: skip
        except jwt.PyJWTError:
            raise HTTPException(401, "Sign in first.") from None
        user = session.get(User, claims["sub"])
        if scheme.lower() != "bearer" or user is None or user.disabled_at is not None:
            raise HTTPException(401, "Sign in first.")
        return user

    @app.get("/api/v1/interviews", response_model=list[InterviewOut])
    def listed(
        request: Request,
        response: Response,
        user: Annotated[User, Depends(current)],
        session: Annotated[Session, Depends(reader)],
        skip: Annotated[int, Query(ge=0, lt=2**31)] = 0,
        limit: Annotated[int, Query(ge=1, le=100)] = 100,
        status: Status | None = None,
    ) -> list[InterviewOut]:
        mine = select(Interview).where(Interview.user_id == user.id)
        if status is not None:
            mine = mine.where(Interview.status == status)
        total = session.scalar(select(func.count()).select_from(mine.subquery())) or 0
        page = mine.order_by(Interview.started_at.desc(), Interview.id).offset(skip).limit(limit)
        rows = [shown(row) for row in session.scalars(page)]
        response.headers["X-Total-Count"] = str(total)
        if skip + len(rows) < total:
            url = request.url.include_query_params(skip=skip + len(rows), limit=limit)
            response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
        return rows

    @app.post("/api/v1/interviews", response_model=InterviewOut, status_code=201)
    def create(
        body: InterviewIn,
        response: Response,
        user: Annotated[User, Depends(current)],
        session: Annotated[Session, Depends(writer)],
        idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
    ) -> InterviewOut:
        if str(body.template_id) != template_id:
            raise HTTPException(400, "There is no such template.")
        now = int(time.time())
        body_hash = hashlib.sha256(template_id.encode()).hexdigest()
        if idempotency_key is not None:
            earlier = session.get(IdempotencyKey, (user.id, idempotency_key))
            if earlier is not None and earlier.created_at >= now - KEY_TTL_S:
                if earlier.body_hash != body_hash:
                    raise HTTPException(409, "This Idempotency-Key was used before.")
                known = session.get(Interview, earlier.interview_id)
                if known is not None:
                    return shown(known)
        row = Interview(
            id=str(uuid.uuid4()), user_id=user.id, template_id=template_id,
            template_slug=template_slug, template_version=1, status="in-progress",
            started_at=now, completed_at=None, current_question=1, questions_completed="",
            version=1,
        )  # fmt: skip
        session.add(row)
        if idempotency_key is not None:
            session.flush()
            session.merge(
                IdempotencyKey(user_id=user.id, key=idempotency_key, body_hash=body_hash,
                               interview_id=row.id, created_at=now)
            )  # fmt: skip
        response.headers["Location"] = f"/api/v1/interviews/{row.id}"
        response.headers["ETag"] = f'"{row.version}"'
        return shown(row)

    def owned(session: Session, interview_id: uuid.UUID, user: User) -> Interview:
        row = session.get(Interview, str(interview_id))
        if row is None:
            raise HTTPException(404, "There is no such interview.")
        if row.user_id != user.id:
            raise HTTPException(403, "This interview belongs to somebody else.")
        return row

    @app.get("/api/v1/interviews/{interview_id}", response_model=InterviewOut)
    def get(
        interview_id: uuid.UUID,
        response: Response,
        user: Annotated[User, Depends(current)],
        session: Annotated[Session, Depends(reader)],
    ) -> InterviewOut:
        row = owned(session, interview_id, user)
        response.headers["ETag"] = f'"{row.version}"'
        return shown(row)

    @app.patch("/api/v1/interviews/{interview_id}", response_model=InterviewOut)
    def patch(
        interview_id: uuid.UUID,
        body: InterviewPatch,
        response: Response,
        user: Annotated[User, Depends(current)],
        session: Annotated[Session, Depends(writer)],
        if_match: Annotated[str | None, Header()] = None,
    ) -> InterviewOut:
        row = owned(session, interview_id, user)
        if if_match is not None and if_match not in ("*", f'"{row.version}"'):
            raise HTTPException(412, "The interview has changed meanwhile.")
        before = (row.status, row.current_question, row.questions_completed)
        progress = body.progress_data or ProgressPatch()
        if progress.current_question is not None:
            row.current_question = progress.current_question
        if progress.questions_completed is not None:
            done = progress.questions_completed
            if len(set(done)) != len(done) or not all(1 <= one <= 4 for one in done):
                raise HTTPException(400, "questions_completed holds a wrong number.")
            row.questions_completed = ",".join(str(one) for one in sorted(done))
        if body.status is not None and body.status != row.status:
            if (row.status, body.status) not in ALLOWED:
                raise HTTPException(409, "This change is not allowed.")
            row.status = body.status
            row.completed_at = int(time.time()) if body.status == "completed" else None
        if (row.status, row.current_question, row.questions_completed) != before:
            row.version += 1
        response.headers["ETag"] = f'"{row.version}"'
        return shown(row)

    return app
