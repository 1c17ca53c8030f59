"""The app's HTTP client where something odd answers, and what it never shows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from interview_desktop.api import parsing
from interview_desktop.api.auth import FixedToken, LocalSignIn
from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import ApiError, Unauthorized, UnexpectedAnswer, Unreachable

SECRET = "ek_do_not_show_me"


class PageApi(InterviewApi):
    """A client behind a portal that answers every request with a page of its own."""

    async def _request(self, method: str, path: str, **rest: object) -> httpx.Response:
        return httpx.Response(200, text="<html>Sign in to the hotel's network</html>")


@pytest.mark.parametrize(
    "call",
    [
        lambda api: api.templates(),
        lambda api: api.interviews(),
        lambda api: api.interview("x"),
        lambda api: api.question("x", 1),
        lambda api: api.question_token("x", 1),
        lambda api: api.hint("x", 1),
        lambda api: api.captions("x"),
        lambda api: api.debrief("x"),
        lambda api: api.scores("x"),
        lambda api: api.save_scores("x", {}),
        lambda api: api.create_interview("x", "key"),
        lambda api: api.download_part("x", None),
    ],
)
def test_a_page_of_somebody_else_is_one_plain_error(
    call: Callable[[InterviewApi], Awaitable[object]],
) -> None:
    async def ask() -> None:
        api = PageApi("https://example.org", FixedToken("token"))
        try:
            await call(api)
        finally:
            await api.aclose()

    with pytest.raises(UnexpectedAnswer):
        asyncio.run(ask())


@pytest.mark.parametrize(
    "address",
    ["", "example.org", "http://example.org", "http://[::1", "ftp://127.0.0.1", "https://",
     "https://x:99999", "http://127.0.0.1:x", "file:///etc/passwd"],
)  # fmt: skip
def test_what_is_no_address_of_a_server_says_so(address: str) -> None:
    with pytest.raises(Unreachable):
        InterviewApi(address, FixedToken("token"))


@pytest.mark.parametrize("token", ["", "a b", "tok\u00e9n", "a\r\nX: y", "\ud800"])
def test_what_no_header_can_carry_is_no_token(token: str) -> None:
    async def ask() -> None:
        api = InterviewApi("http://127.0.0.1:1", FixedToken(token))
        try:
            await api.templates()
        finally:
            await api.aclose()

    with pytest.raises(Unauthorized) as told:
        asyncio.run(ask())
    assert not token or token not in told.value.sentence


def test_no_secret_shows() -> None:
    token = {
        "client_secret": {"value": SECRET, "expires_at": 1},
        "session": {},
        "connect": {"url": "https://example.org"},
    }
    turn = {"username": "u", "password": SECRET, "expiration": 1, "urls": ["turn:example.org"]}
    credentials = {"session_token": token, "turn_credentials": turn}
    shown = [
        repr(parsing.convert(credentials, parsing._Credentials)),
        repr(parsing.credentials(credentials, 1)),
        repr(FixedToken(SECRET)),
        repr(LocalSignIn(str, SECRET)),
    ]
    assert SECRET not in "".join(shown)
    with pytest.raises(ApiError) as told:
        parsing.credentials({"session_token": token | {"connect": 1}}, 1)
    assert SECRET not in f"{told.value!r} {told.value} {told.value.__context__!r}"
