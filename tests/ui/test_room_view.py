"""The room as a person, a keyboard and a screen reader meet it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLineEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from interview_desktop.domain.call_events import (
    CallState,
    CaptionChanged,
    ConnectionChanged,
    ExhibitShown,
    HintGiven,
    NotesRestored,
    NotesState,
    NumberHeard,
    Presence,
    PresenceChanged,
    QuestionChanged,
    Retrying,
    StateChanged,
    ThinkingChanged,
)
from interview_desktop.domain.devices import Device, SoundNotice
from interview_desktop.domain.interview import Hint
from interview_desktop.ui.gallery import exhibits as pictures
from interview_desktop.ui.gallery import room as gallery
from interview_desktop.ui.gallery.sample import Sample
from interview_desktop.ui.theme import theme
from interview_desktop.ui.views.room import RoomView
from interview_desktop.ui.widgets.captions import Captions
from interview_desktop.ui.widgets.exhibit.switch import ChartOrTable
from interview_desktop.ui.widgets.level import LevelMeter
from interview_desktop.ui.widgets.message import Message
from interview_desktop.ui.widgets.number_heard import NumberHeard as NumberBox
from interview_desktop.ui.widgets.presence import PresenceDisc
from interview_desktop.ui.widgets.segmented import Segmented
from interview_desktop.ui.widgets.text import Text

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
SIZES = [(1280, 800, 1.0), *((*size, scale) for _, size, scale in gallery.SIZES), (1180, 700, 1.0)]
NARROWEST = 40
W = TypeVar("W", bound=QWidget)

pytestmark = pytest.mark.usefixtures("look")


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[RoomView]:
    """A running room in a window that has the focus."""
    yield shown(qtbot, gallery.room(gallery.running()))


def shown(qtbot: QtBot, view: RoomView, width: int = 1280, height: int = 800) -> RoomView:
    qtbot.addWidget(view)
    view.resize(width, height)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    return view


def heard(qtbot: QtBot, signal: object) -> list[object]:
    """What a signal has told, by and by."""
    told: list[object] = []
    signal.connect(lambda *values: told.append(values[0] if values else None))  # type: ignore[attr-defined]
    return told


def visible(room: QWidget, kind: type[W]) -> list[W]:
    return [one for one in room.findChildren(kind) if one.isVisible()]


def place(widget: QWidget, room: QWidget) -> QRect:
    return QRect(widget.mapTo(room, QPoint(0, 0)), widget.size())


def scrolls(widget: QWidget) -> bool:
    """Whether a pane decides how much of it is seen."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def focus() -> QWidget | None:
    return QApplication.focusWidget()


# -- every sample at every size --------------------------------------------------------


@pytest.mark.parametrize("name", gallery.ROOMS)
def test_nothing_overlaps_and_nothing_is_cut(qtbot: QtBot, name: str) -> None:
    view = gallery.ROOMS[name]()
    qtbot.addWidget(view)
    assert isinstance(view, RoomView)
    view.show()
    for width, height, scale in SIZES:
        theme.set_scale(scale)
        view.resize(width, height)
        # What was put off is done when nothing asks for a layout any more.
        for _ in range(4):
            QApplication.processEvents()
        _check_inside(view)
        _check_apart(view)
        _check_text(view)
        _check_targets(view)


def _check_inside(view: RoomView) -> None:
    for widget in visible(view, QWidget):
        if not scrolls(widget) and not widget.isWindow():
            assert view.rect().contains(place(widget, view)), widget
    lowest = view.bar.geometry().top()
    for part in (view.case, view.talk, view.notes):
        assert place(part, view).bottom() < lowest or not part.isVisible()
    assert view.talk.captions.height() >= 60


def _check_apart(view: RoomView) -> None:
    kinds = (QAbstractButton, QLineEdit, QTextEdit, LevelMeter, PresenceDisc)
    parts = [one for kind in kinds for one in visible(view, kind)]
    parts += [one for one in visible(view, Text) if not isinstance(one, QAbstractButton)]
    for index, one in enumerate(parts):
        for other in parts[index + 1 :]:
            if one.isAncestorOf(other) or other.isAncestorOf(one):
                continue
            if scrolls(one) or scrolls(other):
                continue
            both = place(one, view).intersected(place(other, view))
            assert both.isEmpty(), (one, other, both)


def _check_text(view: RoomView) -> None:
    for text in visible(view, Text):
        if text.hasHeightForWidth():
            assert text.height() >= text.heightForWidth(text.width()), text.text()
        else:
            assert text.width() >= text.sizeHint().width(), text.text()
        assert text.height() >= text.minimumSizeHint().height(), text.text()
    for button in visible(view, QAbstractButton):
        assert button.width() >= button.sizeHint().width(), button.text()
        assert button.height() >= button.sizeHint().height(), button.text()


def _check_targets(view: RoomView) -> None:
    for button in visible(view, QAbstractButton):
        parent = button.parentWidget()
        # Rows inside of a larger control, as the look's pictures have them.
        if isinstance(parent, (Segmented, ChartOrTable, Captions)):
            continue
        assert min(button.width(), button.height()) >= NARROWEST, button.text()


@pytest.mark.parametrize("size", SIZES)
def test_the_room_with_all_its_trouble_at_once_still_shows_the_conversation(
    qtbot: QtBot, size: tuple[int, int, float]
) -> None:
    theme.set_scale(size[2])
    events = gallery.running(
        NumberHeard(2, "two", 2.0, "sites", gallery.NOW_MS),
        SoundNotice("silence", "warn", "The microphone sends only silence. Allow it, then go on."),
        StateChanged(CallState.RECOVERING, gallery.NOW_MS),
        Retrying(9.0, 2),
    )
    view = shown(qtbot, gallery.room(events), size[0], size[1])
    assert len(visible(view, Message)) == 2
    _check_text(view)
    _check_apart(view)
    assert view.talk.captions.height() >= 26


def test_the_main_samples_come_in_every_layout() -> None:
    samples: dict[str, Sample] = {one.name: one for one in gallery.samples()}
    for name in gallery.MAIN:
        sizes = {samples[f"{name}-{suffix}"].size for suffix, _, _ in gallery.SIZES}
        assert sizes == {(1024, 640), (1280, 720), (1920, 1080), (1280, 800)}
    assert samples["room-150"].text_size == 1.5


def test_the_columns_follow_the_look(qtbot: QtBot) -> None:
    view = shown(qtbot, gallery.room(gallery.running()))
    assert (view.top.height(), view.bar.height()) == (60, 120)
    assert (view.case.width(), view._notes_ground.width()) == (456, 300)
    view.resize(1024, 640)
    assert (view.bar.height(), view.case.width()) == (80, 400)
    assert view.bar.thinking.compact() and not view.notes.isVisible()
    view.resize(1920, 1080)
    assert view.case.width() == 691
    qtbot.waitUntil(lambda: view.talk.captions.width() <= 660)
    view.resize(1280, 720)
    assert view.talk.presence.disc.width() == 106


# -- live ----------------------------------------------------------------


def test_levels_repaint_only_the_small_live_widgets(qtbot: QtBot, room: RoomView) -> None:
    room.apply(PresenceChanged(Presence.SPEAKING))
    seen: list[tuple[QWidget, QRect]] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QPaintEvent) and isinstance(watched, QWidget):
                seen.append((watched, event.rect()))
            return False

    watch = Watch()
    for widget in [room, *room.findChildren(QWidget)]:
        widget.installEventFilter(watch)
    for _ in range(4):
        QApplication.processEvents()
    seen.clear()
    now = gallery.NOW_MS
    for step in range(30):
        room.show_levels(-50.0 + step, -40.0 + step, now + step * 33)
        QApplication.processEvents()
    qtbot.waitUntil(lambda: bool(seen))
    areas = {type(widget).__name__: rect.size() for widget, rect in seen}
    assert any(isinstance(widget, LevelMeter) for widget, _ in seen)
    for widget, rect in seen:
        # Whatever lies under them may paint that much of itself, and no more.
        assert rect.width() * rect.height() <= 140 * 140, (widget, areas)


def test_time_thinking_and_countdown_follow_the_recording(room: RoomView) -> None:
    room.apply(ThinkingChanged(True, 60, gallery.NOW_MS))
    room.show_levels(-60, -60, gallery.NOW_MS + 22_000)
    assert room.bar.thinking.ring.figure() == "38"
    assert room._clock.text() == "4:34"
    room.show_levels(-60, -60, gallery.NOW_MS + 91_000)
    assert any("thinking for 90 seconds" in one for one in room.talk.message_texts())
    room.apply(StateChanged(CallState.RECOVERING, gallery.NOW_MS + 92_000))
    room.apply(Retrying(4.0, 2))
    room.show_levels(-60, -60, gallery.NOW_MS + 94_000)
    assert any("Next try in" in one for one in room.talk.message_texts())
    assert room.bar.connection.words() == "No connection, 2\u00a0s"


# -- keys ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "signal"),
    [(Key.Key_T, "think"), (Key.Key_H, "hint"), (Key.Key_R, "repeat"), (Key.Key_D, "done"),
     (Key.Key_M, "mute"), (Key.Key_E, "exhibit_shown")],
)  # fmt: skip
def test_single_keys_do_what_their_control_does(
    qtbot: QtBot, room: RoomView, key: Qt.Key, signal: str
) -> None:
    with qtbot.waitSignal(getattr(room, signal)):
        qtbot.keyClick(room, key)


def test_keys_are_text_in_a_field_and_can_be_switched_off(qtbot: QtBot, room: RoomView) -> None:
    hints, notes = heard(qtbot, room.hint), heard(qtbot, room.notes_changed)
    qtbot.keyClick(room, Key.Key_N)
    assert focus() is room.notes.edit
    qtbot.keyClicks(room.notes.edit, "h")
    assert notes and str(notes[-1]).endswith("h")
    qtbot.keyClick(room.notes.edit, Key.Key_Escape)
    assert focus() is room
    room.set_single_keys(False)
    qtbot.keyClick(room, Key.Key_H)
    QApplication.processEvents()
    assert hints == []
    room.set_single_keys(True)
    qtbot.keyClick(room, Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()
    assert hints == []


def test_notes_give_the_focus_back_to_where_it_came_from(qtbot: QtBot, room: RoomView) -> None:
    room.bar.repeat_button.setFocus()
    qtbot.keyClick(room.bar.repeat_button, Key.Key_N)
    assert focus() is room.notes.edit
    qtbot.keyClick(room.notes.edit, Key.Key_Escape)
    assert focus() is room.bar.repeat_button


def test_f1_and_the_question_mark_show_the_keys(qtbot: QtBot, room: RoomView) -> None:
    qtbot.keyClick(room, Key.Key_F1)
    assert room.keys.isVisible() and room.rect().contains(room.keys.geometry())
    assert focus() is room
    qtbot.keyClick(room, Key.Key_Escape)
    assert not room.keys.isVisible()
    qtbot.keyClicks(room, "?")
    assert room.keys.isVisible()
    assert ("Space", "Hold to talk") not in room.keys.rows()
    room.set_push_to_talk(True)
    assert ("Space", "Hold to talk") in room.keys.rows()


# -- push-to-talk ----------------------------------------------------------------


def press(widget: QWidget, *, repeat: bool = False, down: bool = True) -> None:
    kind = QEvent.Type.KeyPress if down else QEvent.Type.KeyRelease
    event = QKeyEvent(kind, Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", repeat)
    QApplication.sendEvent(widget, event)


def test_space_talks_while_it_is_held(qtbot: QtBot, room: RoomView) -> None:
    told = heard(qtbot, room.mute)
    room.set_push_to_talk(True)
    assert told == [True]
    microphone = room.bar.microphone.button
    assert microphone.text() == "Hold Space"
    assert microphone.accessibleName() == "Hold Space to talk, microphone off"
    press(room)
    press(room, repeat=True, down=False)
    press(room, repeat=True)
    assert told == [True, False]
    assert microphone.accessibleName() == "Hold Space to talk, microphone on"
    press(room, down=False)
    assert told == [True, False, True]
    qtbot.keyClick(room, Key.Key_M)
    assert told == [True, False, True]
    room.set_push_to_talk(False)
    assert told == [True, False, True, False]


def test_space_talks_from_a_button_without_pressing_it(qtbot: QtBot, room: RoomView) -> None:
    told, done = heard(qtbot, room.mute), heard(qtbot, room.done)
    room.set_push_to_talk(True)
    room.bar.done_button.setFocus()
    press(room.bar.done_button)
    press(room.bar.done_button, down=False)
    assert told == [True, False, True] and done == []


def test_talking_ends_with_the_focus(qtbot: QtBot, room: RoomView) -> None:
    told = heard(qtbot, room.mute)
    room.set_push_to_talk(True)
    press(room)
    room.notes.setFocus()
    assert told == [True, False, True]
    press(room.notes.edit)
    assert told == [True, False, True]
    assert room.notes.text().endswith(" ")
    room.setFocus()
    press(room)
    other = QWidget()
    qtbot.addWidget(other)
    with qtbot.waitActive(other):
        other.show()
        other.activateWindow()
    qtbot.waitUntil(lambda: told == [True, False, True, False, True])


def test_the_mouse_can_hold_to_talk(qtbot: QtBot, room: RoomView) -> None:
    told = heard(qtbot, room.mute)
    room.set_push_to_talk(True)
    qtbot.mousePress(room.bar.microphone.button, LEFT)
    qtbot.mouseRelease(room.bar.microphone.button, LEFT)
    assert told == [True, False, True]


# -- controls ----------------------------------------------------------------


def test_mute_says_what_the_microphone_is(qtbot: QtBot, room: RoomView) -> None:
    told = heard(qtbot, room.mute)
    button = room.bar.microphone.button
    assert button.accessibleName() == "Mute, microphone on"
    qtbot.mouseClick(button, LEFT)
    assert (button.text(), button.accessibleName()) == ("Unmute", "Unmute, microphone off")
    qtbot.mouseClick(button, LEFT)
    assert told == [True, False]


def test_devices_are_chosen_in_a_menu_beside_the_microphone(qtbot: QtBot, room: RoomView) -> None:
    opened = heard(qtbot, room.device_menu_opened)
    chosen, loud = heard(qtbot, room.microphone), heard(qtbot, room.loudspeaker)
    microphones = [Device("m1", "Built-in", "microphone", True),
                   Device("m2", "Headset & more", "microphone", False)]  # fmt: skip
    room.show_devices(microphones, [Device("s1", "Speakers", "loudspeaker", True)], "m2", None)
    microphone = room.bar.microphone
    qtbot.mouseClick(microphone.chevron, LEFT)
    assert opened == [None] and microphone.menu.isVisible()
    checked = [one.text() for one in microphone.menu.actions() if one.isChecked()]
    assert checked == ["Headset && more", "Follow the system"]
    choices = [one for one in microphone.menu.actions() if one.isCheckable()]
    assert [one.text() for one in choices] == [
        "Follow the system", "Built-in", "Headset && more", "Follow the system", "Speakers",
    ]  # fmt: skip
    choices[1].trigger()
    choices[0].trigger()
    choices[4].trigger()
    assert (chosen, loud) == (["m1", None], ["s1"])
    microphone.menu.close()


def test_hints_say_what_the_ladder_has_left(room: RoomView) -> None:
    room.apply(HintGiven(2, Hint(2, "What else?"), 0))
    assert room.bar.hint_button.accessibleName() == "Hint, level 2 used"
    assert room.bar.hint_button.isEnabled()
    room.apply(HintGiven(2, Hint(5, "The answer."), 0))
    assert room.bar.hint_button.accessibleName() == "Hint, no more hints"
    assert not room.bar.hint_button.isEnabled()


def test_exhibits_are_turned_and_told(qtbot: QtBot, room: RoomView) -> None:
    told = heard(qtbot, room.exhibit_shown)
    assert room.bar.exhibit_button.accessibleName() == "Exhibit, 1 of 2"
    qtbot.mouseClick(room.bar.exhibit_button, LEFT)
    assert told == [pictures.TABLE.id]
    assert room.case.exhibit_view is not None
    assert room.case.exhibit_view.exhibit is pictures.TABLE
    room.apply(ExhibitShown(pictures.ONE_SERIES, 0))
    assert room.case.exhibit_view.exhibit is pictures.ONE_SERIES


def test_the_whole_prompt_opens_in_its_pane(qtbot: QtBot, room: RoomView) -> None:
    def read() -> list[str]:
        return [one.text() for one in visible(room.case, Text)]

    assert gallery.CASE not in read()
    qtbot.mouseClick(room.case.more, LEFT)
    assert {gallery.CASE, gallery.PROMPT} <= set(read())
    assert room.case.more.text() == "Show less"


def test_compact_shows_one_part_at_a_time(qtbot: QtBot) -> None:
    room = shown(qtbot, gallery.room(gallery.running()), 1024, 640)
    assert room.case.exhibit_view is not None and room.case.exhibit_view.isVisible()
    qtbot.mouseClick(room.case.segments.segment("prompt"), LEFT)
    assert gallery.CASE in [one.text() for one in visible(room.case, Text)]
    qtbot.keyClick(room, Key.Key_N)
    assert room.notes.isVisible() and focus() is room.notes.edit
    segment = room.case.segments.segment("exhibit")
    qtbot.waitUntil(lambda: place(segment, room).top() < 120)
    assert room.childAt(place(segment, room).center()) is segment
    room.apply(ExhibitShown(pictures.TABLE, 0))
    assert room.notes.isVisible(), "what is being written stays"
    qtbot.keyClick(room.notes.edit, Key.Key_Escape)
    told = heard(qtbot, room.exhibit_shown)
    assert focus() is not None
    qtbot.keyClick(focus(), Key.Key_E)
    assert told == [pictures.TABLE.id] and not room.notes.isVisible()
    qtbot.mouseClick(room.case.next_exhibit, LEFT)
    assert told[-1] == pictures.ONE_SERIES.id
    assert room.case.next_exhibit.accessibleName() == "Exhibit 1 of 2, show the next"


def test_everything_can_be_said_in_writing(qtbot: QtBot, room: RoomView) -> None:
    told = heard(qtbot, room.said)
    assert not room.talk.field.isVisible()
    assert room.talk.type_button.text() == "Type instead"
    qtbot.mouseClick(room.talk.type_button, LEFT)
    assert focus() is room.talk.field.edit
    assert room.talk.type_button.accessibleName() == "Stop typing"
    qtbot.keyClicks(room.talk.field.edit, "The large ones")
    qtbot.keyClick(room.talk.field.edit, Key.Key_Return)
    assert told == ["The large ones"] and room.talk.field.isVisible()
    qtbot.keyClick(room.talk.field.edit, Key.Key_Escape)
    assert not room.talk.field.isVisible() and focus() not in (None, room.talk.field.edit)
    assert room.talk.type_button.accessibleName() == "Type instead"
    qtbot.mouseClick(room.talk.type_button, LEFT)
    qtbot.mouseClick(room.talk.type_button, LEFT)
    assert not room.talk.field.isVisible()


def test_a_number_is_confirmed_or_corrected(qtbot: QtBot, room: RoomView) -> None:
    told: list[tuple[object, ...]] = []
    room.number_confirmed.connect(lambda *values: told.append(values))
    room.apply(NumberHeard(2, "four thousand", 4000.0, "sites", gallery.NOW_MS))
    (box,) = visible(room, NumberBox)
    qtbot.mouseClick(box.right, LEFT)
    qtbot.mouseClick(box.change, LEFT)
    box.edit.setText("4,800 sites")
    qtbot.keyClick(box.edit, Key.Key_Return)
    assert told == [("four thousand", 4000.0, "sites"), ("4,800 sites", 4800.0, "sites")]


def test_notes_come_back_and_tell_whether_they_are_kept(qtbot: QtBot, room: RoomView) -> None:
    told = heard(qtbot, room.notes_changed)
    room.apply(NotesRestored("Market first"))
    assert room.notes.text() == "Market first" and told == []
    room.apply(NotesState(False))
    assert room.notes.state_words() == "Saving…"
    room.apply(NotesState(True))
    assert room.notes.state_words() == "Saved"


# -- trouble and the end ------------------------------------------------------------------


def test_messages_offer_their_one_way_out(qtbot: QtBot, room: RoomView) -> None:
    tries, again = heard(qtbot, room.try_now), heard(qtbot, room.again)
    room.apply(StateChanged(CallState.RECOVERING, gallery.NOW_MS))
    room.apply(Retrying(4.0, 2))
    (message,) = visible(room, Message)
    assert message.kind() == "warn" and message.action().text() == "Try now"
    qtbot.mouseClick(message.action(), LEFT)
    assert tries == [None]
    room.apply(StateChanged(CallState.FAILED, gallery.NOW_MS, "No microphone could be opened."))
    (message,) = visible(room, Message)
    qtbot.mouseClick(message.action(), LEFT)
    assert again == [None]
    room.apply(StateChanged(CallState.PREPARING, gallery.NOW_MS))
    assert not any("microphone" in one for one in room.talk.message_texts())


def test_ending_asks_in_the_bar(qtbot: QtBot, room: RoomView) -> None:
    ended, left = heard(qtbot, room.end), heard(qtbot, room.back)
    bar = room.bar
    bar.end_button.setFocus()
    qtbot.mouseClick(bar.end_button, LEFT)
    assert focus() is bar.keep_button
    qtbot.keyClick(bar.keep_button, Key.Key_Escape)
    assert not bar.asking() and focus() is bar.end_button
    qtbot.mouseClick(room.top.back_button, LEFT)
    assert bar.asking() and left == []
    qtbot.mouseClick(bar.keep_button, LEFT)
    assert not bar.asking() and ended == []
    qtbot.mouseClick(bar.end_button, LEFT)
    qtbot.mouseClick(bar.finish_button, LEFT)
    assert ended == [None]


def test_back_leaves_at_once_where_nothing_runs(qtbot: QtBot, room: RoomView) -> None:
    room.apply(StateChanged(CallState.FAILED, 0, "No microphone could be opened."))
    with qtbot.waitSignal(room.back):
        qtbot.mouseClick(room.top.back_button, LEFT)
    assert not room.bar.asking()


def test_the_focus_is_never_lost_when_its_control_goes(qtbot: QtBot, room: RoomView) -> None:
    room.bar.repeat_button.setFocus()
    room.apply(NumberHeard(2, "two", 2.0, "sites", gallery.NOW_MS))
    room.talk.number.right.setFocus()
    room.apply(QuestionChanged(gallery.question(3), (1, 2), gallery.NOW_MS))
    assert focus() is room.bar.repeat_button
    room.bar.done_button.setFocus()
    room.apply(StateChanged(CallState.RECOVERING, gallery.NOW_MS))
    assert focus() is room
    room.apply(Retrying(4.0, 2))
    (message,) = visible(room, Message)
    message.action().setFocus()
    room.apply(StateChanged(CallState.LIVE, gallery.NOW_MS))
    assert focus() is room
    room.notes.setFocus()
    room.resize(1024, 640)
    now = focus()
    assert now is not None and (now is room or room.isAncestorOf(now))


def test_the_tab_key_goes_through_the_room_in_reading_order(qtbot: QtBot, room: RoomView) -> None:
    met: list[QWidget] = []
    while len(met) < 40:
        qtbot.keyClick(focus() or room, Key.Key_Tab)
        now = focus()
        assert now is not None
        if now in met:
            break
        met.append(now)
    wanted = [
        room.case.more, room.talk.captions, room.notes.edit, room.bar.microphone.button,
        room.bar.thinking.start, room.bar.hint_button, room.bar.done_button, room.bar.end_button,
    ]  # fmt: skip
    assert [one for one in met if one in wanted] == wanted
    view = room.case.exhibit_view
    assert view is not None and view.switch is not None
    assert met.index(room.case.more) < met.index(view.switch.chart)
    assert met.index(view.switch.chart) < met.index(room.talk.captions)


# -- names ----------------------------------------------------------------


def test_every_control_has_a_name_in_words(room: RoomView) -> None:
    for button in visible(room, QAbstractButton):
        assert button.accessibleName().strip(), button
    for edit in (*visible(room, QLineEdit), *visible(room, QTextEdit)):
        assert edit.accessibleName(), edit
    names = {one.accessibleName() for one in visible(room, QWidget)}
    assert {
        "Mute, microphone on", "Question 2 of 4, Exhibit, current", "Done with question 2",
        "Connection direct, 38 milliseconds", "Hint, first is free", "Captions", "Notes",
        "Leave the interview", "Microphone and loudspeaker",
    } <= names  # fmt: skip
    room.resize(1024, 640)
    assert room.bar.done_button.text() == "Done"
    assert room.bar.done_button.accessibleName() == "Done with question 2"
    assert room.bar.microphone.button.accessibleName() == "Mute, microphone on"


def test_a_resumed_history_is_not_read_out_but_a_new_turn_is(qtbot: QtBot) -> None:
    room = shown(qtbot, gallery.room(gallery.turns("The large ones.")))
    before = room.talk.captions.announced()
    assert len(before) == 6
    for event in gallery.running(ConnectionChanged("direct", 38)):
        if not isinstance(event, CaptionChanged):
            room.apply(event)
    assert room.talk.captions.announced() == before
