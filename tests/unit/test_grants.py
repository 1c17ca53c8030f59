"""Tokens and TURN credentials: how long they last is never a matter of this machine's clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from email.utils import formatdate

import httpx
import pytest

from interview_desktop.api.auth import FixedToken
from interview_desktop.api.client import InterviewApi
from interview_desktop.call.grants import TURN_MARGIN_S, Grants
from interview_desktop.domain.interview import Interview, Progress

INTERVIEW = Interview("i", "u", "t", "in-progress", "2026-01-31T12:00:00Z", None, Progress())
TOKEN = {
    "client_secret": {"value": "ek", "expires_at": 0},
    "session": {},
    "connect": {"url": "http://127.0.0.1:1/calls"},
}
TTL_S = 600
SERVER_S = 1_700_000_000


class TurnApi(InterviewApi):
    """A client of a server that has its own idea of the time."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1", FixedToken("token"))
        self.asked: list[str] = []
        self.dated = True

    async def _request(self, method: str, path: str, **rest: object) -> httpx.Response:
        self.asked.append(path.rpartition("/")[2])
        if method == "GET":
            return httpx.Response(200, json=TOKEN)
        now_s = SERVER_S if self.dated else time.time()
        turn = {"username": "u", "password": "p", "urls": ["turn:127.0.0.1:1"]}
        body = {"session_token": TOKEN, "turn_credentials": turn | {"expiration": now_s + TTL_S}}
        body["turn_credentials"]["expiration"] = int(now_s + TTL_S)  # type: ignore[index]
        headers = {"Date": formatdate(SERVER_S, usegmt=True)} if self.dated else {}
        return httpx.Response(200, json=body, headers=headers)


@pytest.mark.parametrize("jump_s", [-3600.0, 0.0, 3600.0, 10.0**9])
@pytest.mark.parametrize("dated", [True, False])
def test_a_clock_that_jumps_changes_no_lifetime(
    monkeypatch: pytest.MonkeyPatch, jump_s: float, dated: bool
) -> None:
    api = TurnApi()
    api.dated = dated
    now_s = 0.0
    real: Callable[[], float] = time.time

    async def ask() -> None:
        nonlocal now_s
        grants = Grants(api, lambda: now_s)
        first = await grants.next(INTERVIEW)
        monkeypatch.setattr(time, "time", lambda: real() + jump_s)
        now_s = TTL_S - TURN_MARGIN_S - 2
        # A question's token has no TURN of its own: the first one's is kept.
        assert (await grants.next(INTERVIEW)).turn == first.turn
        now_s = TTL_S - TURN_MARGIN_S + 2
        assert (await grants.next(INTERVIEW)).turn is not None
        await api.aclose()

    asyncio.run(ask())
    assert api.asked == ["credentials", "token", "credentials"]
