"""A server with everybody and everything in it, for tests of who may do what.

One candidate owns a running and a completed interview with all that hangs on them; everybody else
has one relation to it, which their name tells.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from sqlalchemy import Connection

from server.services import sessions
from server.services.accounts import add_user
from server.services.clock import iso
from server.services.tokens import access_token
from server.storage import users
from server.storage.users import UserRow
from tests.helpers.accounts import PASSWORD
from tests.helpers.api import (
    a_document,
    complete,
    new_interview,
    set_question,
    until_done,
    upload,
)
from tests.helpers.server_thread import ThreadServer

SCOPES = ("transcript", "audio", "feedback")
# Coaches with a share in force, and what it names.
SHARED: dict[str, tuple[str, ...]] = {
    "coach_all": SCOPES,
    **{f"coach_{scope}": (scope,) for scope in SCOPES},
}
LOST = ("coach_expired", "coach_revoked", "coach_demoted")
SIGNED_IN = ("owner", "stranger", *SHARED, *LOST, "coach_without", "admin")
# Who gets nowhere: `disabled` and `coach_demoted` were coaches with a share of everything.
SIGNED_OUT = ("anonymous", "disabled", "signed_out", "call_secret", "refresh_token")
CALLERS = SIGNED_IN + SIGNED_OUT
SHARE_S = 60

# What stands in the owner's things, by the scope that may read it; `private` is nobody's. Then
# what stands in a draft of a case, and in the answers of a published one.
WORDS = {
    "transcript": "canary-transcript-4f1d",
    "audio": "canary-audio-91ce",
    "feedback": "canary-feedback-07ab",
    "private": "canary-private-c2e8",
    "draft": "canary-of-a-draft",
    "answers": "canary-of-the-answers",
}
Things = dict[str, str]


@dataclass
class World:
    """The server, who is on it, and what the owner has.

    Thread: the test's.
    """

    server: ThreadServer
    people: dict[str, UserRow] = field(default_factory=dict)
    tokens: dict[str, Callable[[], str]] = field(default_factory=dict)
    _kept: dict[str, Things] = field(default_factory=dict)
    _secret: tuple[int, str] = (0, "")
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Everybody, signed in."""
        self.http = httpx.Client(
            base_url=self.server.url, timeout=20, trust_env=False, verify=False
        )
        self.factories: dict[str, Callable[[], Things]] = {
            "nothing": dict,
            "own_session": dict,
            "owner": lambda: {"user_id": self.people["owner"].id},
            "template": self._template,
            "draft": lambda: self._written("draft"),
            "published": lambda: self._written("answers"),
            "assignment": self._assignment,
            "running": self._running,
            "completed": self._completed,
            "account": lambda: {"user_id": self.person(str(uuid.uuid4()), "candidate").id},
            "invitation": self._invitation,
            "invitation_code": lambda: {"code": self._invited()["code"]},
            "reset_code": self._reset_code,
            "export": self._export,
            "session": lambda: {"session_id": self._begun(self.people["owner"]).row.id},
            "refresh": lambda: {"refresh": self._begun(self.people["owner"]).refresh_token},
        }
        for name in ("owner", "stranger"):
            self.person(name, "candidate")
        for name in (*SHARED, *LOST, "coach_without", "coach_spare", "disabled"):
            self.person(name, "coach")
        self.person("admin", "admin")
        self.tokens["signed_out"] = self._signed_in(self.people["owner"])
        assert self.ask("signed_out", "POST", "/api/v1/auth/logout").status_code == 204
        begun = self._begun(self.people["owner"])
        self.tokens["refresh_token"] = lambda: begun.refresh_token
        with_password = asyncio.run(
            add_user(self.server.context, "password@example.org", "candidate", PASSWORD)
        )
        self.people["with_password"] = with_password
        self.changed()
        self.tokens["call_secret"] = self._call_secret

    def close(self) -> None:
        """End the connections."""
        self.http.close()

    # -- requests ----------------------------------------------------------------------------------

    def headers(self, caller: str) -> dict[str, str]:
        """What the caller sends to say who they are."""
        if caller == "anonymous":
            return {}
        return {"Authorization": f"Bearer {self.tokens[caller]()}"}

    def lasting_headers(self, caller: str) -> dict[str, str]:
        """The same by a token without a session, which no request can end."""
        if caller not in self.people:
            return self.headers(caller)
        token = access_token(self.server.context, self.people[caller].id)["access_token"]
        return {"Authorization": f"Bearer {token}"}

    def ask(self, caller: str, method: str, path: str, **sent: Any) -> httpx.Response:
        """One request; `path` begins at the root."""
        headers = self.headers(caller) | sent.pop("headers", {})
        return self.http.request(method, path, headers=headers, **sent)

    def client(self, caller: str) -> httpx.Client:
        """For the helpers that want a client of one user."""
        return httpx.Client(
            base_url=f"{self.server.url}/api/v1",
            headers=self.headers(caller),
            timeout=20,
            trust_env=False,
            verify=False,
        )

    # -- things ------------------------------------------------------------------------------------

    def kept(self, kind: str) -> Things:
        """The one thing of this kind that nobody may change."""
        if kind not in self._kept or (kind == "export" and not self._has_export()):
            self._kept[kind] = self.fresh(kind)
        return self._kept[kind]

    def fresh(self, kind: str) -> Things:
        """A new thing of this kind: the ids in its paths, and what bodies may name."""
        # Limits count by the minute, and a share of the coach whose time is over has to end.
        self.server.clock.now += 2 * SHARE_S
        return self.factories[kind]()

    def changed(self) -> set[str]:
        """What the owner sees of what is kept and did not see the last time, or the other way."""
        before, self._seen = self._seen, set(self._view())
        return before ^ self._seen if before else set()

    def _view(self) -> list[str]:
        paths = []
        for kind in ("running", "completed"):
            one = f"/api/v1/interviews/{self.kept(kind)['interview_id']}"
            paths += [one] + [
                f"{one}/{below}"
                for below in ("events", "notes", "scores", "transcript", "recordings", "comments",
                              "shares", "calls", "feedback")
            ]  # fmt: skip
            paths.append(f"{one}/recordings/{self.kept(kind)['recording_id']}")
        answers = [self.ask("owner", "GET", path) for path in paths]
        return [f"{one.request.url.path} {one.status_code} {one.text}" for one in answers]

    def person(self, name: str, role: str, email: str = "") -> UserRow:
        """Somebody new without a password, signed in for good."""
        user_id = str(uuid.uuid4())
        row = UserRow(user_id, email or f"{name}@example.org", role, None, self.server.clock.now)
        self._write(lambda connection: users.add(connection, row))
        self.people[name] = row
        self.tokens[name] = self._signed_in(row)
        return row

    def sign_in_again(self, name: str) -> dict[str, str]:
        """Headers of one more session of somebody who is signed in."""
        return {"Authorization": f"Bearer {self._signed_in(self.people[name])()}"}

    # -- inside ------------------------------------------------------------------------------------

    def _write(self, change: Callable[[Connection], Any]) -> Any:
        return asyncio.run(self.server.context.database.write(change))

    def _replace(self, user: UserRow) -> None:
        self._write(lambda connection: users.replace(connection, user))

    def _begun(self, user: UserRow) -> sessions.Begun:
        now = self.server.clock.now
        begun: sessions.Begun = self._write(
            lambda connection: sessions.begin(connection, user, "test", now)
        )
        return begun

    def _signed_in(self, user: UserRow) -> Callable[[], str]:
        session_id = self._begun(user).row.id
        # Made anew for each request, however far the clock has moved.
        return lambda: str(access_token(self.server.context, user.id, session_id)["access_token"])

    def _running(self) -> Things:
        with self.client("owner") as client:
            interview_id = str(new_interview(client)["id"])
            path = f"/interviews/{interview_id}"
            set_question(client, path, 3)
            recording = upload(client, path, b"OggS" + WORDS["audio"].encode())
            segment = {"id": "a", "speaker": "candidate", "text": WORDS["transcript"],
                       "start_ms": 0, "end_ms": 900, "question": 1}  # fmt: skip
            event = {"id": str(uuid.uuid4()), "type": "note", "at_ms": 5,
                     "data": {"text": WORDS["transcript"]}}  # fmt: skip
            comment = {"id": str(uuid.uuid4()), "at_ms": 5, "text": WORDS["feedback"]}
            call_id = f"rtc_{uuid.uuid4().hex}"
            given = {"scores": [{"dimension": "numeracy", "score": 2}]}
            for method, below, sent in (
                ("POST", "/transcript/segments", {"segments": [segment]}),
                ("POST", "/questions/1/events", event),
                ("PUT", "/notes", {"text": WORDS["private"]}),
                ("POST", "/comments", comment),
                ("POST", "/scores", given),
                ("POST", "/calls", {"call_id": call_id, "question": 3}),
            ):
                answer = client.request(method, path + below, json=sent)
                assert answer.is_success, f"{below} {answer.text}"
            shares = self._share(client, path)
        return {
            "interview_id": interview_id,
            "question_number": "3",
            "recording_id": recording.rsplit("/", 1)[1],
            "comment_id": str(comment["id"]),
            "call_id": call_id,
            "share_id": shares["coach_all"],
            "coach_id": self.people["coach_spare"].id,
        }

    def _share(self, client: httpx.Client, path: str) -> dict[str, str]:
        """Every coach's share, as the owner made it; then time passes, and some lose it."""
        now = self.server.clock.now
        turned = {"coach_demoted": replace(self.people["coach_demoted"], role="candidate"),
                  "disabled": replace(self.people["disabled"], disabled_at=now)}  # fmt: skip
        for name in turned:
            self._replace(self.people[name])
        made = {}
        for name in (*SHARED, *LOST, "disabled"):
            body: dict[str, Any] = {"coach_id": self.people[name].id,
                                    "scopes": list(SHARED.get(name, SCOPES))}  # fmt: skip
            if name == "coach_expired":
                body["expires_at"] = iso(now + SHARE_S)
            answer = client.post(f"{path}/shares", json=body)
            assert answer.status_code == 201, answer.text
            made[name] = str(answer.json()["id"])
        assert client.delete(f"{path}/shares/{made['coach_revoked']}").status_code == 204
        self.server.clock.now += 2 * SHARE_S
        for after in turned.values():
            self._replace(after)
        return made

    def _completed(self) -> Things:
        things = self._running()
        path = f"/interviews/{things['interview_id']}"
        with self.client("owner") as client:
            complete(client, path)
            assert client.post(f"{path}/feedback", json={}).status_code == 202
            until_done(lambda: client.get(f"{path}/feedback").json()["feedback"])
            (made,) = client.get(f"{path}/feedback").json()["feedback"]
            until_done(lambda: client.get(f"{path}/feedback").json()["jobs"][0]["status"] == "done")
        return things | {"feedback_id": str(made["id"])}

    def _template(self) -> Things:
        return {"template_id": str(self.ask("owner", "GET", "/api/v1/templates").json()[0]["id"])}

    def _written(self, word: str) -> Things:
        """A case by a coach, whose every text that is no card's holds the word."""
        document = a_document(objective=WORDS[word], unknown_answer=WORDS[word])
        if word == "draft":
            document |= {"title": WORDS[word], "summary": WORDS[word]}
        made = self.ask("coach_without", "POST", "/api/v1/templates", json={"document": document})
        assert made.status_code == 201, made.text
        path = made.headers["Location"]
        if word == "answers":
            answer = self.ask("coach_without", "PATCH", path, json={"status": "published"})
            assert answer.status_code == 200, answer.text
        return {"template_id": path.rsplit("/", 1)[1]}

    def _assignment(self) -> Things:
        body = {"candidate_id": self.people["owner"].id, "note": WORDS["private"]}
        body |= self.kept("template")
        made = self.ask("coach_without", "POST", "/api/v1/assignments", json=body)
        assert made.status_code == 201, made.text
        return body | {"assignment_id": str(made.json()["id"])}

    def _invited(self) -> dict[str, Any]:
        body = {"email": f"{uuid.uuid4()}@example.org", "role": "coach"}
        answer = self.ask("admin", "POST", "/api/v1/users/invitations", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def _invitation(self) -> Things:
        return {"invitation_id": str(self._invited()["id"])}

    def _reset_code(self) -> Things:
        user_id = self.people["with_password"].id
        answer = self.ask("admin", "POST", f"/api/v1/users/{user_id}/password-reset")
        assert answer.status_code == 201, answer.text
        return {"code": str(answer.json()["code"])}

    def _export(self) -> Things:
        made = self.ask("owner", "POST", "/api/v1/me/exports", json={})
        assert made.status_code == 202, made.text
        path = f"/api/v1/me/exports/{made.json()['id']}"
        until_done(lambda: self.ask("owner", "GET", path).json()["status"] == "done")
        return {"export_id": str(made.json()["id"])}

    def _has_export(self) -> bool:
        """It goes with the first interview in it that is deleted."""
        path = f"/api/v1/me/exports/{self._kept['export']['export_id']}"
        return self.ask("owner", "GET", path).is_success

    def _call_secret(self) -> str:
        """What the owner's call would be started with, minted again before it runs out."""
        now = self.server.clock.now
        if now > self._secret[0]:
            path = f"/api/v1/interviews/{self.kept('running')['interview_id']}/credentials"
            answer = self.ask("owner", "POST", path)
            assert answer.status_code == 200, answer.text
            secret = answer.json()["session_token"]["client_secret"]
            self._secret = (secret["expires_at"] - SHARE_S, secret["value"])
        return self._secret[1]
