"""Session tokens and TURN credentials: shape, life time, limits, and who gets none."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.helpers.api import complete, detail, new_interview, set_question
from tests.helpers.server_thread import SIGNING_KEY, ThreadServer, server_in_thread

# The contract's keys in its order, then the two that are added.
TOKEN_KEYS = [
    "id", "object", "model", "modalities", "instructions", "voice", "input_audio_format",
    "output_audio_format", "input_audio_transcription", "turn_detection", "tools", "tool_choice",
    "temperature", "max_response_output_tokens", "client_secret", "interview_id", "user_id",
    "question_number", "expires_at", "ttl", "session", "connect",
]  # fmt: skip
TURN_KEYS = ["username", "password", "ttl", "expiration", "urls"]
TURN_URLS = ("turn:turn.example.com:3478?transport=udp", "stun:stun.example.com:3478")


def _check_token(
    token: dict[str, Any], server: ThreadServer, path: str, user_id: str, number: int | None
) -> None:
    interview_id = path.removeprefix("/interviews/")
    wanted = [key for key in TOKEN_KEYS if number is not None or key != "question_number"]
    assert list(token) == wanted
    ending = "" if number is None else f"_{number}"
    assert token["id"] == f"sess_{interview_id}_{user_id}{ending}"
    assert (token["object"], token["modalities"]) == ("realtime.session", ["audio", "text"])
    assert (token["tools"], token["tool_choice"]) == ([], "none")
    assert token["turn_detection"] == {
        "type": "server_vad",
        "threshold": 0.5,
        "prefix_padding_ms": 300,
        "silence_duration_ms": 200,
    }
    assert (token["temperature"], token["max_response_output_tokens"]) == (0.8, "inf")
    assert (token["interview_id"], token["user_id"]) == (interview_id, user_id)
    assert token["instructions"] == token["session"]["instructions"]
    assert token["session"]["type"] == "realtime"
    assert "temperature" not in token["session"]
    tools = {tool["name"] for tool in token["session"]["tools"]}
    assert tools == {"show_exhibit", "heard_number", "gave_hint", "question_done"}
    assert token["connect"] == {"url": f"{server.url}/v1/realtime/calls", "protocol": "openai-ga"}
    assert token["client_secret"]["value"].startswith("ek_")
    expires_at = datetime.fromisoformat(token["expires_at"])
    assert re.fullmatch(r".*T\d\d:\d\d:\d\dZ", token["expires_at"])
    assert expires_at.astimezone(UTC).timestamp() == token["client_secret"]["expires_at"]
    assert token["client_secret"]["expires_at"] == server.clock.now + token["ttl"]


def test_tokens_have_the_contracts_shape(api: ThreadServer, owner: httpx.Client, path: str) -> None:
    user_id = owner.get("/users/me").json()["id"]
    set_question(owner, path, 2)
    answer = owner.post(f"{path}/credentials")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert list(answer.json()) == ["turn_credentials", "session_token"]
    assert answer.json()["turn_credentials"] is None
    token = answer.json()["session_token"]
    _check_token(token, api, path, user_id, None)
    for number in (1, 2, 3, 4):
        answer = owner.get(f"{path}/questions/{number}/token")
        assert answer.headers["Cache-Control"] == "no-store"
        _check_token(answer.json(), api, path, user_id, number)
        assert answer.json()["question_number"] == number
        assert answer.json()["ttl"] == 3600
    # `credentials` mints for the current question.
    current = owner.get(f"{path}/questions/2/token").json()
    assert current["instructions"] == token["instructions"]


@pytest.mark.parametrize("ttl", [300, 301, 7200])
def test_a_token_lives_as_long_as_was_asked(
    api: ThreadServer, owner: httpx.Client, path: str, ttl: int
) -> None:
    token = owner.get(f"{path}/questions/1/token?ttl={ttl}").json()
    assert token["ttl"] == ttl
    assert token["client_secret"]["expires_at"] == api.clock.now + ttl


@pytest.mark.parametrize(
    "below", ["0/token", "5/token", "-1/token", "x/token", "1.0/token", "%D9%A1/token", "01/token",
              "1/token?ttl=299", "1/token?ttl=7201", "1/token?ttl=x", "1/token?ttl=",
              "1/token?ttl=3600.0", "1/token?ttl=300&ttl=300", "1/token?ttl=-300"]
)  # fmt: skip
def test_a_wrong_question_or_ttl_is_400(owner: httpx.Client, path: str, below: str) -> None:
    detail(owner.get(f"{path}/questions/{below}"), 400)


@pytest.mark.parametrize("status", ["completed", "abandoned"])
def test_a_finished_interview_gets_no_token(owner: httpx.Client, path: str, status: str) -> None:
    assert owner.patch(path, json={"status": status}).status_code == 200
    detail(owner.post(f"{path}/credentials"), 409)
    detail(owner.get(f"{path}/questions/1/token"), 409)


@pytest.mark.parametrize("order", ["user:expiry", "expiry:user"])
def test_turn_credentials_are_what_coturn_checks(tmp_path: Path, order: str) -> None:
    options = {"turn_urls": TURN_URLS, "turn_ttl": 7000, "turn_username_order": order}
    with (
        server_in_thread(tmp_path, turn_secret="north", **options) as server,
        server.user() as client,
    ):
        path = f"/interviews/{new_interview(client)['id']}"
        turn = client.post(f"{path}/credentials").json()["turn_credentials"]
        user_id = client.get("/users/me").json()["id"]
        assert list(turn) == TURN_KEYS
        expiry = server.clock.now + 7000
        assert (turn["ttl"], turn["expiration"]) == (7000, expiry)
        named = {"user": user_id, "expiry": str(expiry)}
        assert turn["username"] == ":".join(named[part] for part in order.split(":"))
        digest = hmac.new(b"north", turn["username"].encode(), hashlib.sha1).digest()
        assert base64.b64decode(turn["password"], validate=True) == digest
        assert turn["urls"] == list(TURN_URLS)


def test_minting_is_limited_by_the_minute_and_by_the_hour(tmp_path: Path) -> None:
    with server_in_thread(tmp_path) as server, server.user() as client, server.user() as other:
        path = f"/interviews/{new_interview(client)['id']}"
        routes = [("POST", f"{path}/credentials"), ("GET", f"{path}/questions/1/token")]

        def mint(count: int) -> None:
            for number in range(count):
                method, url = routes[number % 2]
                assert client.request(method, url).status_code == 200

        def refused() -> int:
            waits = set()
            for method, url in routes:
                answer = client.request(method, url)
                detail(answer, 429)
                waits.add(int(answer.headers["Retry-After"]))
            (wait_s,) = waits
            return wait_s

        mint(4)
        server.clock.now += 20
        mint(6)
        assert refused() == 40
        theirs = f"/interviews/{new_interview(other)['id']}"
        assert other.post(f"{theirs}/credentials").status_code == 200
        server.clock.now += 39
        assert refused() == 1
        server.clock.now += 1
        mint(4)
        assert refused() == 20
        for _ in range(4):
            server.clock.now += 60
            mint(10)
        server.clock.now += 60
        mint(6)
        # Sixty in this hour: the next one is free when the first four are an hour old.
        server.clock.now += 60
        wait_s = refused()
        assert 60 < wait_s <= 3600
        server.clock.now += wait_s - 1
        assert refused() == 1
        server.clock.now += 1
        mint(4)
        assert refused() == 20


def test_without_an_interviewer_there_is_no_token(tmp_path: Path) -> None:
    folders = [tmp_path / "open", tmp_path / "off"]
    variants: list[dict[str, Any]] = [
        {"host": "0.0.0.0", "public_url": "https://interviews.example"},
        {"local_interviewer": "off"},
    ]
    for folder, settings in zip(folders, variants, strict=True):
        folder.mkdir()
        with server_in_thread(folder, **settings) as server, server.user() as client:
            if "public_url" in settings:
                client.headers["Host"] = "interviews.example"
            path = f"/interviews/{new_interview(client)['id']}"
            detail(client.post(f"{path}/credentials"), 503)
            detail(client.get(f"{path}/questions/1/token"), 503)
            answer = client.post(f"{server.url}/v1/realtime/calls", content="v=0")
            assert answer.status_code in (401, 503)
            complete(client, path)
            # The state of the interview comes first.
            detail(client.post(f"{path}/credentials"), 409)


def test_behind_a_public_address_the_call_goes_there(tmp_path: Path) -> None:
    settings = {"public_url": "https://interviews.example/", "local_interviewer": "on"}
    with (
        server_in_thread(tmp_path, host="0.0.0.0", **settings) as server,
        server.user() as client,
    ):
        client.headers["Host"] = "Interviews.example"
        path = f"/interviews/{new_interview(client)['id']}"
        token = client.get(f"{path}/questions/1/token").json()
        assert token["connect"]["url"] == "https://interviews.example/v1/realtime/calls"
        # Only the public name is answered to, and there is no local sign-in.
        detail(client.get(path, headers={"Host": server.url.removeprefix("http://")}), 403)
        detail(client.post("/auth/local", json={"secret": "6" * 64}), 404)


def test_no_secret_is_written_anywhere(tmp_path: Path) -> None:
    options = {"turn_urls": TURN_URLS}
    with (
        server_in_thread(tmp_path, turn_secret="canary-turn", **options) as server,
        server.user() as client,
    ):
        path = f"/interviews/{new_interview(client)['id']}"
        answer = client.post(f"{path}/credentials")
        secret = answer.json()["session_token"]["client_secret"]["value"]
        shown = json.dumps(answer.json()) + repr(server.context)
        assert "canary-turn" not in shown
        assert SIGNING_KEY not in shown
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert secret.encode() not in stored
