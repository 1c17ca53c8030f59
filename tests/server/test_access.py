"""Who may do what: anonymous, another user, an administrator; and what is checked first."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, text

from tests.helpers.api import complete, detail, new_interview, template_id, upload, upload_headers
from tests.helpers.server_thread import ThreadServer

SEGMENT = {"id": "a", "speaker": "candidate", "text": "x", "start_ms": 0, "end_ms": 1,
           "question": 1}  # fmt: skip
EVENT = {"id": str(uuid.uuid4()), "type": "note", "at_ms": 0}
NUMBER = {"text": "one", "value": 1, "unit": "EUR"}
CHUNK = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0",
         "Content-Type": "application/offset+octet-stream"}  # fmt: skip

# (method, path below the interview, what is sent): the contract's routes, then the added ones.
CONTRACT: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "", {}),
    ("PATCH", "", {"json": {"status": "abandoned"}}),
    ("POST", "/credentials", {}),
    ("GET", "/questions/1/token", {}),
    ("DELETE", "", {}),
]
ADDED: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/questions/1", {}),
    ("POST", "/questions/1/hints", {}),
    ("POST", "/questions/3/numbers", {"json": NUMBER}),
    ("POST", "/questions/1/events", {"json": EVENT}),
    ("GET", "/events", {}),
    ("GET", "/notes", {}),
    ("PUT", "/notes", {"json": {"text": "x"}}),
    ("GET", "/scores/", {}),
    ("POST", "/scores/", {"json": {"scores": [{"dimension": "numeracy", "score": 1}]}}),
    ("GET", "/debrief", {}),
    ("GET", "/transcript", {}),
    ("POST", "/transcript/segments/", {"json": {"segments": [SEGMENT]}}),
    ("GET", "/recordings/", {}),
    ("POST", "/recordings/", {"headers": upload_headers(4)}),
    ("GET", "/recordings/{recording}", {}),
    ("HEAD", "/recordings/{recording}", {}),
    ("PATCH", "/recordings/{recording}", {"content": b"OggS", "headers": CHUNK}),
    ("DELETE", "/recordings/{recording}", {"headers": {"Tus-Resumable": "1.0.0"}}),
]


@pytest.fixture
def recorded(owner: httpx.Client, path: str) -> str:
    """An interview with a recording, its path."""
    upload(owner, path, b"OggS")
    return path


def _recording(owner: httpx.Client, path: str) -> str:
    (part,) = owner.get(f"{path}/recordings/").json()["parts"]
    return str(part["tracks"]["candidate"]["id"])


def test_nobody_gets_in_without_a_token(api: ThreadServer, path: str) -> None:
    with httpx.Client(base_url=f"{api.url}/api/v1", trust_env=False, verify=False) as anonymous:
        routes = [(method, path + below.replace("{recording}", str(uuid.uuid4())))
                  for method, below, _ in CONTRACT + ADDED]  # fmt: skip
        routes += [("GET", "/interviews/"), ("POST", "/interviews/"), ("GET", "/users/me"),
                   ("GET", "/templates/"), ("GET", f"/templates/{uuid.uuid4()}")]  # fmt: skip
        for method, route in routes:
            # Whatever else is wrong: who asks comes first.
            for url in (route, f"{route}?skip=x&ttl=x&format=x"):
                answer = anonymous.request(method, url, content=b"{")
                assert answer.status_code == 401, (method, url)
                assert answer.headers["WWW-Authenticate"] == "Bearer"
                if method != "HEAD":
                    detail(answer, 401)


def test_another_user_gets_403_on_the_contracts_routes(
    owner: httpx.Client, stranger: httpx.Client, path: str
) -> None:
    before = owner.get(path).json()
    for method, below, sent in CONTRACT:
        detail(stranger.request(method, path + below, **sent), 403)
    mine = owner.get("/users/me").json()["id"]
    detail(stranger.get(f"/interviews/?user_id={mine}"), 403)
    assert stranger.get("/interviews/").json() == []
    assert owner.get(path).json() == before


def test_another_user_finds_nothing_on_the_added_routes(
    owner: httpx.Client, stranger: httpx.Client, recorded: str
) -> None:
    recording = _recording(owner, recorded)
    for method, below, sent in ADDED:
        answer = stranger.request(method, recorded + below.format(recording=recording), **sent)
        assert answer.status_code == 404, (method, below)
        if method != "HEAD":
            detail(answer, 404)
    assert owner.get(f"{recorded}/recordings/{recording}").content == b"OggS"
    assert owner.get(f"{recorded}/transcript").json() == {"segments": []}
    assert owner.get(f"{recorded}/notes").json() == {"text": "", "updated_at": None}
    assert owner.get(f"{recorded}/scores").json() == {"scores": []}
    # Nor through an interview of one's own.
    own = f"/interviews/{new_interview(stranger)['id']}"
    for method in ("GET", "PATCH", "DELETE"):
        headers = CHUNK if method == "PATCH" else {}
        answer = stranger.request(method, f"{own}/recordings/{recording}", headers=headers)
        detail(answer, 404)
    assert owner.get(f"{recorded}/recordings/{recording}").content == b"OggS"


def test_two_users_may_use_the_same_event_id(
    owner: httpx.Client, stranger: httpx.Client, path: str
) -> None:
    """An id that somebody else used must tell nothing, and stand in nobody's way."""
    own = f"/interviews/{new_interview(stranger)['id']}"
    assert owner.post(f"{path}/questions/1/events", json=EVENT).status_code == 201
    assert stranger.post(f"{own}/questions/1/events", json=EVENT).status_code == 201
    assert stranger.post(f"{own}/questions/1/events", json=EVENT).status_code == 200


def test_an_administrator_may_look_and_delete_but_not_listen_or_mint(
    api: ThreadServer, owner: httpx.Client, admin: httpx.Client, recorded: str
) -> None:
    mine = owner.get("/users/me").json()["id"]
    assert admin.get("/users/me").json()["role"] == "admin"
    assert admin.get("/interviews/").json() == []
    (listed,) = admin.get(f"/interviews/?user_id={mine}").json()
    assert listed == admin.get(recorded).json() == owner.get(recorded).json()
    for method, below, sent in CONTRACT[1:4]:
        detail(admin.request(method, recorded + below, **sent), 403)
    recording = _recording(owner, recorded)
    complete(owner, recorded)
    for method, below, sent in ADDED:
        answer = admin.request(method, recorded + below.format(recording=recording), **sent)
        assert answer.status_code == 404, (method, below)
    assert owner.get(f"{recorded}/recordings/{recording}").content == b"OggS"
    assert admin.delete(recorded).status_code == 204
    detail(owner.get(recorded), 404)
    admin_id = admin.get("/users/me").json()["id"]
    assert _audit(api, mine) == [
        (admin_id, "interview.list"),
        (admin_id, "interview.read"),
        (admin_id, "interview.delete"),
    ]


def test_what_one_does_to_ones_own_is_no_access_of_an_administrator(
    api: ThreadServer, admin: httpx.Client
) -> None:
    path = f"/interviews/{new_interview(admin)['id']}"
    mine = admin.get("/users/me").json()["id"]
    for route in (path, f"/interviews/?user_id={mine}"):
        assert admin.get(route).status_code == 200
    assert _audit(api, mine) == []
    # What is gone is noted, whoever did it.
    assert admin.delete(path).status_code == 204
    assert _audit(api, mine) == [(mine, "interview.delete")]


def _audit(api: ThreadServer, owner_id: str) -> list[tuple[str, str]]:
    # By the server's own connections: a second SQLite library in this process would take its
    # locks away, since POSIX locks belong to the process.
    query = text("SELECT actor_id, action FROM audit WHERE owner_id = :owner ORDER BY id")

    def read(connection: Connection) -> list[tuple[str, str]]:
        rows = connection.execute(query, {"owner": owner_id})
        return [(str(row.actor_id), str(row.action)) for row in rows]

    return asyncio.run(api.context.database.read(read))


def test_a_coach_has_no_rights_over_a_candidate(api: ThreadServer, path: str) -> None:
    with api.user("coach") as coach:
        detail(coach.get(path), 403)
        detail(coach.get(f"{path}/transcript"), 404)
        detail(coach.post(f"{path}/credentials"), 403)


def test_syntax_is_checked_before_the_interview(
    owner: httpx.Client, stranger: httpx.Client
) -> None:
    missing = f"/interviews/{uuid.uuid4()}"
    theirs = f"/interviews/{new_interview(stranger)['id']}"
    for path in (missing, theirs):
        detail(owner.patch(path, json={"status": "x"}), 400)
        detail(owner.get(f"{path}/questions/5/token"), 400)
        detail(owner.get(f"{path}/questions/1/token?ttl=1"), 400)
        detail(owner.post(f"{path}/questions/1/numbers", json={}), 400)
        detail(owner.put(f"{path}/notes", json={"text": None}), 400)
        detail(owner.post(f"{path}/scores", json={"scores": [{}]}), 400)
        detail(owner.get(f"{path}/transcript?format=pdf"), 400)
        detail(owner.post(f"{path}/transcript/segments/", json={"segments": [{}]}), 400)
        detail(owner.post(f"{path}/recordings/", headers={"Tus-Resumable": "1.0.0"}), 400)
    detail(owner.get(f"/interviews/?user_id={uuid.uuid4()}&limit=x"), 400)


def test_the_interview_is_checked_before_its_state(
    owner: httpx.Client, stranger: httpx.Client
) -> None:
    theirs = f"/interviews/{new_interview(stranger)['id']}"
    complete(stranger, theirs)
    old = {"If-Match": '"0"'}
    detail(owner.patch(theirs, json={"status": "abandoned"}, headers=old), 403)
    detail(owner.post(f"{theirs}/credentials"), 403)
    missing = f"/interviews/{uuid.uuid4()}"
    detail(owner.patch(missing, json={"status": "abandoned"}, headers=old), 404)
    detail(owner.post(f"{missing}/credentials"), 404)


def test_templates_show_the_card_alone(owner: httpx.Client) -> None:
    keys = ["id", "slug", "version", "title", "case_type", "industry", "difficulty",
            "format_style", "minutes", "language", "summary", "speech", "status"]  # fmt: skip
    cards = owner.get("/templates/").json()
    assert cards
    for card in cards:
        assert list(card) == keys
        assert card["speech"] in ("ready", "missing")
        assert owner.get(f"/templates/{card['id'].upper()}").json() == card
        for name in ("case_type", "industry", "difficulty", "format_style"):
            found = owner.get("/templates/", params={name: card[name]}).json()
            assert card in found
            assert {one[name] for one in found} == {card[name]}
    assert owner.get("/templates/?industry=none").json() == []
    detail(owner.get("/templates/?industry=a&industry=b"), 400)
    detail(owner.get("/templates/x"), 400)
    detail(owner.get(f"/templates/{uuid.uuid4()}"), 404)
    assert template_id(owner) == cards[0]["id"]
