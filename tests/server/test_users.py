"""Accounts: what one sees of oneself, what an administrator changes, and that it holds at once."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection

from server.errors import ApiError
from server.services.accounts import Change, change_user
from server.storage import users
from server.storage.users import UserRow
from tests.helpers.accounts import account, ask, audit_of, refresh, works
from tests.helpers.api import detail
from tests.helpers.server_thread import ThreadServer, server_in_thread


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThreadServer]:
    """Its clock goes on from test to test."""
    with server_in_thread(tmp_path_factory.mktemp("users")) as running:
        yield running


@pytest.fixture
def boss(server: ThreadServer) -> Iterator[httpx.Client]:
    with server.user("admin") as client:
        yield client


def test_one_sees_and_names_oneself(server: ThreadServer) -> None:
    kim = account(server)
    token = kim.tokens()["access_token"]
    me = ask(server, "GET", "/users/me/", token).json()
    assert list(me) == ["id", "email", "role", "display_name", "created_at", "delete_at"]
    assert (me["id"], me["email"], me["role"]) == (kim.id, kim.email, "candidate")
    assert (me["display_name"], me["delete_at"]) == (None, None)

    def name(value: object) -> httpx.Response:
        return ask(server, "PATCH", "/users/me", token, json={"display_name": value})

    assert name("  Kim Ångström ").json() == me | {"display_name": "Kim Ångström"}
    assert ask(server, "PATCH", "/users/me", token, json={}).json()["display_name"] is not None
    bad_names: list[object] = ["", "  ", "a\nb", "a\u202eb", "x" * 121, 1, [], True]
    for bad in bad_names:
        detail(name(bad), 400)
    for more in ({"role": "admin"}, {"email": "x@y"}, {"disabled": False}, {"id": kim.id}):
        detail(ask(server, "PATCH", "/users/me", token, json=more), 400)
    assert ask(server, "GET", "/users/me", token).json()["display_name"] == "Kim Ångström"
    assert name(None).json() == me


def test_an_administrator_sees_everybody_in_pages(server: ThreadServer, boss: httpx.Client) -> None:
    made = {account(server).id for _ in range(3)}
    seen: list[dict[str, Any]] = []
    path = "/users?limit=2"
    for _ in range(100):
        page = boss.get(path)
        seen += page.json()
        if "Link" not in page.headers:
            break
        path = page.headers["Link"].split(">")[0].removeprefix("</api/v1")
    assert len(seen) == int(page.headers["X-Total-Count"])
    assert [one["email"] for one in seen] == sorted({one["email"] for one in seen})
    assert made <= {one["id"] for one in seen}
    for one in seen:
        assert boss.get(f"/users/{one['id'].upper()}").json() == one
    assert "password" not in str(seen)
    assert "argon2" not in str(seen)
    detail(boss.get(f"/users/{uuid.uuid4()}"), 404)
    detail(boss.get("/users/x"), 400)
    detail(boss.get("/users?limit=x"), 400)


@pytest.mark.parametrize("role", ["candidate", "coach"])
def test_nobody_else_sees_or_changes_accounts(server: ThreadServer, role: str) -> None:
    kim = account(server)
    with server.user(role) as client:
        mine = client.get("/users/me").json()["id"]
        for user_id in (kim.id, mine, str(uuid.uuid4())):
            detail(client.get(f"/users/{user_id}"), 403)
            detail(client.patch(f"/users/{user_id}", json={"role": "admin"}), 403)
        detail(client.get("/users"), 403)
        # Syntax comes first.
        detail(client.patch("/users/x", json={"role": "admin"}), 400)
        detail(client.patch(f"/users/{mine}", json={"role": "boss"}), 400)
        assert client.get("/users/me").json()["role"] == role


def test_a_new_role_holds_at_the_next_request(server: ThreadServer, boss: httpx.Client) -> None:
    kim = account(server)
    token = kim.tokens()["access_token"]
    detail(ask(server, "GET", "/users", token), 403)
    changed = boss.patch(f"/users/{kim.id}", json={"role": "admin", "display_name": "Kim"})
    assert (changed.json()["role"], changed.json()["display_name"]) == ("admin", "Kim")
    assert ask(server, "GET", "/users", token).status_code == 200
    assert boss.patch(f"/users/{kim.id}", json={"role": "coach"}).status_code == 200
    detail(ask(server, "GET", "/users", token), 403)
    # What changes nothing is noted nowhere.
    assert boss.patch(f"/users/{kim.id}", json={"role": "coach"}).status_code == 200
    assert boss.patch(f"/users/{kim.id}", json={}).json()["role"] == "coach"
    assert [one for one in audit_of(server, kim.id) if one.startswith("user.")] == [
        "user.create", "user.role_admin", "user.rename", "user.role_coach"]  # fmt: skip


def test_who_is_disabled_is_out_at_once_and_everywhere(
    server: ThreadServer, boss: httpx.Client
) -> None:
    kim = account(server)
    tokens = kim.tokens()
    with server.user() as local:  # a token without a session, as a bundled server's
        local_id = local.get("/users/me").json()["id"]
        changed = boss.patch(f"/users/{local_id}", json={"disabled": True}).json()
        assert changed["disabled_at"] is not None
        for path in ("/users/me", "/interviews", "/auth/sessions"):
            detail(local.get(path), 401)
    assert boss.patch(f"/users/{kim.id}", json={"disabled": True}).status_code == 200
    assert not works(server, tokens["access_token"])
    detail(refresh(server, tokens["refresh_token"]), 401)
    detail(kim.sign_in(), 401)
    # Enabled again they sign in again: no session comes back.
    assert boss.patch(f"/users/{kim.id}", json={"disabled": False}).json()["disabled_at"] is None
    assert not works(server, tokens["access_token"])
    detail(refresh(server, tokens["refresh_token"]), 401)
    assert works(server, kim.tokens()["access_token"])


def test_the_one_of_a_bundled_server_can_be_disabled_too(
    server: ThreadServer, boss: httpx.Client
) -> None:
    secret = {"secret": server.context.secrets.local_secret}
    token = ask(server, "POST", "/auth/local", json=secret).json()["access_token"]
    local_id = ask(server, "GET", "/users/me", token).json()["id"]
    assert boss.patch(f"/users/{local_id}", json={"disabled": True}).status_code == 200
    detail(ask(server, "POST", "/auth/local", json=secret), 401)
    assert not works(server, token)
    assert boss.patch(f"/users/{local_id}", json={"disabled": False}).status_code == 200
    assert ask(server, "POST", "/auth/local", json=secret).status_code == 200


def test_an_administrator_cannot_lock_themselves_out(boss: httpx.Client) -> None:
    mine = boss.get("/users/me").json()["id"]
    for change in ({"role": "coach"}, {"disabled": True}, {"role": "candidate", "disabled": True}):
        detail(boss.patch(f"/users/{mine}", json=change), 409)
    harmless = {"role": "admin", "disabled": False, "display_name": "Boss"}
    assert boss.patch(f"/users/{mine}", json=harmless).status_code == 200


def test_an_administrator_who_is_none_any_more_changes_nothing(server: ThreadServer) -> None:
    """Two who demote each other: the second was read as an administrator, then was none."""
    context = server.context
    one, other = account(server, "admin"), account(server, "admin")

    def read(connection: Connection) -> list[UserRow]:
        found = (users.find(connection, who.id) for who in (one, other))
        return [row for row in found if row is not None]

    async def both() -> list[str]:
        first, second = await context.database.read(read)
        outcomes = []
        for acting, target in ((first, second), (second, first)):
            try:
                await change_user(context, acting, target.id, Change(role="candidate"))
                outcomes.append("done")
            except ApiError as error:
                outcomes.append(str(error.status))
        return outcomes

    assert asyncio.run(both()) == ["done", "403"]


@pytest.mark.parametrize(
    "body",
    [{"role": None}, {"role": "boss"}, {"disabled": None}, {"disabled": "yes"}, {"disabled": 1},
     {"email": "x@y"}, {"display_name": ""}, {"role": "coach", "password": "x"}, []],
)  # fmt: skip
def test_a_change_that_cannot_be_is_400(
    server: ThreadServer, boss: httpx.Client, body: object
) -> None:
    detail(boss.patch(f"/users/{account(server).id}", json=body), 400)


def test_a_change_of_nobody_is_404(boss: httpx.Client) -> None:
    detail(boss.patch(f"/users/{uuid.uuid4()}", json={"role": "coach"}), 404)


def test_everybody_finds_a_coach_to_share_with(server: ThreadServer, boss: httpx.Client) -> None:
    coach, gone, kim = account(server, "coach"), account(server, "coach"), account(server)
    assert boss.patch(f"/users/{gone.id}", json={"disabled": True}).status_code == 200
    assert boss.patch(f"/users/{coach.id}", json={"display_name": "Alex"}).status_code == 200
    token = kim.tokens()["access_token"]
    answer = ask(server, "GET", "/users/coaches/", token)
    found = {one["id"]: one for one in answer.json()}
    assert found[coach.id] == {"id": coach.id, "display_name": "Alex", "email": coach.email}
    assert boss.get("/users/me").json()["id"] in found
    assert not {gone.id, kim.id} & set(found)
    assert answer.headers["X-Total-Count"] == str(len(found))
    page = ask(server, "GET", "/users/coaches?limit=1&skip=1", token)
    assert page.json() == answer.json()[1:2]
    detail(ask(server, "GET", "/users/coaches"), 401)
