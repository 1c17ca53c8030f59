"""Every operation of the contract of record by everybody who might try it.

A row says what each caller gets. An operation without a row fails, and so does a row without an
operation: whoever adds a route says here who may use it.
"""

from __future__ import annotations

import contextlib
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from server.openapi import document
from tests.helpers.api import CHUNK, TUS, upload_headers
from tests.helpers.authorisation import CALLERS, World, change_role, make_world
from tests.helpers.server_thread import server_in_thread

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
COACHES = tuple(caller for caller in CALLERS if caller.startswith("coach"))
SIGNED_OUT = ("anonymous", "disabled", "signed_out")
EVENT = {"type": "note", "at_ms": 0}
SEGMENT = {"id": "b", "speaker": "candidate", "text": "x", "start_ms": 0, "end_ms": 1,
           "question": 1}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What an operation answers to each caller.

    Args:
        send: what httpx sends along; a function makes it anew for each request.
        owner, stranger, admin: their status; `coach` that of a coach without a share, like a
            stranger's unless it is said.
        scope: with a live share of this, a coach gets the owner's status; `any` takes each.
        completed: the interview is a completed one.
        fresh: each caller gets an interview of their own to break.
        by_scope: a coach's status with a live share, where it is not the owner's.
        by_caller: whoever is not covered by these.
    """

    owner: int
    stranger: int
    admin: int
    coach: int | None = None
    scope: str | None = None
    send: dict[str, Any] = field(default_factory=dict)
    completed: bool = False
    fresh: bool = False
    query: str = ""
    by_scope: int | None = None
    by_caller: dict[str, int] = field(default_factory=dict)

    def expected(self, caller: str) -> int:
        """The status that `caller` gets."""
        if caller in SIGNED_OUT:
            return 401
        if caller in self.by_caller:
            return self.by_caller[caller]
        if caller in ("owner", "admin", "stranger"):
            return int(getattr(self, caller))
        held = {"coach_all": ("transcript", "audio", "feedback")}.get(
            caller, (caller.removeprefix("coach_"),)
        )
        named = ("transcript", "audio", "feedback") if self.scope == "any" else (self.scope,)
        if self.scope is not None and set(held) & set(named):
            return self.owner if self.by_scope is None else self.by_scope
        return self.stranger if self.coach is None else self.coach


def _own(owner: int, **more: Any) -> Row:
    """The owner alone; it does not exist for anybody else."""
    return Row(owner, 404, 404, **more)


def _mine(status: int, **more: Any) -> Row:
    """Everybody who is signed in, each for their own."""
    return Row(status, status, status, **more)


def _for_admins(status: int, **more: Any) -> Row:
    return Row(403, 403, status, **more)


V1 = "/api/v1"
ONE = f"{V1}/interviews/{{interview_id}}"
QUESTION = f"{ONE}/questions/{{question_number}}"
RECORDING = f"{ONE}/recordings/{{recording_id}}"
MATRIX: dict[tuple[str, str], Row] = {
    # The contract's own routes: somebody else's is 403.
    ("GET", f"{V1}/interviews"): _mine(200),
    ("POST", f"{V1}/interviews"): _mine(400, send={"json": {"template_id": str(uuid.uuid4())}}),
    ("GET", ONE): Row(200, 403, 200, scope="any"),
    ("PATCH", ONE): Row(200, 403, 403, send={"json": {}}),
    ("DELETE", ONE): Row(204, 403, 204, fresh=True),
    ("POST", f"{ONE}/credentials"): Row(200, 403, 403),
    ("GET", f"{QUESTION}/token"): Row(200, 403, 403),
    # The room: a coach reads with the scope of the transcript, and never acts.
    ("GET", QUESTION): _own(200, scope="transcript"),
    ("POST", f"{QUESTION}/hints"): _own(201, fresh=True),
    ("POST", f"{QUESTION}/numbers"): _own(201, send={"json": {"text": "1", "value": 1}}),
    ("POST", f"{QUESTION}/events"): _own(
        201, send={"json": EVENT | {"id": str(uuid.uuid4())}}, fresh=True
    ),
    ("GET", f"{ONE}/events"): _own(200, scope="transcript"),
    ("GET", f"{ONE}/notes"): _own(200),
    ("PUT", f"{ONE}/notes"): _own(200, send={"json": {"text": "y"}}),
    ("GET", f"{ONE}/debrief"): _own(200, scope="transcript", completed=True),
    ("GET", f"{ONE}/transcript"): _own(200, scope="transcript"),
    ("POST", f"{ONE}/transcript/segments"): _own(200, send={"json": {"segments": [SEGMENT]}}),
    ("GET", f"{ONE}/metrics"): _own(200, scope="transcript"),
    # Recordings.
    ("GET", f"{ONE}/recordings"): _own(200, scope="audio"),
    ("POST", f"{ONE}/recordings"): _own(201, send={"headers": upload_headers(4)}, fresh=True),
    ("OPTIONS", f"{ONE}/recordings"): _mine(204),
    ("GET", RECORDING): _own(200, scope="audio"),
    ("HEAD", RECORDING): _own(200),
    ("PATCH", RECORDING): _own(
        409, send={"content": b"x", "headers": CHUNK | {"Upload-Offset": "3"}}
    ),
    ("DELETE", RECORDING): _own(204, send={"headers": TUS}, fresh=True),
    ("OPTIONS", RECORDING): _mine(204),
    # Reviewing.
    ("GET", f"{ONE}/comments"): _own(200, scope="feedback"),
    ("POST", f"{ONE}/comments"): _own(
        201, scope="feedback", send={"json": {"at_ms": 1, "text": "x"}}
    ),
    # The comment is the owner's: a coach may read it, not change it.
    ("PATCH", f"{ONE}/comments/{{comment_id}}"): _own(
        200, scope="feedback", by_scope=404, send={"json": {"text": "y"}}
    ),
    ("DELETE", f"{ONE}/comments/{{comment_id}}"): _own(
        204, scope="feedback", by_scope=404, fresh=True
    ),
    ("GET", f"{ONE}/scores"): _own(200, scope="feedback"),
    ("POST", f"{ONE}/scores"): _own(201, scope="feedback", send={"json": {"scores": []}}),
    ("GET", f"{ONE}/feedback"): _own(200, scope="feedback"),
    ("POST", f"{ONE}/feedback"): _own(202, scope="feedback", completed=True),
    ("GET", f"{ONE}/feedback/{{feedback_id}}"): _own(200, scope="feedback", completed=True),
    ("GET", f"{ONE}/shares"): _own(200),
    ("POST", f"{ONE}/shares"): _own(
        400, send={"json": {"coach_id": str(uuid.uuid4()), "scopes": ["audio"]}}
    ),
    ("DELETE", f"{ONE}/shares/{{share_id}}"): _own(204, fresh=True),
    ("GET", f"{V1}/shares/received"): Row(403, 403, 200, coach=200, scope="any", by_scope=200),
    ("GET", f"{ONE}/calls"): _own(200),
    ("POST", f"{ONE}/calls"): _own(
        201, send={"json": {"call_id": "rtc_2", "question": 1}}, fresh=True
    ),
    ("DELETE", f"{ONE}/calls/{{call_id}}"): _own(204, fresh=True),
    # One's own account.
    ("POST", f"{V1}/auth/logout"): _mine(409),
    ("GET", f"{V1}/auth/sessions"): _mine(200),
    ("DELETE", f"{V1}/auth/sessions/{{session_id}}"): _mine(404),
    ("GET", f"{V1}/users/me"): _mine(200),
    ("PATCH", f"{V1}/users/me"): _mine(200, send={"json": {}}),
    ("DELETE", f"{V1}/users/me"): _mine(400, send={"json": {}}),
    ("POST", f"{V1}/users/me/restore"): _mine(409),
    ("GET", f"{V1}/users/coaches"): _mine(200),
    ("GET", f"{V1}/me/exports"): _mine(200),
    ("POST", f"{V1}/me/exports"): _mine(202),
    ("GET", f"{V1}/me/exports/{{export_id}}"): _own(200),
    ("GET", f"{V1}/me/exports/{{export_id}}/file"): _own(200),
    ("DELETE", f"{V1}/me/exports/{{export_id}}"): _own(204),
    ("GET", f"{V1}/audit"): _mine(200),
    ("GET", f"{V1}/settings/retention"): _mine(200),
    ("PUT", f"{V1}/settings/retention"): _mine(
        200, send={"json": {"recordings_days": None, "interviews_days": None}}
    ),
    # Everybody's cases.
    ("GET", f"{V1}/templates"): _mine(200),
    ("POST", f"{V1}/templates"): Row(403, 403, 400, coach=400, send={"json": {"document": {}}}),
    ("GET", f"{V1}/templates/{{template_id}}"): _mine(200),
    ("PATCH", f"{V1}/templates/{{template_id}}"): Row(403, 403, 409, coach=409, send={"json": {}}),
    ("DELETE", f"{V1}/templates/{{template_id}}"): Row(403, 403, 409, coach=409),
    ("GET", f"{V1}/templates/{{template_id}}/document"): Row(403, 403, 200, coach=200),
    ("GET", f"{V1}/templates/{{template_id}}/versions"): Row(403, 403, 200, coach=200),
    ("GET", f"{V1}/assignments"): _mine(200),
    ("POST", f"{V1}/assignments"): Row(
        403,
        403,
        400,
        coach=400,
        send={"json": {"candidate_id": str(uuid.uuid4()), "template_id": str(uuid.uuid4())}},
    ),
    # Given by the coach without a share to the owner, who may read it.
    ("GET", f"{V1}/assignments/{{assignment_id}}"): Row(200, 404, 404, by_caller={"coach": 200}),
    ("PATCH", f"{V1}/assignments/{{assignment_id}}"): Row(
        404, 404, 404, by_caller={"coach": 200}, send={"json": {}}
    ),
    ("DELETE", f"{V1}/assignments/{{assignment_id}}"): Row(404, 404, 404, by_caller={"coach": 204}),
    # An administrator's.
    ("GET", f"{V1}/users"): _for_admins(200),
    ("GET", f"{V1}/users/{{user_id}}"): _for_admins(200),
    ("PATCH", f"{V1}/users/{{user_id}}"): _for_admins(200, send={"json": {}}),
    ("POST", f"{V1}/users/{{user_id}}/password-reset"): _for_admins(201),
    ("GET", f"{V1}/users/invitations"): _for_admins(200),
    ("POST", f"{V1}/users/invitations"): _for_admins(
        201, send={"json": {"email": "matrix@example.org", "role": "coach"}}
    ),
    ("DELETE", f"{V1}/users/invitations/{{invitation_id}}"): _for_admins(404),
}
# What asks for no access token: who may is said by what is sent, or it is for everybody.
PUBLIC = {
    ("POST", f"{V1}/auth/local"),
    ("POST", f"{V1}/auth/token"),
    ("POST", f"{V1}/auth/refresh"),
    ("POST", f"{V1}/auth/password"),
    ("POST", f"{V1}/auth/invitation"),
    ("POST", "/v1/realtime/calls"),
    ("OPTIONS", "/v1/realtime/calls"),
    ("DELETE", "/v1/realtime/calls/{call_id}"),
    ("GET", "/health"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
    ("GET", "/version"),
    ("GET", "/openapi.json"),
    ("GET", "/docs"),
}
# The last of a list: what they delete is everybody's.
LAST = (("DELETE", f"{V1}/assignments/{{assignment_id}}"),)
ROWS = sorted(MATRIX, key=lambda key: (key in LAST, key[1], key[0]))


def _operations() -> dict[tuple[str, str], Any]:
    return {
        (method.upper(), path): operation
        for path, item in document()["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    described = set(_operations())
    assert described - set(MATRIX) - PUBLIC == set(), "say in MATRIX who may use these"
    assert (set(MATRIX) | PUBLIC) - described == set(), "these are not in the contract any more"


def test_what_is_public_is_described_as_such() -> None:
    without = {
        key
        for key, one in _operations().items()
        if one.get("security") == [] or {} in one.get("security", ())
    }
    # The calls of the local interviewer take the ephemeral key of a session token instead.
    ephemeral = {key for key in PUBLIC if key[1].startswith("/v1/realtime")}
    assert without | ephemeral == PUBLIC


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("matrix")
    with server_in_thread(folder) as server, contextlib.ExitStack() as stack:
        yield make_world(server, stack)


@pytest.fixture(scope="module")
def running(world: World) -> dict[str, str]:
    return world.fresh(completed=False)


@pytest.fixture(scope="module")
def completed(world: World) -> dict[str, str]:
    return world.fresh(completed=True)


@pytest.mark.parametrize("key", ROWS, ids=lambda key: f"{key[0]} {key[1]}")
def test_everybody_gets_what_is_theirs(
    world: World,
    running: dict[str, str],
    completed: dict[str, str],
    key: tuple[str, str],
) -> None:
    method, path = key
    row = MATRIX[key]
    got, wanted = {}, {}
    export = world.export() if "{export_id}" in path else {}
    # The owner last: what they do works.
    for caller in sorted(CALLERS, key=lambda one: one == "owner"):
        ids = completed if row.completed else running
        if row.fresh and row.expected(caller) < 300:
            ids = world.fresh(completed=row.completed)
        ids = ids | export
        filled = re.sub(r"\{(\w+)\}", lambda name, ids=ids: ids[name[1]], path)  # type: ignore[misc]
        # Mints are few a minute; this is about who, not how often.
        world.server.clock.now += 7 if path.endswith(("token", "credentials")) else 0
        answer = world.clients[caller].request(
            method, filled.removeprefix(V1) + row.query, **row.send
        )
        got[caller], wanted[caller] = answer.status_code, row.expected(caller)
        if answer.status_code >= 400 and method != "HEAD":
            assert list(answer.json()) == ["detail"], (caller, answer.text)
            for secret in ("what was said", "what was written"):
                assert secret not in answer.text
    assert got == wanted


def test_a_list_of_somebody_else_is_for_administrators(world: World) -> None:
    whose = world.user_ids["owner"]
    for caller in ("stranger", *COACHES):
        for path in (f"/interviews?user_id={whose}", f"/audit?user_id={whose}"):
            assert world.clients[caller].get(path).status_code == 403, (caller, path)
    assert world.clients["admin"].get(f"/interviews?user_id={whose}").status_code == 200
    assert world.clients["owner"].get(f"/interviews?user_id={whose}").status_code == 200


def test_ids_in_bodies_cross_no_border(world: World, running: dict[str, str]) -> None:
    """A comment cannot hang below somebody else's, a share cannot go to oneself or a candidate."""
    stranger = world.clients["stranger"]
    template = {"template_id": running["template_id"]}
    theirs = stranger.post("/interviews", json=template).json()["id"]
    below = {"at_ms": 0, "text": "x", "parent_id": running["comment_id"]}
    assert stranger.post(f"/interviews/{theirs}/comments", json=below).status_code == 400
    taken = {"at_ms": 0, "text": "x", "id": running["comment_id"]}
    assert stranger.post(f"/interviews/{theirs}/comments", json=taken).status_code == 409
    for caller in ("stranger", "owner", "disabled"):
        leave = {"coach_id": world.user_ids[caller], "scopes": ["audio"]}
        assert stranger.post(f"/interviews/{theirs}/shares", json=leave).status_code == 400
    # Nor does one interview's id open what hangs on another of the same owner.
    other = world.fresh(completed=False)
    owner = world.clients["owner"]
    for kind, name in (("comments", "comment_id"), ("recordings", "recording_id"),
                       ("shares", "share_id"), ("calls", "call_id")):  # fmt: skip
        path = f"/interviews/{other['interview_id']}/{kind}/{running[name]}"
        assert owner.delete(path, headers=TUS).status_code == 404, kind


def test_a_coach_who_is_none_any_more_sees_nothing(world: World) -> None:
    """The role is read at each request, not from the token or the share."""
    ids = world.fresh(completed=False)
    path = f"/interviews/{ids['interview_id']}/transcript"
    coach = world.clients["coach_all"]
    assert coach.get(path).status_code == 200
    change_role(world, "coach_all", "candidate")
    try:
        assert coach.get(path).status_code == 404
        assert coach.get("/shares/received").status_code == 403
    finally:
        change_role(world, "coach_all", "coach")
    assert coach.get(path).status_code == 200


def test_a_look_of_a_coach_stands_in_the_owners_audit(world: World) -> None:
    ids = world.fresh(completed=False)
    path, coach = f"/interviews/{ids['interview_id']}", world.clients["coach_all"]
    for _ in range(2):
        coach.get(f"{path}/transcript")
        coach.get(f"{path}/recordings/{ids['recording_id']}")
        coach.get(f"{path}/comments")
    seen = world.clients["owner"].get("/audit?limit=100").json()
    mine = [one for one in seen if one["interview_id"] == ids["interview_id"]]
    looks = [(one["action"], one["actor_id"]) for one in mine if one["action"].endswith(".read")]
    coach_id = world.user_ids["coach_all"]
    assert sorted(looks) == [
        ("audio.read", coach_id),
        ("feedback.read", coach_id),
        ("transcript.read", coach_id),
    ]
