"""Calls as a resource: reported when they are live, ended by the next one or from here."""

from __future__ import annotations

import httpx
import pytest

from tests.helpers.api import complete, detail


def _report(client: httpx.Client, path: str, call_id: str) -> httpx.Response:
    return client.post(f"{path}/calls", json={"call_id": call_id, "question": 1})


def _calls(client: httpx.Client, path: str) -> dict[str, bool]:
    """Whether each call is live."""
    listed = client.get(f"{path}/calls").json()["calls"]
    return {one["call_id"]: one["ended_at"] is None for one in listed}


def test_a_new_call_ends_the_old_one(owner: httpx.Client, path: str) -> None:
    made = _report(owner, path, "rtc_1")
    assert made.status_code == 201
    assert made.headers["Location"] == f"/api/v1{path}/calls/rtc_1"
    assert _report(owner, path, "rtc_1").status_code == 200
    assert _report(owner, path, "rtc_2").status_code == 201
    assert _calls(owner, path) == {"rtc_1": False, "rtc_2": True}
    # One that has ended does not come back.
    detail(_report(owner, path, "rtc_1"), 409)


def test_a_call_is_hung_up_once(owner: httpx.Client, stranger: httpx.Client, path: str) -> None:
    _report(owner, path, "rtc_1")
    detail(stranger.delete(f"{path}/calls/rtc_1"), 404)
    assert owner.delete(f"{path}/calls/rtc_1").status_code == 204
    detail(owner.delete(f"{path}/calls/rtc_1"), 404)
    assert _calls(owner, path) == {"rtc_1": False}


def test_a_finished_interview_takes_no_call(owner: httpx.Client, path: str) -> None:
    complete(owner, path)
    detail(_report(owner, path, "rtc_1"), 409)


@pytest.mark.parametrize("call_id", ["", "a b", "../x", "ü", "x" * 201])
def test_an_id_is_what_providers_make(owner: httpx.Client, path: str, call_id: str) -> None:
    detail(_report(owner, path, call_id), 400)
