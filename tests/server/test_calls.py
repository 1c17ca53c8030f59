"""Calls as a resource: reported when live, hung up from the server."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from tests.helpers.api import detail, new_interview
from tests.helpers.server_thread import ThreadServer


def report(client: httpx.Client, path: str, call_id: str, question: int = 1) -> httpx.Response:
    """Say that a call is live."""
    return client.post(f"{path}/calls", json={"call_id": call_id, "question": question})


def live(client: httpx.Client, path: str) -> list[str]:
    """The calls that have not ended, as the server knows them."""
    calls = client.get(f"{path}/calls").json()["calls"]
    return [one["call_id"] for one in calls if one["ended_at"] is None]


def test_a_reported_call_is_listed_until_it_is_hung_up(
    api: ThreadServer, owner: httpx.Client, path: str
) -> None:
    assert owner.get(f"{path}/calls/").json() == {"calls": []}
    answer = report(owner, path, "rtc_a", 2)
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1{path}/calls/rtc_a"
    assert made == {"call_id": "rtc_a", "question": 2, "started_at": made["started_at"],
                    "ended_at": None}  # fmt: skip
    again = report(owner, path, "rtc_a", 2)
    assert (again.status_code, again.json()) == (200, made)
    api.clock.now += 90
    assert owner.delete(f"{path}/calls/rtc_a").status_code == 204
    detail(owner.delete(f"{path}/calls/rtc_a"), 404)
    (ended,) = owner.get(f"{path}/calls").json()["calls"]
    assert ended == made | {"ended_at": ended["ended_at"]}
    assert ended["ended_at"] > made["started_at"]
    # What has ended does not come back under its old name.
    detail(report(owner, path, "rtc_a", 2), 409)


def test_a_new_call_ends_the_old_one_of_the_same_interview_alone(
    owner: httpx.Client, path: str
) -> None:
    other = f"/interviews/{new_interview(owner)['id']}"
    for where, call_id in ((other, "rtc_o"), (path, "rtc_1"), (path, "rtc_2")):
        assert report(owner, where, call_id).status_code == 201
    assert (live(owner, path), live(owner, other)) == (["rtc_2"], ["rtc_o"])
    # An id is the provider's: the same one may stand in two interviews.
    assert report(owner, other, "rtc_2").status_code == 201
    assert (live(owner, path), live(owner, other)) == (["rtc_2"], ["rtc_2"])


@pytest.mark.parametrize("status", ["completed", "abandoned"])
def test_an_interview_that_is_over_has_no_live_call(
    owner: httpx.Client, path: str, status: str
) -> None:
    report(owner, path, "rtc_1")
    assert owner.patch(path, json={"status": status}).status_code == 200
    assert live(owner, path) == []
    detail(report(owner, path, "rtc_2"), 409)
    detail(owner.delete(f"{path}/calls/rtc_1"), 404)


def test_moving_on_keeps_the_call(owner: httpx.Client, path: str) -> None:
    report(owner, path, "rtc_1")
    progress = {"current_question": 2, "questions_completed": [1]}
    assert owner.patch(path, json={"progress_data": progress}).status_code == 200
    assert live(owner, path) == ["rtc_1"]


@pytest.mark.parametrize(
    "broken",
    [{"call_id": ""}, {"call_id": "a b"}, {"call_id": "x" * 201}, {"call_id": "../x"},
     {"call_id": None}, {"call_id": "ä"}, {"call_id": "rtc\n"}, {"question": 0}, {"question": 5},
     {"question": None}, {"question": "1"}, {"status": "live"}],
)  # fmt: skip
def test_a_broken_report_is_refused(owner: httpx.Client, path: str, broken: dict[str, Any]) -> None:
    body = {"call_id": "rtc_1", "question": 1} | broken
    detail(owner.post(f"{path}/calls", json=body), 400)
    assert live(owner, path) == []


def test_calls_are_the_owners_alone(
    owner: httpx.Client, stranger: httpx.Client, admin: httpx.Client, path: str
) -> None:
    report(owner, path, "rtc_1")
    for other in (stranger, admin):
        detail(other.get(f"{path}/calls"), 404)
        detail(report(other, path, "rtc_2"), 404)
        detail(other.delete(f"{path}/calls/rtc_1"), 404)
    assert live(owner, path) == ["rtc_1"]
    detail(owner.delete(f"{path}/calls/{uuid.uuid4()}"), 404)
