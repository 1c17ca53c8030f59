"""Jobs go on after what nobody foresaw."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import Connection

from server.storage import jobs
from server.storage.jobs import JobRow
from tests.helpers.api import complete, new_interview, until_done
from tests.helpers.server_thread import ThreadServer


def test_a_failed_look_for_work_ends_no_later_job(
    api: ThreadServer,
    owner: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
    expected_logs: list[str],
) -> None:
    expected_logs.append("Jobs could not be looked for")
    path = f"/interviews/{new_interview(owner)['id']}"
    complete(owner, path)
    claim, broken = jobs.claim, [True]

    def once_broken(connection: Connection, now: int) -> JobRow | None:
        if broken and broken.pop():
            raise RuntimeError("the database says something new")
        return claim(connection, now)

    monkeypatch.setattr(jobs, "claim", once_broken)
    # The first question wakes the runner, which fails; the second one wakes it again.
    assert owner.post(f"{path}/feedback").status_code == 202
    until_done(lambda: not broken)
    assert owner.post(f"{path}/feedback").status_code == 202
    until_done(lambda: owner.get(f"{path}/feedback").json()["feedback"])
