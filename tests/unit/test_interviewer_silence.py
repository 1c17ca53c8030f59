"""How long the interviewer stays silent, phase by phase, through the real ear.

The limits are those of the product's description: nothing answers into a pause that the phase
allows. Times are of sound, not of the machine: one step is a chunk of the ear, 32 ms.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers.interview_table import CASE, CHUNK_S, EarTable

# The ear hears speech end a chunk late at most, the session's clock ticks once a chunk.
STEP_S = 3 * CHUNK_S


def table_at(question: int) -> EarTable:
    """The question has been asked."""
    table = EarTable(question)
    table.client(type="response.create")
    table.hear_out()
    return table


def suspend(table: EarTable, active: bool) -> None:
    """The Thinking button."""
    detection: dict[str, Any] = {"type": "semantic_vad", "create_response": not active}
    detection["interrupt_response"] = not active
    audio = {"input": {"turn_detection": detection}}
    table.client(type="session.update", session={"type": "realtime", "audio": audio})


def test_structuring_never_ends_by_itself() -> None:
    table = table_at(1)
    table.say("first the market then the competitors")
    assert table.seconds_until_reply(300) is None


@pytest.mark.parametrize(("question", "limit_s"), [(2, 2.5), (3, 4.0), (4, 2.5)])
def test_an_answer_ends_after_the_silence_of_its_phase(question: int, limit_s: float) -> None:
    table = table_at(question)
    assert CASE.question(question).silence_s == limit_s
    table.say("an answer of some length")
    waited_s = table.seconds_until_reply(10)
    assert waited_s == pytest.approx(limit_s, abs=STEP_S)


@pytest.mark.parametrize("question", [1, 2, 3, 4])
@pytest.mark.parametrize("request_", ["could you repeat the question", "could i have a hint"])
def test_a_short_request_is_answered_after_a_second(question: int, request_: str) -> None:
    table = table_at(question)
    table.say(request_, accepted=True, seconds=1.5)
    table.sound(1.0 - STEP_S, speech=False)
    count = table.kinds().count("response.created")
    table.sound(2 * STEP_S, speech=False)
    assert table.kinds().count("response.created") == count + 1


def test_a_number_on_the_way_does_not_bring_the_interviewer_in() -> None:
    table = table_at(3)
    table.say("that makes four thousand eight hundred", accepted=True)
    assert table.seconds_until_reply(3.5) is None
    table.say("times nine thousand that is forty three million", accepted=True)
    assert table.seconds_until_reply(10) == pytest.approx(4.0, abs=STEP_S)
    assert table.calls() == ["heard_number"]


def test_a_result_is_noted_after_a_second() -> None:
    table = table_at(3)
    table.say("so the profit is two million euros", accepted=True)
    assert table.seconds_until_reply(10) == pytest.approx(1.0, abs=STEP_S)
    assert table.calls() == ["heard_number"]


def test_a_request_that_goes_on_into_an_answer_is_not_acted_upon() -> None:
    table = table_at(2)
    table.say("i am done", accepted=True)
    table.sound(0.9, speech=False)
    table.say("with the small ones but the medium ones")
    assert table.seconds_until_reply(10) == pytest.approx(2.5, abs=STEP_S)
    assert table.hear_out() == [CASE.question(2).follow_ups[0]]


@pytest.mark.parametrize("pause_s", [0.3, 0.7])
def test_speech_that_resumes_in_time_is_the_same_utterance(pause_s: float) -> None:
    table = table_at(2)
    table.say("the medium sites")
    table.sound(pause_s, speech=False)
    table.say("are best")
    assert table.seconds_until_reply(10) == pytest.approx(2.5, abs=STEP_S)
    assert table.kinds().count("input_audio_buffer.speech_started") == 1
    assert table.kinds().count("input_audio_buffer.committed") == 1


def test_speech_that_resumes_before_the_limit_starts_it_anew() -> None:
    table = table_at(2)
    table.say("the medium sites")
    assert table.seconds_until_reply(2.3) is None
    table.say("are best")
    assert table.seconds_until_reply(10) == pytest.approx(2.5, abs=STEP_S)


@pytest.mark.parametrize("question", [1, 2, 3, 4])
def test_let_me_think_holds_everything_until_the_candidate_speaks(question: int) -> None:
    table = table_at(question)
    table.say("let me think", accepted=True)
    assert table.seconds_until_reply(3) is not None
    assert table.hear_out() == ["Take your time."]
    assert table.seconds_until_reply(200) is None
    if question > 1:
        table.say("here is what i think")
        assert table.seconds_until_reply(10) is not None


@pytest.mark.parametrize("question", [1, 2, 3, 4])
def test_thinking_holds_everything_until_it_ends(question: int) -> None:
    table = table_at(question)
    table.say("the first thing is")
    suspend(table, True)
    assert table.seconds_until_reply(90) is None
    table.say("could i have a hint", accepted=True)
    assert table.seconds_until_reply(90) is None


def test_the_limit_counts_anew_when_thinking_ends() -> None:
    # The candidate who presses "I am ready" is about to speak, not to be cut off.
    table = table_at(2)
    table.say("the medium sites")
    table.sound(1.5, speech=False)
    suspend(table, True)
    assert table.seconds_until_reply(30) is None
    suspend(table, False)
    assert table.seconds_until_reply(10) == pytest.approx(2.5, abs=STEP_S)


def test_the_probe_after_the_structure_is_an_open_question() -> None:
    table = table_at(1)
    table.say("that is my structure", accepted=True)
    assert table.seconds_until_reply(3) is not None
    assert table.hear_out() == [CASE.question(1).follow_ups[0]]
    table.say("the market because it decides")
    assert table.seconds_until_reply(10) == pytest.approx(2.5, abs=STEP_S)
    assert table.calls() == ["question_done"]


def test_a_cough_is_no_answer() -> None:
    table = table_at(2)
    table.say("", seconds=0.3)
    assert table.seconds_until_reply(60) is None


def test_a_hint_is_not_spoken_into_the_candidates_words() -> None:
    table = table_at(2)
    table.press("Could I have a hint?")
    table.say("oh wait i see it now", seconds=6)
    assert table.peer.playing is None
    table.sound(2, speech=False)
    assert table.hear_out() == [CASE.question(2).hints[0]]


def test_a_button_while_speaking_leaves_the_candidate_the_floor() -> None:
    table = table_at(2)
    table.say("the medium sites")
    table.press("Could you repeat the question?")
    assert table.hear_out() == [CASE.question(2).prompt]
    table.say("are best")
    assert table.seconds_until_reply(10) == pytest.approx(2.5, abs=STEP_S)
