"""One server for the tests that need nothing special of it; every test gets new users."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.helpers.api import new_interview
from tests.helpers.server_thread import ThreadServer, server_in_thread


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThreadServer]:
    with server_in_thread(tmp_path_factory.mktemp("api")) as server:
        yield server


@pytest.fixture
def owner(api: ThreadServer) -> Iterator[httpx.Client]:
    with api.user() as client:
        yield client


@pytest.fixture
def stranger(api: ThreadServer) -> Iterator[httpx.Client]:
    with api.user() as client:
        yield client


@pytest.fixture
def admin(api: ThreadServer) -> Iterator[httpx.Client]:
    with api.user("admin") as client:
        yield client


@pytest.fixture
def path(owner: httpx.Client) -> str:
    """The path of a new interview of the owner."""
    return f"/interviews/{new_interview(owner)['id']}"
