"""The yardstick of the request benchmark does the same work: it answers the same requests alike."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator

import httpx
import pytest

from tests.bench import server_requests
from tests.bench.server_requests import Data, make_data


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Data, list[httpx.Client]]]:
    folder = tmp_path_factory.mktemp("peer")
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        patch.setattr(server_requests, "USERS", 2)
        patch.setattr(server_requests, "EACH", 30)
        data = make_data(folder / "data")
        copy = folder / "peer.sqlite3"
        shutil.copy(data.folder / "interviews.sqlite3", copy)
        served = [
            stack.enter_context(server_requests.ours(data)),
            stack.enter_context(server_requests.peer(data, copy)),
        ]
        headers = {"Authorization": f"Bearer {data.tokens[0]}"}
        yield data, [
            stack.enter_context(
                httpx.Client(base_url=f"{one.url}/api/v1", headers=headers,
                             trust_env=False, verify=False, timeout=20)
            )
            for one in served
        ]  # fmt: skip


def _same(clients: list[httpx.Client], method: str, path: str, **sent: object) -> httpx.Response:
    mine, theirs = (client.request(method, path, **sent) for client in clients)  # type: ignore[arg-type]
    assert mine.status_code == theirs.status_code, (mine.text, theirs.text)
    if mine.is_success:
        names = {"id", "started_at", "completed_at"} if method == "POST" else {"completed_at"}
        left, right = mine.json(), theirs.json()
        if isinstance(left, dict):
            left, right = ({key: value for key, value in one.items() if key not in names}
                           for one in (left, right))  # fmt: skip
        assert left == right
        for header in ("ETag", "X-Total-Count", "Link"):
            assert mine.headers.get(header) == theirs.headers.get(header), header
    return mine


def test_they_answer_alike(both: tuple[Data, list[httpx.Client]]) -> None:
    data, clients = both
    row, foreign = data.rows[0][3], data.rows[1][3]
    assert len(_same(clients, "GET", "/interviews?skip=0&limit=20").json()) == 20
    assert (
        len(_same(clients, "GET", "/interviews?skip=20&limit=20&status=in-progress").json()) == 10
    )
    assert _same(clients, "GET", f"/interviews/{row}").json()["id"] == row
    assert _same(clients, "GET", f"/interviews/{foreign}").status_code == 403
    progress = {"current_question": 3, "questions_completed": [2, 1]}
    changed = _same(clients, "PATCH", f"/interviews/{row}", json={"progress_data": progress})
    assert changed.headers["ETag"] == '"2"'
    assert (
        _same(
            clients, "PATCH", f"/interviews/{row}", json={}, headers={"If-Match": '"1"'}
        ).status_code
        == 412
    )
    assert _same(clients, "PATCH", f"/interviews/{row}", json={"status": "completed"}).is_success
    assert (
        _same(clients, "PATCH", f"/interviews/{row}", json={"status": "abandoned"}).status_code
        == 409
    )
    body = {"template_id": data.template_id}
    key = {"Idempotency-Key": "k"}
    assert _same(clients, "POST", "/interviews", json=body, headers=key).status_code == 201
    for client in clients:
        first, again = (
            client.post("/interviews", json=body, headers=key).json()["id"] for _ in range(2)
        )
        assert first == again
    for client in clients:
        client.headers["Authorization"] = "Bearer x"
    assert _same(clients, "GET", f"/interviews/{row}").status_code == 401
