"""Where the client's access token comes from."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Protocol

import httpx

from interview_desktop.api import parsing
from interview_desktop.api.errors import Unauthorized, UnexpectedAnswer, Unreachable, error_for

TIMEOUT_S = 10.0
# A token is renewed before it runs out on the way.
MARGIN_S = 60.0


class TokenSource(Protocol):
    """Gives access tokens. Thread: the net thread."""

    async def access_token(self, *, refresh: bool = False) -> str:
        """A token; with `refresh` a new one, because the old one was refused."""


class FixedToken:
    """A token that was handed in and cannot be renewed."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def access_token(self, *, refresh: bool = False) -> str:
        """The token.

        Raises:
            Unauthorized: it is none: a header could not carry it.
        """
        del refresh
        if not re.fullmatch(r"[!-~]+", self._token):
            raise Unauthorized("This is no access token.", "Sign in again.")
        return self._token


class LocalSignIn:
    """Signs in to the bundled server with the secret that only its parent knows."""

    def __init__(
        self, base_url: Callable[[], str], secret: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._base_url = base_url
        self._secret = secret
        self._clock = clock
        self._token = ""
        self._until_s = 0.0

    async def access_token(self, *, refresh: bool = False) -> str:
        """A token, from the cache while it lasts.

        Raises:
            ApiError: the server is gone or refuses.
        """
        if refresh or not self._token or self._clock() >= self._until_s:
            value = await self._sign_in()
            try:
                self._token = str(value["access_token"])
                self._until_s = self._clock() + float(value["expires_in"]) - MARGIN_S
            except (KeyError, TypeError, ValueError):
                raise UnexpectedAnswer from None
        return self._token

    async def _sign_in(self) -> Any:
        # verify=False: plain http on loopback; a broken SSL_CERT_FILE would fail even there.
        try:
            async with httpx.AsyncClient(
                verify=False, timeout=TIMEOUT_S, trust_env=False
            ) as client:
                answer = await client.post(
                    f"{self._base_url()}/api/v1/auth/local", json={"secret": self._secret}
                )
        except httpx.HTTPError:
            raise Unreachable(
                "The local workspace does not answer.", "It is being started again."
            ) from None
        if answer.status_code != httpx.codes.OK:
            raise error_for(answer.status_code, "The local workspace refused the sign-in.")
        return parsing.json_of(answer)
