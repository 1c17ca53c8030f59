"""Access tokens and the interviewer's tokens: every change of one makes it worthless."""

from __future__ import annotations

import asyncio
import base64
import json
import time
import uuid
from typing import Any

import httpx
import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.errors import ApiError
from server.providers.local import LocalGrant, make_token
from server.services.accounts import add_user
from server.services.tokens import access_token
from server.signing import key_id
from tests.helpers.api import detail, raw_request
from tests.helpers.server_thread import LOCAL_SECRET, SIGNING_KEY, ThreadServer

KID = key_id(SIGNING_KEY)
SHARED = [HealthCheck.function_scoped_fixture]


@pytest.fixture(autouse=True)
def _uvicorn_says_what_it_refuses(expected_logs: list[str]) -> None:
    expected_logs.append(r"uvicorn\.error: Invalid HTTP request received")


def _me(api: ThreadServer, token: str) -> httpx.Response:
    headers = [(b"Authorization", b"Bearer " + token.encode())]
    return httpx.get(f"{api.url}/api/v1/users/me", headers=headers, trust_env=False, verify=False)


def _call(api: ThreadServer, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
    url = f"{api.url}/v1/realtime/calls"
    return httpx.post(url, content="v=0", headers=headers, trust_env=False, verify=False)


@pytest.fixture(scope="module")
def user_id(api: ThreadServer) -> str:
    with api.user() as client:
        return str(client.get("/users/me").json()["id"])


def _claims(user_id: str, **change: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {"iss": "interview-server", "aud": "interview-api", "sub": user_id, "iat": now,
              "exp": now + 60, "jti": "x", "token_use": "access"}  # fmt: skip
    return {name: value for name, value in (claims | change).items() if value is not ...}


def _signed(claims: dict[str, Any], key: str = SIGNING_KEY, **options: Any) -> str:
    options = {"algorithm": "HS256", "headers": {"kid": key_id(key)}} | options
    return jwt.encode(claims, key, **options)


def test_a_token_made_by_the_rules_is_taken(api: ThreadServer, user_id: str) -> None:
    assert _me(api, _signed(_claims(user_id))).json()["id"] == user_id


@pytest.mark.parametrize(
    "change",
    [{name: ...} for name in ("iss", "aud", "sub", "iat", "exp", "jti", "token_use")]
    + [{"iss": "x"}, {"aud": "interview-realtime"}, {"sub": str(uuid.uuid4())}, {"sub": 1},
       {"exp": 1}, {"iat": int(time.time()) + 3600}, {"nbf": int(time.time()) + 3600},
       {"token_use": "refresh"}, {"exp": "soon"}, {"aud": ["x"]}],
)  # fmt: skip
def test_a_token_with_another_claim_is_401(
    api: ThreadServer, user_id: str, change: dict[str, Any]
) -> None:
    # PyJWT would refuse to make some of these, so the token is put together by hand.
    header = _part(json.dumps({"alg": "HS256", "typ": "JWT", "kid": KID}).encode())
    payload = _part(json.dumps(_claims(user_id, **change)).encode())
    algorithm = jwt.get_algorithm_by_name("HS256")
    signature = algorithm.sign(f"{header}.{payload}".encode(), SIGNING_KEY.encode())
    answer = _me(api, f"{header}.{payload}.{_part(signature)}")
    detail(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "options",
    [{"headers": {"kid": "2"}}, {"headers": {}}, {"algorithm": "HS512"},
     {"key": "0" * 64}, {"key": None, "algorithm": "none"}],
)  # fmt: skip
def test_a_token_signed_otherwise_is_401(
    api: ThreadServer, user_id: str, options: dict[str, Any]
) -> None:
    detail(_me(api, _signed(_claims(user_id), **options)), 401)


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "header",
    [b"[" * 20_000, b'{"alg":' * 5_000, b"{}", b"[]", b"null", b"\xff", b'{"alg": "HS256"}',
     b'{"alg": "HS256", "kid": 1}', b'{"alg": "HS256", "kid": "1", "crit": ["x"]}',
     b'{"alg": "HS256", "kid": "1", "b64": false}', b'{"alg": [], "kid": "1"}',
     b'{"alg": "HS256", "kid": "1", "x": 1' + b"0" * 5000 + b"}"],
)  # fmt: skip
def test_a_strange_header_is_401_for_both_kinds(api: ThreadServer, header: bytes) -> None:
    token = f"{_part(header)}.{_part(b'{}')}.{_part(b'x' * 32)}"
    detail(_me(api, token), 401)
    assert _call(api, f"ek_{token}").status_code == 401


def test_one_kind_of_token_is_not_the_other(api: ThreadServer, user_id: str) -> None:
    now = int(time.time())
    grant = make_token(
        api.context.signing_key, LocalGrant(str(uuid.uuid4()), user_id, 1, "t"), now, 300
    )
    access = str(access_token(api.context, user_id)["access_token"])
    for token in (grant, grant.removeprefix("ek_")):
        detail(_me(api, token), 401)
    for token in (access, f"ek_{access}", "sk-123456", LOCAL_SECRET):
        assert _call(api, token).status_code == 401
    # The interview is not there, but the token was good.
    assert _call(api, grant).status_code == 409
    old = make_token(
        api.context.signing_key, LocalGrant(str(uuid.uuid4()), user_id, 1, "t"), now - 400, 300
    )
    answer = _call(api, old)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_api_key"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Basic dTpw", "bearer", "Token x", "Bearer a b", "Bearer \u00e9"]
)  # fmt: skip
def test_another_scheme_is_401(api: ThreadServer, value: str) -> None:
    headers = [(b"Authorization", value.encode("latin-1"))]
    detail(
        httpx.get(f"{api.url}/api/v1/users/me", headers=headers, trust_env=False, verify=False), 401
    )
    url = f"{api.url}/v1/realtime/calls"
    assert httpx.post(url, headers=headers, trust_env=False, verify=False).status_code == 401


def test_the_scheme_may_be_written_small_but_only_once(api: ThreadServer, user_id: str) -> None:
    token = _signed(_claims(user_id))
    url = f"{api.url}/api/v1/users/me"
    small = {"Authorization": f"bearer {token}"}
    assert httpx.get(url, headers=small, trust_env=False, verify=False).status_code == 200
    twice = [("Authorization", f"Bearer {token}")] * 2
    detail(httpx.get(url, headers=twice, trust_env=False, verify=False), 401)


@st.composite
def _mutations(draw: st.DrawFn) -> tuple[int, int, str]:
    """(where from the end, how much is replaced, by what)."""
    text = draw(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=3))
    return draw(st.integers(0, 400)), draw(st.integers(0, 3)), text


def _mutated(token: str, mutation: tuple[int, int, str]) -> str:
    position, length, text = mutation
    start = position % len(token)
    return token[:start] + text + token[start + length :]


def _same_meaning(one: str, other: str) -> bool:
    """Base64 lets the last character of a part and its padding vary without another value."""

    def meaning(token: str) -> list[bytes] | None:
        try:
            parts = token.split(".")
            return [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts]
        except ValueError:
            return None

    return one == other or (meaning(one) == meaning(other) and meaning(one) is not None)


@settings(suppress_health_check=SHARED)
@given(mutation=_mutations())
def test_a_changed_access_token_is_401(
    api: ThreadServer, user_id: str, mutation: tuple[int, int, str]
) -> None:
    token = _signed(_claims(user_id))
    changed = _mutated(token, mutation)
    if not _same_meaning(token, changed):
        detail(_me(api, changed), 401)


@settings(suppress_health_check=SHARED)
@given(mutation=_mutations())
def test_a_changed_token_of_the_interviewer_is_401(
    api: ThreadServer, user_id: str, mutation: tuple[int, int, str]
) -> None:
    grant = LocalGrant(str(uuid.uuid4()), user_id, 1, "t")
    token = make_token(api.context.signing_key, grant, int(time.time()), 300)
    changed = _mutated(token, mutation)
    if not (changed.startswith("ek_") and _same_meaning(token[3:], changed[3:])):
        answer = _call(api, changed)
        assert answer.status_code == 401, changed
        assert list(answer.json()) == ["error"]


@settings(suppress_health_check=SHARED)
@given(token=st.binary(max_size=200))
def test_any_bytes_are_no_token(api: ThreadServer, token: bytes) -> None:
    host, port = api.address
    request = b"GET /api/v1/users/me HTTP/1.1\r\nHost: %s:%d\r\nAuthorization: Bearer %s\r\n\r\n"
    answer = raw_request(api.address, request % (host.encode(), port, token))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[1] in (b"400", b"401")
    assert list(json.loads(body)) == ["detail"]


@pytest.mark.parametrize(
    ("email", "role", "password", "status"),
    [("not an address", "candidate", "correct horse", 400), ("a@b", "boss", "correct horse", 400),
     ("a@b", "candidate", "short", 400), ("a@b", "candidate", "x" * 1025, 400)],
)  # fmt: skip
def test_an_account_that_cannot_be_is_not_made(
    api: ThreadServer, email: str, role: str, password: str, status: int
) -> None:
    with pytest.raises(ApiError) as refused:
        asyncio.run(add_user(api.context, email, role, password))
    assert refused.value.status == status


def test_the_local_sign_in_wants_the_secret(api: ThreadServer) -> None:
    url = f"{api.url}/api/v1/auth/local"

    def post(**sent: Any) -> httpx.Response:
        return httpx.post(url, trust_env=False, verify=False, **sent)

    good = post(json={"secret": LOCAL_SECRET})
    assert good.status_code == 200
    assert good.headers["Cache-Control"] == "no-store"
    body = good.json()
    assert list(body) == ["access_token", "token_type", "expires_in"]
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 900)
    claims = jwt.decode(body["access_token"], SIGNING_KEY, ["HS256"], audience="interview-api")
    assert set(claims) == {"iss", "aud", "sub", "iat", "exp", "jti", "token_use"}
    assert claims["exp"] - claims["iat"] == 900
    first, second = (_me(api, post(json={"secret": LOCAL_SECRET}).json()["access_token"]).json()
                     for _ in range(2))  # fmt: skip
    assert first == second
    assert list(first) == ["id", "email", "role", "display_name", "created_at", "delete_at"]
    assert first["role"] == "candidate"
    for wrong in ("", LOCAL_SECRET[:-1], LOCAL_SECRET.replace("6", "7"), "\u00e9"):
        detail(post(json={"secret": wrong}), 401)
    for broken in ({}, {"secret": None}, {"secret": "x" * 201}, {"secret": "x", "more": 1}):
        detail(post(json=broken), 400)
