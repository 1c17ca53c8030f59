"""What any client may send: obeyed where it can be, refused as upstream refuses, never fatal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.interview_table import CASE, Table


def message(text: str, role: str = "user", kind: str = "input_text") -> dict[str, Any]:
    """A message item without an id, as the SDKs send it."""
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}


@pytest.fixture
def asked() -> Table:
    """Question 2 has been asked."""
    table = Table(question=2)
    table.client(type="response.create")
    table.hear_out()
    return table


def last(table: Table, kind: str) -> dict[str, Any]:
    return next(e for e in reversed(table.peer.events) if e["type"] == kind)


# -- the session ----------------------------------------------------------------------------------


def test_what_a_client_sets_is_echoed_and_the_case_is_kept() -> None:
    table = Table()
    for session in (
        {"type": "realtime", "instructions": "", "audio": {"input": {"noise_reduction": None}}},
        {"type": "realtime", "tracing": "auto"},
    ):
        table.client(type="session.update", session=session)
    echoed = last(table, "session.updated")["session"]
    assert echoed["instructions"] == ""
    assert echoed["tracing"] == "auto"
    table.client(type="response.create")
    assert table.hear_out()[-1] == CASE.question(1).prompt


@pytest.mark.parametrize(
    "session",
    [
        None,
        {"type": "transcription"},
        {"type": "realtime", "audio": 3},
        {"type": "realtime", "audio": {"input": []}},
        {"type": "realtime", "audio": {"input": {"turn_detection": "server_vad"}}},
        {"type": "realtime", "tools": {"a": 1}},
        {"type": "realtime", "instructions": "x" * 300_000},
        {"type": "realtime", "audio": {"output": {"speed": float("inf")}}},
    ],
)
def test_a_session_that_cannot_be_is_refused_and_changes_nothing(session: object) -> None:
    table = Table()
    before = last(table, "session.created")["session"]
    table.client(type="session.update", session=session, event_id="mine")
    assert last(table, "error")["error"]["event_id"] == "mine"
    table.client(type="session.update", session={"type": "realtime"})
    assert last(table, "session.updated")["session"] == before


def test_a_client_without_our_tools_gets_its_hint_at_once(asked: Table) -> None:
    asked.client(type="session.update", session={"type": "realtime", "tools": []})
    asked.press("Could I have a hint?")
    assert asked.hear_out() == [CASE.question(2).hints[0]]
    asked.press("I am done with this question.")
    assert "question_done" not in asked.calls()


# -- items ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "item",
    [
        {"type": "message"},
        {"type": "message", "role": "judge", "content": []},
        {"type": "message", "role": "user", "content": "hello"},
        {"type": "message", "role": "user", "content": [{"type": "output_text", "text": "x"}]},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": 5}]},
        {"type": "message", "role": "user", "content": [], "id": 5},
        {"type": "function_call_output", "call_id": 7, "output": "x"},
        {"type": "function_call_output", "call_id": "call_1"},
        {"type": "picture"},
    ],
)
def test_an_item_that_cannot_be_is_refused(asked: Table, item: dict[str, Any]) -> None:
    count = asked.kinds().count("conversation.item.added")
    asked.client(type="conversation.item.create", item=item)
    assert asked.kinds()[-1] == "error"
    assert asked.kinds().count("conversation.item.added") == count


def test_an_id_is_given_once(asked: Table) -> None:
    item = message("hello") | {"id": "item_mine"}
    asked.client(type="conversation.item.create", item=item)
    assert last(asked, "conversation.item.done")["item"]["id"] == "item_mine"
    asked.client(type="conversation.item.create", item=item)
    assert asked.kinds()[-1] == "error"


def test_what_was_said_can_be_retrieved_with_its_words(asked: Table) -> None:
    asked.speak("the medium sites")
    item_id = last(asked, "conversation.item.input_audio_transcription.completed")["item_id"]
    asked.client(type="conversation.item.retrieve", item_id=item_id)
    part = last(asked, "conversation.item.retrieved")["item"]["content"][0]
    assert part["transcript"] == "the medium sites"


def test_after_a_deletion_the_next_item_follows_the_one_before(asked: Table) -> None:
    for name in ("item_a", "item_b"):
        asked.client(type="conversation.item.create", item=message("x") | {"id": name})
    asked.client(type="conversation.item.delete", item_id="item_b")
    asked.client(type="conversation.item.create", item=message("x"))
    assert last(asked, "conversation.item.added")["previous_item_id"] == "item_a"


def test_a_refilled_conversation_does_not_begin_with_the_case_again() -> None:
    # A client that lost its connection tells the new one what was said.
    table = Table()
    said = message("Welcome.", "assistant", "output_text")
    table.client(type="conversation.item.create", item=said)
    table.client(type="response.create")
    assert table.hear_out() == [CASE.question(1).prompt]


# -- hints ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "output",
    ["", "[]", '{"level": 1e999, "text": "x"}', '{"level": 1}', '{"level": 1, "text": 3}',
     '{"level": 1, "text": "' + "word " * 1000 + '"}'],
)  # fmt: skip
def test_a_hint_that_makes_no_sense_is_replaced_by_our_own(asked: Table, output: str) -> None:
    asked.press("Could I have a hint?")
    call = last(asked, "response.output_item.done")["item"]
    item = {"type": "function_call_output", "call_id": call["call_id"], "output": output}
    asked.client(type="conversation.item.create", item=item)
    asked.client(type="response.create")
    assert asked.hear_out() == [CASE.question(2).hints[0]]


# -- push to talk ---------------------------------------------------------------------------------


def push_to_talk(table: Table) -> None:
    audio = {"input": {"turn_detection": None}}
    table.client(type="session.update", session={"type": "realtime", "audio": audio})


def commit(table: Table) -> str:
    table.session.speech_started(0)
    table.client(type="input_audio_buffer.commit")
    return str(last(table, "input_audio_buffer.committed")["item_id"])


def test_a_response_waits_for_the_words_that_it_answers(asked: Table) -> None:
    push_to_talk(asked)
    item_id = commit(asked)
    asked.client(type="response.create")
    assert asked.peer.playing is None
    asked.client(type="response.create")
    assert asked.peer.events[-1]["error"]["code"] == "conversation_already_has_active_response"
    asked.session.recognised(item_id, "could you repeat the question", accepted=True)
    assert asked.hear_out() == [CASE.question(2).prompt]


def test_a_response_does_not_wait_for_words_for_ever(asked: Table) -> None:
    push_to_talk(asked)
    commit(asked)
    asked.client(type="response.create")
    asked.pass_time(2.1)
    assert asked.hear_out() == [CASE.question(2).follow_ups[0]]


def test_a_waiting_response_can_be_cancelled(asked: Table) -> None:
    push_to_talk(asked)
    item_id = commit(asked)
    asked.client(type="response.create")
    asked.client(type="response.cancel")
    assert last(asked, "response.done")["response"]["status"] == "cancelled"
    asked.session.recognised(item_id, "the medium sites", accepted=False)
    asked.pass_time(5)
    assert asked.peer.playing is None
    asked.client(type="response.create")
    assert asked.hear_out() == [CASE.question(2).follow_ups[0]]


# -- a slow or dead recogniser --------------------------------------------------------------------


def test_words_that_come_late_are_captioned_and_hold_nothing_up(asked: Table) -> None:
    item_id = commit(asked)
    asked.pass_time(2.6)
    assert asked.hear_out() == [CASE.question(2).follow_ups[0]]
    asked.session.recognised(item_id, "the medium sites", accepted=False)
    done = last(asked, "conversation.item.input_audio_transcription.completed")
    assert done["transcript"] == "the medium sites"


def test_words_that_never_come_are_given_up_once(asked: Table) -> None:
    item_id = commit(asked)
    asked.pass_time(12)
    failed = "conversation.item.input_audio_transcription.failed"
    assert asked.kinds().count(failed) == 1
    count = len(asked.peer.events)
    asked.session.recognised(item_id, "too late", accepted=False)
    asked.session.not_recognised(item_id)
    assert len(asked.peer.events) == count


def test_an_utterance_that_was_dropped_leaves_no_words(asked: Table) -> None:
    asked.session.speech_started(0)
    item_id = last(asked, "input_audio_buffer.speech_started")["item_id"]
    asked.client(type="input_audio_buffer.clear")
    asked.session.partial(item_id, "hm")
    asked.session.recognised(item_id, "hm", accepted=False)
    assert asked.kinds()[-1] == "input_audio_buffer.cleared"


# -- anything at all ------------------------------------------------------------------------------

KINDS = ["session.update", "response.create", "response.cancel", "conversation.item.create",
         "conversation.item.retrieve", "conversation.item.delete", "conversation.item.truncate",
         "output_audio_buffer.clear", "input_audio_buffer.commit", "input_audio_buffer.clear",
         "input_audio_buffer.append"]  # fmt: skip
WORDS = ["type", "role", "user", "message", "content", "input_text", "text", "id", "item_1",
         "realtime", "audio", "input", "turn_detection", "function_call_output", "output",
         "call_id", "tools", "Could I have a hint?"]  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers() | st.sampled_from(WORDS) | st.text(max_size=4)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
    ),
    max_leaves=8,
)
ITEMS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["message", "function_call_output", "function_call", "x"]),
        "role": st.sampled_from(["user", "assistant", "system", "x"]),
        "id": VALUES,
        "content": VALUES
        | st.lists(
            st.fixed_dictionaries(
                {},
                optional={"type": st.sampled_from(["input_text", "output_text"]), "text": LEAVES},
            ),
            max_size=2,
        ),
        "call_id": LEAVES,
        "output": LEAVES,
        "status": LEAVES,
    },
)
EVENTS = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS)},
    optional={
        "event_id": VALUES,
        "item": ITEMS | VALUES,
        "item_id": VALUES,
        "audio_end_ms": VALUES,
        "response": VALUES,
    },
)


@given(st.lists(EVENTS | VALUES, max_size=8))
def test_no_client_breaks_the_conversation(events: list[object]) -> None:
    # The table judges every answer by the SDK's types; afterwards a button still works.
    table = Table(question=2)
    for one in events:
        table.session.client_event(one)
        table.hear_out()
        table.pass_time(0.1)
    table.pass_time(4)
    table.hear_out()
    table.press("Could you repeat the question?")
    assert CASE.question(2).prompt in table.hear_out()


@given(st.lists(st.fixed_dictionaries({"type": st.just("realtime")}, optional={
    "audio": VALUES, "tools": VALUES, "instructions": LEAVES}), max_size=4))  # fmt: skip
def test_no_session_breaks_the_conversation(sessions: list[dict[str, Any]]) -> None:
    table = Table(question=2, judged=False)
    for session in sessions:
        table.client(type="session.update", session=session)
    table.client(type="response.create")
    assert CASE.question(2).prompt in table.hear_out()
