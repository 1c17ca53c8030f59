"""A conversation that was begun in an earlier part of the interview."""

from __future__ import annotations

import asyncio

import pytest

from interview_desktop.api.auth import FixedToken
from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import NotFound, Refused, Unreachable
from interview_desktop.call import outbox as outbox_module
from interview_desktop.call.line import OnTheLine
from interview_desktop.call.outbox import Outbox
from interview_desktop.domain.call_events import CaptionChanged, HintGiven
from interview_desktop.domain.earlier import Earlier, earlier
from interview_desktop.domain.interview import Hint
from interview_desktop.domain.journal import Happened, Journal, Story, read, told
from interview_desktop.domain.transcript import Caption
from tests.helpers.server_thread import ThreadServer
from tests.helpers.table import StillSound, Table, at_table

ASKED = Caption("q", "interviewer", "What would you look at?", 100, 2000, 1, final=True)
SAID = Caption("a", "candidate", "The market.", 2500, 4000, 1, final=True)
HINT = Happened(1, {"id": "h", "type": "hint", "at_ms": 3000, "data": {"level": 2}})
THOUGHT = Happened(1, {"id": "t", "type": "thinking", "at_ms": 1, "data": {"level": True}})


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    from tests.helpers.server_thread import server_in_thread

    with server_in_thread(tmp_path_factory.mktemp("api")) as server:
        yield server


def test_what_was_said_is_shown_again_and_told_to_the_new_session(api: ThreadServer) -> None:
    async def play(table: Table) -> None:
        before = Earlier((ASKED, SAID), (THOUGHT, HINT), "", 5000)
        table.conversation.restore(before)
        assert table.facts(CaptionChanged) == [
            CaptionChanged(ASKED, None),
            CaptionChanged(SAID, ASKED.item_id),
        ]
        assert table.facts(HintGiven) == [HintGiven(1, Hint(2, ""), 3000)]
        table.conversation.pause()
        await table.conversation.begin(await table.grant(), refill=True)
        assert table.sentences() == [ASKED.text, SAID.text]
        assert table.asked() == 1
        # It is on the server already.
        assert await table.api.captions(table.conversation.interview.id) == []

    at_table(api, play)


def test_what_is_here_is_newer_than_what_the_server_has() -> None:
    journal = Journal()
    journal.caption(Caption("a", "candidate", "The market and", 2500, 2500, 1))
    journal.notes("newer")
    journal.event(1, HINT.event)
    journal.event(2, {"id": "odd"})
    found = earlier(journal.story, [SAID, ASKED], [HINT, THOUGHT], "older", 7)
    assert [line.text for line in found.captions] == [ASKED.text, "The market and"]
    assert all(line.final for line in found.captions)
    assert found.events == (THOUGHT, HINT)
    assert found.hints() == [(1, 2, 3000)]
    assert (found.notes, found.offset_ms) == ("newer", 7)
    assert earlier(Story(), [], [], "older", 0).notes == "older"


def test_notes_that_the_server_has_may_have_been_changed_there() -> None:
    written: list[bytes] = []
    journal = Journal(write=written.append)
    journal.notes_delivered(journal.notes("as it was"))
    assert earlier(journal.story, [], [], "and more", 0).notes == "and more"
    journal.server_notes("and more")
    assert (journal.story.notes, journal.story.notes_wait) == ("and more", False)
    journal.notes("and more here")
    # What is typed here waits for the server: it is the newer.
    journal.server_notes("and more")
    assert (journal.story.notes, journal.story.notes_wait) == ("and more here", True)
    assert told(read(b"".join(written)).records) == journal.story


def test_positions_go_on_where_the_earlier_parts_end() -> None:
    sound = StillSound()
    line = OnTheLine(sound, 61_000)
    sound.now_ms = 250
    assert line.position_ms() == 61_250


class NotesApi(InterviewApi):
    """Stands in for a server that keeps notes, or fails as told."""

    def __init__(self, *failures: Exception) -> None:
        super().__init__("http://127.0.0.1:1", FixedToken("token"))
        self.failures = list(failures)
        self.kept: list[str] = []

    async def put_notes(self, interview_id: str, text: str) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.kept.append(text)


def _typed(api: NotesApi, *texts: str) -> Journal:
    async def type_them() -> Journal:
        box = Outbox(api, "interview")
        saved: list[str] = []
        for text in texts:
            box.notes(text, lambda text=text: saved.append(text))  # type: ignore[misc]
        await box.flush(20)
        assert saved == list(texts)
        await box.aclose()
        await api.aclose()
        return box.journal

    return asyncio.run(type_them())


def test_of_notes_typed_quickly_the_network_sees_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "RETRY_DELAYS_S", (0.01,))
    api = NotesApi(Unreachable("gone"))
    journal = _typed(api, "m", "ma", "mar", "half a \ud83d pair\0")
    # What no request and no database can hold does not keep the rest from the server.
    assert api.kept == ["half a ? pair"]
    assert not journal.story.notes_wait


@pytest.mark.parametrize("failure", [NotFound("no notes here"), Refused("too long")])
def test_notes_that_a_server_does_not_take_stay_here(
    failure: Exception, expected_logs: list[str]
) -> None:
    expected_logs.append("was refused")
    journal = _typed(NotesApi(failure), "mine")
    assert journal.story.notes == "mine"
    assert journal.story.notes_wait


def test_words_that_nobody_can_store_do_not_cost_the_line(api: ThreadServer) -> None:
    async def play(table: Table) -> None:
        kind = "conversation.item.input_audio_transcription.completed"
        table.says(kind, item_id="a", transcript="The \0market \ud83d grows.")
        table.conversation.say("It is\0 \ud83d so.")
        await table.outbox.flush(20)
        lines = await table.api.captions(table.conversation.interview.id)
        assert sorted(line.text for line in lines) == ["It is ? so.", "The market ? grows."]

    at_table(api, play)


def test_words_that_turn_out_to_be_none_do_not_come_back(api: ThreadServer) -> None:
    async def play(table: Table) -> None:
        kind = "conversation.item.input_audio_transcription."
        table.says("input_audio_buffer.speech_started", item_id="a", audio_start_ms=0)
        table.says(kind + "delta", item_id="a", delta="Thank you.")
        table.says(kind + "completed", item_id="a", transcript="")
        await table.outbox.flush(20)
        story = table.outbox.journal.story
        assert (story.open_lines(), story.undelivered()) == ([], [])
        assert earlier(story, [], [], "", 0).captions == ()
        assert await table.api.captions(table.conversation.interview.id) == []

    at_table(api, play)
