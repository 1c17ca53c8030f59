"""Sessions: refresh tokens that work once, signing out at once, and what one sees of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest

from server.services.sessions import LIFE_S, MAX_SESSIONS
from tests.helpers.accounts import account, ask, audit_of, refresh, works
from tests.helpers.api import detail
from tests.helpers.server_thread import SIGNING_KEY, ThreadServer, server_in_thread

DAY_S = 86_400


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThreadServer]:
    """Its clock goes on from test to test."""
    with server_in_thread(tmp_path_factory.mktemp("sessions")) as running:
        yield running


def test_a_sign_in_gives_tokens_of_a_session(server: ThreadServer) -> None:
    kim = account(server)
    answer = kim.sign_in()
    assert answer.headers["Cache-Control"] == "no-store"
    tokens = answer.json()
    assert list(tokens) == ["access_token", "token_type", "expires_in", "refresh_token"]
    claims = jwt.decode(tokens["access_token"], SIGNING_KEY, ["HS256"], audience="interview-api",
                        options={"verify_iat": False, "verify_exp": False})  # fmt: skip
    assert set(claims) == {"iss", "aud", "sub", "sid", "iat", "exp", "jti", "token_use"}
    assert (claims["sub"], claims["exp"] - claims["iat"]) == (kim.id, 900)
    (session,) = ask(server, "GET", "/auth/sessions", tokens["access_token"]).json()
    assert (session["id"], session["current"]) == (claims["sid"], True)
    assert audit_of(server, kim.id) == ["user.create", "auth.sign_in"]


def test_a_refresh_gives_the_next_tokens_of_the_same_session(server: ThreadServer) -> None:
    kim = account(server)
    tokens = kim.tokens()
    for _ in range(3):
        server.clock.now += 1000
        assert not works(server, tokens["access_token"])
        answer = refresh(server, tokens["refresh_token"])
        assert answer.headers["Cache-Control"] == "no-store"
        following = answer.json()
        assert following["refresh_token"] != tokens["refresh_token"]
        tokens = following
        assert works(server, tokens["access_token"])
    (session,) = ask(server, "GET", "/auth/sessions", tokens["access_token"]).json()
    assert session["created_at"] < session["used_at"] < session["expires_at"]


def test_a_used_refresh_token_ends_its_session_and_no_other(server: ThreadServer) -> None:
    kim = account(server)
    other, first = kim.tokens(), kim.tokens()
    second = refresh(server, first["refresh_token"]).json()
    # At once, within the second: a client that lost the answer signs in anew.
    detail(refresh(server, first["refresh_token"]), 401)
    assert not works(server, first["access_token"])
    assert not works(server, second["access_token"])
    detail(refresh(server, second["refresh_token"]), 401)
    assert works(server, other["access_token"])
    assert refresh(server, other["refresh_token"]).status_code == 200
    # Once: what comes after the end of the session is no news.
    assert audit_of(server, kim.id).count("auth.reuse") == 1


def test_of_two_refreshes_at_once_one_wins_and_the_session_ends(server: ThreadServer) -> None:
    kim = account(server)
    for _ in range(5):
        tokens = kim.tokens()
        with ThreadPoolExecutor(4) as crowd:
            sent = [crowd.submit(refresh, server, tokens["refresh_token"]) for _ in range(4)]
            answers = [one.result() for one in sent]
        (won,) = [answer for answer in answers if answer.status_code == 200]
        assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
        assert not works(server, won.json()["access_token"])
        assert refresh(server, won.json()["refresh_token"]).status_code == 401


def test_a_session_lives_thirty_days_from_its_last_use(server: ThreadServer) -> None:
    kim = account(server)
    kept, left = kim.tokens(), kim.tokens()
    server.clock.now += LIFE_S - 1
    kept = refresh(server, kept["refresh_token"]).json()
    server.clock.now += 1
    detail(refresh(server, left["refresh_token"]), 401)
    server.clock.now += LIFE_S - 2
    kept = refresh(server, kept["refresh_token"]).json()
    (session,) = ask(server, "GET", "/auth/sessions", kept["access_token"]).json()
    assert session["current"]
    server.clock.now += LIFE_S
    assert refresh(server, kept["refresh_token"]).status_code == 401
    # Running out is no theft.
    assert "auth.reuse" not in audit_of(server, kim.id)


@pytest.mark.parametrize("token", ["", "rt_", "rt_" + "A" * 43, "\u00e9", "x" * 200])
def test_what_is_no_refresh_token_is_401(server: ThreadServer, token: str) -> None:
    detail(refresh(server, token), 401)


def test_an_access_token_refreshes_nothing_and_a_refresh_token_opens_nothing(
    server: ThreadServer,
) -> None:
    tokens = account(server).tokens()
    assert refresh(server, tokens["access_token"][:200]).status_code == 401
    assert not works(server, tokens["refresh_token"])
    detail(ask(server, "POST", "/auth/refresh", tokens["access_token"], json={}), 400)


def test_signing_out_ends_the_session_at_once(server: ThreadServer) -> None:
    kim = account(server)
    here, there = kim.tokens(), kim.tokens()
    assert ask(server, "POST", "/auth/logout", here["access_token"]).status_code == 204
    assert not works(server, here["access_token"])
    detail(refresh(server, here["refresh_token"]), 401)
    detail(ask(server, "POST", "/auth/logout", here["access_token"]), 401)
    assert works(server, there["access_token"])
    assert audit_of(server, kim.id)[-1] == "auth.logout"


def test_a_token_without_a_session_cannot_be_signed_out(server: ThreadServer) -> None:
    with server.user() as client:
        detail(client.post("/auth/logout"), 409)
        assert client.get("/auth/sessions").json() == []
        assert client.get("/users/me").status_code == 200


def test_one_ends_ones_own_sessions_and_nobody_elses(server: ThreadServer) -> None:
    kim, sam = account(server), account(server)
    here, there, theirs = kim.tokens(), kim.tokens(), sam.tokens()
    (foreign,) = ask(server, "GET", "/auth/sessions", theirs["access_token"]).json()
    listed = ask(server, "GET", "/auth/sessions", here["access_token"]).json()
    (other,) = [session["id"] for session in listed if not session["current"]]
    path = "/auth/sessions/{}"
    detail(ask(server, "DELETE", path.format(foreign["id"]), here["access_token"]), 404)
    detail(ask(server, "DELETE", path.format(uuid.uuid4()), here["access_token"]), 404)
    detail(ask(server, "DELETE", path.format("x"), here["access_token"]), 400)
    detail(ask(server, "DELETE", path.format(other)), 401)
    gone = ask(server, "DELETE", path.format(other.upper()), here["access_token"])
    assert gone.status_code == 204
    detail(ask(server, "DELETE", path.format(other), here["access_token"]), 404)
    assert not works(server, there["access_token"])
    assert works(server, here["access_token"])
    assert works(server, theirs["access_token"])


def test_the_list_of_sessions_comes_in_pages(server: ThreadServer) -> None:
    kim = account(server)
    for _ in range(3):
        tokens = kim.tokens()
        server.clock.now += 1
    first = ask(server, "GET", "/auth/sessions?limit=2", tokens["access_token"])
    assert first.headers["X-Total-Count"] == "3"
    assert first.headers["Link"] == '</api/v1/auth/sessions?skip=2&limit=2>; rel="next"'
    rest = ask(server, "GET", "/auth/sessions?skip=2", tokens["access_token"])
    assert "Link" not in rest.headers
    both = first.json() + rest.json()
    assert [session["current"] for session in both] == [True, False, False]
    assert len({session["id"] for session in both}) == 3
    for wrong in ("skip=x", "limit=0", "limit=101", "skip=1&skip=2"):
        detail(ask(server, "GET", f"/auth/sessions?{wrong}", tokens["access_token"]), 400)


def test_a_session_is_named_after_the_client_and_safe_to_print(server: ThreadServer) -> None:
    kim = account(server)
    for agent, label in (
        ("Interview Practice/0.1 (Linux)", "Interview Practice/0.1 (Linux)"),
        ("a\x85b\x9bc\td", "a\\x85b\\x9bc\\x09d"),
        ("x" * 500, "x" * 200),
        ("", "unknown"),
    ):
        tokens = kim.tokens(**{"User-Agent": agent})
        listed = ask(server, "GET", "/auth/sessions", tokens["access_token"]).json()
        assert [one["label"] for one in listed if one["current"]] == [label]


def test_the_oldest_sessions_make_room(server: ThreadServer) -> None:
    kim = account(server)
    first = kim.tokens()
    server.clock.now += 1
    second = kim.tokens()
    server.clock.now += 1
    for _ in range(MAX_SESSIONS - 1):
        last = kim.tokens()
    assert not works(server, first["access_token"])
    assert works(server, second["access_token"])
    counted = ask(server, "GET", "/auth/sessions", last["access_token"]).headers["X-Total-Count"]
    assert counted == str(MAX_SESSIONS)
