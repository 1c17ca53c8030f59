"""People with passwords on a server of a test, and what they do to sign in."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import Connection, text

from server.services.accounts import add_user
from tests.helpers.server_thread import ThreadServer

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in."""

    id: str
    email: str
    server: ThreadServer = field(repr=False)

    def sign_in(self, password: str = PASSWORD, **headers: str) -> httpx.Response:
        """What `auth/token` answers."""
        body = {"email": self.email, "password": password}
        return ask(self.server, "POST", "/auth/token", json=body, headers=headers)

    def tokens(self, password: str = PASSWORD, **headers: str) -> dict[str, Any]:
        """Access and refresh token of a new session."""
        answer = self.sign_in(password, **headers)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens


def account(server: ThreadServer, role: str = "candidate", email: str | None = None) -> Account:
    """Somebody new, whose password is `PASSWORD`."""
    address = email or f"{uuid.uuid4()}@example.org"
    user = asyncio.run(add_user(server.context, address, role, PASSWORD))
    return Account(user.id, user.email, server)


def ask(
    server: ThreadServer,
    method: str,
    path: str,
    token: str | None = None,
    *,
    headers: dict[str, str] | None = None,
    **sent: Any,
) -> httpx.Response:
    """One request on a connection of its own, with an access token or without."""
    bearer = {} if token is None else {"Authorization": f"Bearer {token}"}
    return httpx.request(
        method,
        f"{server.url}/api/v1{path}",
        headers=httpx.Headers(bearer | (headers or {}), encoding="latin-1"),
        timeout=20,
        trust_env=False,
        verify=False,
        **sent,
    )


def refresh(server: ThreadServer, refresh_token: str) -> httpx.Response:
    """What `auth/refresh` answers."""
    return ask(server, "POST", "/auth/refresh", json={"refresh_token": refresh_token})


def works(server: ThreadServer, access_token: str) -> bool:
    """Whether the server takes this access token."""
    answer = ask(server, "GET", "/users/me", access_token)
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


def audit_of(server: ThreadServer, owner_id: str | None) -> list[str]:
    """The actions in the audit of this owner, oldest first; None for those without one."""
    query = text("SELECT action FROM audit WHERE owner_id IS :owner ORDER BY id")

    def read(connection: Connection) -> list[str]:
        return [str(row.action) for row in connection.execute(query, {"owner": owner_id})]

    return asyncio.run(server.context.database.read(read))
