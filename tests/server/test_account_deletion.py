"""Deleting an account: asked who it is, a week to think, and then no byte of it is left."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.helpers.accounts import PASSWORD, Account, account, ask, audit_of
from tests.helpers.api import detail, new_interview, upload
from tests.helpers.own_data import (
    data_dir,
    export,
    files_with,
    full_interview,
    keep_house,
)
from tests.helpers.server_thread import LOCAL_SECRET, ThreadServer, server_in_thread

WEEK_S = 7 * 86_400
ME = "/users/me"
WORD = "Marillenpalatschinken"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ThreadServer]:
    """One whose folder holds nothing of other tests."""
    with server_in_thread(tmp_path) as running:
        yield running


@contextlib.contextmanager
def _signed_in(person: Account) -> Iterator[httpx.Client]:
    token = person.tokens(**{"User-Agent": f"{WORD} browser"})["access_token"]
    with httpx.Client(
        base_url=f"{person.server.url}/api/v1",
        headers={"Authorization": f"Bearer {token}"},
        timeout=20,
        trust_env=False,
        verify=False,
    ) as client:
        yield client


def _delete(client: httpx.Client, **body: Any) -> httpx.Response:
    return client.request("DELETE", ME, json=body)


def _deleted(client: httpx.Client, password: str = PASSWORD) -> dict[str, int]:
    answer = _delete(client, password=password, now=True)
    assert answer.status_code == 200, answer.text
    gone: dict[str, int] = answer.json()["deleted"]
    return gone


def test_who_asks_says_again_who_they_are(api: ThreadServer, owner: httpx.Client) -> None:
    with _signed_in(account(api)) as client:
        for now in (True, False):
            detail(_delete(client, now=now), 400)
            detail(_delete(client, now=now, secret=LOCAL_SECRET), 400)
            detail(_delete(client, now=now, password="another password"), 403)
            detail(_delete(client, now=now, password=1), 400)
        assert client.get(ME).json()["delete_at"] is None
    # Without a password there is the secret of the bundled server in its place.
    detail(_delete(owner), 400)
    detail(_delete(owner, password=PASSWORD), 400)
    detail(_delete(owner, secret="another", now=True), 403)
    assert owner.get(ME).json()["delete_at"] is None
    assert _delete(owner, secret=LOCAL_SECRET, now=True).status_code == 200
    detail(owner.get(ME), 401)


def test_guessing_the_password_ends(api: ThreadServer) -> None:
    with _signed_in(account(api)) as client:
        statuses = [_delete(client, password="another password").status_code for _ in range(30)]
        assert statuses[0] == 403
        assert statuses[-1] == 429
        assert "Retry-After" in _delete(client, password=PASSWORD).headers


def test_there_is_a_week_to_change_ones_mind(server: ThreadServer) -> None:
    person = account(server)
    with _signed_in(person) as client:
        path = f"/interviews/{new_interview(client)['id']}"
        answer = _delete(client, password=PASSWORD)
        assert answer.status_code == 202
        delete_at = answer.json()["delete_at"]
        assert client.get(ME).json()["delete_at"] == delete_at
        # Meanwhile everything works, and asking again puts nothing off.
        server.clock.now += 60
        assert _delete(client, password=PASSWORD).json()["delete_at"] == delete_at
        assert client.get(path).status_code == 200
        kept = client.post(f"{ME}/restore")
        assert (kept.status_code, kept.json()["delete_at"]) == (200, None)
        detail(client.post(f"{ME}/restore"), 409)
    server.clock.now += WEEK_S
    keep_house(server)
    with _signed_in(person) as client:
        assert client.get(path).status_code == 200
    actions = audit_of(server, person.id)
    assert actions.count("account.delete_asked") == 1
    assert actions.count("account.kept") == 1


def test_after_a_week_it_goes_by_itself(server: ThreadServer) -> None:
    person, other = account(server), account(server)
    with _signed_in(person) as client, _signed_in(other) as stays:
        path = f"/interviews/{new_interview(client)['id']}"
        not_mine = f"/interviews/{new_interview(stays)['id']}"
        assert _delete(client, password=PASSWORD).status_code == 202
    server.clock.now += WEEK_S - 1
    keep_house(server)
    assert person.sign_in().status_code == 200
    server.clock.now += 1
    keep_house(server)
    assert person.sign_in().status_code == 401
    with server.user("admin") as admin:
        assert person.id not in {one["id"] for one in admin.get("/users").json()}
        detail(admin.get(path), 404)
    with _signed_in(other) as stays:
        assert stays.get(not_mine).status_code == 200


def test_no_byte_of_it_is_left_while_the_server_runs(server: ThreadServer) -> None:
    email = f"{WORD.lower()}@example.org"
    with server.user("admin") as admin, server.user("coach") as coach:
        code = admin.post("/users/invitations", json={"email": email, "role": "candidate"}).json()[
            "code"
        ]
        given = {"code": code, "password": PASSWORD, "display_name": f"{WORD} Huber"}
        tokens = ask(server, "POST", "/auth/invitation", json=given).json()
        me = ask(server, "GET", ME, tokens["access_token"]).json()["id"]
        person = Account(me, email, server)
        reset = admin.post(f"/users/{me}/password-reset")
        assert reset.status_code == 201
        with _signed_in(person) as client:
            interview = full_interview(client, coach, WORD)
            client.put("/settings/retention", json={"recordings_days": 9, "interviews_days": 9})
            export(client)
            second = f"/interviews/{new_interview(client)['id']}"
            client.put(f"{second}/notes", json={"text": WORD * 2000})
            recordings = [
                track["id"]
                for part in client.get(f"{interview.path}/recordings").json()["parts"]
                for track in part["tracks"].values()
            ]
            searched = (WORD, email, me, interview.id, *recordings)
            held = files_with(data_dir(server), *searched)
            assert {one.partition("/")[0] for one in held} >= {"recordings", "exports"}
            gone = _deleted(client)
            detail(client.get(ME), 401)
        assert gone == {"interviews": 2, "recordings": 2, "comments": 1, "shares": 1, "exports": 1}
        left = files_with(data_dir(server), WORD, email, interview.id, *recordings)
        assert left == []
        assert list((data_dir(server) / "recordings").iterdir()) == []
        assert list((data_dir(server) / "exports").iterdir()) == []
        # What others see of it is nothing.
        assert coach.get("/shares/received").json() == []
        detail(coach.get(f"{interview.path}/comments"), 404)
        assert person.sign_in().status_code == 401
        assert ask(server, "POST", "/auth/refresh",
                   json={"refresh_token": tokens["refresh_token"]}).status_code == 401  # fmt: skip
        # What stays says that somebody went and how much with them, not who.
        (entry,) = admin.get("/audit?action=account.deleted").json()
        assert (entry["owner_id"], entry["actor_id"]) == (None, None)
        assert entry["target"] == "interviews 2, recordings 2, comments 1, shares 1, exports 1"


def test_no_byte_of_a_deleted_interview_is_left_while_the_server_runs(
    server: ThreadServer,
) -> None:
    with server.user() as client, server.user("coach") as coach:
        interview = full_interview(client, coach, WORD)
        export(client)
        assert files_with(data_dir(server), WORD)
        assert client.delete(interview.path).status_code == 204
        assert files_with(data_dir(server), WORD) == []


def test_a_coach_who_goes_takes_their_words_and_leaves_the_candidates(
    server: ThreadServer,
) -> None:
    coach = account(server, "coach")
    with server.user() as candidate, _signed_in(coach) as client:
        interview = full_interview(candidate, client, WORD)
        mine = upload(client, f"/interviews/{new_interview(client)['id']}", b"OggS" * 9)
        gone = _deleted(client)
        assert gone == {"interviews": 1, "recordings": 1, "comments": 1, "shares": 1, "exports": 0}
        assert not server.recording_path(mine.rsplit("/", 1)[1]).exists()
        assert candidate.get(f"{interview.path}/shares").json() == {"shares": []}
        said = candidate.get(f"{interview.path}/comments").json()["comments"]
        assert [one["text"] for one in said] == [f"{WORD} by the owner"]
        parts = candidate.get(f"{interview.path}/recordings").json()["parts"]
        assert all(track["complete"] for track in parts[0]["tracks"].values())
        assert candidate.get(f"{interview.path}/notes").json()["text"] == f"{WORD} in notes"


def test_the_last_administrator_stays(server: ThreadServer, expected_logs: list[str]) -> None:
    first, second = account(server, "admin"), account(server, "admin")
    with _signed_in(first) as one, _signed_in(second) as two:
        assert _delete(one, password=PASSWORD).status_code == 202
        # The first goes already: the second may not, and neither at once.
        detail(_delete(two, password=PASSWORD), 409)
        detail(_delete(two, password=PASSWORD, now=True), 409)
        assert one.post(f"{ME}/restore").status_code == 200
        assert _delete(two, password=PASSWORD, now=True).status_code == 200
        detail(_delete(one, password=PASSWORD, now=True), 409)
        # Whoever asked while there was another waits if that one is not there any more.
        third = account(server, "admin")
        assert _delete(one, password=PASSWORD).status_code == 202
        assert one.patch(f"/users/{third.id}", json={"disabled": True}).status_code == 200
    server.clock.now += WEEK_S
    expected_logs.append("last administrator's account is not deleted")
    keep_house(server)
    assert first.sign_in().status_code == 200


def test_an_invitation_to_the_same_address_goes_along(server: ThreadServer) -> None:
    email = f"{WORD.lower()}@example.org"
    with server.user("admin") as admin:
        invited = {"email": email, "role": "candidate"}
        assert admin.post("/users/invitations", json=invited).status_code == 201
        # Somebody else made the account before the invitation was used.
        with _signed_in(account(server, email=email)) as client:
            assert files_with(data_dir(server), email)
            _deleted(client)
        assert files_with(data_dir(server), email) == []
        assert admin.get("/users/invitations").json() == []
