"""Access tokens and the interviewer's tokens: every change of one makes it worthless."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import uuid
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.errors import ApiError
from server.providers.local import LocalGrant, make_token, read_token
from server.services.accounts import add_user
from server.services.tokens import access_token, read_access
from server.signing import KeyRing, TokenError, WeakKeyError, key_id
from tests.helpers.api import detail, raw_request
from tests.helpers.server_thread import LOCAL_SECRET, SIGNING_KEY, ThreadServer, server_in_thread

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


def _claims(api: ThreadServer, user_id: str, **change: Any) -> dict[str, Any]:
    now = api.clock.now
    claims = {"iss": "interview-server", "aud": "interview-api", "sub": user_id, "iat": now,
              "exp": now + 60, "jti": "x", "token_use": "access"}  # fmt: skip
    return {name: value for name, value in (claims | change).items() if value is not ...}


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signed(
    claims: dict[str, Any] | str,
    key: str = SIGNING_KEY,
    *,
    kid: str = KID,
    alg: str = "HS256",
    digest: str = "sha256",
) -> str:
    """A token put together by hand: PyJWT would refuse to make most of these."""
    header = _part(json.dumps({"alg": alg, "typ": "JWT", "kid": kid}).encode())
    payload = claims if isinstance(claims, str) else json.dumps(claims)
    signed = f"{header}.{_part(payload.encode())}"
    return f"{signed}.{_part(hmac.digest(key.encode(), signed.encode(), digest))}"


def test_a_token_made_by_the_rules_is_taken(api: ThreadServer, user_id: str) -> None:
    assert _me(api, _signed(_claims(api, user_id))).json()["id"] == user_id


REQUIRED = ("iss", "aud", "sub", "iat", "exp", "jti", "token_use")
STRANGE: tuple[Any, ...] = (..., None, True, [], {}, 1.5, "")


@pytest.mark.parametrize(
    "change",
    [{name: value} for name in REQUIRED for value in STRANGE]
    + [{"iss": "x"}, {"aud": "interview-realtime"}, {"sub": str(uuid.uuid4())}, {"sub": 1},
       {"exp": 1}, {"exp": -(10**400)}, {"exp": 10**400, "iat": 10**400},
       {"token_use": "refresh"}, {"token_use": "realtime"}, {"exp": "soon"}, {"aud": ["x"]},
       {"aud": ["interview-api"]}, {"iss": ["interview-server"]}, {"jti": 1}, {"nbf": "now"},
       {"nbf": None}, {"nbf": True}, {"sid": None}, {"sid": 1}, {"sid": ["x"]}, {"sid": ""},
       {"sid": str(uuid.uuid4())}],
)  # fmt: skip
def test_a_token_with_another_claim_is_401(
    api: ThreadServer, user_id: str, change: dict[str, Any]
) -> None:
    answer = _me(api, _signed(_claims(api, user_id, **change)))
    detail(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("name", REQUIRED)
def test_a_claim_that_stands_twice_is_no_way_around_the_rules(
    api: ThreadServer, user_id: str, name: str
) -> None:
    good = json.dumps(_claims(api, user_id))
    twice = good[:-1] + f', "{name}": null}}'
    detail(_me(api, _signed(twice)), 401)


@pytest.mark.parametrize(
    ("change", "status"),
    [({"exp": -29}, 200), ({"exp": -30}, 401), ({"iat": 30}, 200), ({"iat": 31}, 401),
     ({"nbf": 30}, 200), ({"nbf": 31}, 401), ({"nbf": -1}, 200), ({"exp": 900}, 200),
     ({"iat": -10**6}, 200)],
)  # fmt: skip
def test_the_times_of_a_token_hold_within_half_a_minute(
    api: ThreadServer, user_id: str, change: dict[str, int], status: int
) -> None:
    times = {name: api.clock.now + by_s for name, by_s in change.items()}
    assert _me(api, _signed(_claims(api, user_id, **times))).status_code == status


def test_a_token_ends_with_the_servers_clock(tmp_path: Path) -> None:
    with server_in_thread(tmp_path) as server, server.user() as client:
        user_id = str(client.get("/users/me").json()["id"])
        token = str(access_token(server.context, user_id)["access_token"])
        grant = LocalGrant(str(uuid.uuid4()), user_id, 1)
        ephemeral = make_token(server.context.signing_key, grant, server.clock.now, 900)
        server.clock.now += 929
        assert _me(server, token).status_code == 200
        assert _call(server, ephemeral).status_code == 409  # good, but for no interview
        server.clock.now += 1
        assert _me(server, token).status_code == 401
        assert _call(server, ephemeral).status_code == 401


@pytest.mark.parametrize(
    "options",
    [{"kid": "2"}, {"kid": ""}, {"kid": KID.upper() + " "}, {"kid": "1"},
     {"alg": "HS512", "digest": "sha512"}, {"alg": "HS384", "digest": "sha384"},
     {"alg": "HS512"}, {"alg": "RS256"}, {"alg": "ES256"}, {"alg": "EdDSA"}, {"alg": "hs256"},
     {"digest": "sha512"}, {"key": "0" * 64}, {"key": ""},
     {"key": "0" * 64, "kid": key_id("0" * 64)},
     {"alg": "none"}, {"alg": "None"}, {"alg": "nOnE"}, {"alg": ""}],
)  # fmt: skip
def test_a_token_signed_otherwise_is_401(
    api: ThreadServer, user_id: str, options: dict[str, str]
) -> None:
    token = _signed(_claims(api, user_id), **options)
    detail(_me(api, token), 401)
    assert _call(api, f"ek_{token}").status_code == 401
    # And without the signature.
    detail(_me(api, token.rsplit(".", 1)[0] + "."), 401)
    detail(_me(api, token.rsplit(".", 1)[0]), 401)


def test_a_key_of_another_kind_is_no_key_of_ours(api: ThreadServer, user_id: str) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = private.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    claims = _claims(api, user_id)
    detail(_me(api, jwt.encode(claims, secret, algorithm="RS256", headers={"kid": KID})), 401)
    # The public half as the secret of an HMAC: what "algorithm confusion" means.
    detail(_me(api, _signed(claims, pem)), 401)
    detail(_me(api, _signed(claims, pem, kid=key_id(pem))), 401)
    # Nor does a PEM make a ring: it falls apart into pieces that are too short.
    with pytest.raises(WeakKeyError):
        KeyRing.parse(pem)


@pytest.mark.parametrize(
    "header",
    [b"[" * 20_000, b'{"alg":' * 5_000, b"{}", b"[]", b"null", b"\xff", b'{"alg": "HS256"}',
     b'{"alg": "HS256", "kid": 1}', b'{"alg": "HS256", "kid": "KID", "crit": ["x"]}',
     b'{"alg": "HS256", "kid": "KID", "b64": false}', b'{"alg": [], "kid": "KID"}',
     b'{"alg": "HS256", "kid": ["KID"]}', b'{"kid": "KID"}',
     b'{"alg": "HS256", "kid": "KID", "x": 1' + b"0" * 5000 + b"}"],
)  # fmt: skip
def test_a_strange_header_is_401_for_both_kinds(
    api: ThreadServer, user_id: str, header: bytes
) -> None:
    payload = _part(json.dumps(_claims(api, user_id)).encode())
    signed = f"{_part(header.replace(b'KID', KID.encode()))}.{payload}"
    signature = _part(hmac.digest(SIGNING_KEY.encode(), signed.encode(), "sha256"))
    if b'"x": 1' in header:  # a member that means nothing is no fault, and costs nothing
        assert _me(api, f"{signed}.{signature}").status_code in (200, 401)
    else:
        detail(_me(api, f"{signed}.{signature}"), 401)
    assert _call(api, f"ek_{signed}.{signature}").status_code == 401


def test_one_kind_of_token_is_not_the_other(api: ThreadServer, user_id: str) -> None:
    now = api.clock.now
    keys = api.context.signing_key
    grant = make_token(keys, LocalGrant(str(uuid.uuid4()), user_id, 1), now, 300)
    access = str(access_token(api.context, user_id)["access_token"])
    for token in (grant, grant.removeprefix("ek_")):
        detail(_me(api, token), 401)
    for token in (access, f"ek_{access}", "sk-123456", LOCAL_SECRET):
        assert _call(api, token).status_code == 401
    # Each with one of the two things that tell the kinds apart.
    fields = {"interview": str(uuid.uuid4()), "question": 1, "template": "t"}
    for audience, use in (("interview-api", "realtime"), ("interview-realtime", "access")):
        mixed = _signed(_claims(api, user_id, aud=audience, token_use=use, **fields))
        detail(_me(api, mixed), 401)
        assert _call(api, f"ek_{mixed}").status_code == 401
    # The interview is not there, but the token was good.
    assert _call(api, grant).status_code == 409
    old = make_token(keys, LocalGrant(str(uuid.uuid4()), user_id, 1), now - 400, 300)
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
    token = _signed(_claims(api, user_id))
    url = f"{api.url}/api/v1/users/me"
    small = {"Authorization": f"bearer {token}"}
    assert httpx.get(url, headers=small, trust_env=False, verify=False).status_code == 200
    good, bad = ("Authorization", f"Bearer {token}"), ("Authorization", "Bearer x")
    for twice in ([good, good], [good, bad], [bad, good]):
        detail(httpx.get(url, headers=twice, trust_env=False, verify=False), 401)


def _raw_me(api: ThreadServer, credentials: bytes) -> bytes:
    """The status of a request whose header is written byte by byte."""
    host, port = api.address
    request = b"GET /api/v1/users/me HTTP/1.1\r\nHost: %s:%d\r\nAuthorization: %s\r\n\r\n"
    answer = raw_request(api.address, request % (host.encode(), port, credentials))
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split(b" ")[1]
    if status != b"200":
        assert list(json.loads(body)) == ["detail"]
    return status


def test_a_token_has_one_spelling(api: ThreadServer, user_id: str) -> None:
    token = _signed(_claims(api, user_id)).encode()
    for good in (b"Bearer " + token, b"Bearer   " + token, b"BEARER " + token + b"  "):
        assert _raw_me(api, good) == b"200"
    head, payload, signature = token.split(b".")
    for bad in (
        token + b"=",
        token + b"==",
        token + b".",
        token + b"\xa0",
        b"\xa0" + token,
        b"\t" + token,
        token[:40] + b" " + token[40:],
        token[:40] + b"\t" + token[40:],
        head + b"=." + payload + b"." + signature,
        head + b"." + payload + b"=." + signature,
        token.replace(b".", b"..", 1),
        token.replace(b"-", b"+").replace(b"_", b"/") + b"+",
    ):
        assert _raw_me(api, b"Bearer " + bad) == b"401", bad


def test_every_bit_of_a_token_counts(api: ThreadServer, user_id: str) -> None:
    """The last character of a signature has bits without a meaning: they count too."""
    context = api.context
    access = str(access_token(context, user_id)["access_token"])
    grant = LocalGrant(str(uuid.uuid4()), user_id, 1)
    ephemeral = make_token(context.signing_key, grant, api.clock.now, 300)
    assert read_access(context, access).user_id == user_id
    assert read_token(context.signing_key, ephemeral, api.clock.now) == grant
    for place in range(len(access)):
        for bit in range(8):
            changed = access[:place] + chr(ord(access[place]) ^ (1 << bit)) + access[place + 1 :]
            with pytest.raises(ApiError) as refused:
                read_access(context, changed)
            assert refused.value.status == 401
    for place in range(len(ephemeral)):
        for bit in range(8):
            flipped = chr(ord(ephemeral[place]) ^ (1 << bit))
            changed = ephemeral[:place] + flipped + ephemeral[place + 1 :]
            assert read_token(context.signing_key, changed, api.clock.now) is None, place


@st.composite
def _mutations(draw: st.DrawFn) -> tuple[int, int, str]:
    """(where from the end, how much is replaced, by what)."""
    text = draw(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=3))
    return draw(st.integers(0, 400)), draw(st.integers(0, 3)), text


def _mutated(token: str, mutation: tuple[int, int, str]) -> str:
    position, length, text = mutation
    start = position % len(token)
    return token[:start] + text + token[start + length :]


@settings(suppress_health_check=SHARED)
@given(mutation=_mutations())
def test_a_changed_access_token_is_401(
    api: ThreadServer, user_id: str, mutation: tuple[int, int, str]
) -> None:
    token = _signed(_claims(api, user_id))
    changed = _mutated(token, mutation)
    if changed != token:
        detail(_me(api, changed), 401)


@settings(suppress_health_check=SHARED)
@given(mutation=_mutations())
def test_a_changed_token_of_the_interviewer_is_401(
    api: ThreadServer, user_id: str, mutation: tuple[int, int, str]
) -> None:
    grant = LocalGrant(str(uuid.uuid4()), user_id, 1)
    token = make_token(api.context.signing_key, grant, api.clock.now, 300)
    changed = _mutated(token, mutation)
    if changed != token:
        answer = _call(api, changed)
        assert answer.status_code == 401, changed
        assert list(answer.json()) == ["error"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner,
                                                               max_size=3),
    max_leaves=5,
)  # fmt: skip


@settings(suppress_health_check=SHARED)
@given(name=st.sampled_from([*REQUIRED, "nbf", "sid"]), value=JSON)
def test_a_claim_of_any_shape_is_401_or_means_what_it_meant(
    api: ThreadServer, user_id: str, name: str, value: Any
) -> None:
    answer = _me(api, _signed(_claims(api, user_id, **{name: value})))
    if answer.status_code != 200:
        detail(answer, 401)
        return
    # Any text is a jti; any whole number that has passed a beginning, any that has not an end.
    assert answer.json()["id"] == user_id
    assert (name == "jti" and isinstance(value, str)) or type(value) is int


@settings(suppress_health_check=SHARED)
@given(token=st.binary(max_size=200))
def test_any_bytes_are_no_token(api: ThreadServer, token: bytes) -> None:
    assert _raw_me(api, b"Bearer " + token) in (b"400", b"401")


@given(token=st.text() | st.from_regex(r"[\w-]{1,9}\.[\w-]{1,9}\.[\w-]{43}", fullmatch=True))
def test_any_text_is_no_token(token: str) -> None:
    with pytest.raises(TokenError):
        KeyRing((SIGNING_KEY,)).read(token, audience="a", use="b", now=0)


def test_a_ring_signs_with_its_first_key_and_verifies_with_all(tmp_path: Path) -> None:
    old, new, foreign = "a" * 64, "b" * 64, "c" * 64
    (tmp_path / "one").mkdir()
    with (
        server_in_thread(tmp_path / "one", KeyRing.parse(f" {new},\n{old}\n")) as server,
        server.user() as client,
    ):
        user_id = str(client.get("/users/me").json()["id"])
        made = str(access_token(server.context, user_id)["access_token"])
        assert jwt.get_unverified_header(made)["kid"] == key_id(new)
        assert jwt.decode(made, new, ["HS256"], audience="interview-api")["sub"] == user_id
        claims = _claims(server, user_id)
        grant = LocalGrant(str(uuid.uuid4()), user_id, 1)
        for key, status in ((new, 200), (old, 200), (foreign, 401)):
            token = _signed(claims, key, kid=key_id(key))
            assert _me(server, token).status_code == status
            ephemeral = make_token(KeyRing((key,)), grant, server.clock.now, 300)
            assert _call(server, ephemeral).status_code == {200: 409, 401: 401}[status]
        # The one key under the other's name.
        detail(_me(server, _signed(claims, old, kid=key_id(new))), 401)


def test_the_name_of_a_key_tells_nothing_of_it() -> None:
    expected = hashlib.sha256(b"kid:" + SIGNING_KEY.encode()).hexdigest()[:8]
    assert key_id(SIGNING_KEY) == expected
    assert SIGNING_KEY not in repr(KeyRing((SIGNING_KEY,)))
    for weak in ("", " , ", "short", f"{SIGNING_KEY} short", "\u00e9" * 15):
        with pytest.raises(WeakKeyError) as refused:
            KeyRing.parse(weak)
        assert "short" not in str(refused.value)


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
    # The server's clock is another than PyJWT's.
    claims = jwt.decode(
        body["access_token"], SIGNING_KEY, ["HS256"], audience="interview-api",
        options={"verify_iat": False, "verify_exp": False},
    )  # fmt: skip
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
