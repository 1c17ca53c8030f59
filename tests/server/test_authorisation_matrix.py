"""Every operation for everybody: what each gets, and that nobody gets more.

The table is tests/helpers/access_rows.py. An operation without a row fails here.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import httpx
import pytest

from server.routes.system import openapi
from tests.helpers.access_rows import COACHES, ROWS, Row
from tests.helpers.api import detail, new_interview
from tests.helpers.api_world import CALLERS, SCOPES, SHARED, WORDS, Things, World
from tests.helpers.server_thread import server_in_thread

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
READS = ("GET", "HEAD", "OPTIONS")
OPERATIONS = {
    (method.upper(), path)
    for path, item in openapi()["paths"].items()
    for method in item
    if method in METHODS
}
# Who may know the owner's address: they shared with it, or keep the accounts.
KNOW_THE_OWNER = ("owner", "admin", "signed_out", *SHARED)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with server_in_thread(tmp_path_factory.mktemp("matrix")) as server:
        made = World(server)
        yield made
        made.close()


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    rows = {(row.method, row.path) for row in ROWS}
    missing = [f"{method} {path}" for method, path in sorted(OPERATIONS - rows)]
    unknown = [f"{method} {path}" for method, path in sorted(rows - OPERATIONS)]
    assert not missing, (
        "Say in tests/helpers/access_rows.py who may do this, one Row each: " + ", ".join(missing)
    )
    assert not unknown, (
        "Take these rows out of tests/helpers/access_rows.py, no such operation is described: "
        + ", ".join(unknown)
    )


def test_what_is_open_is_described_as_open() -> None:
    items = openapi()["paths"]
    described = {
        (method, path)
        for method, path in OPERATIONS
        if (security := items[path][method.lower()].get("security")) == [] or {} in (security or ())
    }
    opened = {(row.method, row.path) for row in ROWS if row.expected["anonymous"] != 401}
    assert opened == described


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_everybody_gets_what_the_table_says(world: World, row: Row) -> None:
    wrong = []
    assert set(row.expected) == set(CALLERS)
    for caller, status in row.expected.items():
        answer = _ask(world, row, caller, _things(world, row, caller))
        if answer.status_code != status:
            wrong.append(f"{caller}: {answer.status_code} instead of {status} {answer.text[:200]}")
        wrong += _faults(world, row, caller, answer)
    assert not wrong, "\n".join(wrong)
    assert not world.changed()


BELOW = sorted({(row.method, row.path): row for row in ROWS if row.path.count("{") > 0}.values(),
               key=lambda row: row.name)  # fmt: skip


@pytest.mark.parametrize("row", BELOW, ids=[row.name for row in BELOW])
def test_what_is_hidden_answers_as_what_is_not_there(world: World, row: Row) -> None:
    """Whoever may not know of a thing cannot tell that it exists."""
    things = world.kept(row.on)
    nowhere = {
        name: value if name == "question_number" else str(uuid.uuid4())
        for name, value in things.items()
    }
    for caller, status in row.expected.items():
        # A coach with a share knows of the interview.
        if status == 404 and caller not in SHARED:
            there, not_there = (_ask(world, row, caller, one) for one in (things, nowhere))
            assert _told(there) == _told(not_there), caller


def _told(answer: httpx.Response) -> tuple[int, str, list[str]]:
    names = sorted(name for name in answer.headers if name != "x-request-id")
    return answer.status_code, answer.text, names


TWO_IDS = [row for row in BELOW if len(set(re.findall(r"\{(\w+_id)\}", row.path))) > 1]


@pytest.mark.parametrize("row", TWO_IDS, ids=[row.name for row in TWO_IDS])
def test_nobody_reaches_in_through_an_interview_of_their_own(world: World, row: Row) -> None:
    """The second id of a path is looked for below the first, for its owner as for anybody."""
    for caller in ("stranger", "coach_without", "admin", "owner"):
        world.server.clock.now += 60
        with world.client(caller) as client:
            own = str(new_interview(client)["id"])
        things = world.kept(row.on) | {"interview_id": own}
        answer = _ask(world, row, caller, things)
        if row.method == "OPTIONS":
            continue  # tells what the server can do, of nothing in particular
        assert answer.status_code == 404, f"{caller}: {answer.status_code} {answer.text}"
        assert not _faults(world, row, caller, answer)
    assert not world.changed()


def test_ids_in_bodies_reach_nothing_of_somebody_else(world: World) -> None:
    theirs = world.kept("running")
    with world.client("stranger") as client:
        own = f"/interviews/{new_interview(client)['id']}"
        said = {"at_ms": 1, "text": "x"}
        reply = client.post(f"{own}/comments", json=said | {"parent_id": theirs["comment_id"]})
        detail(reply, 400)
        unknown = client.post(f"{own}/comments", json=said | {"parent_id": str(uuid.uuid4())})
        assert reply.json() == unknown.json()
        again = client.post(f"{own}/comments", json=said | {"id": theirs["comment_id"]})
        detail(again, 409)
        for nobody in ("owner", "stranger", "coach_demoted", "disabled", None):
            coach = str(uuid.uuid4()) if nobody is None else world.people[nobody].id
            body = {"coach_id": coach, "scopes": ["audio"]}
            detail(client.post(f"{own}/shares", json=body), 400)
        # A call id says nothing of whose it is: each interview has its own.
        report = {"call_id": theirs["call_id"], "question": 1}
        assert client.post(f"{own}/calls", json=report).status_code == 201
        assert client.delete(f"{own}/calls/{theirs['call_id']}").status_code == 204
    assert not world.changed()


def test_a_share_ends_at_once_with_the_share_the_role_and_the_account(world: World) -> None:
    """The same token, the moment after."""
    things = world.fresh("running")
    path = f"/api/v1/interviews/{things['interview_id']}"
    coach = world.people["coach_all"]
    assert world.ask("coach_all", "GET", f"{path}/transcript").status_code == 200
    admin = f"/api/v1/users/{coach.id}"
    assert world.ask("admin", "PATCH", admin, json={"role": "candidate"}).status_code == 200
    detail(world.ask("coach_all", "GET", f"{path}/transcript"), 404)
    assert world.ask("admin", "PATCH", admin, json={"role": "coach"}).status_code == 200
    assert world.ask("coach_all", "GET", f"{path}/transcript").status_code == 200
    share = f"{path}/shares/{things['share_id']}"
    assert world.ask("owner", "DELETE", share).status_code == 204
    detail(world.ask("coach_all", "GET", f"{path}/transcript"), 404)


def test_a_look_of_a_coach_stands_in_the_owners_audit(world: World) -> None:
    things = world.fresh("running")
    path = f"/api/v1/interviews/{things['interview_id']}"
    for _ in range(2):
        for below in ("transcript", f"recordings/{things['recording_id']}", "comments"):
            assert world.ask("coach_all", "GET", f"{path}/{below}").is_success
    seen = world.ask("owner", "GET", "/api/v1/audit?limit=100").json()
    looks = sorted(
        (one["action"], one["actor_id"])
        for one in seen
        if one["interview_id"] == things["interview_id"] and one["action"].endswith(".read")
    )
    assert looks == [(f"{scope}.read", world.people["coach_all"].id) for scope in sorted(SCOPES)]


def _things(world: World, row: Row, caller: str) -> Things:
    """What is kept where nothing can happen to it, else something new for this one request."""
    changes = row.method not in READS and row.expected[caller] < 400
    things = world.fresh(row.on) if changes else world.kept(row.on)
    if row.on == "own_session" and caller in world.people:
        things = {"bearer": world.sign_in_again(caller)["Authorization"]}
    return things


def _ask(world: World, row: Row, caller: str, things: Things) -> httpx.Response:
    path = re.sub(r"\{(\w+)\}", lambda found: things[found[1]], row.path)
    return world.ask(caller, row.method, path, **row.sent(things))


def _faults(world: World, row: Row, caller: str, answer: httpx.Response) -> list[str]:
    """What is wrong with an answer beside its status."""
    wrong = []
    ours = row.path.startswith("/api/")
    if answer.status_code == 401 and ours and answer.headers.get("WWW-Authenticate") != "Bearer":
        wrong.append(f"{caller}: no challenge")
    if answer.status_code >= 400 and ours and row.method != "HEAD":
        detail(answer, answer.status_code)
    if caller == "owner" or row.path.endswith(("/refresh", "/auth/local")):
        return wrong
    allowed: tuple[str, ...] = SHARED.get(caller, ()) if answer.is_success else ()
    if caller == "admin":
        allowed += ("draft", "answers")
    if caller == "coach_without":  # who wrote the cases, and the note of the assignment
        allowed += ("draft", "answers", "private")
    if caller in COACHES and row.path.endswith("/document"):
        allowed += ("answers",)
    for scope in WORDS:
        if scope not in allowed and WORDS[scope] in answer.text:
            wrong.append(f"{caller}: sees {scope}")
    if caller not in KNOW_THE_OWNER and world.people["owner"].email in answer.text:
        wrong.append(f"{caller}: sees the owner's address")
    return wrong
