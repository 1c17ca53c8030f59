"""Two quick presses: one effect, whatever the button."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from interview_desktop.ui.views.home import HomeView
from interview_desktop.ui.views.preflight import PreflightView
from interview_desktop.ui.views.session import SessionView
from interview_desktop.ui.widgets.score import Score
from tests.helpers.sound_system import tone
from tests.helpers.whole_window import CARD, WholeWindow
from tests.helpers.window import button, has_button

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
TONE_HZ = 440.0


def test_start_skip_end_and_resume_once_each(app: WholeWindow) -> None:
    with tone(TONE_HZ):
        app.press_twice(app.cases(), CARD)
        check = app.preflight()
        app.until(lambda: has_button(check, "Skip the check"))
        app.press_twice(check, "Skip the check")
        room = app.room()
        app.until(lambda: room.state.live)
        assert len(app.asked(app.workspace.api.interviews())) == 1
        assert len(app.recordings) == 1
        # A double click on End asks, and ends nothing: whatever is below it then.
        end = button(room, "End")
        place = end.mapTo(app.desktop.window, end.rect().center())
        app.press(room, "End")
        below = app.desktop.window.childAt(place)
        assert below is not None
        QTest.mouseDClick(below, Qt.MouseButton.LeftButton)
        assert has_button(room, "End interview")
        app.press_twice(room, "End interview")
        app.until(lambda: isinstance(app.current, HomeView))
        app.until(lambda: has_button(app.current, "Resume at question 1"))
        app.press_twice(app.current, "Resume at question 1")
        again = app.room()
        app.until(lambda: again.state.live)
        assert len(app.asked(app.workspace.api.interviews())) == 1
        assert len(app.recordings) == 2
        app.end(again)


def test_back_from_the_check_and_from_a_session_once(app: WholeWindow) -> None:
    app.press_twice(app.cases(), CARD)
    check = app.preflight()
    shown: list[str] = []
    app.desktop.window.pages.currentChanged.connect(lambda _: shown.append("page"))
    app.press_twice(check, "Back")
    app.until(lambda: not isinstance(app.current, PreflightView))
    assert app.current is app.desktop.pages.home
    app.new_interview()
    screen = app.session()
    app.press_twice(screen.view, "Back")
    app.until(lambda: app.current is app.desktop.pages.home)
    assert app.desktop.session_screen is None
    # To the check's end, to the session, and home again: nothing more.
    assert len(shown) == 3


def test_done_moves_one_question_and_scores_are_saved_once(app: WholeWindow) -> None:
    room = app.start()
    for number in (1, 2, 3, 4):
        app.until(lambda name=f"Done with question {number}": has_button(room, name))  # type: ignore[misc]
        app.press_twice(room, f"Done with question {number}")
    app.until(lambda: isinstance(app.current, SessionView))
    events = app.asked(app.workspace.api.events(app.interview().id))
    assert [one.question for one in events if one.event["type"] == "done"] == [1, 2, 3, 4]
    screen = app.desktop.session_screen
    assert screen is not None
    view = screen.debrief
    assert view is not None
    app.until(lambda: bool(view.findChildren(Score)))
    for score in view.findChildren(Score):
        score.track.setFocus()
        QTest.keyClick(score.track, Qt.Key.Key_3)
    saved: list[dict[str, int]] = []
    view.scores_saved.connect(saved.append)
    app.press_twice(view, "Save my scores")
    app.until(lambda: has_button(view, "Change my scores"))
    assert len(saved) == 1
    kept = app.asked(app.workspace.api.scores(app.interview().id))
    assert [one.score for one in kept if one.kind == "self"] == [3] * 6
