"""The interviewer's conversation, without a network and with a clock of the test's own."""

from __future__ import annotations

import pytest

from server.providers.local import InterviewNow
from tests.helpers.interview_table import CASE, Table


@pytest.fixture
def asked() -> Table:
    """Question 1 has been asked."""
    table = Table()
    table.client(type="response.create")
    table.hear_out()
    return table


def test_it_opens_with_the_prompt_and_the_question() -> None:
    table = Table()
    table.client(type="response.create")
    lines = table.hear_out()
    assert lines[1] == " ".join(CASE.prompt.split())
    assert lines[-1] == CASE.question(1).prompt
    kinds = table.kinds()
    order = ["session.created", "response.created", "output_audio_buffer.started"]
    order += ["response.output_audio_transcript.done", "response.done"]
    order += ["output_audio_buffer.stopped"]
    assert [kind for kind in kinds if kind in order] == order


def test_75_seconds_of_silence_while_structuring_bring_no_word(asked: Table) -> None:
    asked.speak("i would look at the market first")
    asked.pass_time(75)
    assert asked.peer.playing is None


def test_an_open_answer_ends_after_its_silence_and_no_sooner() -> None:
    table = Table(question=2)
    table.client(type="response.create")
    table.hear_out()
    table.speak("the medium sites")
    table.pass_time(1.6)
    assert table.peer.playing is None
    table.pass_time(0.2)
    assert table.peer.playing == CASE.question(2).follow_ups[0]


def test_thinking_suspends_every_reply() -> None:
    table = Table(question=2)
    table.client(type="response.create")
    table.hear_out()
    detection = {"type": "semantic_vad", "create_response": False, "interrupt_response": False}
    audio = {"input": {"turn_detection": detection}}
    table.client(type="session.update", session={"type": "realtime", "audio": audio})
    table.speak("hm")
    table.pass_time(200)
    assert table.peer.playing is None


def test_let_me_think_holds_the_limit_until_the_candidate_speaks() -> None:
    table = Table(question=2)
    table.client(type="response.create")
    table.hear_out()
    table.speak("let me think", accepted=True)
    assert table.hear_out() == ["Take your time."]
    table.pass_time(60)
    assert table.peer.playing is None


def test_repeat_by_voice_and_by_button(asked: Table) -> None:
    asked.speak("could you repeat the question", accepted=True)
    assert asked.hear_out() == [CASE.question(1).prompt]
    asked.press("Could you repeat the question?")
    assert asked.hear_out() == [CASE.question(1).prompt]


def test_a_fact_is_told_when_it_is_asked_for(asked: Table) -> None:
    fact = CASE.clarifications[0]
    asked.speak(fact.asks[0], accepted=True)
    assert asked.hear_out() == [fact.answer]


def test_barge_in_silences_at_once(asked: Table) -> None:
    asked.press("Could you repeat the question?")
    asked.session.line_progress(0.2)
    asked.session.speech_started(5000)
    assert asked.peer.playing is None
    tail = asked.kinds()[-8:]
    assert "output_audio_buffer.cleared" in tail
    assert "conversation.item.truncated" in tail
    done = next(e for e in reversed(asked.peer.events) if e["type"] == "response.done")
    assert done["response"]["status"] == "cancelled"


def test_a_hint_comes_through_the_client(asked: Table) -> None:
    asked.press("Could I have a hint?")
    assert asked.calls() == ["gave_hint"]
    call = next(
        e["item"] for e in asked.peer.events if e.get("item", {}).get("type") == "function_call"
    )
    item = {
        "type": "function_call_output",
        "call_id": call["call_id"],
        "output": '{"level": 1, "text": "Talk me through how you are thinking about it."}',
    }
    asked.client(type="conversation.item.create", item=item)
    asked.client(type="response.create")
    assert asked.hear_out() == [CASE.question(1).hints[0]]


def test_a_hint_that_the_client_could_not_fetch_uses_no_level_up(asked: Table) -> None:
    asked.press("Could I have a hint?")
    call = next(
        e["item"] for e in asked.peer.events if e.get("item", {}).get("type") == "function_call"
    )
    item = {
        "type": "function_call_output",
        "call_id": call["call_id"],
        "output": '{"error": "The server does not answer."}',
    }
    asked.client(type="conversation.item.create", item=item)
    asked.client(type="response.create")
    assert asked.peer.playing is None
    asked.pass_time(10)
    assert asked.peer.playing is None


def test_a_plain_client_gets_its_hint_all_the_same(asked: Table) -> None:
    asked.press("Could I have a hint?")
    asked.pass_time(3.1)
    assert asked.hear_out() == [CASE.question(1).hints[0]]


def test_moving_on_asks_the_next_question_and_shows_its_exhibits(asked: Table) -> None:
    update = {"type": "session.update", "session": {"type": "realtime", "instructions": ""}}
    asked.session.client_event(update, InterviewNow("in-progress", 2, 0, CASE))
    asked.client(type="response.create")
    assert asked.hear_out() == [CASE.question(2).prompt]
    assert asked.calls() == ["show_exhibit", "show_exhibit"]


def test_a_number_is_reported_not_judged() -> None:
    table = Table(question=3)
    table.client(type="response.create")
    table.hear_out()
    table.speak("the profit is one point nine million euros", accepted=True)
    assert table.calls() == ["heard_number"]
    assert "1.9" not in " ".join(table.hear_out())


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        {"type": 5},
        {"type": "nonsense"},
        {"type": "input_audio_buffer.append", "audio": ""},
        {"type": "conversation.item.create"},
        {"type": "conversation.item.retrieve", "item_id": "x"},
        {"type": "session.update", "session": 3},
        {"type": "response.cancel"},
    ],
)
def test_what_makes_no_sense_is_an_error_event(asked: Table, message: object) -> None:
    asked.session.client_event(message)
    assert asked.kinds()[-1] == "error"


def test_the_clients_event_id_comes_back_in_an_error(asked: Table) -> None:
    asked.client(type="nonsense", event_id="mine")
    assert asked.peer.events[-1]["error"]["event_id"] == "mine"


def test_a_second_response_is_refused_while_one_is_active() -> None:
    table = Table()
    table.client(type="response.create")
    table.client(type="response.create")
    assert table.peer.events[-1]["error"]["code"] == "conversation_already_has_active_response"


def test_clearing_the_output_is_never_an_error(asked: Table) -> None:
    asked.client(type="output_audio_buffer.clear")
    assert asked.kinds()[-1] == "output_audio_buffer.cleared"
