"""The session's screen as a person, a keyboard and a screen reader meet it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import combinations
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QApplication,
    QLabel,
    QLineEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from interview_desktop.domain.transcript import Caption
from interview_desktop.ui.gallery import session as gallery
from interview_desktop.ui.gallery.live import LENGTH_MS, NOTES
from interview_desktop.ui.theme import theme
from interview_desktop.ui.view_models.debrief import debrief_model
from interview_desktop.ui.views.debrief import DebriefView
from interview_desktop.ui.views.debrief_more import Fold
from interview_desktop.ui.views.review import ReviewView
from interview_desktop.ui.views.review_moments import MomentRow
from interview_desktop.ui.views.session import SessionView
from interview_desktop.ui.views.session_notes import SessionNotesView
from interview_desktop.ui.widgets.message import Message
from interview_desktop.ui.widgets.notes import NotesEdit
from interview_desktop.ui.widgets.score import ScoreTrack
from interview_desktop.ui.widgets.text import Text, text_width
from tests.helpers.window import button, has_button

pytestmark = pytest.mark.usefixtures("look")
Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
SIZES = ((1024, 640, 1.0), (1280, 720, 1.0), (1280, 800, 1.5), (1920, 1080, 1.0), (1180, 760, 1.0))
STATES = {sample.name: sample for sample in gallery.samples() if sample.size == (1280, 800)}
W = TypeVar("W", bound=QWidget)


@pytest.fixture(autouse=True)
def dark_and_light_alike(look: None) -> Iterator[None]:
    """Nothing of a test's text size is left behind."""
    yield
    theme.set_scale(1.0)


def shown(qtbot: QtBot, widget: W, size: tuple[int, int] = (1280, 800)) -> W:
    qtbot.addWidget(widget)
    widget.resize(*size)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget


def review(qtbot: QtBot) -> ReviewView:
    return shown(qtbot, gallery.review())


def debrief(qtbot: QtBot, **more: Any) -> DebriefView:
    return shown(qtbot, gallery.debriefed(**more))


# -- every state at every size -------------------------------------------------------------------


def _seen(window: QWidget) -> list[QWidget]:
    """Everything with words or to press that is there; in a pane, what lies further down too."""
    kinds = (Text, QAbstractButton, QAbstractSlider, QLineEdit)
    return [
        one
        for one in window.findChildren(QWidget)
        if isinstance(one, kinds)
        and not isinstance(one, QScrollBar)
        and one.isVisible()
        and (not isinstance(one, QLabel) or one.text())
    ]


def _place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def _cut(widget: QWidget) -> bool:
    """Words or a control without the room that they need."""
    if isinstance(widget, Text):
        if widget.hasHeightForWidth():
            return widget.height() < widget.heightForWidth(widget.width())
        elides = widget.minimumSizeHint().width() < widget.sizeHint().width()
        return not elides and text_width(widget.text(), widget._style) > widget.width()
    hint = widget.minimumSizeHint()
    return widget.width() < hint.width() or widget.height() < hint.height()


def _outside(widget: QWidget, window: QWidget) -> bool:
    """Beyond the window, or beyond the sides of the pane that holds it."""
    place = _place(widget, window)
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        if isinstance(parent, QAbstractScrollArea):
            view = _place(parent.viewport(), window)
            return place.left() < view.left() or place.right() > view.right()
        parent = parent.parentWidget()
    return not window.rect().contains(place)


def _faults(window: QWidget) -> list[str]:
    seen = _seen(window)
    names = {one: f"{type(one).__name__} {one.accessibleName() or getattr(one, 'text', str)()!r}"
             for one in seen}  # fmt: skip
    faults = [f"cut: {names[one]} {one.size()}" for one in seen if _cut(one)]
    faults += [f"outside: {names[one]}" for one in seen if _outside(one, window)]
    for one, other in combinations(seen, 2):
        nested = one.isAncestorOf(other) or other.isAncestorOf(one)
        if not nested and _place(one, window).intersects(_place(other, window)):
            faults.append(f"overlap: {names[one]} and {names[other]}")
    return faults


@pytest.mark.parametrize("name", STATES)
def test_nothing_is_cut_or_overlaps_in_any_state_at_any_size(qtbot: QtBot, name: str) -> None:
    for width, height, text_size in (*SIZES, (1280, 800, 1.0)):
        theme.set_scale(text_size)
        window = shown(qtbot, STATES[name].make(), (width, height))
        # What was put off has been done: layouts, and what they lead to.
        for _ in range(4):
            QApplication.processEvents()
        assert (window.width(), window.height()) == (width, height)
        assert _faults(window) == [], (width, height, text_size)
        window.close()


@pytest.mark.parametrize("name", STATES)
def test_whatever_can_have_the_focus_has_a_name(qtbot: QtBot, name: str) -> None:
    window = shown(qtbot, STATES[name].make())
    for one in window.findChildren(QWidget):
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible():
            face = QAccessible.queryAccessibleInterface(one)
            assert face is not None and face.text(QAccessible.Text.Name), one


def test_a_window_that_grows_and_shrinks_is_laid_out_anew(qtbot: QtBot) -> None:
    window = shown(qtbot, STATES["debrief-scored"].make())
    for size in ((1024, 640), (1600, 1000), (1280, 720)):
        window.resize(*size)
        for _ in range(4):
            QApplication.processEvents()
        assert _faults(window) == [], size


@pytest.mark.parametrize("name", ["debrief", "debrief-scored", "review", "session-notes"])
def test_another_text_size_while_it_is_seen_is_laid_out_anew(qtbot: QtBot, name: str) -> None:
    window = shown(qtbot, STATES[name].make())
    for text_size in (1.5, 1.0, 1.25):
        theme.set_scale(text_size)
        for _ in range(4):
            QApplication.processEvents()
        assert _faults(window) == [], text_size


@pytest.mark.parametrize(
    "title", ["A long title of a case that never ends " * 4, "ג׳ון דו והמחסן " * 6]
)
@pytest.mark.parametrize("text_size", [1.0, 1.5])
def test_a_long_title_leaves_room_for_what_can_be_pressed(
    qtbot: QtBot, title: str, text_size: float
) -> None:
    theme.set_scale(text_size)
    screen = SessionView(title, title, ("review", "notes"), 3)
    screen.open("review")
    screen.set_pane("review", gallery.review())
    window = shown(qtbot, screen, (1024, 640) if text_size == 1.0 else (1280, 800))
    for _ in range(4):
        QApplication.processEvents()
    assert _faults(window) == []


def test_a_calculation_of_many_long_steps_and_two_numbers_is_whole(qtbot: QtBot) -> None:
    asked = gallery.debrief()
    second, third = asked.questions[1], asked.questions[2]
    assert third.number_given is not None
    long = dataclasses.replace(third.number_given, diagnosis="The filter is missing. " * 12)
    steps = tuple(dataclasses.replace(one, say=one.say * 3) for one in third.steps) * 2
    questions = (
        asked.questions[0],
        dataclasses.replace(second, number_given=long, steps=steps),
        dataclasses.replace(third, number_given=long, steps=steps),
    )
    view = DebriefView()
    view.show_model(debrief_model(dataclasses.replace(asked, questions=questions)))
    view.show_scores(gallery.SCORES, True)
    for width, height, text_size in SIZES:
        theme.set_scale(text_size)
        window = shown(qtbot, view, (width, height))
        for _ in range(4):
            QApplication.processEvents()
        assert _faults(window) == [], (width, height, text_size)
    assert "Number check, question 2" in _words(view)


# -- the session's screen ------------------------------------------------------------------------


def test_a_pane_is_asked_for_when_its_tab_is_first_chosen(qtbot: QtBot) -> None:
    screen = shown(qtbot, SessionView("Title", "Second"))
    asked: list[str] = []
    screen.chosen.connect(asked.append)
    screen.open("debrief")
    assert asked == ["debrief"] and screen.pane("debrief") is None
    pane = QWidget()
    screen.set_pane("debrief", pane)
    assert screen.pane("debrief") is pane and pane.isVisible()
    qtbot.keyClick(screen, Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert (asked[-1], screen.tab()) == ("notes", "notes")
    assert not pane.isVisible()
    screen.switch.segment("notes").setFocus()
    qtbot.keyClick(screen.switch.segment("notes"), Key.Key_Left)
    assert (asked[-1], screen.tab()) == ("review", "review")
    screen.open("debrief")
    assert pane.isVisible()


def test_an_interview_that_is_not_completed_can_be_resumed(qtbot: QtBot) -> None:
    screen = shown(qtbot, SessionView("Title", "", ("review", "notes"), 3))
    assert not has_button(screen, "Debrief")
    with qtbot.waitSignal(screen.resume, timeout=0):
        button(screen, "Resume at question 3").click()
    # There is no such tab, so nothing is opened.
    screen.open("debrief")
    assert screen.tab() == "review"
    with qtbot.waitSignal(screen.back, timeout=0):
        button(screen, "Back").click()


def test_the_keys_of_review_hold_on_the_whole_screen(qtbot: QtBot) -> None:
    screen = shown(qtbot, SessionView("Title"))
    pane = gallery.review()
    screen.open("review")
    screen.set_pane("review", pane)
    screen.bar.back_button.setFocus()
    with qtbot.waitSignal(pane.sought, timeout=0) as sought:
        qtbot.keyClick(screen.bar.back_button, Key.Key_L)
    assert sought.args == [877_000]
    screen.set_pane("notes", SessionNotesView())
    screen.open("notes")
    with qtbot.assertNotEmitted(pane.sought):
        qtbot.keyClick(screen.bar.back_button, Key.Key_L)


# -- debrief -------------------------------------------------------------------------------------

JUDGES = ("2.58", "1.94", "filter", "look at", "Four thousand eight hundred",
          "Whether to enter depends", "largest bar", "only as large as")  # fmt: skip


def _words(widget: QWidget) -> str:
    """Everything that can be read of a widget, seen or unseen."""
    found = []
    for one in [widget, *widget.findChildren(QWidget)]:
        found += [one.accessibleName(), one.accessibleDescription(), one.toolTip()]
        if isinstance(one, QLabel | QAbstractButton):
            found.append(one.text())
    return "\n".join(found)


def test_nothing_that_judges_is_there_before_the_own_scores(qtbot: QtBot) -> None:
    view = debrief(qtbot, scores={})
    words = _words(view)
    assert [one for one in JUDGES if one in words] == []
    assert "28 minutes, four questions, six hints" in words
    assert "9:45 of 8:00" in words
    view.show_scores(gallery.SCORES, False)
    assert [one for one in JUDGES if one in _words(view)] == []
    view.show_scores(gallery.SCORES, True)
    words = _words(view)
    assert [one for one in JUDGES if one not in words] == []


def test_the_rest_can_be_shown_without_scoring(qtbot: QtBot) -> None:
    view = debrief(qtbot, scores={})
    link = button(view, "Show without scoring")
    link.setFocus()
    link.click()
    words = _words(view)
    assert [one for one in JUDGES if one not in words] == []
    # The scores can still be given, and the focus is not lost.
    focus = QApplication.focusWidget()
    assert isinstance(focus, ScoreTrack) and focus.accessibleName() == "Structuring, not scored"


def test_scores_are_given_by_keys_and_saved_when_all_are_there(qtbot: QtBot) -> None:
    view = debrief(qtbot, scores={})
    tracks = view.findChildren(ScoreTrack)
    save = button(view, "Save my scores")
    assert not save.isEnabled()
    for index, track in enumerate(tracks):
        assert f"{6 - index} to go" in _words(view)
        assert save.accessibleDescription() == f"{6 - index} to go"
        qtbot.keyClick(track, (Key.Key_1, Key.Key_2, Key.Key_3, Key.Key_4, Key.Key_5)[index % 5])
    assert save.isEnabled() and "to go" not in _words(save)
    save.setFocus()
    with qtbot.waitSignal(view.scores_saved, timeout=0) as saved:
        save.click()
    assert saved.args == [{
        "structuring": 1, "numeracy": 2, "judgement": 3, "creativity": 4, "synthesis": 5,
        "communication": 1,
    }]  # fmt: skip
    # Until they are kept nothing else appears, and they are not sent twice.
    assert not save.isEnabled()
    assert [one for one in JUDGES if one in _words(view)] == []
    view.show_scores(saved.args[0], True)
    assert QApplication.focusWidget() is button(view, "Change my scores")


def test_scores_that_could_not_be_saved_are_still_there(qtbot: QtBot) -> None:
    view = debrief(qtbot, scores=gallery.SCORES)
    button(view, "Save my scores").click()
    view.show_scores_error("They could not be saved.")
    assert has_button(view, "Save my scores")
    assert [track.value() for track in view.findChildren(ScoreTrack) if track.isVisible()] == [
        3, 2, 3, 4, 3, 4,
    ]  # fmt: skip
    assert "They could not be saved." in _words(view)


def test_saved_scores_say_what_limits_them_and_can_be_changed(qtbot: QtBot) -> None:
    view = debrief(qtbot, scores=gallery.SCORES, saved=True)
    words = _words(view)
    assert "Your lowest is numeracy." in words
    assert "Level 4 caps numeracy at 3" in words
    change = button(view, "Change my scores")
    change.setFocus()
    change.click()
    tracks = [one for one in view.findChildren(ScoreTrack) if one.isVisible()]
    assert tracks[1].accessibleName() == "Numeracy, 2 of 5"
    qtbot.keyClick(tracks[1], Key.Key_3)
    with qtbot.waitSignal(view.scores_saved, timeout=0) as saved:
        button(view, "Save my scores").click()
    assert saved.args[0] == {**gallery.SCORES, "numeracy": 3}
    # What was open stays open meanwhile.
    assert "2.58" in _words(view)


@pytest.mark.parametrize("size", [(1280, 800), (1024, 640)])
def test_tab_goes_as_one_reads(qtbot: QtBot, size: tuple[int, int]) -> None:
    view = shown(qtbot, gallery.debriefed({}), size)
    view.show_scores(gallery.SCORES, True)
    button(view, "Hear your number").setFocus()
    stops = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        stops.append(focus.accessibleName())
    assert stops == [
        "Change my scores", "Model outline", "Mistakes that hold many back",
        "What this case teaches",
    ]  # fmt: skip


def test_the_number_can_be_heard(qtbot: QtBot) -> None:
    view = debrief(qtbot, scores=gallery.SCORES, saved=True)
    with qtbot.waitSignal(view.hear, timeout=0) as heard:
        button(view, "Hear your number, at 21 minutes 8").click()
    assert heard.args == [1_268_000]


def test_outline_mistakes_and_reading_are_folded(qtbot: QtBot) -> None:
    view = debrief(qtbot, scores=gallery.SCORES, saved=True)
    folds = view.findChildren(Fold)
    assert [fold.button.text() for fold in folds] == [
        "Model outline", "Mistakes that hold many back", "What this case teaches",
    ]  # fmt: skip
    assert not any(fold.content.isVisible() for fold in folds)
    folds[0].button.setFocus()
    qtbot.keyClick(folds[0].button, Key.Key_Space)
    assert folds[0].content.isVisible() and not folds[1].content.isVisible()


def test_a_debrief_that_cannot_be_read_can_be_tried_again(qtbot: QtBot) -> None:
    view = shown(qtbot, DebriefView())
    view.show_error("It could not be read.")
    with qtbot.waitSignal(view.retry, timeout=0):
        button(view, "Try again").click()
    view.show_model(debrief_model(gallery.debrief()))
    assert not has_button(view, "Try again")


# -- review --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "text", "to"),
    [
        (Key.Key_J, "j", 867_000), (Key.Key_L, "l", 877_000),
        (Key.Key_BracketLeft, "[", 590_000), (Key.Key_BracketRight, "]", 1_040_000),
    ],
)  # fmt: skip
def test_single_keys_move(qtbot: QtBot, key: Qt.Key, text: str, to: int) -> None:
    view = review(qtbot)
    with qtbot.waitSignal(view.sought, timeout=0) as sought:
        qtbot.keyClicks(view, text)
    assert sought.args == [to]
    view.set_single_keys(False)
    with qtbot.assertNotEmitted(view.sought):
        qtbot.keyClick(view, key)


@pytest.mark.parametrize("place", ["view", "lines", "waveform", "row"])
def test_space_plays_wherever_the_focus_is(qtbot: QtBot, place: str) -> None:
    view = review(qtbot)
    focus: QWidget = {"view": view, "lines": view.transcript.lines, "waveform": view.waveform,
                      "row": view.moments.rows()[0]}[place]  # fmt: skip
    if place == "row":
        # A row is a button: there Space is its own.
        with qtbot.waitSignal(view.sought, timeout=0), qtbot.assertNotEmitted(view.toggled):
            qtbot.keyClick(focus, Key.Key_Space)
        return
    with qtbot.waitSignal(view.toggled, timeout=0):
        qtbot.keyClick(focus, Key.Key_Space)


def test_the_search_takes_letters_and_escape_leaves_it(qtbot: QtBot) -> None:
    view = review(qtbot)
    qtbot.keyClicks(view, "/")
    edit = view.transcript.field.edit
    assert QApplication.focusWidget() is edit
    with qtbot.assertNotEmitted(view.sought), qtbot.assertNotEmitted(view.toggled):
        qtbot.keyClicks(edit, "large l")
    edit.setText("large")
    assert "4 found" in _words(view.transcript)
    assert view.transcript.lines.model().rowCount() == 4
    qtbot.keyClick(edit, Key.Key_Escape)
    assert not edit.isVisible()
    assert view.transcript.lines.model().rowCount() == len(gallery.CAPTIONS)
    assert QApplication.focusWidget() is view.transcript.lines


def test_a_search_without_a_hit_leads_back(qtbot: QtBot) -> None:
    view = review(qtbot)
    view.transcript.begin_search()
    view.transcript.field.set_text("tariff")
    assert "Nothing says ‘tariff’" in _words(view)
    button(view, "Clear the search").click()
    assert view.transcript.lines.isVisible()


def test_a_line_and_a_moment_are_one_press_from_their_sound(qtbot: QtBot) -> None:
    view = review(qtbot)
    lines = view.transcript.lines
    lines.setCurrentIndex(lines.model().index(0, 0))
    with qtbot.waitSignal(view.sought, timeout=0) as sought:
        qtbot.keyClick(lines, Key.Key_Return)
    assert sought.args == [4_000]
    row = next(one for one in view.moments.rows() if one.moment.kind == "number")
    assert row.accessibleName() == "Your number, 0.57 years, at 21 minutes 8"
    with qtbot.waitSignal(view.sought, timeout=0) as sought:
        qtbot.mouseClick(row, LEFT)
    assert sought.args == [1_268_000]


def test_the_first_arrow_key_starts_at_the_line_that_sounds(qtbot: QtBot) -> None:
    view = review(qtbot)
    lines = view.transcript.lines
    qtbot.keyClick(lines, Key.Key_Down)
    assert lines.currentIndex().row() == lines.current_row() + 1


def test_line_and_question_follow_the_sound(qtbot: QtBot) -> None:
    view = review(qtbot)

    def current() -> list[str]:
        rows = view.findChildren(MomentRow)
        return [one.moment.words for one in rows if one.accessibleDescription() == "Current"]

    view.show_position(1_270_000, True)
    lines = view.transcript.lines
    assert lines.currentIndex().row() != lines.current_row()
    said = lines.model().index(lines.current_row(), 0).data()
    assert said.startswith("Then the five million")
    assert current() == ["3, Numbers"]
    assert has_button(view, "Pause")
    view.show_position(5_000, False)
    assert current() == ["1, Structure"]
    assert has_button(view, "Play")


def test_what_comes_late_leaves_the_transcript_where_it_was_scrolled_to(qtbot: QtBot) -> None:
    view = review(qtbot)
    lines = view.transcript.lines
    QApplication.processEvents()
    qtbot.keyClick(lines, Key.Key_End)
    scrolled = lines.verticalScrollBar().value()
    assert scrolled > 0
    view.show_markers(gallery.MARKED)
    view.show_sound(LENGTH_MS)
    QApplication.processEvents()
    assert lines.verticalScrollBar().value() == scrolled


def test_three_thousand_lines_keep_the_current_one_in_view(qtbot: QtBot) -> None:
    view = shown(qtbot, ReviewView())
    view.show_transcript(
        Caption(f"{at}", "candidate", f"Line {at} of many.", at * 1000, at * 1000 + 900, 1)
        for at in range(3000)
    )
    view.show_sound(3_000_000)
    lines = view.transcript.lines
    for at in (2_999, 0, 1_500):
        view.show_position(at * 1000 + 100, True)
        box = lines.visualRect(lines.model().index(at, 0))
        assert lines.current_row() == at
        assert lines.viewport().rect().contains(box)


def test_speed_silence_and_loop(qtbot: QtBot) -> None:
    view = review(qtbot)
    with qtbot.waitSignal(view.speed, timeout=0) as speed:
        view.transport.speeds.segment("1.5").click()
    assert speed.args == [1.5]
    with qtbot.waitSignal(view.skip_silence, timeout=0) as skip:
        button(view, "Skip silence").click()
    assert skip.args == [True]
    with qtbot.waitSignal(view.looped, timeout=0) as looped:
        button(view, "Loop").click()
    # The line that sounds.
    assert looped.args == [(872_000, 889_000)]
    with qtbot.waitSignal(view.looped, timeout=0) as looped:
        button(view, "Loop").click()
    assert looped.args == [None]


def test_going_elsewhere_ends_the_loop(qtbot: QtBot) -> None:
    view = review(qtbot)
    loop = button(view, "Loop")
    loop.click()
    with qtbot.assertNotEmitted(view.looped):
        qtbot.keyClicks(view, "l")
    with qtbot.waitSignal(view.looped, timeout=0) as looped:
        qtbot.mouseClick(view.moments.rows()[0], LEFT)
    assert looped.args == [None] and not loop.isChecked()


def test_no_move_leaves_the_recording(qtbot: QtBot) -> None:
    view = review(qtbot)
    for at_ms, letter, to in ((1_000, "j", 0), (LENGTH_MS - 1_000, "l", LENGTH_MS)):
        view.show_position(at_ms, False)
        with qtbot.waitSignal(view.sought, timeout=0) as sought:
            qtbot.keyClicks(view, letter)
        assert sought.args == [to]
    # There is no question after the last.
    with qtbot.assertNotEmitted(view.sought):
        qtbot.keyClicks(view, "]")


def test_while_the_sound_comes_the_transcript_can_be_read(qtbot: QtBot) -> None:
    view = shown(qtbot, ReviewView())
    view.show_transcript(gallery.CAPTIONS)
    view.show_markers(gallery.MARKED)
    view.show_loading_sound(0.4)
    assert "Loading the sound… 40\u00a0%" in _words(view)
    assert not has_button(view, "Play") and view.transcript.lines.isVisible()
    with qtbot.assertNotEmitted(view.toggled), qtbot.assertNotEmitted(view.sought):
        qtbot.keyClicks(view, " jl[]")
    view.show_sound(LENGTH_MS, None)
    assert has_button(view, "Play")
    # The share that comes late says nothing any more.
    view.show_loading_sound(0.9)
    assert "of 29:14" in _words(view)


@pytest.mark.parametrize("text_size", [1.0, 1.5])
def test_what_is_awaited_is_told_at_every_size(qtbot: QtBot, text_size: float) -> None:
    theme.set_scale(text_size)
    view = shown(qtbot, STATES["review-loading"].make(), (1024, 640) if text_size == 1 else
                 (1280, 800))  # fmt: skip
    told = [one for one in view.findChildren(Text) if one.text().startswith("Loading the sound")]
    assert len(told) == 1 and told[0].isVisible() and _faults(view) == []


def test_a_transcript_without_sound_and_the_reverse(qtbot: QtBot) -> None:
    silent = shown(qtbot, ReviewView())
    silent.show_transcript(gallery.CAPTIONS)
    silent.show_markers(gallery.MARKED)
    silent.show_no_sound()
    assert not silent.waveform.isVisible() and not silent.transport.isVisible()
    assert silent.transcript.lines.isVisible()
    assert not any(row.isEnabled() for row in silent.moments.rows())
    assert any(one.isVisible() and "no sound" in one.text() for one in
               silent.findChildren(Message))  # fmt: skip
    wordless = shown(qtbot, ReviewView())
    wordless.show_transcript(())
    wordless.show_sound(LENGTH_MS)
    assert wordless.waveform.isVisible() and has_button(wordless, "Play")
    assert "No transcript" in _words(wordless)


def test_trouble_with_the_sound_is_told_and_leaves_what_works(qtbot: QtBot) -> None:
    view = review(qtbot)
    view.show_notes(["The second part is damaged."])
    view.show_error("No loudspeaker was found.")
    told = {one.text() for one in view.findChildren(Message) if one.isVisible()}
    assert told == {"The second part is damaged.", "No loudspeaker was found."}
    assert view.waveform.isVisible()
    view.show_sound(LENGTH_MS)
    view.show_notes([])
    assert not [one for one in view.findChildren(Message) if one.isVisible()]


def test_a_transcript_that_cannot_be_read_can_be_tried_again(qtbot: QtBot) -> None:
    view = review(qtbot)
    view.show_transcript_error("It could not be read. The sound is intact.")
    with qtbot.waitSignal(view.retry, timeout=0):
        button(view, "Try again").click()
    assert has_button(view, "Play")


# -- notes ---------------------------------------------------------------------------------------


def test_notes_can_be_gone_on_with_after_the_interview(qtbot: QtBot) -> None:
    view = shown(qtbot, SessionNotesView())
    view.show_text(NOTES)
    edit = view.findChild(NotesEdit)
    assert edit is not None
    with qtbot.waitSignal(view.changed, timeout=0) as changed:
        qtbot.keyClicks(edit, "!")
    assert changed.args == [NOTES + "!"]
    view.show_state("saving")
    assert "Saving…" in _words(view)
    # What comes back as it was sent does not move the cursor.
    edit.moveCursor(edit.textCursor().MoveOperation.Start)
    view.show_text(NOTES + "!")
    assert edit.textCursor().position() == 0
    view.show_error("The disk is full.")
    assert view.text() == NOTES + "!"
    with qtbot.waitSignal(view.retry, timeout=0):
        button(view, "Try again").click()


def test_a_note_of_ten_thousand_characters_can_be_read_to_its_end(qtbot: QtBot) -> None:
    view = shown(qtbot, SessionNotesView(), (1024, 640))
    view.show_text("ten thousand words " * 530 + "the end")
    edit = view.findChild(NotesEdit)
    assert edit is not None and len(view.text()) > 10_000
    assert edit.verticalScrollBar().maximum() > 0
    QApplication.processEvents()
    assert _faults(view) == []
