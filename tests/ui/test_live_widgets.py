"""The live widgets as a person, a keyboard and a screen reader meet them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QFont, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.domain.call_events import Presence
from interview_desktop.domain.interview import Speaker
from interview_desktop.ui import theme as themes
from interview_desktop.ui.gallery import live
from interview_desktop.ui.theme import theme
from interview_desktop.ui.view_models.captions import CaptionLine, TranscriptLine
from interview_desktop.ui.widgets import captions as captions_module
from interview_desktop.ui.widgets import thinking as thinking_module
from interview_desktop.ui.widgets.captions import Captions
from interview_desktop.ui.widgets.connection import Connection
from interview_desktop.ui.widgets.level import LevelMeter
from interview_desktop.ui.widgets.notes import Notes
from interview_desktop.ui.widgets.number_heard import NumberHeard
from interview_desktop.ui.widgets.presence import PresenceDisc, PresenceSign
from interview_desktop.ui.widgets.ring import Ring
from interview_desktop.ui.widgets.score import Score
from interview_desktop.ui.widgets.steps import Steps
from interview_desktop.ui.widgets.thinking import ThinkingBlock
from interview_desktop.ui.widgets.transcript import Transcript
from interview_desktop.ui.widgets.waveform import Waveform

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
W = TypeVar("W", bound=QWidget)


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> Iterator[None]:
    """The look as the app starts it; text size and scheme back to their own afterwards."""
    themes.install(qapp)
    yield
    theme.scale = 1.0
    theme.apply(False)


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader would say unasked: there is none to listen in a test."""
    said: list[str] = []
    for module in (captions_module, thinking_module):
        monkeypatch.setattr(module, "announce", lambda _source, words, **_more: said.append(words))
    return said


def _shown(qtbot: QtBot, widget: W, width: int = 0, height: int = 0) -> W:
    qtbot.addWidget(widget)
    if width:
        widget.resize(width, height or widget.sizeHint().height())
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget


def _role(widget: QWidget) -> QAccessible.Role:
    face = QAccessible.queryAccessibleInterface(widget)
    assert face is not None
    return face.role()


def _key(qtbot: QtBot, widget: QWidget, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(widget, key)


def _line(number: int, text: str = "", **more: Any) -> CaptionLine:
    speaker: Speaker = "candidate" if number % 2 else "interviewer"
    return CaptionLine(f"item-{number}", speaker, text or f"Turn {number} said this.", **more)


# -- signs of the room --------------------------------------------------------------


def test_presence_says_what_the_interviewer_does(qtbot: QtBot) -> None:
    sign = _shown(qtbot, PresenceSign())
    for presence, words in (
        (Presence.SPEAKING, "Speaking"),
        (Presence.LISTENING, "Listening"),
        (Presence.WAITING, "Waiting for you, take your time"),
    ):
        sign.show_presence(presence)
        assert sign.word() == words
        assert sign.disc.accessibleName() == f"Interviewer, {words}"
    sign.show_presence(Presence.CONNECTING, "Connecting again")
    assert sign.word() == "Connecting again"
    assert _role(sign.disc) is QAccessible.Role.StaticText


def test_presence_has_its_word_beneath_or_beside(qtbot: QtBot) -> None:
    sign = _shown(qtbot, PresenceSign("wide"), 300, 200)
    sign.show_presence(Presence.LISTENING)
    assert sign.disc.width() == 132
    sign.set_size("compact")
    assert sign.disc.width() < 64
    assert sign.sizeHint().height() < 70
    assert sign.sizeHint().width() > sign.disc.width()


def test_presence_follows_the_voice_within_80_ms_and_not_under_reduced_motion() -> None:
    disc = PresenceDisc()
    disc.show_presence(Presence.SPEAKING)
    disc.show_level(0.0, 80)
    assert 0.6 < disc.level() < 0.67
    disc.show_level(-60.0, 800)
    assert disc.level() < 0.02
    disc.set_still(True)
    disc.show_level(0.0, 800)
    assert disc.level() < 0.02


def test_the_level_is_named_by_class_only() -> None:
    meter = LevelMeter()
    names = set()
    for dbfs in (-80.0, -50.0, -20.0, -22.0, -18.0, -0.5):
        meter.show_level(dbfs, 33)
        names.add(meter.accessibleName())
    assert names == {
        "Microphone level, silent", "Microphone level, quiet", "Microphone level, good",
        "Microphone level, too loud",
    }  # fmt: skip
    assert meter.lit() == (16, 16)
    assert LevelMeter(compact=True).width() < meter.width()


def test_the_connection_in_words() -> None:
    connection = Connection()
    connection.show_connection("direct", 38)
    assert connection.words() == "Direct, 38\u00a0ms"
    assert connection.accessibleName() == "Connection direct, 38 milliseconds"
    wide = connection.sizeHint().width()
    connection.set_compact(True)
    connection.show_connection("direct", 39)
    assert connection.words() == "Direct"
    assert connection.sizeHint().width() < wide
    connection.show_connection("none", for_s=12)
    assert connection.words() == "No connection, 12\u00a0s"


def test_the_ring_empties_and_counts_on() -> None:
    ring = Ring()
    assert (ring.width(), ring.figure()) == (60, "60")
    ring.show_time(60, 22, running=True)
    assert (ring.figure(), ring.accessibleName()) == ("38", "Thinking, 38 seconds left")
    ring.show_time(60, 72, running=True)
    assert (ring.figure(), ring.accessibleName()) == ("+12", "Thinking, 12 seconds over")
    ring.show_time(None, 64, running=True)
    assert ring.figure() == "1:04"


def test_steps_are_named_and_give_way() -> None:
    steps = Steps()
    steps.show_step(2, (1,))
    assert steps.accessibleName() == "Question 2 of 4, Exhibit, current"
    wide = steps.sizeHint().width()
    assert wide < 500
    steps.set_compact(True)
    assert steps.sizeHint().width() < 140
    theme.scale = 1.5
    steps.set_compact(False)
    assert steps.sizeHint().width() > 1.4 * wide


# -- Thinking --------------------------------------------------------------


def test_thinking_begins_with_the_chosen_length_and_ends_when_ready(qtbot: QtBot) -> None:
    block = _shown(qtbot, ThinkingBlock())
    with qtbot.waitSignal(block.chosen) as chosen:
        block.lengths.segment("60").setFocus()
        _key(qtbot, QApplication.focusWidget() or block, Key.Key_Right)
    assert chosen.args == [90]
    with qtbot.waitSignal(block.think) as think:
        qtbot.mouseClick(block.start, LEFT)
    assert think.args == [90]
    block.show_running(90, 0)
    assert block.stop.isVisible()
    assert not block.lengths.isVisible()
    with qtbot.waitSignal(block.ready):
        qtbot.mouseClick(block.stop, LEFT)
    block.show_rest()
    assert block.lengths.isVisible()
    assert not block.stop.isVisible()


def test_the_key_keeps_its_focus_when_thinking_begins_and_ends(qtbot: QtBot) -> None:
    block = _shown(qtbot, ThinkingBlock())
    block.start.setFocus()
    _key(qtbot, block.start, Key.Key_Space)
    block.show_running(60, 0)
    assert block.stop.hasFocus()
    block.show_rest()
    assert block.start.hasFocus()


def test_thinking_is_announced_at_its_start_at_ten_and_at_zero(spoken: list[str]) -> None:
    block = ThinkingBlock()
    for elapsed in range(70):
        block.show_running(60, elapsed)
    assert spoken == [
        "Thinking, 60 seconds left. No reply until you speak.",
        "Thinking, 10 seconds left",
        "Thinking, time is over. Take what you need.",
    ]


def test_a_poll_that_skips_a_second_still_announces(spoken: list[str]) -> None:
    block = ThinkingBlock()
    for elapsed in (0, 49, 52, 58, 61):
        block.show_running(60, elapsed)
    assert spoken[1:] == [
        "Thinking, 8 seconds left", "Thinking, time is over. Take what you need.",
    ]  # fmt: skip


def test_compact_thinking_is_one_button_with_a_menu(qtbot: QtBot) -> None:
    block = _shown(qtbot, ThinkingBlock(compact=True))
    assert block.button.text() == "Thinking 60\u00a0s"
    assert block.button.height() >= 44
    [action] = [one for one in block.menu.actions() if one.data() is None]
    action.trigger()
    with qtbot.waitSignal(block.think) as think:
        qtbot.mouseClick(block.button, LEFT, pos=QPoint(20, 20))
    assert think.args == [None]
    block.show_running(None, 3)
    assert block.button.accessibleName() == "I am ready"


def test_disabled_thinking_does_nothing(qtbot: QtBot) -> None:
    block = _shown(qtbot, ThinkingBlock())
    block.setEnabled(False)
    with qtbot.assertNotEmitted(block.think):
        block.press()
        qtbot.mouseClick(block.start, LEFT)


# -- number heard --------------------------------------------------------------


def test_a_number_is_confirmed_as_heard(qtbot: QtBot) -> None:
    heard = _shown(qtbot, NumberHeard(), 420)
    heard.show_number("forty-eight hundred warehouses", 4800, "warehouses")
    with qtbot.waitSignal(heard.confirmed) as confirmed:
        qtbot.mouseClick(heard.right, LEFT)
    assert confirmed.args == ["forty-eight hundred warehouses", 4800.0, "warehouses"]


def test_a_number_is_changed_by_keyboard(qtbot: QtBot) -> None:
    heard = _shown(qtbot, NumberHeard(), 420)
    heard.show_number("one point two million", 1.2e6, "")
    heard.change.setFocus()
    _key(qtbot, heard.change, Key.Key_Space)
    assert heard.edit.hasFocus()
    assert heard.edit.selectedText() == "1.2 million"
    qtbot.keyClicks(heard.edit, "a lot")
    _key(qtbot, heard.edit, Key.Key_Return)
    assert "not one number" in heard.error()
    assert heard.editing()
    heard.edit.selectAll()
    qtbot.keyClicks(heard.edit, "1.2 billion EUR")
    assert not heard.error()
    with qtbot.waitSignal(heard.confirmed) as confirmed:
        _key(qtbot, heard.edit, Key.Key_Return)
    assert confirmed.args == ["1.2 billion EUR", 1.2e9, "EUR"]
    assert not heard.editing()


def test_escape_keeps_what_was_heard(qtbot: QtBot) -> None:
    heard = _shown(qtbot, NumberHeard(), 420)
    heard.show_number("twelve", 12, "%")
    qtbot.mouseClick(heard.change, LEFT)
    qtbot.keyClicks(heard.edit, "13")
    with qtbot.assertNotEmitted(heard.confirmed):
        _key(qtbot, heard.edit, Key.Key_Escape)
    assert not heard.editing()
    assert heard.change.hasFocus()
    with qtbot.waitSignal(heard.confirmed) as confirmed:
        qtbot.mouseClick(heard.right, LEFT)
    assert confirmed.args == ["twelve", 12.0, "%"]


# -- captions --------------------------------------------------------------


def _ink_at(captions: Captions, block: int, place: int) -> tuple[str, int]:
    cursor = QTextCursor(captions.document().findBlockByNumber(block))
    cursor.movePosition(QTextCursor.MoveOperation.Right, n=place)
    form = cursor.charFormat()
    return form.foreground().color().name().upper(), form.font().pixelSize()


def test_the_newest_turn_is_larger_and_the_unsaid_is_faint(qtbot: QtBot) -> None:
    captions = _shown(qtbot, Captions(), 450, 400)
    captions.show_lines([_line(1), _line(2, "Said and unsaid", said_chars=4, final=False)])
    assert captions.toPlainText() == "You\nTurn 1 said this.\nInterviewer\nSaid and unsaid"
    assert _ink_at(captions, 1, 2) == (theme.tokens.ink2, 14)
    assert _ink_at(captions, 3, 2) == (theme.tokens.ink, 16)
    assert _ink_at(captions, 3, 9) == (theme.tokens.ink3, 16)
    captions.show_line(_line(3))
    assert _ink_at(captions, 3, 2) == (theme.tokens.ink2, 14)
    theme.apply(True)
    assert _ink_at(captions, 5, 2) == (theme.tokens.ink, 16)


def test_few_turns_stand_at_the_bottom(qtbot: QtBot) -> None:
    captions = _shown(qtbot, Captions(), 450, 400)
    captions.show_lines([_line(1)])
    last = captions.document().findBlockByNumber(1)
    box = captions.document().documentLayout().blockBoundingRect(last)
    assert captions.viewport().height() - 30 < box.bottom() <= captions.viewport().height() + 1
    assert captions.verticalScrollBar().maximum() == 0


def test_a_caption_that_was_cut_ends_with_its_last_word(qtbot: QtBot) -> None:
    """Its dots never stand alone on a line."""
    widget = _shown(qtbot, Captions(), 300, 200)
    cut = CaptionLine("a", "interviewer", "Here is what we know", 5, interrupted=True)
    widget.show_lines([cut])
    # `toPlainText` would make a plain space of what keeps the two together.
    assert widget.document().findBlockByNumber(1).text() == "Here\u00a0…"
    widget.show_lines([dataclasses.replace(cut, said_chars=0)])
    assert widget.toPlainText() == "Interviewer\n…"


def test_captions_stay_at_the_end_until_scrolled_up(qtbot: QtBot) -> None:
    captions = _shown(qtbot, Captions(), 450, 300)
    lines = [_line(number) for number in range(40)]
    captions.show_lines(lines)
    bar = captions.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    assert not captions.back.isVisible()
    bar.setValue(50)
    assert captions.back.isVisible()
    captions.show_line(_line(40))
    assert bar.value() == 50
    qtbot.mouseClick(captions.back, LEFT)
    assert bar.value() == bar.maximum()
    assert not captions.back.isVisible()
    captions.show_line(_line(41, "And more words. " * 20))
    assert bar.value() == bar.maximum()
    captions.resize(300, 200)
    assert bar.value() == bar.maximum()


def test_each_finished_turn_is_announced_once(spoken: list[str]) -> None:
    captions = Captions()
    captions.show_lines([_line(0), _line(1)], quiet=True)
    captions.show_line(_line(2, "Half a", said_chars=3, final=False))
    captions.show_line(_line(2, "Half a sentence", said_chars=9))
    captions.show_line(_line(2, "Half a sentence"))
    captions.show_lines([_line(0), _line(1), _line(2, "Half a sentence"), _line(3, "Yes")])
    assert spoken == ["Interviewer: Half a sentence", "You: Yes"]
    captions.set_announcing(False)
    captions.show_line(_line(4, "Silence"))
    assert len(spoken) == 2


def test_a_turn_that_arrives_late_or_goes_keeps_the_order(qtbot: QtBot) -> None:
    captions = _shown(qtbot, Captions(), 450, 300)
    captions.show_lines([_line(1, "a"), _line(3, "c")])
    captions.show_lines([_line(1, "a"), _line(2, "b"), _line(3, "c")])
    assert captions.toPlainText() == "You\na\nInterviewer\nb\nYou\nc"
    captions.show_lines([_line(1, "a"), _line(3, "c")])
    assert captions.toPlainText() == "You\na\nYou\nc"
    captions.show_lines([_line(1, "a")])
    assert captions.toPlainText() == "You\na"
    assert _ink_at(captions, 1, 1) == (theme.tokens.ink, 16)
    captions.show_lines([])
    assert captions.toPlainText() == ""
    captions.show_lines([_line(2, "anew\nwith a break")])
    assert captions.toPlainText() == "Interviewer\nanew with a break"


def test_a_delta_in_a_long_session_lays_out_one_turn_only(qtbot: QtBot) -> None:
    captions = _shown(qtbot, Captions(), 450, 400)
    lines = [_line(number, "Words of this turn. " * 6) for number in range(3000)]
    captions.show_lines(lines, quiet=True)
    touched: list[tuple[int, int]] = []
    captions.document().contentsChange.connect(
        lambda _at, removed, added: touched.append((removed, added))
    )
    captions.show_lines([*lines[:-1], dataclasses.replace(lines[-1], text="One more word")])
    assert touched
    assert sum(removed + added for removed, added in touched) < 500


def test_single_keys_stay_the_rooms(qtbot: QtBot) -> None:
    class Room(QWidget):
        keys = ""

        def keyPressEvent(self, event: Any) -> None:
            self.keys += event.text()

    room = _shown(qtbot, Room(), 500, 400)
    captions = Captions(room)
    captions.show()
    captions.setFocus()
    qtbot.keyClicks(captions, "th ")
    assert room.keys == "th "


# -- transcript --------------------------------------------------------------


def _session(count: int) -> list[TranscriptLine]:
    return [
        TranscriptLine(
            number * 2000, number * 2000 + 1500, "candidate" if number % 2 else "interviewer",
            "Mara" if number % 2 else "Interviewer", f"Line {number} " + "words and more " * 8,
        )
        for number in range(count)
    ]  # fmt: skip


def test_a_press_or_enter_plays_a_line(qtbot: QtBot) -> None:
    transcript = _shown(qtbot, Transcript(), 500, 400)
    transcript.show_lines(live.TRANSCRIPT)
    box = transcript.visualRect(transcript.model().index(2, 0))
    with qtbot.waitSignal(transcript.played) as played:
        qtbot.mouseClick(transcript.viewport(), LEFT, pos=box.center())
    assert played.args == [832_000]
    _key(qtbot, transcript, Key.Key_Down)
    with qtbot.waitSignal(transcript.played) as played:
        _key(qtbot, transcript, Key.Key_Return)
    assert played.args == [845_000]


def test_rows_are_as_high_as_their_lines_at_each_width(qtbot: QtBot) -> None:
    transcript = _shown(qtbot, Transcript(), 600, 400)
    transcript.show_lines(live.TRANSCRIPT)
    index = transcript.model().index(4, 0)
    wide = transcript.visualRect(index).height()
    transcript.resize(420, 400)
    qtbot.waitUntil(lambda: transcript.visualRect(index).height() > wide)
    assert (transcript.visualRect(index).height() - 10) % 22 == 0


def test_the_line_that_sounds_is_kept_in_view_unless_the_person_scrolls(qtbot: QtBot) -> None:
    transcript = _shown(qtbot, Transcript(), 500, 400)
    transcript.show_lines(_session(300))
    seen = transcript.viewport().rect()

    def current() -> Any:
        return transcript.visualRect(transcript.model().index(transcript.current_row(), 0))

    transcript.show_position(400_500)
    assert transcript.current_row() == 200
    assert seen.contains(current())
    place = QPointF(100, 100)
    wheel = QWheelEvent(
        place, transcript.viewport().mapToGlobal(place), QPoint(0, 0), QPoint(0, 6000),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(transcript.viewport(), wheel)
    at = transcript.verticalScrollBar().value()
    transcript.show_position(420_500)
    assert not transcript.following()
    assert transcript.verticalScrollBar().value() == at
    transcript.follow()
    assert seen.contains(current())


def test_search_counts_and_filters(qtbot: QtBot) -> None:
    transcript = _shown(qtbot, Transcript(), 500, 400)
    transcript.show_lines(live.TRANSCRIPT)
    transcript.show_position(880_000)
    assert transcript.search("THE LARGE") == 1
    assert transcript.model().rowCount(QModelIndex()) == 1
    assert transcript.current_row() == 0
    assert transcript.search("nothing of it") == 0
    assert transcript.model().rowCount(QModelIndex()) == 0
    transcript.search("")
    assert transcript.model().rowCount(QModelIndex()) == len(live.TRANSCRIPT)
    assert transcript.current_row() == 4


def test_lines_of_the_transcript_are_real_items_for_a_screen_reader(qtbot: QtBot) -> None:
    transcript = _shown(qtbot, Transcript(), 500, 400)
    transcript.show_lines(live.TRANSCRIPT)
    face = QAccessible.queryAccessibleInterface(transcript)
    assert face is not None
    assert face.role() is QAccessible.Role.List
    assert face.childCount() == len(live.TRANSCRIPT)
    item = face.child(1)
    assert item is not None
    assert item.text(QAccessible.Text.Name) == (
        "Interviewer at 13 minutes 40, hint: Is there anything else in the table?"
    )


def test_an_hour_of_lines_is_laid_out_at_once(qtbot: QtBot) -> None:
    transcript = _shown(qtbot, Transcript(), 500, 400)
    transcript.show_lines(_session(3000))
    last = transcript.model().index(2999, 0)
    transcript.scrollToBottom()
    assert transcript.visualRect(last).intersects(transcript.viewport().rect())


def test_words_without_spaces_and_from_the_right_have_room(qtbot: QtBot) -> None:
    transcript = _shown(qtbot, Transcript(), 420, 400)
    transcript.show_lines([
        TranscriptLine(0, 1, "candidate", "Mara", "x" * 400),
        TranscriptLine(1, 2, "candidate", "מרה", "אני חושב שהשוק קטן מדי " * 4),
        TranscriptLine(2, 3, "interviewer", "Interviewer", ""),
    ])  # fmt: skip
    heights = [transcript.visualRect(transcript.model().index(row, 0)).height() for row in range(3)]
    assert heights[0] > 10 * 22
    assert heights[1] > 2 * 22
    assert heights[2] == 32
    assert not transcript.grab().isNull()


# -- waveform --------------------------------------------------------------


@pytest.fixture
def wave(qtbot: QtBot) -> Iterator[Waveform]:
    # Inside a page, as in the app: alone in its window, its list would get the first focus.
    page = QWidget()
    column = QVBoxLayout(page)
    play = QPushButton("Play")
    made = Waveform()
    column.addWidget(play)
    column.addWidget(made)
    play.setFocus()
    _shown(qtbot, page, 1000, 260)
    made.show_sound(live.LENGTH_MS, live.peaks())
    made.show_marks(live.MARKS)
    yield made
    page.close()


def test_the_waveform_is_a_slider_in_seconds(qtbot: QtBot, wave: Waveform) -> None:
    assert _role(wave) is QAccessible.Role.Slider
    assert (wave.minimum(), wave.maximum()) == (0, live.LENGTH_MS // 1000)
    wave.show_position(60_000)
    assert wave.value() == 60
    assert wave.accessibleDescription() == "1 minute 0 of 29 minutes 14"
    heard: list[int] = []
    wave.sought.connect(heard.append)
    wave.setFocus()
    _key(qtbot, wave, Key.Key_Right, Key.Key_Left, Key.Key_Left, Key.Key_End, Key.Key_Home)
    assert heard == [65_000, 60_000, 55_000, live.LENGTH_MS, 0]
    _key(qtbot, wave, Key.Key_Left)
    assert len(heard) == 5
    # As assistive technology does it.
    wave.setValue(90)
    assert heard[-1] == 90_000
    assert wave.position_ms() == 90_000


def test_playing_tells_a_screen_reader_only_now_and_then(wave: Waveform) -> None:
    values: list[int] = []
    wave.valueChanged.connect(values.append)
    for ms in range(0, 20_000, 33):
        wave.show_position(ms, playing=True)
    assert values == [5, 10, 15]


def test_a_press_and_a_drag_seek(qtbot: QtBot, wave: Waveform) -> None:
    heard: list[int] = []
    wave.sought.connect(heard.append)
    middle = QPoint(round(wave.x_of(600_000)), 80)
    qtbot.mousePress(wave, LEFT, pos=middle)
    qtbot.mouseMove(wave, QPoint(5000, 80))
    qtbot.mouseRelease(wave, LEFT, pos=QPoint(5000, 80))
    assert abs(heard[0] - 600_000) < 2_000
    assert heard[-1] in (heard[0], live.LENGTH_MS)


def test_marks_are_a_list_that_the_keyboard_reaches(qtbot: QtBot, wave: Waveform) -> None:
    assert wave.markers.count() == 14
    assert wave.markers.width() == 1
    wave.setFocus()
    _key(qtbot, wave, Key.Key_Tab)
    assert wave.markers.hasFocus()
    assert wave.markers.width() > 200
    face = QAccessible.queryAccessibleInterface(wave.markers)
    assert face is not None
    names = [face.child(row).text(QAccessible.Text.Name) for row in range(face.childCount())]
    assert "Hint, level 2, at 13 minutes 40" in names
    _key(qtbot, wave.markers, Key.Key_Down)
    with qtbot.waitSignal(wave.sought) as sought:
        _key(qtbot, wave.markers, Key.Key_Return)
    assert sought.args == [160_000]
    wave.setFocus()
    assert wave.markers.width() == 1


def test_heights_of_the_waveform() -> None:
    assert Waveform().height() == 172
    assert Waveform(compact=True).height() == 132


@pytest.mark.parametrize("size", [0, 1, 7, 900, 100_000])
def test_any_length_of_sound_is_drawn(qtbot: QtBot, size: int) -> None:
    wave = _shown(qtbot, Waveform(), 600)
    wave.show_sound(1000 * size, (np.ones(size, np.float32), np.zeros(size // 2, np.float32)))
    wave.show_position(500 * size)
    wave.show_loop(0, 100 * size)
    assert not wave.grab().isNull()


def test_the_sound_is_drawn_once_for_many_positions(
    wave: Waveform, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    from interview_desktop.ui.widgets import waveform_paint

    bars = waveform_paint.bars

    def counted(*parts: Any) -> None:
        drawn.append(1)
        bars(*parts)

    monkeypatch.setattr(waveform_paint, "bars", counted)
    wave.resize(900, wave.height())
    for ms in range(0, 600_000, 20_000):
        wave.show_position(ms)
        wave.grab()
    assert len(drawn) == 1
    theme.apply(True)
    wave.grab()
    assert len(drawn) == 2


# -- score and notes --------------------------------------------------------------


def test_a_score_by_keys_and_by_pointer(qtbot: QtBot) -> None:
    score = _shown(qtbot, Score("Numeracy", live.ANCHORS), 320)
    assert score.track.accessibleName() == "Numeracy, not scored"
    assert "3: A sound order" in score.track.accessibleDescription()
    given: list[int] = []
    score.scored.connect(given.append)
    score.track.setFocus()
    _key(qtbot, score.track, Key.Key_4, Key.Key_Left, Key.Key_Right, Key.Key_Right, Key.Key_Right)
    assert given == [4, 3, 4, 5]
    qtbot.mouseClick(score.track, LEFT, pos=score.track.center(2).toPoint())
    assert given[-1] == 2
    assert score.track.accessibleName() == "Numeracy, 2 of 5"
    assert _role(score.track) is QAccessible.Role.Slider
    score.show_score(None)
    assert score.score() is None
    assert given[-1] == 2


def test_a_score_leads_to_its_evidence(qtbot: QtBot) -> None:
    score = _shown(qtbot, Score("Numeracy"), 320)
    low = score.sizeHint().height()
    score.show_evidence("21:08–21:40")
    assert score.sizeHint().height() > low
    link = next(one for one in score.findChildren(QWidget) if "evidence" in one.accessibleName())
    with qtbot.waitSignal(score.evidence):
        qtbot.mouseClick(link, LEFT)
    score.show_evidence("")
    assert not link.isVisible()


def test_notes_tell_each_edit_and_leave_on_escape(qtbot: QtBot) -> None:
    notes = _shown(qtbot, Notes(), 260, 400)
    told: list[str] = []
    notes.changed.connect(told.append)
    notes.show_text("Before")
    assert told == []
    qtbot.keyClicks(notes.edit, " ->")
    assert told[-1] == notes.text() == "Before ->"
    assert notes.edit.font().featureValue(QFont.Tag("calt")) == 0
    notes.show_state("unsaved")
    assert notes.state_words() == "Not saved yet"
    with qtbot.waitSignal(notes.left):
        _key(qtbot, notes.edit, Key.Key_Escape)


def test_long_notes_and_notes_from_the_right_stay_as_typed(qtbot: QtBot) -> None:
    notes = _shown(qtbot, Notes(), 260, 400)
    text = "\n".join(["שוק: גודל, צמיחה, מי קונה", "x" * 500, "12 % -> 4,800 & <b>"] * 19)[:10_000]
    notes.show_text(text)
    assert notes.text() == text
    qtbot.keyClicks(notes.edit, "!")
    assert notes.text() == text + "!"
    document = notes.edit.document()
    assert document.firstBlock().textDirection() is Qt.LayoutDirection.RightToLeft
    assert document.size().width() <= notes.edit.viewport().width() + 1
    first = document.firstBlock()
    below = document.documentLayout().blockBoundingRect(first.next()).top()
    assert round(below) == 22 * first.layout().lineCount()
    theme.apply(True)
    assert notes.text() == text + "!"


# -- all of them --------------------------------------------------------------


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("dark", [False, True])
def test_every_sample_paints_and_every_control_has_a_name(
    qtbot: QtBot, scale: float, dark: bool
) -> None:
    theme.scale = scale
    theme.apply(dark)
    for sample in live.samples():
        sheet = sample.make()
        width, height = sample.size or (600, 400)
        _shown(qtbot, sheet, round(width * scale), round(height * scale))
        assert not sheet.grab().isNull()
        for control in sheet.findChildren(QWidget):
            if control.focusPolicy() & Qt.FocusPolicy.TabFocus and control.isVisible():
                face = QAccessible.queryAccessibleInterface(control)
                assert face is not None
                assert face.text(QAccessible.Text.Name), f"{sample.name}: {control}"
        sheet.hide()
