"""Passwords, codes, tokens and keys stand in no log, no error, no repr, and in no file."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.logs import TextFormatter
from server.services import sessions
from server.services.invitations import CODE_PREFIX
from server.services.passwords import verified
from server.services.sessions import REFRESH_PREFIX
from server.storage import codes, users
from server.storage.sessions import SessionRow
from tests.helpers.accounts import account, ask, refresh
from tests.helpers.server_thread import LOCAL_SECRET, SIGNING_KEY, ThreadServer, server_in_thread

CANARY = "canary-Password-1"
SECOND = "canary-Password-2"
THIRD = "canary-Password-3"


class _Everything(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += logging.Formatter().format(record) + repr(record.args) + "\n"


@pytest.fixture
def log() -> Any:
    """Every line of every logger, before anything is redacted."""
    handler, root = _Everything(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def _live(server: ThreadServer, secrets: set[str]) -> list[httpx.Response]:
    """Somebody's life with every route of auth; the answers that must not tell a secret."""

    def post(path: str, token: str | None = None, **body: str) -> httpx.Response:
        answer = ask(server, "POST", path, token, json=body)
        for name in ("access_token", "refresh_token", "code"):
            if answer.is_success and answer.content and name in answer.json():
                secrets.add(answer.json()[name])
        return answer

    with server.user("admin") as boss:
        secrets.add(boss.headers["Authorization"].removeprefix("Bearer "))
        body = {"email": "kim@example.org", "role": "coach"}
        code = boss.post("/users/invitations", json=body).json()["code"]
        secrets.add(code)
        tokens = post("/auth/invitation", code=code, password=CANARY).json()
        used = tokens["refresh_token"]
        tokens = refresh(server, used).json()
        secrets |= {tokens["access_token"], tokens["refresh_token"]}
        me = ask(server, "GET", "/users/me", tokens["access_token"]).json()["id"]
        change = {"current_password": CANARY, "new_password": SECOND}
        done = post("/auth/password", tokens["access_token"], **change)
        assert done.status_code == 204
        reset = boss.post(f"/users/{me}/password-reset").json()["code"]
        open_reset = boss.post(f"/users/{account(server).id}/password-reset").json()["code"]
        open_invitation = boss.post("/users/invitations", json={
            "email": "sam@example.org", "role": "coach"}).json()["code"]  # fmt: skip
        secrets |= {reset, open_reset, open_invitation}
        assert post("/auth/password", code=reset, new_password=THIRD).status_code == 204
        post("/auth/token", email="kim@example.org", password=THIRD)
        post("/auth/local", secret=LOCAL_SECRET)
        told: list[httpx.Response] = [
            done,
            post("/auth/token", email="kim@example.org", password=CANARY),
            post("/auth/token", email=CANARY, password=SECOND),
            post("/auth/token", email="kim@example.org", password=CANARY, more=SECOND),
            post("/auth/invitation", code=code, password=CANARY),
            post("/auth/invitation", code=open_invitation, password="x"),
            post("/auth/password", code=reset, new_password=SECOND),
            post("/auth/password", tokens["access_token"], **change),
            post("/auth/local", secret=LOCAL_SECRET[:-1]),
            refresh(server, used),
            refresh(server, tokens["refresh_token"]),
            ask(server, "GET", "/users/me", tokens["refresh_token"]),
            ask(server, "POST", "/auth/token", content=f'{{"password": "{CANARY}'.encode(),
                headers={"Content-Type": "application/json"}),
            ask(server, "POST", "/auth/token", content=f'"{CANARY}"'.encode(),
                headers={"Content-Type": "text/plain"}),
            boss.get("/users/invitations"),
            boss.get("/users"),
            boss.get(f"/users/{me}"),
        ]  # fmt: skip
    return told


def test_no_secret_gets_out(tmp_path: Path, log: _Everything) -> None:
    secrets = {CANARY, SECOND, THIRD, SIGNING_KEY, LOCAL_SECRET}
    with server_in_thread(tmp_path) as server:
        told = _live(server, secrets)
        assert len(secrets) > 15
        shown = repr(server.context) + repr(server.context.secrets)
        # As they lie on the disk while the server runs, the write-ahead log too.
        running = _files(tmp_path)
    for secret in secrets:
        for answer in told:
            assert secret not in answer.text
            assert secret not in str(answer.headers)
        assert secret not in log.text
        assert secret not in shown
        assert secret.encode() not in running
        assert secret.encode() not in _files(tmp_path)


def _files(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("part", ["find_by_email", "find_enabled", "add"])
def test_a_fault_of_the_server_tells_no_secret(
    tmp_path: Path,
    log: _Everything,
    monkeypatch: pytest.MonkeyPatch,
    expected_logs: list[str],
    part: str,
) -> None:
    """A traceback names the lines that failed, not what they held."""
    expected_logs.append("POST failed")

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    with server_in_thread(tmp_path) as server:
        kim = account(server)
        with server.user("admin") as boss:
            body = {"email": "sam@example.org", "role": "coach"}
            code = boss.post("/users/invitations", json=body).json()["code"]
        with monkeypatch.context() as patched:
            patched.setattr(users, part, broken)
            patched.setattr(codes, "find_live", broken)
            answers = [
                kim.sign_in(CANARY),
                ask(server, "POST", "/auth/invitation", json={"code": code, "password": CANARY}),
                ask(server, "POST", "/auth/password", json={"code": code, "new_password": CANARY}),
            ]
    assert 500 in [answer.status_code for answer in answers]
    for answer in answers:
        assert CANARY not in answer.text + log.text
        assert code not in answer.text + log.text


def test_without_a_hash_no_password_fits() -> None:
    for stored in (None, "not a hash"):
        assert asyncio.run(verified(stored, CANARY)) == (False, None)


def test_a_line_of_the_log_loses_what_should_not_have_come_into_it() -> None:
    for prefix in (REFRESH_PREFIX, CODE_PREFIX):
        secret = prefix + "A-_b" * 11
        record = logging.LogRecord("x", logging.INFO, "x", 1, "used '%s'.", (secret,), None)
        assert TextFormatter().format(record).endswith(" x: used '[removed]'.")


def test_the_rows_hide_what_they_hold() -> None:
    row = users.UserRow("i", "e", "coach", CANARY, 0)
    code = codes.CodeRow(CANARY, "i", "reset", "e", "coach", None, "b", 0, 1)
    begun = sessions.Begun(SessionRow("i", "u", "l", 0, 0, 1), CANARY)
    assert CANARY not in repr((row, code, begun))
