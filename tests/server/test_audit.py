"""The audit: what is noted, who reads it, and that nothing in the program changes it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import server as package
from server.storage import tables
from tests.helpers.api import TUS, complete, detail, new_interview, upload
from tests.helpers.own_data import export
from tests.helpers.server_thread import ThreadServer, server_in_thread

SERVER = Path(package.__file__).parent
TABLE = tables.audit.name
WRITER = SERVER / "storage" / "audit.py"


def _read(client: httpx.Client, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/audit{query}")
    assert answer.status_code == 200, answer.text
    entries: list[dict[str, Any]] = answer.json()
    return entries


def _id(client: httpx.Client) -> str:
    return str(client.get("/users/me").json()["id"])


def test_what_one_does_is_noted_newest_first(owner: httpx.Client, path: str) -> None:
    me, interview_id = _id(owner), path.rpartition("/")[2]
    location = upload(owner, path, b"OggS....")
    recording_id = location.rpartition("/")[2]
    assert owner.post(f"{path}/credentials").status_code == 200
    assert owner.get(f"{path}/questions/2/token").status_code == 200
    made = export(owner)
    export_id = made.rpartition("/")[2]
    assert owner.get(f"{made}/file").status_code == 200
    assert owner.delete(made).status_code == 204
    assert owner.delete(location, headers=TUS).status_code == 204
    assert owner.delete(path).status_code == 204
    wanted = [
        ("interview.delete", interview_id, None),
        ("recording.delete", interview_id, recording_id),
        ("export.delete", None, export_id),
        ("export.read", None, export_id),
        ("export.create", None, export_id),
        ("token.mint", interview_id, None),
        ("token.mint", interview_id, None),
    ]
    entries = _read(owner)
    assert [(one["action"], one["interview_id"], one["target"]) for one in entries] == wanted
    assert {(one["owner_id"], one["actor_id"]) for one in entries} == {(me, me)}
    ids = [one["id"] for one in entries]
    assert ids == sorted(ids, reverse=True)
    assert all(set(one) == {"id", "at", "action", "actor_id", "owner_id", "interview_id", "target"}
               for one in entries)  # fmt: skip


def test_who_looks_stands_in_the_owners_audit(
    api: ThreadServer, owner: httpx.Client, admin: httpx.Client, path: str
) -> None:
    complete(owner, path)
    with api.user("coach") as coach:
        leave = {"coach_id": _id(coach), "scopes": ["transcript"]}
        assert owner.post(f"{path}/shares", json=leave).status_code == 201
        assert coach.get(f"{path}/transcript").status_code == 200
        assert admin.get(path).status_code == 200
        seen = [(one["action"], one["actor_id"]) for one in _read(owner)]
        assert seen == [
            ("interview.read", _id(admin)),
            ("transcript.read", _id(coach)),
            ("share.create", _id(owner)),
        ]
        # Who looked does not own the entry.
        assert _read(coach) == []


def test_what_is_refused_is_not_noted_as_done(
    owner: httpx.Client, stranger: httpx.Client, path: str
) -> None:
    assert stranger.delete(path).status_code == 403
    assert stranger.post(f"{path}/credentials").status_code == 403
    complete(owner, path)
    assert owner.post(f"{path}/credentials").status_code == 409
    assert _read(owner) == []
    assert _read(stranger) == []


def test_pages_and_filters(owner: httpx.Client) -> None:
    chosen = {"recordings_days": 1, "interviews_days": None}
    for _ in range(5):
        owner.put("/settings/retention", json=chosen)
    made = export(owner)
    everything = _read(owner)
    assert len(everything) == 6
    first = owner.get("/audit?limit=4")
    assert first.headers["X-Total-Count"] == "6"
    url, _, relation = first.headers["Link"].partition("; ")
    assert relation == 'rel="next"'
    rest = owner.get(url.strip("<>").removeprefix("/api/v1"))
    assert "Link" not in rest.headers
    assert first.json() + rest.json() == everything
    filtered = owner.get("/audit?action=export.create")
    assert filtered.headers["X-Total-Count"] == "1"
    assert filtered.json()[0]["target"] == made.rpartition("/")[2]
    assert _read(owner, "?action=share.create") == []
    assert _read(owner, f"?user_id={_id(owner).upper()}") == everything


@pytest.mark.parametrize(
    "query",
    ["?user_id=x", "?action=x", "?action=", "?action=Share.create", "?action=a.b%00", "?skip=-1",
     "?limit=0", "?limit=101", "?action=a.b&action=a.b", "?action=%27%20OR%201=1--"],
)  # fmt: skip
def test_what_is_no_filter_is_400(owner: httpx.Client, query: str) -> None:
    detail(owner.get(f"/audit{query}"), 400)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[ThreadServer]:
    """A server whose audit holds nothing of other tests."""
    with server_in_thread(tmp_path) as running:
        yield running


def test_an_administrator_reads_everybodys_and_nobody_else_does(alone: ThreadServer) -> None:
    with alone.user() as one, alone.user() as two, alone.user("admin") as admin:
        chosen = {"recordings_days": 1, "interviews_days": None}
        for client in (one, two, one):
            client.put("/settings/retention", json=chosen)
        assert [entry["owner_id"] for entry in _read(admin)] == [_id(one), _id(two), _id(one)]
        assert _read(admin, f"?user_id={_id(one)}") == _read(one)
        assert _read(admin, f"?user_id={_id(two)}&action=retention.change") == _read(two)
        assert _read(admin, f"?user_id={_id(admin)}") == []
        detail(one.get(f"/audit?user_id={_id(two)}"), 403)
        with alone.user("coach") as coach:
            detail(coach.get(f"/audit?user_id={_id(two)}"), 403)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            detail(admin.request(method, "/audit"), 405)


def test_entries_outlive_what_they_are_about(owner: httpx.Client) -> None:
    path = f"/interviews/{new_interview(owner)['id']}"
    upload(owner, path, b"OggS....")
    assert owner.post(f"{path}/credentials").status_code == 200
    assert owner.delete(path).status_code == 204
    assert [one["action"] for one in _read(owner)] == ["interview.delete", "token.mint"]


def _statements(source: str) -> Iterator[str]:
    """What a module does to the audit's table: insert, update or delete."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "server.storage.tables"
        for alias in node.names
        if alias.name == TABLE
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            verb = node.func.id if isinstance(node.func, ast.Name) else ""
            about = ast.unparse(node.args[0])
            if verb in ("insert", "update", "delete") and (
                about in names or about.endswith(f"tables.{TABLE}")
            ):
                yield verb
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            about = ast.unparse(node.func.value)
            if node.func.attr in ("insert", "update", "delete") and about in names:
                yield node.func.attr
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = re.search(
                rf"\b(insert\s+into|update|delete\s+from)\s+\"?{TABLE}\b", node.value, re.IGNORECASE
            )
            if found:
                yield found[1].lower()


def test_the_search_for_statements_finds_them() -> None:
    head = "from server.storage.tables import audit as kept\n"
    assert list(_statements(f"{head}connection.execute(update(kept).values(x=1))")) == ["update"]
    assert list(_statements(f"{head}kept.delete()")) == ["delete"]
    assert list(_statements("from server.storage import tables\ndelete(tables.audit)")) == [
        "delete"
    ]
    assert list(_statements("run('DELETE FROM audit WHERE 1')")) == ["delete from"]
    assert list(_statements("from server.storage import audit\naudit.add(connection)")) == []


def test_nothing_but_one_module_writes_it_and_it_only_adds() -> None:
    """An account that is deleted takes its entries along, by the foreign key."""
    found = {
        path.relative_to(SERVER).as_posix(): verbs
        for path in SERVER.rglob("*.py")
        if "migrations" not in path.parts
        if (verbs := list(_statements(path.read_text())))
    }
    assert found == {WRITER.relative_to(SERVER).as_posix(): ["insert"]}
