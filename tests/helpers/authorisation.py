"""The world of the authorisation matrix: one owner's data, and everybody who might reach for it."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

from server.storage import shares, users
from server.storage.shares import ShareRow
from tests.helpers.api import complete, new_interview, set_question, template_id, until_done, upload
from tests.helpers.server_thread import ThreadServer

# Who asks. The coaches have a live share of everything, of one scope each, an expired one, a
# revoked one, or none; the last two have lost their account or their session.
CALLERS = (
    "anonymous",
    "owner",
    "stranger",
    "coach_all",
    "coach_transcript",
    "coach_audio",
    "coach_feedback",
    "coach_expired",
    "coach_revoked",
    "coach",
    "admin",
    "disabled",
    "signed_out",
)
SHARED = {
    "coach_all": ["transcript", "audio", "feedback"],
    "coach_transcript": ["transcript"],
    "coach_audio": ["audio"],
    "coach_feedback": ["feedback"],
    "coach_revoked": ["transcript", "audio", "feedback"],
}
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class World:
    """A server with everybody signed in, and what the owner has there.

    Args:
        ids: what fills the variables of a path.
    """

    server: ThreadServer
    clients: dict[str, httpx.Client]
    user_ids: dict[str, str]
    ids: dict[str, str] = field(default_factory=dict)

    def fresh(self, *, completed: bool) -> dict[str, str]:
        """A new interview of the owner with something of each kind, shared as `CALLERS` says."""
        owner = self.clients["owner"]
        interview = new_interview(owner)["id"]
        path = f"/interviews/{interview}"
        set_question(owner, path, 3)
        segment = {"id": "a", "speaker": "candidate", "text": "what was said", "start_ms": 0,
                   "end_ms": 900, "question": 1}  # fmt: skip
        _ok(owner.post(f"{path}/transcript/segments", json={"segments": [segment]}))
        _ok(owner.put(f"{path}/notes", json={"text": "what was written"}))
        recording = upload(owner, path, b"OggS1234").rsplit("/", 1)[1]
        comment = _ok(owner.post(f"{path}/comments", json={"at_ms": 5, "text": "x"}))["id"]
        score = {"dimension": "numeracy", "score": 3}
        _ok(owner.post(f"{path}/scores", json={"scores": [score]}))
        call = {"call_id": f"rtc_{uuid.uuid4().hex}", "question": 1}
        _ok(owner.post(f"{path}/calls", json=call))
        ids = {
            "interview_id": interview,
            "question_number": "3",
            "recording_id": recording,
            "comment_id": comment,
            "call_id": call["call_id"],
            "share_id": self._share(owner, path, interview),
            "feedback_id": str(uuid.uuid4()),
        }
        if completed:
            complete(owner, path)
            _ok(owner.post(f"{path}/feedback"))
            until_done(lambda: owner.get(f"{path}/feedback").json()["feedback"])
            ids["feedback_id"] = owner.get(f"{path}/feedback").json()["feedback"][0]["id"]
        return self.ids | ids

    def export(self) -> dict[str, str]:
        """A finished export of the owner: whatever is deleted takes the earlier ones along."""
        owner = self.clients["owner"]
        export = _ok(owner.post("/me/exports"))["id"]
        until_done(lambda: owner.get(f"/me/exports/{export}").json()["status"] == "done")
        return {"export_id": export}

    def _share(self, owner: httpx.Client, path: str, interview: str) -> str:
        made = {}
        for caller, scopes in SHARED.items():
            leave = {"coach_id": self.user_ids[caller], "scopes": scopes}
            made[caller] = str(_ok(owner.post(f"{path}/shares", json=leave))["id"])
        assert owner.delete(f"{path}/shares/{made['coach_revoked']}").status_code == 204
        over = ShareRow(
            id=str(uuid.uuid4()),
            interview_id=interview,
            coach_id=self.user_ids["coach_expired"],
            transcript=True,
            audio=True,
            feedback=True,
            created_at=self.server.clock.now - 10,
            expires_at=self.server.clock.now,
            revoked_at=None,
        )
        asyncio.run(self.server.context.database.write(lambda one: shares.add(one, over)))
        return made["coach_all"]


def make_world(server: ThreadServer, stack: contextlib.ExitStack) -> World:
    """Sign everybody in."""
    clients: dict[str, httpx.Client] = {}
    user_ids: dict[str, str] = {}
    for caller in CALLERS:
        role = caller.partition("_")[0] if caller.startswith("coach") else "candidate"
        role = "admin" if caller == "admin" else role
        clients[caller] = client = stack.enter_context(server.user(role))
        user_ids[caller] = client.get("/users/me").json()["id"]
    del clients["anonymous"].headers["Authorization"]
    admin = clients["admin"]
    disabled = f"/users/{user_ids['disabled']}"
    _ok(admin.patch(disabled, json={"disabled": True}))
    _sign_out(server, clients["signed_out"], admin)
    owner = clients["owner"]
    task = {"candidate_id": user_ids["owner"], "template_id": template_id(owner)}
    ids = {
        "assignment_id": _ok(clients["coach"].post("/assignments", json=task))["id"],
        "user_id": user_ids["owner"],
        "template_id": template_id(owner),
        "session_id": str(uuid.uuid4()),
        "invitation_id": str(uuid.uuid4()),
    }
    return World(server, clients, user_ids, ids)


def someone_new(world: World) -> httpx.Client:
    """A signed-in user of their own, for what ends an account or a session."""
    invited = {"email": f"{uuid.uuid4()}@example.org", "role": "candidate"}
    code = _ok(world.clients["admin"].post("/users/invitations", json=invited))["code"]
    given = {"code": code, "password": PASSWORD}
    tokens = _ok(world.clients["anonymous"].post("/auth/invitation", json=given))
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    return httpx.Client(
        base_url=f"{world.server.url}/api/v1", headers=headers, trust_env=False, verify=False
    )


def _sign_out(server: ThreadServer, client: httpx.Client, admin: httpx.Client) -> None:
    """Give `client` the token of a session that has ended."""
    invited = {"email": f"{uuid.uuid4()}@example.org", "role": "candidate"}
    code = _ok(admin.post("/users/invitations", json=invited))["code"]
    with httpx.Client(base_url=f"{server.url}/api/v1", trust_env=False, verify=False) as plain:
        tokens = _ok(plain.post("/auth/invitation", json={"code": code, "password": PASSWORD}))
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    assert client.post("/auth/logout").status_code == 204


def _ok(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, answer.text
    value: dict[str, Any] = answer.json()
    return value


def change_role(world: World, caller: str, role: str) -> None:
    """Give somebody another role, as an administrator does in between."""

    def change(connection: Any) -> None:
        row = users.find(connection, world.user_ids[caller])
        assert row is not None
        users.replace(connection, type(row)(**{**_fields(row), "role": role}))

    asyncio.run(world.server.context.database.write(change))


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}
