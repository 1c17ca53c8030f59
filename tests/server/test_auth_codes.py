"""Invitations and password resets: codes that work once, while they last."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, text

from tests.helpers.accounts import PASSWORD, Account, account, ask, audit_of, refresh, works
from tests.helpers.api import detail
from tests.helpers.server_thread import ThreadServer, server_in_thread

NEW = "another horse staple"
WEEK_S = 7 * 86_400
HOUR_S = 3600


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThreadServer]:
    """Its clock goes on from test to test."""
    with server_in_thread(tmp_path_factory.mktemp("codes")) as running:
        yield running


@pytest.fixture
def boss(server: ThreadServer) -> Iterator[httpx.Client]:
    with server.user("admin") as client:
        yield client


def _invited(boss: httpx.Client, role: str = "candidate", email: str = "") -> dict[str, Any]:
    body = {"email": email or f"{uuid.uuid4()}@example.org", "role": role}
    answer = boss.post("/users/invitations/", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    invitation: dict[str, Any] = answer.json()
    return invitation


def _accept(server: ThreadServer, code: str, **more: str) -> httpx.Response:
    body = {"code": code, "password": PASSWORD} | more
    return ask(server, "POST", "/auth/invitation", json=body)


def _reset(server: ThreadServer, code: str, new: str = NEW) -> httpx.Response:
    return ask(server, "POST", "/auth/password", json={"code": code, "new_password": new})


def _reset_code(boss: httpx.Client, user_id: str) -> str:
    answer = boss.post(f"/users/{user_id}/password-reset")
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert list(answer.json()) == ["code", "expires_at"]
    return str(answer.json()["code"])


@pytest.mark.parametrize("role", ["candidate", "coach", "admin"])
def test_an_invitation_makes_the_account_it_is_for(
    server: ThreadServer, boss: httpx.Client, role: str
) -> None:
    email = f"New.{uuid.uuid4()}@Example.org"
    invitation = _invited(boss, role, email)
    assert list(invitation) == ["id", "code", "email", "role", "expires_at"]
    answer = _accept(server, invitation["code"], display_name=" New One ")
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert list(answer.json()) == ["access_token", "token_type", "expires_in", "refresh_token"]
    me = ask(server, "GET", "/users/me", answer.json()["access_token"]).json()
    assert (me["email"], me["role"], me["display_name"]) == (email.lower(), role, "New One")
    assert refresh(server, answer.json()["refresh_token"]).status_code == 200
    assert Account(me["id"], email, server).sign_in().status_code == 200
    assert audit_of(server, me["id"])[:2] == ["user.create", "auth.sign_in"]
    assert "invitation.create" in audit_of(server, None)
    # With the account goes the invitation, which holds the address.
    gone = text("DELETE FROM users WHERE id = :id")
    left = text("SELECT count(*) FROM codes WHERE email = :email")

    def remove(connection: Connection) -> int:
        connection.execute(gone, {"id": me["id"]})
        return int(connection.execute(left, {"email": me["email"]}).scalar_one())

    assert asyncio.run(server.context.database.write(remove)) == 0


def test_an_invitation_works_once_even_for_two_at_once(
    server: ThreadServer, boss: httpx.Client
) -> None:
    code = _invited(boss)["code"]
    with ThreadPoolExecutor(4) as crowd:
        sent = [crowd.submit(_accept, server, code) for _ in range(4)]
        assert sorted(one.result().status_code for one in sent) == [201, 401, 401, 401]
    detail(_accept(server, code), 401)


def test_an_invitation_lasts_a_week(server: ThreadServer, boss: httpx.Client) -> None:
    first, second = _invited(boss), _invited(boss)
    server.clock.now += WEEK_S - 1
    assert _accept(server, first["code"]).status_code == 201
    server.clock.now += 1
    detail(_accept(server, second["code"]), 401)
    assert second["id"] not in [one["id"] for one in boss.get("/users/invitations").json()]


def test_a_new_invitation_replaces_the_one_before(server: ThreadServer, boss: httpx.Client) -> None:
    first = _invited(boss)
    second = _invited(boss, "coach", first["email"].upper())
    detail(_accept(server, first["code"]), 401)
    answer = _accept(server, second["code"])
    me = ask(server, "GET", "/users/me", answer.json()["access_token"]).json()
    assert (me["email"], me["role"]) == (first["email"], "coach")


def test_an_invitation_is_listed_without_its_code_and_can_be_taken_back(
    server: ThreadServer, boss: httpx.Client
) -> None:
    invitation = _invited(boss)
    server.clock.now += 1
    other = _invited(boss)
    page = boss.get("/users/invitations?limit=1")
    assert [one["id"] for one in page.json()] == [other["id"]]
    assert int(page.headers["X-Total-Count"]) >= 2
    assert "Link" in page.headers
    (listed,) = boss.get("/users/invitations?skip=1&limit=1").json()
    mine = boss.get("/users/me").json()["id"]
    assert listed["created_by"] == mine
    assert {name: listed[name] for name in ("id", "email", "role", "expires_at")} == {
        name: invitation[name] for name in ("id", "email", "role", "expires_at")
    }
    assert invitation["code"] not in boss.get("/users/invitations").text
    path = f"/users/invitations/{invitation['id']}"
    assert boss.delete(path).status_code == 204
    detail(boss.delete(path), 404)
    detail(boss.delete("/users/invitations/x"), 400)
    detail(_accept(server, invitation["code"]), 401)
    # A used one is not taken back.
    assert _accept(server, other["code"]).status_code == 201
    detail(boss.delete(f"/users/invitations/{other['id']}"), 404)


def test_who_has_an_account_is_not_invited(server: ThreadServer, boss: httpx.Client) -> None:
    invitation = _invited(boss)
    account(server, email=invitation["email"])
    body = {"email": invitation["email"], "role": "admin"}
    detail(boss.post("/users/invitations", json=body), 409)
    detail(_accept(server, invitation["code"]), 409)
    # The role of the account is not that of the invitation, and its password is its own.
    (found,) = [one for one in boss.get("/users?limit=100").json()
                if one["email"] == invitation["email"]]  # fmt: skip
    assert found["role"] == "candidate"


@pytest.mark.parametrize(
    "body",
    [{}, {"email": "a@b"}, {"role": "coach"}, {"email": "a@b", "role": "boss"},
     {"email": "a@b", "role": None}, {"email": None, "role": "coach"},
     {"email": "not an address", "role": "coach"}, {"email": "a\u202e@b", "role": "coach"},
     {"email": "a@b", "role": "coach", "more": 1}, {"email": "x" * 255, "role": "coach"}],
)  # fmt: skip
def test_an_invitation_that_cannot_be_is_400(boss: httpx.Client, body: dict[str, Any]) -> None:
    detail(boss.post("/users/invitations", json=body), 400)


def test_a_weak_password_leaves_the_code_for_the_next_try(
    server: ThreadServer, boss: httpx.Client
) -> None:
    code = _invited(boss)["code"]
    detail(_accept(server, code, password="short"), 400)
    detail(_accept(server, code, display_name=" "), 400)
    detail(_accept(server, code, display_name="a\x1bb"), 400)
    detail(_accept(server, code, display_name="x" * 121), 400)
    assert _accept(server, code).status_code == 201


def test_a_reset_sets_a_new_password_once_and_signs_out_everywhere(
    server: ThreadServer, boss: httpx.Client
) -> None:
    kim = account(server)
    tokens = kim.tokens()
    code = _reset_code(boss, kim.id)
    assert kim.sign_in().status_code == 200  # until it is used
    detail(_reset(server, code, "short"), 400)
    assert _reset(server, code).status_code == 204
    assert not works(server, tokens["access_token"])
    assert refresh(server, tokens["refresh_token"]).status_code == 401
    detail(kim.sign_in(), 401)
    assert kim.sign_in(NEW).status_code == 200
    detail(_reset(server, code, PASSWORD), 401)
    assert kim.sign_in(NEW).status_code == 200
    actions = audit_of(server, kim.id)
    assert actions.count("auth.password") == actions.count("user.password_reset") == 1


def test_of_two_who_use_a_reset_at_once_one_wins(server: ThreadServer, boss: httpx.Client) -> None:
    kim = account(server)
    code = _reset_code(boss, kim.id)
    with ThreadPoolExecutor(4) as crowd:
        sent = {
            new: crowd.submit(_reset, server, code, new) for new in (NEW + str(n) for n in "1234")
        }
        won = [new for new, one in sent.items() if one.result().status_code == 204]
    assert len(won) == 1
    assert kim.sign_in(won[0]).status_code == 200


def test_a_reset_lasts_an_hour_and_the_next_replaces_it(
    server: ThreadServer, boss: httpx.Client
) -> None:
    kim = account(server)
    first, second = _reset_code(boss, kim.id), _reset_code(boss, kim.id)
    detail(_reset(server, first), 401)
    server.clock.now += HOUR_S
    detail(_reset(server, second), 401)
    third = _reset_code(boss, kim.id)
    server.clock.now += HOUR_S - 1
    assert _reset(server, third).status_code == 204


def test_a_reset_is_not_for_who_is_disabled(server: ThreadServer, boss: httpx.Client) -> None:
    kim = account(server)
    code = _reset_code(boss, kim.id)
    assert boss.patch(f"/users/{kim.id}", json={"disabled": True}).status_code == 200
    detail(_reset(server, code), 401)
    detail(boss.post(f"/users/{kim.id}/password-reset"), 409)
    detail(boss.post(f"/users/{uuid.uuid4()}/password-reset"), 404)
    detail(boss.post("/users/x/password-reset"), 400)


def test_one_kind_of_code_is_not_the_other(server: ThreadServer, boss: httpx.Client) -> None:
    kim = account(server)
    invitation, reset = _invited(boss)["code"], _reset_code(boss, kim.id)
    detail(_accept(server, reset), 401)
    detail(_reset(server, invitation), 401)
    assert _accept(server, invitation).status_code == 201
    assert _reset(server, reset).status_code == 204


@pytest.mark.parametrize("role", ["candidate", "coach"])
def test_only_an_administrator_makes_codes(server: ThreadServer, role: str) -> None:
    kim = account(server)
    with server.user(role) as client:
        body = {"email": "a@example.org", "role": "admin"}
        detail(client.post("/users/invitations", json=body), 403)
        detail(client.get("/users/invitations"), 403)
        detail(client.delete(f"/users/invitations/{uuid.uuid4()}"), 403)
        detail(client.post(f"/users/{kim.id}/password-reset"), 403)
