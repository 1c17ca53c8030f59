"""Passwords: changed, tried too often, and many who sign in at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.services import attempts, passwords
from tests.helpers.accounts import PASSWORD, Account, account, ask, audit_of, refresh, works
from tests.helpers.api import detail
from tests.helpers.server_thread import ThreadServer, server_in_thread

NEW = "another horse staple"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThreadServer]:
    """Its clock goes on from test to test."""
    with server_in_thread(tmp_path_factory.mktemp("passwords")) as running:
        yield running


@pytest.fixture(autouse=True)
def _new_window(server: ThreadServer) -> None:
    """No failure of an earlier test counts any more."""
    server.clock.now += attempts.WINDOW_S


def _change(token: str | None, server: ThreadServer, **body: str) -> int:
    return ask(server, "POST", "/auth/password", token, json=body).status_code


def test_a_new_password_ends_every_other_session(server: ThreadServer) -> None:
    kim = account(server)
    here, there = kim.tokens(), kim.tokens()
    token = here["access_token"]
    assert _change(token, server, current_password=PASSWORD, new_password=NEW) == 204
    assert works(server, token)
    assert refresh(server, here["refresh_token"]).status_code == 200
    assert not works(server, there["access_token"])
    detail(refresh(server, there["refresh_token"]), 401)
    detail(kim.sign_in(), 401)
    assert kim.sign_in(NEW).status_code == 200
    assert "auth.password" in audit_of(server, kim.id)


def test_a_new_password_wants_the_one_until_now(server: ThreadServer) -> None:
    kim = account(server)
    token = kim.tokens()["access_token"]
    wrong = {"current_password": "wrong", "new_password": NEW}
    detail(ask(server, "POST", "/auth/password", token, json=wrong), 403)
    assert _change(None, server, current_password=PASSWORD, new_password=NEW) == 401
    assert _change("x", server, current_password=PASSWORD, new_password=NEW) == 401
    assert _change("x", server, code="x", new_password=NEW) == 401
    assert _change(token, server, new_password=NEW) == 400
    assert _change(token, server, current_password=PASSWORD, code="x", new_password=NEW) == 400
    for bad in ("short", "x" * 1025):
        assert _change(token, server, current_password=PASSWORD, new_password=bad) == 400
    assert kim.sign_in().status_code == 200
    # Who has no password, as on a bundled server, has none to change.
    with server.user() as client:
        body = {"current_password": "", "new_password": NEW}
        detail(client.post("/auth/password", json=body), 403)


def test_of_two_changes_at_once_one_is_refused(server: ThreadServer) -> None:
    kim = account(server)
    token = kim.tokens()["access_token"]
    with ThreadPoolExecutor(2) as crowd:
        sent = [
            crowd.submit(_change, token, server, current_password=PASSWORD, new_password=new)
            for new in (NEW, NEW + "2")
        ]
        assert sorted(one.result() for one in sent) == [204, 403]


@pytest.mark.parametrize("known", [True, False], ids=["account", "no account"])
def test_after_ten_failures_an_address_has_to_wait(server: ThreadServer, known: bool) -> None:
    """The same for an address without an account: the limit tells nothing."""
    kim = account(server)
    somebody = kim if known else Account("", f"no-{kim.email}", server)
    for _ in range(10):
        detail(somebody.sign_in("wrong"), 401)
    answer = somebody.sign_in()
    assert "900 seconds" in detail(answer, 429)
    assert answer.headers["Retry-After"] == "900"
    # However it is written; and nobody else waits.
    shouted = Account("", f" {somebody.email.upper()} ", server)
    detail(shouted.sign_in(), 429)
    assert account(server).sign_in().status_code == 200
    server.clock.now += 899
    assert somebody.sign_in().headers["Retry-After"] == "1"
    server.clock.now += 1
    assert somebody.sign_in().status_code == (200 if known else 401)


def test_a_success_forgives_the_failures_before_it(server: ThreadServer) -> None:
    kim = account(server)
    for _ in range(3):
        for _ in range(9):
            detail(kim.sign_in("wrong"), 401)
        assert kim.sign_in().status_code == 200


def test_a_changed_password_is_guessed_no_oftener_than_a_sign_in(server: ThreadServer) -> None:
    kim = account(server)
    token = kim.tokens()["access_token"]
    for _ in range(10):
        assert _change(token, server, current_password="wrong", new_password=NEW) == 403
    assert _change(token, server, current_password=PASSWORD, new_password=NEW) == 429
    detail(kim.sign_in(), 429)


def test_many_at_once_are_no_way_around_the_limit(server: ThreadServer) -> None:
    kim = account(server)
    with ThreadPoolExecutor(16) as crowd:
        sent = [crowd.submit(kim.sign_in, "wrong") for _ in range(16)]
        statuses = sorted(one.result().status_code for one in sent)
    assert statuses == [401] * 10 + [429] * 6


@pytest.mark.parametrize(("kind", "limit"), [("client", 3), ("server", 4)])
def test_failures_of_many_addresses_are_limited_too(
    server: ThreadServer, monkeypatch: pytest.MonkeyPatch, kind: str, limit: int
) -> None:
    monkeypatch.setitem(attempts.LIMITS, kind, limit)
    kim = account(server)
    for number in range(limit):
        body = {"email": f"{number}-{kim.email}", "password": "wrong"}
        detail(ask(server, "POST", "/auth/token", json=body), 401)
    detail(kim.sign_in(), 429)
    # Whoever is in stays in, and codes are tried no oftener.
    code = {"code": "code_x", "new_password": NEW}
    detail(ask(server, "POST", "/auth/password", json=code), 429)
    detail(ask(server, "POST", "/auth/invitation", json={"code": "x", "password": NEW}), 429)
    server.clock.now += attempts.WINDOW_S
    assert kim.sign_in().status_code == 200


def test_a_disabled_account_is_refused_as_an_unknown_one(server: ThreadServer) -> None:
    kim = account(server)
    with server.user("admin") as admin:
        assert admin.patch(f"/users/{kim.id}", json={"disabled": True}).status_code == 200
        unknown = Account("", "nobody@example.org", server)
        assert detail(kim.sign_in(), 401) == detail(unknown.sign_in(), 401)
        assert audit_of(server, kim.id)[-1] == "auth.refused"
        assert admin.patch(f"/users/{kim.id}", json={"disabled": False}).status_code == 200
    assert kim.sign_in().status_code == 200


class _Busy:
    """Holds both threads that hash, until it is left."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._started = threading.Semaphore(0)
        self._held: list[Callable[[], object]] = []

    def _work(self) -> None:
        self._started.release()
        assert self._ended.wait(30)

    def __enter__(self) -> _Busy:
        for _ in range(passwords.AT_ONCE):
            self._held.append(passwords.SLOTS.submit(self._work).result)
        for _ in range(passwords.AT_ONCE):
            assert self._started.acquire(timeout=20)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for wait in self._held:
            wait()


def test_a_crowd_that_signs_in_blocks_nobody_else(server: ThreadServer) -> None:
    kim, sam = account(server), account(server)
    token = kim.tokens()["access_token"]
    with ThreadPoolExecutor(4) as crowd:
        with _Busy():
            waiting = [crowd.submit(sam.sign_in) for _ in range(4)]
            # All of these are answered while no hash is made.
            assert works(server, token)
            assert ask(server, "GET", "/templates", token).status_code == 200
            assert ask(server, "GET", "/interviews", token).status_code == 200
            body = {"display_name": "Kim"}
            assert ask(server, "PATCH", "/users/me", token, json=body).status_code == 200
            assert not any(one.done() for one in waiting)
        assert [one.result().status_code for one in waiting] == [200] * 4


def test_a_crowd_too_large_is_told_to_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ThreadServer
) -> None:
    monkeypatch.setattr(passwords, "SLOTS", passwords.Slots(waiting=0))
    kim = account(server)
    with _Busy():
        answer = kim.sign_in()
        detail(answer, 429)
        assert int(answer.headers["Retry-After"]) >= 1
        for _ in range(20):  # that is no failure of theirs
            assert kim.sign_in().status_code == 429
    assert kim.sign_in().status_code == 200
