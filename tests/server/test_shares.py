"""Shares: what a coach sees is what a live share names, at this very moment."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from server.services.clock import iso
from tests.helpers.api import complete, detail, new_interview, set_question, until_done, upload
from tests.helpers.server_thread import ThreadServer, server_in_thread

SCOPES = ("transcript", "audio", "feedback")
SEGMENT = {"id": "a", "speaker": "candidate", "text": "the market grows", "start_ms": 0,
           "end_ms": 900, "question": 1}  # fmt: skip


def user_id(client: httpx.Client) -> str:
    """Whose client this is."""
    return str(client.get("/users/me").json()["id"])


def share(owner: httpx.Client, path: str, coach_id: str, *scopes: str, **more: Any) -> Any:
    """Share an interview; the answer's body."""
    answer = owner.post(f"{path}/shares", json={"coach_id": coach_id, "scopes": scopes} | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def in_future(server: ThreadServer, seconds: int) -> str:
    """The server's time in so many seconds."""
    return iso(server.clock.now + seconds)


@pytest.fixture
def coach(api: ThreadServer) -> Iterator[httpx.Client]:
    with api.user("coach") as client:
        yield client


def test_a_share_is_shown_to_both_sides(
    api: ThreadServer, owner: httpx.Client, coach: httpx.Client, path: str
) -> None:
    assert owner.patch("/users/me", json={"display_name": "Ada"}).status_code == 200
    until = in_future(api, 3600)
    answer = owner.post(
        f"{path}/shares/",
        json={
            "coach_id": user_id(coach).upper(),
            "scopes": ["feedback", "transcript"],
            "expires_at": until,
        },
    )
    made = answer.json()
    assert answer.status_code == 201
    assert made == {
        "id": made["id"],
        "interview_id": path.rsplit("/", 1)[1],
        "coach_id": user_id(coach),
        "scopes": ["transcript", "feedback"],
        "state": "live",
        "created_at": in_future(api, 0),
        "expires_at": until,
        "revoked_at": None,
    }
    assert answer.headers["Location"] == f"/api/v1{path}/shares/{made['id']}"
    assert owner.get(f"{path}/shares").json() == {"shares": [made]}
    me = owner.get("/users/me").json()
    assert coach.get("/shares/received/").json() == [
        made
        | {
            "candidate": {"id": me["id"], "email": me["email"], "display_name": "Ada"},
            "interview": owner.get(path).json(),
        }
    ]


@pytest.mark.parametrize(
    "broken",
    [{"scopes": []}, {"scopes": ["audio", "audio"]}, {"scopes": ["notes"]}, {"scopes": "audio"},
     {"scopes": None}, {"coach_id": "x"}, {"coach_id": None}, {"coach_id": str(uuid.UUID(int=7))},
     {"expires_at": "tomorrow"}, {"expires_at": 1}, {"expires_at": "2020-01-01T00:00:00Z"},
     {"expires_at": "2030-01-01T00:00:00"}, {"note": "x"}],
)  # fmt: skip
def test_a_share_that_cannot_be_is_refused_and_leaves_the_old_one(
    owner: httpx.Client, coach: httpx.Client, path: str, broken: dict[str, Any]
) -> None:
    before = share(owner, path, user_id(coach), "audio")
    body = {"coach_id": user_id(coach), "scopes": ["audio"]} | broken
    detail(owner.post(f"{path}/shares", json=body), 400)
    assert owner.get(f"{path}/shares").json() == {"shares": [before]}


def test_an_end_that_is_now_is_no_end_to_come(
    api: ThreadServer, owner: httpx.Client, coach: httpx.Client, path: str
) -> None:
    body = {"coach_id": user_id(coach), "scopes": ["audio"], "expires_at": in_future(api, 0)}
    detail(owner.post(f"{path}/shares", json=body), 400)


def test_only_an_enabled_coach_or_administrator_other_than_oneself_can_be_shared_with(
    api: ThreadServer, owner: httpx.Client, admin: httpx.Client, path: str
) -> None:
    def tried(client: httpx.Client, whose: httpx.Client = owner, where: str = path) -> int:
        body = {"coach_id": user_id(client), "scopes": ["audio"]}
        return whose.post(f"{where}/shares", json=body).status_code

    with api.user("coach") as coach, api.user() as candidate:
        assert (tried(coach), tried(admin)) == (201, 201)
        assert (tried(candidate), tried(owner)) == (400, 400)
        own = f"/interviews/{new_interview(coach)['id']}"
        assert tried(coach, coach, own) == 400
        coach_id = user_id(coach)
        assert admin.patch(f"/users/{coach_id}", json={"disabled": True}).status_code == 200
        body = {"coach_id": coach_id, "scopes": ["audio"]}
        detail(owner.post(f"{path}/shares", json=body), 400)


def test_shares_are_the_owners_to_see_and_to_end(
    owner: httpx.Client, stranger: httpx.Client, coach: httpx.Client, admin: httpx.Client, path: str
) -> None:
    made = share(owner, path, user_id(coach), *SCOPES)
    one = f"{path}/shares/{made['id']}"
    for other in (stranger, coach, admin):
        detail(other.get(f"{path}/shares"), 404)
        detail(other.post(f"{path}/shares", json={"coach_id": made["coach_id"],
                                                  "scopes": ["audio"]}), 404)  # fmt: skip
        detail(other.delete(one), 404)
    detail(stranger.get("/shares/received"), 403)
    assert owner.get(f"{path}/shares").json() == {"shares": [made]}
    assert owner.delete(one).status_code == 204
    detail(owner.delete(one), 404)
    detail(owner.delete(f"{path}/shares/{uuid.uuid4()}"), 404)
    detail(owner.delete(f"{path}/shares/x"), 400)


def test_what_was_received_comes_in_pages(owner: httpx.Client, coach: httpx.Client) -> None:
    paths = [f"/interviews/{new_interview(owner)['id']}" for _ in range(3)]
    made = {share(owner, path, user_id(coach), "audio")["id"] for path in paths}
    seen: list[str] = []
    following: str | None = "/shares/received?limit=2"
    while following is not None:
        answer = coach.get(following.removeprefix("/api/v1"))
        assert answer.headers["X-Total-Count"] == "3"
        seen += [one["id"] for one in answer.json()]
        following = answer.links["next"]["url"] if "next" in answer.links else None
    assert len(seen) == 3
    assert set(seen) == made
    detail(coach.get("/shares/received?limit=0"), 400)


def test_a_share_holds_to_the_second_before_its_end(place: Place) -> None:
    path = f"/interviews/{new_interview(place.owner)['id']}"
    coach, clock = place.coaches[0], place.server.clock
    share(place.owner, path, user_id(coach), "audio", expires_at=in_future(place.server, 60))
    clock.now += 59
    assert coach.get(f"{path}/recordings").status_code == 200
    assert path.endswith(coach.get("/shares/received").json()[0]["interview_id"])
    clock.now += 1
    detail(coach.get(f"{path}/recordings"), 404)
    detail(coach.get(path), 403)
    assert coach.get("/shares/received").json() == []
    (shown,) = place.owner.get(f"{path}/shares").json()["shares"]
    assert shown["state"] == "expired"


def test_a_deleted_interview_is_shared_no_more(
    owner: httpx.Client, coach: httpx.Client, path: str
) -> None:
    share(owner, path, user_id(coach), *SCOPES)
    assert coach.get(path).status_code == 200
    assert owner.delete(path).status_code == 204
    assert coach.get("/shares/received").json() == []
    for below in ("", "/transcript", "/recordings", "/comments", "/scores"):
        detail(coach.get(f"{path}{below}"), 404)


def test_a_coach_never_acts_in_the_room(
    owner: httpx.Client, coach: httpx.Client, path: str
) -> None:
    share(owner, path, user_id(coach), *SCOPES)
    contract: tuple[tuple[str, str, Any], ...] = (
        ("PATCH", "", {"status": "completed"}),
        ("DELETE", "", None),
        ("POST", "/credentials", None),
        ("GET", "/questions/1/token", None),
    )
    for method, below, body in contract:
        detail(coach.request(method, f"{path}{below}", json=body), 403)
    added: tuple[tuple[str, str, Any], ...] = (
        ("GET", "/notes", None),
        ("PUT", "/notes", {"text": "x"}),
        ("POST", "/questions/1/hints", None),
        ("POST", "/transcript/segments", {"segments": [SEGMENT]}),
        ("GET", "/calls", None),
        ("POST", "/calls", {"call_id": "rtc_1", "question": 1}),
    )
    for method, below, body in added:
        detail(coach.request(method, f"{path}{below}", json=body), 404)


def test_giving_replacing_and_taking_back_stand_in_the_audit(
    owner: httpx.Client, coach: httpx.Client, path: str
) -> None:
    first = share(owner, path, user_id(coach), "audio")
    second = share(owner, path, user_id(coach), "transcript")
    assert owner.delete(f"{path}/shares/{second['id']}").status_code == 204
    seen = [(one["action"], one["target"]) for one in owner.get("/audit").json()
            if one["action"].startswith("share.")]  # fmt: skip
    assert seen == [
        ("share.revoke", second["id"]),
        ("share.create", second["id"]),
        ("share.revoke", first["id"]),
        ("share.create", first["id"]),
    ]


# -- everything that can happen, against a model ---------------------------------------------------

# What a coach may read, below the interview: with which scope.
READS = {
    "/transcript": "transcript",
    "/transcript?format=vtt": "transcript",
    "/events": "transcript",
    "/questions/1": "transcript",
    "/debrief": "transcript",
    "/metrics": "transcript",
    "/recordings": "audio",
    "/recordings/{recording}": "audio",
    "/comments": "feedback",
    "/scores": "feedback",
    "/feedback": "feedback",
    "/feedback/{feedback}": "feedback",
}
NEVER = ("/notes", "/shares", "/calls")


@dataclass
class Given:
    """A share as the model knows it."""

    id: str
    scopes: frozenset[str]
    expires_at: int | None
    revoked: bool = False

    def state(self, now: int) -> str:
        """live, expired or revoked."""
        if self.revoked:
            return "revoked"
        return "live" if self.expires_at is None or now < self.expires_at else "expired"


@dataclass
class Somebody:
    """A coach as the model knows them: newest share last."""

    client: httpx.Client
    id: str
    role: str = "coach"
    disabled: bool = False
    shares: list[Given] = field(default_factory=list)

    def scopes(self, now: int) -> frozenset[str]:
        """What they may read now."""
        if self.role == "candidate":
            return frozenset()
        live = [one.scopes for one in self.shares if one.state(now) == "live"]
        return frozenset[str]().union(*live)


@dataclass(frozen=True)
class Place:
    """A server with an owner, an administrator and two coaches."""

    server: ThreadServer
    owner: httpx.Client
    admin: httpx.Client
    coaches: tuple[httpx.Client, httpx.Client]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("shares")
    with server_in_thread(folder) as server, contextlib.ExitStack() as stack:
        owner, admin, first, second = (
            stack.enter_context(server.user(role))
            for role in ("candidate", "admin", "coach", "coach")
        )
        yield Place(server, owner, admin, (first, second))


def test_a_coach_reads_exactly_what_is_shared_now(place: Place) -> None:
    ids = {client: user_id(client) for client in place.coaches}

    class Sharing(RuleBasedStateMachine):
        """Two coaches, one interview, and time."""

        def __init__(self) -> None:
            super().__init__()
            self.path = f"/interviews/{new_interview(place.owner)['id']}"
            self.ids = self._filled()
            self.people = [Somebody(client, ids[client]) for client in place.coaches]
            for one in self.people:
                self._set(one, role="coach", disabled=False)

        def _filled(self) -> dict[str, str]:
            owner, path = place.owner, self.path
            set_question(owner, path, 4)
            owner.post(f"{path}/transcript/segments", json={"segments": [SEGMENT]})
            recording = upload(owner, path, b"OggS....").rsplit("/", 1)[1]
            complete(owner, path)
            assert owner.post(f"{path}/feedback").status_code == 202
            until_done(lambda: owner.get(f"{path}/feedback").json()["feedback"])
            made = owner.get(f"{path}/feedback").json()["feedback"][0]["id"]
            return {"recording": recording, "feedback": made}

        def _set(self, one: Somebody, **change: Any) -> None:
            answer = place.admin.patch(f"/users/{one.id}", json=change)
            assert answer.status_code == 200, answer.text
            for name, value in change.items():
                setattr(one, name, value)

        @rule(
            who=st.sampled_from((0, 1)),
            scopes=st.lists(st.sampled_from(SCOPES), min_size=1, unique=True),
            lasts_s=st.none() | st.integers(1, 40),
        )
        def share(self, who: int, scopes: list[str], lasts_s: int | None) -> None:
            one = self.people[who]
            body: dict[str, Any] = {"coach_id": one.id, "scopes": scopes}
            if lasts_s is not None:
                body["expires_at"] = in_future(place.server, lasts_s)
            answer = place.owner.post(f"{self.path}/shares", json=body)
            if one.role == "candidate" or one.disabled:
                detail(answer, 400)
                return
            assert answer.status_code == 201, answer.text
            for older in one.shares:
                older.revoked = True
            until = None if lasts_s is None else place.server.clock.now + lasts_s
            one.shares.append(Given(answer.json()["id"], frozenset(scopes), until))

        @rule(who=st.sampled_from((0, 1)), ago_s=st.integers(0, 40))
        def share_until_before(self, who: int, ago_s: int) -> None:
            body = {"coach_id": self.people[who].id, "scopes": ["audio"],
                    "expires_at": in_future(place.server, -ago_s)}  # fmt: skip
            detail(place.owner.post(f"{self.path}/shares", json=body), 400)

        @precondition(lambda self: any(one.shares for one in self.people))
        @rule(data=st.data())
        def revoke(self, data: st.DataObject) -> None:
            given = data.draw(st.sampled_from([s for one in self.people for s in one.shares]))
            answer = place.owner.delete(f"{self.path}/shares/{given.id}")
            assert answer.status_code == (404 if given.revoked else 204)
            given.revoked = True

        @precondition(lambda self: self.ends())
        @rule(data=st.data(), second=st.sampled_from((-1, 0)))
        def wait_for_an_end(self, data: st.DataObject, second: int) -> None:
            end = data.draw(st.sampled_from(self.ends()))
            place.server.clock.now = max(place.server.clock.now, end + second)

        def ends(self) -> list[int]:
            now = place.server.clock.now
            given = [s for one in self.people for s in one.shares if s.state(now) == "live"]
            return [s.expires_at for s in given if s.expires_at is not None]

        @rule(who=st.sampled_from((0, 1)), role=st.sampled_from(("candidate", "coach", "admin")))
        def change_role(self, who: int, role: str) -> None:
            self._set(self.people[who], role=role)

        @rule(who=st.sampled_from((0, 1)), disabled=st.booleans())
        def disable(self, who: int, disabled: bool) -> None:
            self._set(self.people[who], disabled=disabled)

        @invariant()
        def each_reads_what_is_shared_with_them(self) -> None:
            now = place.server.clock.now
            for one in self.people:
                scopes = one.scopes(now)
                wanted = {below: 200 if scope in scopes else 404 for below, scope in READS.items()}
                wanted |= dict.fromkeys(NEVER, 404)
                wanted[""] = 200 if scopes or one.role == "admin" else 403
                if one.disabled:
                    wanted = dict.fromkeys(wanted, 401)
                got = {
                    below: one.client.get(self.path + below.format(**self.ids)).status_code
                    for below in wanted
                }
                assert got == wanted, (one.role, one.shares, now)

        @invariant()
        def each_receives_what_is_live(self) -> None:
            now = place.server.clock.now
            for one in self.people:
                answer = one.client.get("/shares/received")
                if one.disabled or one.role == "candidate":
                    assert answer.status_code == (401 if one.disabled else 403)
                    continue
                mine = [s["id"] for s in answer.json() if self.path.endswith(s["interview_id"])]
                assert mine == [s.id for s in one.shares if s.state(now) == "live"]

        @invariant()
        def the_owner_sees_them_all(self) -> None:
            now = place.server.clock.now
            shown = place.owner.get(f"{self.path}/shares").json()["shares"]
            assert {s["id"]: (s["state"], frozenset(s["scopes"])) for s in shown} == {
                s.id: (s.state(now), s.scopes) for one in self.people for s in one.shares
            }

    run_state_machine_as_test(Sharing, settings=settings(max_examples=12, stateful_step_count=12))
