"""Scores: one set an author, replaced as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.helpers.api import complete, detail, new_interview
from tests.helpers.server_thread import server_in_thread

SPAN = {"start_ms": 62_000, "end_ms": 118_000}


def test_own_scores_come_back_in_the_rubrics_order(tmp_path: Path) -> None:
    with server_in_thread(tmp_path) as server, server.user() as client:
        server.clock.now = 1_800_000_000
        mine = client.get("/users/me").json()["id"]
        path = f"/interviews/{new_interview(client)['id']}/scores/"
        assert client.get(path).json() == {"scores": []}
        given = [{"dimension": "numeracy", "score": 1, "evidence": SPAN},
                 {"dimension": "structuring", "score": 5}]  # fmt: skip
        answer = client.post(path, json={"scores": given})
        about = {"author_id": mine, "kind": "self"}
        at = {"created_at": "2027-01-15T08:00:00Z"}
        expected = {
            "scores": [
                about | {"dimension": "structuring", "score": 5, "evidence": None} | at,
                about | {"dimension": "numeracy", "score": 1, "evidence": SPAN} | at,
            ]
        }
        assert (answer.status_code, answer.json()) == (201, expected)
        assert client.get(path).json() == expected


def test_a_new_set_takes_the_place_of_the_old_one(owner: httpx.Client, path: str) -> None:
    route = f"{path}/scores"
    complete(owner, path)
    names = ("synthesis", "judgement")
    for chosen in (names[:1], names, names[1:], ()):
        answer = owner.post(
            route, json={"scores": [{"dimension": one, "score": 2} for one in chosen]}
        )
        assert answer.status_code == 201
        shown = owner.get(route).json()
        assert shown == answer.json()
        assert {one["dimension"] for one in shown["scores"]} == set(chosen)


@pytest.mark.parametrize(
    "broken",
    [{"dimension": "charm", "score": 3}, {"dimension": "numeracy"}, {"score": 3},
     {"dimension": "numeracy", "score": 0}, {"dimension": "numeracy", "score": 6},
     {"dimension": "numeracy", "score": 3.5}, {"dimension": "numeracy", "score": True},
     {"dimension": "numeracy", "score": "3"}, {"dimension": "communication", "score": 3},
     {"dimension": "numeracy", "score": 3, "evidence": {"start_ms": 2, "end_ms": 1}},
     {"dimension": "numeracy", "score": 3, "evidence": {"start_ms": -1, "end_ms": 1}},
     {"dimension": "numeracy", "score": 3, "evidence": {"start_ms": 1}},
     {"dimension": "numeracy", "score": 3, "evidence": []},
     {"dimension": "numeracy", "score": 3, "author_id": "x"},
     {"dimension": "numeracy", "score": 3, "kind": "coach"}, None],
)  # fmt: skip
def test_one_broken_score_leaves_the_old_set(owner: httpx.Client, path: str, broken: Any) -> None:
    route = f"{path}/scores"
    good = {"dimension": "communication", "score": 4, "evidence": None}
    before = owner.post(route, json={"scores": [good]}).json()
    detail(owner.post(route, json={"scores": [good | {"score": 1}, broken]}), 400)
    assert owner.get(route).json() == before
