"""The conversation against a scripted peer; the Interview API behind it is the real server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_desktop.api.errors import ApiError, ServerFailed, Unreachable
from interview_desktop.domain.call_events import (
    CaptionChanged,
    ExhibitShown,
    HintGiven,
    Notice,
    NumberChecked,
    NumberHeard,
    Presence,
    PresenceChanged,
    QuestionChanged,
    ThinkingChanged,
)
from interview_desktop.domain.interview import Progress
from tests.helpers.server_thread import ThreadServer, server_in_thread
from tests.helpers.table import Table, at_table

TRANSCRIPT = "response.output_audio_transcript."
HEARD = "conversation.item.input_audio_transcription."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThreadServer]:
    with server_in_thread(tmp_path_factory.mktemp("table")) as running:
        yield running


def _speaks(table: Table, text: str, item: str = "a1", response: str = "r1") -> None:
    """The interviewer is in the middle of a line."""
    table.says("response.created", response={"id": response})
    table.says("output_audio_buffer.started", response_id=response)
    table.says(TRANSCRIPT + "delta", item_id=item, response_id=response, delta=text)


# -- buttons -----------------------------------------------------------------------------------


def test_a_button_during_a_response_is_answered_after_it(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        _speaks(table, "Your client sells")
        table.conversation.press_repeat()
        assert table.kinds()[-3:] == [
            "response.cancel",
            "output_audio_buffer.clear",
            "conversation.item.create",
        ]
        assert table.sound.flushes == 1
        table.says("response.done", response={"status": "cancelled"})
        assert table.kinds()[-1] == "response.create"
        table.says("response.created", response={"id": "r2"})
        table.says("response.done", response={"status": "completed"})
        assert table.asked() == 1

    at_table(server, play)


def test_what_is_typed_is_a_line_of_the_candidate_and_is_answered(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        _speaks(table, "Your client sells")
        table.conversation.say("Which countries do they sell in?")
        (line,) = [one for one in table.conversation.captions.lines() if one.final]
        assert (line.speaker, line.text) == ("candidate", "Which countries do they sell in?")
        item = table.sent[-1]["item"]
        assert item["id"] == line.item_id
        assert item["content"][0]["text"] == line.text
        table.says("response.done", response={"status": "cancelled"})
        assert table.kinds()[-1] == "response.create"

    at_table(server, play)


def test_a_request_that_came_too_late_is_repeated(server: ThreadServer) -> None:
    """The server's own turn taking began a response at the same moment."""

    async def play(table: Table) -> None:
        table.conversation.press_repeat()
        assert table.asked() == 1
        table.says("response.created", response={"id": "its own"})
        code = "conversation_already_has_active_response"
        table.says("error", error={"code": code, "event_id": table.sent[-1]["event_id"]})
        assert table.asked() == 1
        table.says("response.done", response={"status": "completed"})
        assert table.asked() == 2

    at_table(server, play)


def test_a_request_that_was_refused_blocks_no_button(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        table.conversation.press_repeat()
        error = {"code": "rate_limit_exceeded", "event_id": table.sent[-1]["event_id"]}
        table.says("error", error=error)
        table.conversation.press_repeat()
        assert table.asked() == 2

    at_table(server, play)


def test_a_hint_that_is_pressed_twice_quickly_costs_one_level(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        table.conversation.press_hint()
        table.conversation.press_hint()
        assert table.sentences() == ["Could I have a hint?"]
        table.answers("gave_hint")
        await table.settled()
        table.answers()
        assert [one.hint.level for one in table.facts(HintGiven)] == [1]
        table.conversation.press_hint()
        table.answers("gave_hint")
        await table.settled()
        assert [one.hint.level for one in table.facts(HintGiven)] == [1, 2]

    at_table(server, play)


def test_the_ladder_ends_in_a_sentence(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        for _ in range(6):
            table.conversation.press_hint()
            table.answers("gave_hint")
            await table.settled()
            table.answers()
        assert [one.hint.level for one in table.facts(HintGiven)] == [1, 2, 3, 4, 5]
        assert [one.sentence for one in table.facts(Notice)] == [
            "There are no more hints for this question."
        ]
        assert '"level": 5, "text": ""' in table.outputs()[-1]["output"]

    at_table(server, play)


def test_a_hint_that_could_not_be_fetched_does_not_use_the_ladder_up(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        table.api.failures["POST hints"] = Unreachable("The server does not answer.")
        table.conversation.press_hint()
        table.answers("gave_hint")
        await table.settled()
        assert "level" not in table.outputs()[-1]["output"]
        assert table.asked() == 2

    at_table(server, play)


# -- tools -------------------------------------------------------------------------------------


def test_every_tool_call_is_answered_once_after_its_response(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        table.says("response.created", response={"id": "r"})
        table.calls("show_exhibit", "call_a")
        table.calls("no_such_tool", "call_b")
        table.calls("gave_hint", "call_c", status="incomplete")
        assert table.outputs() == []
        table.says("response.done", response={"status": "completed"})
        table.says("response.done", response={"status": "completed"})
        await table.settled()
        assert [one["call_id"] for one in table.outputs()] == ["call_a", "call_b"]
        assert table.asked() == 1
        assert table.facts(HintGiven) == []

    at_table(server, play)


def test_a_number_is_heard_confirmed_and_judged(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        arguments = '{"text": "one point nine million", "value": 1900000, "unit": "EUR"}'
        item = {"type": "function_call", "name": "heard_number", "call_id": "c"}
        table.says("response.output_item.done", item=item | {"arguments": arguments})
        (heard,) = table.facts(NumberHeard)
        assert (heard.question, heard.value, heard.unit) == (3, 1_900_000.0, "EUR")
        await table.conversation.confirm_number(heard.text, heard.value, heard.unit)
        (checked,) = table.facts(NumberChecked)
        assert checked.verdict.verdict in ("match", "named_error", "different")
        noted = [one["confirmed"] for one in table.conversation.events if one["type"] == "number"]
        assert noted == [False, True]
        await table.settled()

    at_table(server, play, question=3)


def test_a_number_where_none_is_asked_for_is_a_notice(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        await table.conversation.confirm_number("two", 2.0, "")
        (notice,) = table.facts(Notice)
        assert notice.severity == "warn"
        assert table.facts(NumberChecked) == []

    at_table(server, play)


@pytest.mark.parametrize(
    "arguments",
    ['{"value": NaN}', '{"value": 1e999}', '{"value": true}', '{"value": "2"}', "[]", "{", None],
)
def test_a_number_that_is_none_is_left_out_and_the_outbox_lives(
    server: ThreadServer, arguments: object
) -> None:
    async def play(table: Table) -> None:
        item = {"type": "function_call", "name": "heard_number", "call_id": "c"}
        table.says("response.output_item.done", item=item | {"arguments": arguments})
        assert table.facts(NumberHeard) == []
        table.conversation.think(None)
        await table.settled()

    at_table(server, play)


# -- moving on ---------------------------------------------------------------------------------


def test_the_interviewer_moves_on_by_its_tool(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        _speaks(table, "Good. Let us go on.")
        table.calls("question_done")
        table.says("response.done", response={"status": "completed"})
        await table.until(lambda: bool(table.outputs()))
        # The closing words are heard out first.
        assert table.question == 1
        table.says("output_audio_buffer.stopped", response_id="r1")
        await table.settled()
        assert table.question == 2
        assert table.facts(QuestionChanged)[-1].completed == (1,)
        assert table.kinds()[-2:] == ["session.update", "response.create"]
        assert (await table.stored()).progress == Progress(2, (1,))

    at_table(server, play)


def test_done_is_pressed_while_the_tool_moves_on(server: ThreadServer) -> None:
    """One question ends, not two: both mean the same question."""

    async def play(table: Table) -> None:
        _speaks(table, "Good. Let us go on.")
        table.calls("question_done")
        table.says("response.done", response={"status": "completed"})
        await table.until(lambda: bool(table.outputs()))
        await table.conversation.move_on()
        table.says("output_audio_buffer.cleared", response_id="r1")
        await table.settled()
        assert table.question == 2
        assert (await table.stored()).progress == Progress(2, (1,))
        assert table.asked() == 1

    at_table(server, play)


def test_the_tool_says_done_after_the_button_has(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        table.says("response.created", response={"id": "r"})
        table.calls("question_done")
        # Moved on by the button before the response is over: its end is still to come.
        await table.conversation.move_on()
        assert table.asked() == 0
        table.says("response.done", response={"status": "cancelled"})
        await table.settled()
        assert (await table.stored()).progress == Progress(2, (1,))
        assert table.asked() == 1

    at_table(server, play)


def test_two_presses_are_one_move(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        await asyncio.gather(table.conversation.move_on(), table.conversation.move_on())
        assert (await table.stored()).progress == Progress(2, (1,))
        assert len(table.facts(QuestionChanged)) == 1

    at_table(server, play)


def test_a_press_that_was_made_at_the_question_before_does_nothing(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        await table.conversation.move_on(1)
        await table.conversation.move_on(1)
        assert table.question == 2

    at_table(server, play)


FAILURES: list[tuple[str, ApiError]] = [
    ("PATCH", ServerFailed("The server has a problem.")),
    ("PATCH", Unreachable("The server does not answer.")),
    ("GET token", ServerFailed("The provider does not answer.")),
    ("GET 2", Unreachable("The server does not answer.")),
]


@pytest.mark.parametrize(("call", "error"), FAILURES)
def test_a_move_that_fails_stays_at_the_question_and_can_be_repeated(
    server: ThreadServer, call: str, error: ApiError
) -> None:
    async def play(table: Table) -> None:
        name = f"PATCH {table.conversation.interview.id}" if call == "PATCH" else call
        table.api.failures[name] = error
        await table.conversation.move_on()
        assert table.question == 1
        (notice,) = table.facts(Notice)
        assert notice.sentence == f"{error.what} We stay at this question: press Done again."
        assert table.facts(QuestionChanged) == []
        table.conversation.press_repeat()
        assert table.sentences() == ["Could you repeat the question?"]
        table.answers()
        # Again: the same question is closed, and none is skipped.
        await table.conversation.move_on()
        await table.settled()
        assert table.question == 2
        assert (await table.stored()).progress == Progress(2, (1,))
        assert [one["question"] for one in table.conversation.events if one["type"] == "done"] == [
            1
        ]

    at_table(server, play)


def test_a_question_that_went_on_after_a_failed_done_ends_with_the_next_one(
    server: ThreadServer,
) -> None:
    async def play(table: Table) -> None:
        path = f"PATCH {table.conversation.interview.id}"
        table.api.failures[path] = Unreachable("The server does not answer.")
        table.sound.now_ms = 60_000
        await table.conversation.move_on()
        # Three minutes more at the same question.
        table.sound.now_ms = 240_000
        table.answers()
        await table.conversation.move_on()
        await table.settled()
        assert table.question == 2
        events = await table.api.events(table.conversation.interview.id)
        done = [one.event["at_ms"] for one in events if one.event["type"] == "done"]
        assert done == [60_000, 240_000]

    at_table(server, play)


def test_what_another_device_did_is_kept(server: ThreadServer) -> None:
    """412: the interview is further already; its progress is taken, never written over."""

    async def play(table: Table) -> None:
        await table.api.update(await table.stored(), Progress(3, (1, 2)))
        await table.conversation.move_on()
        assert (await table.stored()).progress == Progress(3, (1, 2))
        assert table.question == 3

    at_table(server, play)


def test_an_answer_that_was_lost_is_no_second_move(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        await table.api.update(await table.stored(), Progress(2, (1,)))
        await table.conversation.move_on()
        assert (await table.stored()).progress == Progress(2, (1,))
        assert table.question == 2

    at_table(server, play)


def test_an_interview_that_was_completed_elsewhere_ends_here(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        await table.api.update(await table.stored(), Progress(4, (1, 2, 3, 4)), "completed")
        await table.conversation.move_on()
        assert table.finished

    at_table(server, play)


def test_the_last_question_completes_the_interview_and_ends_the_call(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        await table.conversation.move_on()
        stored = await table.stored()
        assert (stored.status, stored.progress) == ("completed", Progress(4, (1, 2, 3, 4)))
        assert table.finished
        await table.conversation.move_on()

    at_table(server, play, question=4)


# -- thinking ----------------------------------------------------------------------------------


def _detection(event: dict[str, Any]) -> Any:
    return event["session"]["audio"]["input"]["turn_detection"]


def test_thinking_gives_back_the_turn_detection_that_the_session_had(server: ThreadServer) -> None:
    own = {"type": "server_vad", "threshold": 0.6, "silence_duration_ms": 900}

    async def play(table: Table) -> None:
        grant = await table.grant()
        audio: Any = grant.session["audio"]
        audio["input"]["turn_detection"] = own
        await table.conversation.begin(grant, refill=False)
        table.answers()
        table.conversation.think(60)
        suspended = _detection(table.sent[-1])
        assert suspended == own | {"create_response": False, "interrupt_response": False}
        table.conversation.ready()
        assert _detection(table.sent[-1]) == own | {
            "create_response": True,
            "interrupt_response": True,
        }

    at_table(server, play)


def test_nothing_answers_into_thinking(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        _speaks(table, "Your client sells")
        table.conversation.press_repeat()
        table.conversation.think(90)
        table.says("response.done", response={"status": "cancelled"})
        assert table.asked() == 0
        table.conversation.ready()
        assert table.asked() == 1

    at_table(server, play)


def test_speaking_ends_thinking_and_the_interviewer_waits_for_its_turn(
    server: ThreadServer,
) -> None:
    async def play(table: Table) -> None:
        table.conversation.press_hint()
        table.conversation.think(None)
        table.answers("gave_hint")
        await table.settled()
        table.says("input_audio_buffer.speech_started", item_id="c1", audio_start_ms=0)
        assert [one.active for one in table.facts(ThinkingChanged)] == [True, False]
        assert table.asked() == 1
        assert table.facts(PresenceChanged)[-1].presence is Presence.LISTENING

    at_table(server, play)


def test_thinking_that_begins_while_the_call_moves_on_is_over_at_the_new_question(
    server: ThreadServer,
) -> None:
    async def play(table: Table) -> None:
        gate = table.api.gates["GET token"] = asyncio.Event()
        moving = asyncio.create_task(table.conversation.move_on())
        await table.until(lambda: "GET token" in table.api.called)
        table.conversation.think(30)
        gate.set()
        await moving
        assert [one.active for one in table.facts(ThinkingChanged)] == [True, False]
        assert table.asked() == 1

    at_table(server, play)


# -- connections that are lost -----------------------------------------------------------------


def test_a_new_connection_is_told_what_was_said(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        _speaks(table, "What would you look at?")
        table.sound.now_ms = 900
        table.says("output_audio_buffer.stopped", response_id="r1")
        table.sound.now_ms = 4000
        table.says("input_audio_buffer.speech_started", item_id="c1", audio_start_ms=0)
        table.says(HEARD + "delta", item_id="c1", delta="first the mar")
        table.conversation.pause()
        # Nothing said is lost: what was open is all there will ever be of it.
        assert table.facts(CaptionChanged)[-1].caption.final
        table.sent.clear()
        await table.conversation.begin(await table.grant(), refill=True)
        assert table.kinds() == [
            "session.update",
            "conversation.item.create",
            "conversation.item.create",
            "response.create",
        ]
        items = [event["item"] for event in table.sent if "item" in event]
        assert [(one["role"], one["content"]) for one in items] == [
            ("assistant", [{"type": "output_text", "text": "What would you look at?"}]),
            ("user", [{"type": "input_text", "text": "first the mar"}]),
        ]
        await table.settled()
        stored = await table.api.captions(table.conversation.interview.id)
        assert [one.text for one in stored] == ["What would you look at?", "first the mar"]

    at_table(server, play)


def test_thinking_outlives_the_connection(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        table.conversation.think(90)
        table.conversation.pause()
        table.sent.clear()
        await table.conversation.begin(await table.grant(), refill=True)
        assert _detection(table.sent[-1])["create_response"] is False
        assert table.asked() == 0
        assert table.facts(PresenceChanged)[-1].presence is Presence.WAITING
        table.conversation.ready()
        assert _detection(table.sent[-1])["create_response"] is True

    at_table(server, play)


def test_moving_on_while_the_connection_recovers(server: ThreadServer) -> None:
    """The new connection was authorised for the old question: it is told of the new one."""

    async def play(table: Table) -> None:
        old = await table.grant()
        gate = table.api.gates["GET token"] = asyncio.Event()
        moving = asyncio.create_task(table.conversation.move_on())
        await table.until(lambda: "GET token" in table.api.called)
        table.conversation.pause()
        begun = asyncio.create_task(table.conversation.begin(old, refill=True))
        table.conversation.show(await table.api.question(table.conversation.interview.id, 1))
        gate.set()
        await asyncio.gather(moving, begun)
        assert [one.question.number for one in table.facts(QuestionChanged)][-1] == 2
        (update,) = [one for one in table.sent if one["type"] == "session.update"]
        asked = (await table.grant()).session["instructions"]
        assert update["session"]["instructions"] == asked
        assert table.asked() == 1

    at_table(server, play)


def test_a_tool_call_of_a_lost_connection_is_not_answered_on_the_new_one(
    server: ThreadServer,
) -> None:
    async def play(table: Table) -> None:
        gate = table.api.gates["POST hints"] = asyncio.Event()
        table.answers("gave_hint")
        await table.until(lambda: "POST hints" in table.api.called)
        table.conversation.pause()
        await table.conversation.begin(await table.grant(), refill=True)
        gate.set()
        await table.settled()
        assert table.outputs() == []
        assert table.asked() == 1

    at_table(server, play)


# -- events ------------------------------------------------------------------------------------


def test_barge_in_silences_the_loudspeaker_at_once(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        _speaks(table, "Your client sells scanners")
        table.says("input_audio_buffer.speech_started", item_id="c1", audio_start_ms=0)
        assert table.sound.flushes == 1
        table.says("output_audio_buffer.cleared", response_id="r1")
        assert table.sound.flushes == 2
        assert table.facts(PresenceChanged)[-1].presence is Presence.LISTENING
        line = table.facts(CaptionChanged)[-1].caption
        assert (line.interrupted, line.final) == (True, True)
        # The client sends nothing: over WebRTC the server cuts its own sound.
        assert table.sent == []
        await table.settled()

    at_table(server, play)


def test_an_answer_that_failed_is_told(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        table.says("response.created", response={"id": "r"})
        details = {"error": {"code": "insufficient_quota"}}
        table.says("response.done", response={"status": "failed", "status_details": details})
        table.says("response.done", response={"status": "failed"})
        table.says("error", error={"code": "invalid_api_key"})
        sentences = [one.sentence for one in table.facts(Notice)]
        assert "no credit left" in sentences[0]
        assert sentences[1].startswith("The interviewer could not answer.")
        assert "key" in sentences[2]

    at_table(server, play)


def test_an_exhibit_that_may_not_be_seen_yet_is_not_shown(server: ThreadServer) -> None:
    async def play(table: Table) -> None:
        question = await table.api.question(table.conversation.interview.id, 2)
        table.conversation.show_exhibit("no-such-exhibit")
        assert table.facts(ExhibitShown) == []
        table.conversation.show_exhibit(question.exhibits[0].id)
        assert [one.exhibit.id for one in table.facts(ExhibitShown)] == [question.exhibits[0].id]
        await table.settled()

    at_table(server, play, question=2)


KINDS = [
    "conversation.item.added",
    "conversation.item.truncated",
    "error",
    HEARD + "completed",
    HEARD + "delta",
    HEARD + "failed",
    "input_audio_buffer.committed",
    "input_audio_buffer.speech_started",
    "input_audio_buffer.speech_stopped",
    "output_audio_buffer.cleared",
    "output_audio_buffer.started",
    "output_audio_buffer.stopped",
    "rate_limits.updated",
    "response.created",
    "response.output_item.done",
    TRANSCRIPT + "delta",
    TRANSCRIPT + "done",
    "something.nobody.knows",
]
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=3), st.just([])
)
VALUES = ODD | st.dictionaries(
    st.sampled_from(["id", "type", "name", "arguments", "code", "event_id", "status"]),
    ODD | st.sampled_from(["function_call", "heard_number", "show_exhibit", '{"value": 3}']),
    max_size=5,
)
EVENTS = st.builds(
    lambda kind, fields: {**fields, "type": kind},
    st.sampled_from(KINDS),
    st.dictionaries(
        st.sampled_from(
            ["item_id", "item", "response_id", "response", "delta", "transcript", "error",
             "previous_item_id", "audio_start_ms", "audio_end_ms"]
        ),
        VALUES,
    ),
)  # fmt: skip


@settings(max_examples=15)
@given(st.lists(EVENTS, max_size=40))
def test_no_event_of_any_shape_raises(server: ThreadServer, events: list[dict[str, Any]]) -> None:
    async def play(table: Table) -> None:
        for event in events:
            table.sound.now_ms += 20
            table.conversation.on_event(event)
        for line in table.conversation.captions.lines():
            assert 0 <= line.start_ms <= line.end_ms

    at_table(server, play)
