"""What can go wrong while somebody practises, in the real window with the real server."""

from __future__ import annotations

import os
import signal
import time
import uuid

import pytest
from PySide6.QtGui import QGuiApplication

from interview_desktop.domain.call_events import CallState
from interview_desktop.ui.views.room import RoomView
from server.services.minting import LIMITS
from tests.helpers.whole_window import WholeWindow
from tests.helpers.window import has_button

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
NOTES = "Market: size, growth, who buys"
SILENCE = "The microphone sends only silence"
# What one user may ask for in a minute.
MINTS = LIMITS[0][1]
# The room's clock counts the recording: a busy machine may show a second late.
SLACK_S = 3


def told(room: RoomView) -> list[str]:
    """The room's messages, without what the empty virtual microphone is told of."""
    return [one for one in room.talk.message_texts() if not one.startswith(SILENCE)]


def test_a_killed_server_is_one_line_in_the_room_and_the_call_goes_on(app: WholeWindow) -> None:
    room = app.start()
    app.press(room, "Done with question 1")
    app.until(lambda: has_button(room, "Done with question 2"))
    seen: set[str] = set()
    most = 0

    def look() -> bool:
        nonlocal most
        lines = told(room)
        most = max(most, len(lines))
        seen.update(lines)
        return room.state.call is CallState.RECOVERING

    pid = app.workspace.host.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    app.until(look)
    app.type(room.notes.edit, NOTES)
    app.until(lambda: not look() and room.state.live)
    assert most == 1
    assert all(one.startswith("The local workspace stopped and is being started") for one in seen)
    assert any("You are still recorded, and we go on at question 2." in one for one in seen)
    assert any("Next try in" in one for one in seen)
    assert told(room) == []
    assert has_button(room, "Done with question 2")
    assert room.notes.text() == NOTES
    app.end(room)
    assert app.asked(app.workspace.api.notes(app.interview().id)) == NOTES
    (part,) = app.recordings
    assert not (part / "recording").exists()


def test_a_call_that_is_refused_says_why_and_leads_back(app: WholeWindow) -> None:
    app.desktop.settings.change(preflight_skip=True)
    api = app.workspace.api

    async def use_up() -> None:
        cards = await api.templates()
        interview = await api.create_interview(cards[0].id, str(uuid.uuid4()))
        for _ in range(MINTS):
            await api.credentials(interview)
        await api.delete(interview.id)

    app.asked(use_up())
    app.press(app.cases(), "From the stockroom")
    room = app.room()
    for _ in range(2):
        app.until(lambda: has_button(room, "Try again"))
        assert [one[:28] for one in told(room)] == ["Too many calls were started."]
        app.press(room, "Try again")
        # It is being tried: nothing is left to press twice.
        assert not has_button(room, "Try again")
        assert told(room) == []
    app.until(lambda: has_button(room, "Try again"))
    app.press(room, "Leave the interview")
    app.until(lambda: app.current is app.desktop.pages.home)
    assert app.desktop.room is None
    # What was recorded while nobody was there is not kept.
    app.until(lambda: app.recordings == [])
    app.until(lambda: has_button(app.desktop.pages.home, "Resume at question 1"))
    assert len(app.asked(api.interviews())) == 1


def test_a_long_note_of_many_scripts_is_kept_to_the_letter(app: WholeWindow) -> None:
    line = "שלום עולם, גודל השוק 12% 🙂👩🏽‍💻 مرحبا → 市场 «naïve»\u200f!\n"
    note = (line * (10_000 // len(line) + 1))[:10_000]
    room = app.start()
    QGuiApplication.clipboard().setText(note)
    room.notes.edit.setFocus()
    room.notes.edit.paste()
    app.type(room.notes.edit, "the end")
    note += "the end"
    assert room.notes.text() == note
    app.until(lambda: room.state.notes_saved)
    app.end(room)
    screen = app.session()
    screen.view.open("notes")
    app.until(lambda: screen.notes is not None and screen.notes.text() == note)
    assert app.asked(app.workspace.api.notes(screen._interview.id)) == note
    app.press(screen.view, "Resume at question 1")
    again = app.room()
    app.until(lambda: again.notes.text() == note)
    app.until(lambda: again.state.live)
    app.end(again)


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_set_moves_nothing_in_the_room(
    app: WholeWindow, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    real, began_s = time.time, time.monotonic()
    room = app.start()
    app.press(room, "Start thinking")
    app.until(lambda: room.state.thinking)
    monkeypatch.setattr(time, "time", lambda: real() + 3600 * hours)
    shown: set[int] = set()

    def look() -> bool:
        shown.add(room.state.thinking_elapsed_s)
        return room.state.thinking_elapsed_s >= 2

    app.until(look)
    at_most_s = time.monotonic() - began_s
    assert max(shown) <= at_most_s
    minutes, seconds = room._clock.text().split(":")
    assert int(minutes) * 60 + int(seconds) <= at_most_s
    assert room.state.call is CallState.LIVE
    app.end(room)
