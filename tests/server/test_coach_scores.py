"""Scores of coaches: one set each, given blind."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.helpers.api import detail
from tests.helpers.server_thread import ThreadServer


@pytest.fixture
def coaches(
    api: ThreadServer, owner: httpx.Client, path: str
) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Two coaches with whom the interview's feedback is shared."""
    with contextlib.ExitStack() as stack:
        first, second = (stack.enter_context(api.user("coach")) for _ in range(2))
        for one in (first, second):
            shared(owner, path, one, "feedback")
        yield first, second


def shared(owner: httpx.Client, path: str, coach: httpx.Client, *scopes: str) -> str:
    """The path of a new share."""
    body = {"coach_id": coach.get("/users/me").json()["id"], "scopes": scopes}
    answer = owner.post(f"{path}/shares", json=body)
    assert answer.status_code == 201
    return f"{path}/shares/{answer.json()['id']}"


def give(client: httpx.Client, path: str, **scores: int) -> Any:
    """Give a set; what the giver sees then."""
    given = [{"dimension": name, "score": score} for name, score in scores.items()]
    answer = client.post(f"{path}/scores", json={"scores": given})
    assert answer.status_code == 201, answer.text
    return answer.json()["scores"]


def seen(client: httpx.Client, path: str) -> list[tuple[str, str, int]]:
    """(kind, dimension, score) of all that the client sees."""
    answer = client.get(f"{path}/scores")
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["scores"]
    return [(one["kind"], one["dimension"], one["score"]) for one in answer.json()["scores"]]


def test_a_coach_sees_nobodys_scores_before_their_own_are_given(
    owner: httpx.Client, coaches: tuple[httpx.Client, httpx.Client], path: str
) -> None:
    first, second = coaches
    give(owner, path, numeracy=5)
    give(first, path, numeracy=2)
    assert seen(second, path) == []
    # An empty set is none: it opens nothing.
    assert give(second, path) == []
    assert seen(second, path) == []
    give(second, path, structuring=4)
    both = [("coach", "structuring", 4), ("self", "numeracy", 5), ("coach", "numeracy", 2)]
    assert sorted(seen(second, path)) == sorted(both)
    assert sorted(seen(first, path)) == sorted(both)
    # Taken back, the others' are closed again.
    give(second, path)
    assert seen(second, path) == []


def test_the_owner_sees_all_and_who_gave_them(
    owner: httpx.Client, coaches: tuple[httpx.Client, httpx.Client], path: str
) -> None:
    for place, one in enumerate((owner, *coaches), start=1):
        give(one, path, synthesis=place)
    answer = owner.get(f"{path}/scores").json()["scores"]
    ids = [one.get("/users/me").json()["id"] for one in (owner, *coaches)]
    assert {(one["author_id"], one["kind"], one["score"]) for one in answer} == {
        (ids[0], "self", 1),
        (ids[1], "coach", 2),
        (ids[2], "coach", 3),
    }


def test_a_new_set_replaces_ones_own_alone(
    owner: httpx.Client, coaches: tuple[httpx.Client, httpx.Client], path: str
) -> None:
    first, second = coaches
    for one in (owner, first, second):
        give(one, path, numeracy=3, judgement=3)
    give(first, path, synthesis=1)
    kept = [("self", 3), ("self", 3), ("coach", 3), ("coach", 3), ("coach", 1)]
    assert sorted((kind, score) for kind, _, score in seen(owner, path)) == sorted(kept)
    give(owner, path)
    assert sorted(seen(owner, path)) == [
        ("coach", "judgement", 3),
        ("coach", "numeracy", 3),
        ("coach", "synthesis", 1),
    ]


def test_evidence_and_broken_sets_of_a_coach(
    owner: httpx.Client, coaches: tuple[httpx.Client, httpx.Client], path: str
) -> None:
    coach = coaches[0]
    span = {"start_ms": 10, "end_ms": 20}
    good = {"dimension": "numeracy", "score": 4, "evidence": span}
    given = coach.post(f"{path}/scores", json={"scores": [good]}).json()["scores"]
    assert given[0]["evidence"] == span
    for broken in ({"kind": "self"}, {"author_id": "x"}, {"score": 6}):
        detail(coach.post(f"{path}/scores", json={"scores": [good | broken]}), 400)
    assert owner.get(f"{path}/scores").json()["scores"] == given


def test_scores_ask_for_the_scope_and_outlive_the_share(
    api: ThreadServer, owner: httpx.Client, path: str
) -> None:
    with api.user("coach") as coach, api.user("admin") as admin:
        body = {"scores": [{"dimension": "numeracy", "score": 4}]}
        shared(owner, path, coach, "transcript", "audio")
        for other in (coach, admin):
            detail(other.get(f"{path}/scores"), 404)
            detail(other.post(f"{path}/scores", json=body), 404)
        share = shared(owner, path, coach, "feedback")
        give(coach, path, numeracy=4)
        assert owner.delete(share).status_code == 204
        detail(coach.get(f"{path}/scores"), 404)
        detail(coach.post(f"{path}/scores", json={"scores": []}), 404)
        assert seen(owner, path) == [("coach", "numeracy", 4)]
