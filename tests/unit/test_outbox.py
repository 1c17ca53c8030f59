"""The outbox: one caption that cannot be sent never holds back the others."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from interview_desktop.api.auth import FixedToken
from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import RateLimited, Refused, ServerFailed, Unreachable
from interview_desktop.call import outbox
from interview_desktop.call.outbox import Outbox


class ScriptedApi(InterviewApi):
    """Stands in for a server: fails as told, then keeps what arrives."""

    def __init__(self, *failures: Exception) -> None:
        super().__init__("http://127.0.0.1:1", FixedToken("token"))
        self.failures = list(failures)
        self.arrived: list[int] = []

    async def event(self, interview_id: str, number: int, event: dict[str, Any]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.arrived.append(number)


def _delivered(api: ScriptedApi) -> list[int]:
    async def deliver() -> None:
        box = Outbox(api, "interview")
        for number in (1, 2, 3):
            box.event(number, "note", 0, {})
        assert await box.flush(20)
        await box.aclose()
        await api.aclose()

    asyncio.run(deliver())
    return api.arrived


@pytest.mark.parametrize(
    "failure", [Unreachable("gone"), ServerFailed("down"), RateLimited("slowly")]
)
def test_what_passes_is_waited_for_in_order(
    failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "RETRY_DELAYS_S", (0.01,))
    assert _delivered(ScriptedApi(failure, failure)) == [1, 2, 3]


@pytest.mark.parametrize("failure", [Refused("no"), ValueError("cannot be encoded")])
def test_what_does_not_pass_is_dropped_alone(failure: Exception, expected_logs: list[str]) -> None:
    expected_logs.append("A caption or event (was refused|could not be sent)")
    assert _delivered(ScriptedApi(failure)) == [2, 3]
