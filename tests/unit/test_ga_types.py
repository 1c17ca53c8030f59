"""The judge of server events must itself be able to say no."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers.ga_types import faults

STOPPED = {"type": "output_audio_buffer.stopped", "event_id": "event_1", "response_id": "resp_1"}


def test_a_whole_event_has_no_fault() -> None:
    assert not faults(STOPPED)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "interviewer.private", "event_id": "event_1"},
        {key: value for key, value in STOPPED.items() if key != "event_id"},
        {key: value for key, value in STOPPED.items() if key != "response_id"},
        STOPPED | {"response_id": 3},
        STOPPED | {"colour": "red"},
        {
            "type": "conversation.item.done",
            "event_id": "event_1",
            "previous_item_id": None,
            "item": {"type": "message", "role": "judge", "content": []},
        },
    ],
)
def test_what_the_sdk_would_not_take_is_a_fault(event: dict[str, Any]) -> None:
    assert faults(event)
