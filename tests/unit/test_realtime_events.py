"""Reading events: whatever a server sends, nothing is raised."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.domain.realtime_events import (
    MAX_EVENT_CHARS,
    error_code,
    parse,
    session_update,
    thinking,
    tool_arguments,
    turn_detection,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.text() | st.binary() | JSON.map(json.dumps))
def test_any_message_is_an_event_or_nothing(message: str | bytes) -> None:
    event = parse(message)
    assert event is None or isinstance(event["type"], str)


@given(st.text(), st.dictionaries(st.text(), JSON, max_size=3))
def test_what_is_an_event_arrives_whole(kind: str, fields: dict[str, Any]) -> None:
    event = parse(json.dumps(fields | {"type": kind}))
    assert event is not None
    # Everything of it can be written to a file and sent again.
    json.dumps(event, ensure_ascii=False).encode()
    assert set(event) == set(fields) | {"type"}


@given(st.none() | st.text() | JSON | JSON.map(json.dumps))
def test_any_arguments_are_an_object(arguments: Any) -> None:
    assert isinstance(tool_arguments({"arguments": arguments}), dict)


@pytest.mark.parametrize("text", ["\\ud83d", "\\uDE00", "\\ud83d\\ud83d", "a\\udc00b"])
def test_half_a_character_becomes_a_whole_one(text: str) -> None:
    event = parse(f'{{"type": "x", "delta": "{text}", "more": [{{"{text}": 1}}]}}')
    assert event is not None
    assert "?" in event["delta"]
    json.dumps(event, ensure_ascii=False).encode()


def test_a_whole_character_stays() -> None:
    event = parse('{"type": "x", "delta": "\\ud83d\\ude00"}')
    assert event == {"type": "x", "delta": "\U0001f600"}


@pytest.mark.parametrize(
    "message",
    ["[" * 100_000, '{"type": "' + "x" * MAX_EVENT_CHARS + '"}', '{"type": 1}', '"type"', b"{}",
     "1" * 5000, '{"type": "x", "n": ' + "1" * 5000 + "}"],
)  # fmt: skip
def test_what_is_too_much_or_no_event_is_nothing(message: str | bytes) -> None:
    assert parse(message) is None


@pytest.mark.parametrize(
    ("beta", "ga"),
    [
        ("response.audio_transcript.delta", "response.output_audio_transcript.delta"),
        ("response.audio_transcript.done", "response.output_audio_transcript.done"),
        ("response.text.delta", "response.output_text.delta"),
        ("response.text.done", "response.output_text.done"),
        ("conversation.item.created", "conversation.item.added"),
        ("response.done", "response.done"),
    ],
)
def test_names_of_the_beta_are_translated(beta: str, ga: str) -> None:
    assert parse(json.dumps({"type": beta, "item_id": "a"})) == {"type": ga, "item_id": "a"}


@given(st.dictionaries(st.sampled_from(["audio", "x"]), JSON))
def test_any_session_has_some_turn_detection(session: dict[str, Any]) -> None:
    detection = turn_detection(session)
    assert detection is None or isinstance(detection, dict)


def test_a_session_without_turn_detection_gets_none_by_thinking() -> None:
    own = turn_detection({"audio": {"input": {"turn_detection": None}}})
    for active in (True, False):
        update = thinking(own, active=active)
        assert update["session"]["audio"]["input"]["turn_detection"] is None


@given(JSON)
def test_a_code_is_text(holder: Any) -> None:
    assert isinstance(error_code(holder), str)
    assert error_code({"error": {"code": "x"}}) == "x"


def test_every_client_event_has_an_id_of_its_own() -> None:
    assert session_update({})["event_id"] != session_update({})["event_id"]
