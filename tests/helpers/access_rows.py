"""Who gets what from every operation: the table behind the authorisation matrix.

A new operation needs one line here: what a caller gets who may (a status) and a rule that says
who that is. `sent` is made for each request from the ids of the thing it is about.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.helpers.accounts import PASSWORD
from tests.helpers.api import CHUNK, TUS, a_document, upload_headers
from tests.helpers.api_world import CALLERS, SHARED, SIGNED_IN, SIGNED_OUT, Things
from tests.helpers.server_thread import LOCAL_SECRET

Expected = dict[str, int]
Sent = dict[str, Any]
COACHES = (*SHARED, "coach_expired", "coach_revoked", "coach_without")


@dataclass(frozen=True)
class Row:
    """An operation.

    Args:
        on: the kind of thing its path and body are about, a factory of the world.
    """

    method: str
    path: str
    expected: Expected
    on: str = "nothing"
    sent: Callable[[Things], Sent] = lambda _things: {}

    @property
    def name(self) -> str:
        """For the test's id."""
        return f"{self.method} {self.path} on {self.on}"


def _of(signed_in: int, may: dict[str, int]) -> Expected:
    return dict.fromkeys(SIGNED_OUT, 401) | dict.fromkeys(SIGNED_IN, signed_in) | may


def anybody(status: int) -> Expected:
    """Open to all, whatever they send to say who they are."""
    return dict.fromkeys(CALLERS, status)


def signed_in(status: int) -> Expected:
    """Everybody who is signed in, each on their own."""
    return _of(status, {})


def contract(status: int, *also: str) -> Expected:
    """A route of the contract on an interview: the owner and `also`; everybody else is 403."""
    return _of(403, dict.fromkeys(("owner", *also), status))


def hidden(status: int, *also: str) -> Expected:
    """An added route: the owner and `also`; for everybody else it does not exist."""
    return _of(404, dict.fromkeys(("owner", *also), status))


def scoped(status: int, scope: str) -> Expected:
    """The owner, and coaches whose share in force names `scope`."""
    return hidden(status, *(name for name, named in SHARED.items() if scope in named))


def reviewers(status: int) -> Expected:
    """Coaches and administrators."""
    return _of(403, dict.fromkeys((*COACHES, "admin"), status))


def author(status: int) -> Expected:
    """Who wrote a case, and administrators; not other coaches, and no candidate at all."""
    return reviewers(404) | {"coach_without": status, "admin": status}


def admins(status: int) -> Expected:
    """Administrators."""
    return _of(403, {"admin": status})


def _json(**body: Any) -> Callable[[Things], Sent]:
    return lambda _things: {"json": body}


def _new_id(**body: Any) -> Callable[[Things], Sent]:
    return lambda _things: {"json": body | {"id": str(uuid.uuid4())}}


V1 = "/api/v1"
ONE = f"{V1}/interviews/{{interview_id}}"
QUESTION = f"{ONE}/questions/{{question_number}}"
RECORDING = f"{ONE}/recordings/{{recording_id}}"
COMMENT = f"{ONE}/comments/{{comment_id}}"
TEMPLATE = f"{V1}/templates/{{template_id}}"
ASSIGNMENT = f"{V1}/assignments/{{assignment_id}}"
EXPORT = f"{V1}/me/exports/{{export_id}}"
SEGMENT = {"id": "b", "speaker": "candidate", "text": "x", "start_ms": 0, "end_ms": 1,
           "question": 1}  # fmt: skip
SCORE = {"dimension": "numeracy", "score": 3}

ROWS = (
    # The contract's own.
    Row("GET", f"{V1}/interviews", signed_in(200)),
    Row("POST", f"{V1}/interviews", signed_in(201), "template",
        lambda t: {"json": {"template_id": t["template_id"]}}),
    Row("POST", f"{V1}/interviews", signed_in(400) | {"coach_without": 201, "admin": 201}, "draft",
        lambda t: {"json": {"template_id": t["template_id"]}}),
    Row("GET", ONE, contract(200, *SHARED, "admin"), "running"),
    Row("GET", ONE, contract(200, *SHARED, "admin"), "completed"),
    Row("PATCH", ONE, contract(200), "running", _json(status="abandoned")),
    Row("DELETE", ONE, contract(204, "admin"), "running"),
    Row("DELETE", ONE, contract(204, "admin"), "completed"),
    Row("POST", f"{ONE}/credentials", contract(200), "running"),
    Row("POST", f"{ONE}/credentials", contract(409), "completed"),
    Row("GET", f"{QUESTION}/token", contract(200), "running"),
    # The room.
    Row("GET", QUESTION, scoped(200, "transcript"), "running"),
    Row("POST", f"{QUESTION}/hints", hidden(201), "running", _json()),
    Row("POST", f"{QUESTION}/numbers", hidden(201), "running", _json(text="x", value=1)),
    Row("POST", f"{QUESTION}/events", hidden(201), "running", _new_id(type="done", at_ms=1)),
    Row("GET", f"{ONE}/events", scoped(200, "transcript"), "running"),
    Row("GET", f"{ONE}/notes", hidden(200), "running"),
    Row("PUT", f"{ONE}/notes", hidden(200), "running", _json(text="x")),
    Row("GET", f"{ONE}/debrief", scoped(409, "transcript"), "running"),
    Row("GET", f"{ONE}/debrief", scoped(200, "transcript"), "completed"),
    Row("GET", f"{ONE}/transcript", scoped(200, "transcript"), "running"),
    Row("GET", f"{ONE}/transcript", scoped(200, "transcript"), "completed"),
    Row("POST", f"{ONE}/transcript/segments", hidden(200), "running", _json(segments=[SEGMENT])),
    Row("GET", f"{ONE}/metrics", scoped(200, "transcript"), "completed"),
    Row("GET", f"{ONE}/calls", hidden(200), "running"),
    Row("POST", f"{ONE}/calls", hidden(201), "running", _json(call_id="rtc_new", question=3)),
    Row("DELETE", f"{ONE}/calls/{{call_id}}", hidden(204), "running"),
    # Recordings.
    Row("GET", f"{ONE}/recordings", scoped(200, "audio"), "running"),
    Row("POST", f"{ONE}/recordings", hidden(201), "running",
        lambda _t: {"headers": upload_headers(4)}),
    Row("OPTIONS", f"{ONE}/recordings", signed_in(204), "running"),
    Row("GET", RECORDING, scoped(200, "audio"), "running"),
    Row("GET", RECORDING, scoped(206, "audio"), "running",
        lambda _t: {"headers": {"Range": "bytes=0-9"}}),
    Row("HEAD", RECORDING, hidden(200), "running"),
    Row("PATCH", RECORDING, hidden(409), "running",
        lambda _t: {"headers": CHUNK | {"Upload-Offset": "1"}, "content": b"x"}),
    Row("DELETE", RECORDING, hidden(204), "running", lambda _t: {"headers": TUS}),
    Row("OPTIONS", RECORDING, signed_in(204), "running"),
    # Reviewing.
    Row("GET", f"{ONE}/comments", scoped(200, "feedback"), "running"),
    Row("POST", f"{ONE}/comments", scoped(201, "feedback"), "running",
        _new_id(at_ms=1, text="x")),
    Row("POST", f"{ONE}/comments", scoped(201, "feedback"), "running",
        lambda t: {"json": {"at_ms": 1, "text": "x", "parent_id": t["comment_id"]}}),
    Row("GET", COMMENT, scoped(200, "feedback"), "running"),
    Row("PATCH", COMMENT, hidden(200), "running", _json(text="x")),
    Row("DELETE", COMMENT, hidden(204), "running"),
    Row("GET", f"{ONE}/scores", scoped(200, "feedback"), "running"),
    Row("POST", f"{ONE}/scores", scoped(201, "feedback"), "running", _json(scores=[SCORE])),
    Row("GET", f"{ONE}/feedback", scoped(200, "feedback"), "completed"),
    Row("POST", f"{ONE}/feedback", scoped(202, "feedback"), "completed", _json()),
    Row("POST", f"{ONE}/feedback", scoped(409, "feedback"), "running", _json()),
    Row("GET", f"{ONE}/feedback/{{feedback_id}}", scoped(200, "feedback"), "completed"),
    Row("GET", f"{ONE}/shares", hidden(200), "running"),
    Row("POST", f"{ONE}/shares", hidden(201), "running",
        lambda t: {"json": {"coach_id": t["coach_id"], "scopes": ["audio"]}}),
    Row("DELETE", f"{ONE}/shares/{{share_id}}", hidden(204), "running"),
    Row("GET", f"{V1}/shares/received", reviewers(200)),
    # One's own.
    Row("GET", f"{V1}/me/exports", signed_in(200)),
    Row("POST", f"{V1}/me/exports", signed_in(202), sent=_json()),
    Row("GET", EXPORT, hidden(200), "export"),
    Row("GET", f"{EXPORT}/file", hidden(200), "export"),
    Row("DELETE", EXPORT, hidden(204), "export"),
    Row("GET", f"{V1}/settings/retention", signed_in(200)),
    Row("PUT", f"{V1}/settings/retention", signed_in(200),
        sent=_json(recordings_days=900, interviews_days=None)),
    Row("GET", f"{V1}/audit", signed_in(200)),
    Row("GET", f"{V1}/audit", contract(200, "admin"), "owner",
        lambda t: {"params": {"user_id": t["user_id"]}}),
    Row("GET", f"{V1}/interviews", contract(200, "admin"), "owner",
        lambda t: {"params": {"user_id": t["user_id"]}}),
    # Users.
    Row("GET", f"{V1}/users/me", signed_in(200)),
    Row("PATCH", f"{V1}/users/me", signed_in(200), sent=_json(display_name="Somebody")),
    Row("DELETE", f"{V1}/users/me", signed_in(403), sent=_json(secret="wrong", now=True)),
    Row("POST", f"{V1}/users/me/restore", signed_in(409)),
    Row("GET", f"{V1}/users/coaches", signed_in(200)),
    Row("GET", f"{V1}/users", admins(200)),
    Row("GET", f"{V1}/users/{{user_id}}", admins(200), "owner"),
    Row("PATCH", f"{V1}/users/{{user_id}}", admins(200), "account", _json(role="admin")),
    Row("POST", f"{V1}/users/{{user_id}}/password-reset", admins(201), "account"),
    Row("GET", f"{V1}/users/invitations", admins(200)),
    Row("POST", f"{V1}/users/invitations", admins(201),
        sent=lambda _t: {"json": {"email": f"{uuid.uuid4()}@example.org", "role": "admin"}}),
    Row("DELETE", f"{V1}/users/invitations/{{invitation_id}}", admins(204), "invitation"),
    # Signing in.
    Row("POST", f"{V1}/auth/local", anybody(200), sent=_json(secret=LOCAL_SECRET)),
    Row("POST", f"{V1}/auth/token", anybody(200),
        sent=_json(email="password@example.org", password=PASSWORD)),
    Row("POST", f"{V1}/auth/refresh", anybody(200), "refresh",
        lambda t: {"json": {"refresh_token": t["refresh"]}}),
    Row("POST", f"{V1}/auth/invitation", anybody(201), "invitation_code",
        lambda t: {"json": {"code": t["code"], "password": PASSWORD}}),
    Row("POST", f"{V1}/auth/password", signed_in(204) | {"anonymous": 204}, "reset_code",
        lambda t: {"json": {"code": t["code"], "new_password": PASSWORD}}),
    Row("GET", f"{V1}/auth/sessions", signed_in(200)),
    Row("DELETE", f"{V1}/auth/sessions/{{session_id}}", hidden(204), "session"),
    Row("POST", f"{V1}/auth/logout", signed_in(204), "own_session",
        lambda t: {"headers": {"Authorization": t["bearer"]}} if "bearer" in t else {}),
    # The cards.
    Row("GET", f"{V1}/templates", signed_in(200)),
    Row("GET", f"{V1}/templates/{{template_id}}", signed_in(200), "template"),
    Row("GET", f"{V1}/templates/{{template_id}}", signed_in(200), "published"),
    # Cases and assignments of the coach that has no share.
    Row("GET", TEMPLATE, _of(404, {"coach_without": 200, "admin": 200}), "draft"),
    Row("POST", f"{V1}/templates", reviewers(201),
        sent=lambda _t: {"json": {"document": a_document()}}),
    Row("PATCH", TEMPLATE, author(200), "draft", _json(status="published")),
    Row("PATCH", TEMPLATE, author(200), "published", _json(status="withdrawn")),
    Row("PATCH", TEMPLATE, reviewers(409), "template", _json(status="withdrawn")),
    Row("DELETE", TEMPLATE, author(204), "draft"),
    Row("DELETE", TEMPLATE, author(204), "published"),
    Row("DELETE", TEMPLATE, reviewers(409), "template"),
    *(
        Row("GET", f"{TEMPLATE}/{below}", rule, on)
        for below in ("document", "versions")
        for on, rule in (("draft", author(200)), ("published", reviewers(200)),
                         ("template", reviewers(200)))
    ),
    Row("GET", f"{V1}/assignments", signed_in(200)),
    Row("POST", f"{V1}/assignments", reviewers(201), "assignment",
        lambda t: {"json": {name: t[name] for name in ("candidate_id", "template_id")}}),
    Row("GET", ASSIGNMENT, _of(404, {"owner": 200, "coach_without": 200}), "assignment"),
    Row("PATCH", ASSIGNMENT, _of(404, {"coach_without": 200}), "assignment", _json(note="x")),
    Row("DELETE", ASSIGNMENT, _of(404, {"coach_without": 204}), "assignment"),
    # The local interviewer takes no token but its own.
    Row("POST", "/v1/realtime/calls", anybody(401) | {"call_secret": 400},
        sent=lambda _t: {"headers": {"Content-Type": "application/sdp"}, "content": b"v=0"}),
    Row("OPTIONS", "/v1/realtime/calls", anybody(403)),
    Row("DELETE", "/v1/realtime/calls/{call_id}", anybody(401) | {"call_secret": 404}, "running"),
    # The server itself.
    *(
        Row("GET", path, anybody(200))
        for path in ("/health", "/health/live", "/health/ready", "/metrics", "/version",
                     "/openapi.json", "/docs")
    ),
)  # fmt: skip
