"""The controls: what the keyboard, the mouse and a screen reader find."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.ui.gallery.components import controls, samples
from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.widgets.button import Button, IconButton
from interview_desktop.ui.widgets.case_card import CaseCard
from interview_desktop.ui.widgets.chip import Chip
from interview_desktop.ui.widgets.combo import Combo
from interview_desktop.ui.widgets.field import Field
from interview_desktop.ui.widgets.menu import Menu
from interview_desktop.ui.widgets.message import Message
from interview_desktop.ui.widgets.row import Row
from interview_desktop.ui.widgets.scroll import Pane
from interview_desktop.ui.widgets.segmented import Segmented
from interview_desktop.ui.widgets.sidebar import Sidebar
from interview_desktop.ui.widgets.text import Text
from interview_desktop.ui.widgets.top_bar import TopBar

pytestmark = pytest.mark.usefixtures("look")
Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
TIMES = [("30", "30 s"), ("60", "60 s"), ("90", "90 s"), ("open", "Open")]


def role(widget: QWidget) -> QAccessible.Role:
    return QAccessible.queryAccessibleInterface(widget).role()


Shown = Callable[..., QWidget]


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    """Puts widgets into an active window that lasts as long as the test."""
    windows: list[QWidget] = []

    def show(*widgets: QWidget) -> QWidget:
        window = QWidget()
        windows.append(window)
        column = QVBoxLayout(window)
        for widget in widgets:
            column.addWidget(widget)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield show
    windows.clear()


def test_every_control_of_every_sheet_has_a_name_and_a_role(qtbot: QtBot) -> None:
    seen = 0
    for sample in samples():
        widget = sample.make()
        qtbot.addWidget(widget)
        for control in (*widget.findChildren(QAbstractButton), *widget.findChildren(QLineEdit)):
            if control.isHidden():
                continue
            interface = QAccessible.queryAccessibleInterface(control)
            assert interface.text(QAccessible.Text.Name), control
            assert interface.role() not in (QAccessible.Role.Client, QAccessible.Role.NoRole)
            seen += 1
    assert seen > 60


def test_a_buttons_name_follows_its_words_unless_it_was_named(shown: Shown) -> None:
    play = Button("Play")
    named = Button("Mute", icon="mic")
    named.setAccessibleName("Mute, microphone on")
    shown(play, named)
    play.setText("Pause")
    named.setText("Unmute")
    assert play.accessibleName() == "Pause"
    assert named.accessibleName() == "Mute, microphone on"


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Space])
def test_enter_presses_as_space_does_and_once_when_it_is_held(
    qtbot: QtBot, shown: Shown, key: Key
) -> None:
    row = Row("Two clinics, one price")
    shown(row)
    pressed: list[Key] = []
    row.clicked.connect(lambda: pressed.append(key))
    row.setFocus()
    qtbot.keyClick(row, key)
    held = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", True)
    QApplication.sendEvent(row, held)
    assert len(pressed) == 1


def test_an_icon_alone_has_its_name_as_tooltip_and_is_large_enough(shown: Shown) -> None:
    back = IconButton("arrow-left", "Back to Home", height=28)
    shown(back)
    assert back.toolTip() == back.accessibleName() == "Back to Home"
    assert back.width() >= 28 and back.height() >= 28


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_a_button_holds_its_words_and_its_icon_at_every_text_size(
    shown: Shown, scale: float
) -> None:
    button = Button("Resume at question 3", "primary", 40, "play")
    plain = Button("Resume at question 3", "primary", 40)
    shown(button, plain)
    theme.set_scale(scale)
    assert button.sizeHint().height() == px(40)
    assert button.sizeHint().width() >= plain.sizeHint().width() + px(18)


def test_segments_are_radio_buttons_with_one_tab_stop_that_arrows_move(
    qtbot: QtBot, shown: Shown
) -> None:
    before, after = Button("Before"), Button("After")
    segments = Segmented("Thinking time", TIMES, "60")
    window = shown(before, segments, after)
    chosen: list[str] = []
    segments.changed.connect(chosen.append)
    before.setFocus()
    qtbot.keyClick(before, Key.Key_Tab)
    assert window.focusWidget() is segments.segment("60")
    qtbot.keyClick(segments.segment("60"), Key.Key_Right)
    assert (segments.value(), window.focusWidget()) == ("90", segments.segment("90"))
    qtbot.keyClick(segments.segment("90"), Key.Key_Left)
    qtbot.keyClick(segments.segment("60"), Key.Key_Left)
    assert chosen == ["90", "60", "30"]
    qtbot.keyClick(segments.segment("30"), Key.Key_Tab)
    assert window.focusWidget() is after
    assert role(segments.segment("30")) == QAccessible.Role.RadioButton


def test_setting_a_segment_is_not_choosing_it(qtbot: QtBot, shown: Shown) -> None:
    segments = Segmented("Thinking time", TIMES, "60")
    shown(segments)
    with qtbot.assertNotEmitted(segments.changed):
        segments.set_value("open")
    assert segments.value() == "open" and segments.segment("open").isChecked()
    edge = segments.segment("30").rect().bottomRight() - QPoint(1, 1)
    with qtbot.waitSignal(segments.changed):
        qtbot.mouseClick(segments.segment("30"), LEFT, pos=edge)


def test_a_chip_is_a_check_box(qtbot: QtBot, shown: Shown) -> None:
    chip = Chip("Market entry 3")
    shown(chip)
    qtbot.keyClick(chip, Key.Key_Space)
    assert chip.isChecked() and role(chip) == QAccessible.Role.CheckBox


def test_a_combo_opens_by_the_keyboard_and_tells_what_was_chosen(
    qtbot: QtBot, shown: Shown
) -> None:
    combo = Combo("Microphone", [("a", "Built-in microphone"), ("b", "Headset")])
    shown(combo)
    assert combo.accessibleName() == "Microphone, Built-in microphone"
    menu = combo.open()
    assert [action.isChecked() for action in menu.actions()] == [True, False]
    with qtbot.waitSignal(combo.chosen) as chosen:
        qtbot.keyClick(menu, Key.Key_Down)
        qtbot.keyClick(menu, Key.Key_Return)
    assert chosen.args == ["b"]
    assert combo.accessibleName() == "Microphone, Headset"


def test_a_choice_that_is_no_longer_offered_falls_back_to_the_first(shown: Shown) -> None:
    combo = Combo("Microphone", [("a", "Built-in"), ("b", "Headset")], "b")
    shown(combo)
    combo.set_choices([("a", "Built-in"), ("b", "Headset"), ("c", "Webcam")])
    assert combo.current() == "b"
    combo.set_choices([("a", "Built-in"), ("c", "Webcam")])
    assert combo.current() == "a"
    combo.set_choices([])
    assert combo.current() == ""


def test_a_field_hands_over_says_its_error_and_can_be_left(qtbot: QtBot, shown: Shown) -> None:
    field = Field("OpenAI key", label="OpenAI key", clears=False)
    shown(field)
    height = field.sizeHint().height()
    field.set_error("OpenAI refused this key. Paste it again.")
    assert field.edit.accessibleDescription() == "OpenAI refused this key. Paste it again."
    assert field.sizeHint().height() > height
    field.set_error("")
    assert field.sizeHint().height() == height
    qtbot.keyClicks(field.edit, "sk-1")
    with qtbot.waitSignal(field.submitted) as handed:
        qtbot.keyClick(field.edit, Key.Key_Return)
    assert handed.args == ["sk-1"] and field.text() == "sk-1"
    with qtbot.waitSignal(field.left):
        qtbot.keyClick(field.edit, Key.Key_Escape)


def test_a_rows_action_is_reached_by_the_keyboard_as_by_the_mouse(
    qtbot: QtBot, shown: Shown
) -> None:
    row = Row("Two clinics, one price", "Merger, 33 min", "Sunday", action="Listen again")
    after = Button("After")
    window = shown(Button("Before"), row, after)
    action = row.action()
    assert action is not None and action.isHidden()
    assert row.accessibleName() == "Two clinics, one price, Merger, 33 min, Sunday"
    row.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(action.isVisible)
    qtbot.keyClick(row, Key.Key_Tab)
    assert window.focusWidget() is action and action.isVisible()
    with qtbot.waitSignal(row.acted), qtbot.assertNotEmitted(row.clicked):
        qtbot.keyClick(action, Key.Key_Space)
    qtbot.keyClick(action, Key.Key_Tab)
    assert window.focusWidget() is after and action.isHidden()
    with qtbot.waitSignal(row.clicked):
        qtbot.keyClick(row, Key.Key_Space)


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_a_cards_title_and_summary_fit_it(shown: Shown, scale: float) -> None:
    theme.set_scale(scale)
    title = "An uncommonly long title that cannot stand on one line of a card"
    card = CaseCard("New product", "Drinks", title, "A summary. " * 30, "hard", 35)
    short = CaseCard("New product", "Drinks", "Juice", "A summary.", "hard", 35)
    shown(card, short)
    assert card.heightForWidth(px(280)) > short.heightForWidth(px(280))
    assert short.heightForWidth(px(280)) >= px(172)
    assert "hard level, 35 minutes, new to you" in card.accessibleName()


def test_a_message_has_its_action_only_where_there_is_one(qtbot: QtBot, shown: Shown) -> None:
    message = Message("warn", "The microphone sends only silence.", "Check again")
    shown(message)
    assert message.accessibleName() == "Advice: The microphone sends only silence."
    with qtbot.waitSignal(message.acted):
        qtbot.mouseClick(message.action(), LEFT)
    message.tell("ok", "The microphone works.")
    assert message.action().isHidden()
    assert message.accessibleName() == "Done: The microphone works."


def test_the_sidebar_tells_where_to_go_and_shrinks_to_a_rail(qtbot: QtBot, shown: Shown) -> None:
    side = Sidebar()
    shown(side)
    side.set_current("home")
    assert side.width() == 216
    with qtbot.waitSignal(side.chosen) as chosen:
        qtbot.mouseClick(side.item("cases"), LEFT)
    assert chosen.args == ["cases"]
    side.set_compact(True)
    assert side.width() == 64
    assert side.item("settings").toolTip() == "Settings"
    side.set_current("nowhere")
    assert not any(side.item(key).isChecked() for key in ("home", "cases", "sessions"))


def test_the_top_bar_leads_back_and_elides_its_title_rather_than_grow(
    qtbot: QtBot, shown: Shown
) -> None:
    bar = TopBar("A title " * 40, "Market entry")
    shown(bar)
    assert bar.height() == 60 and bar.minimumSizeHint().width() < 600
    with qtbot.waitSignal(bar.back):
        qtbot.keyClick(bar.back_button, Key.Key_Space)


def test_a_change_of_text_size_reaches_what_stands_already(qtbot: QtBot) -> None:
    sheet = controls()
    qtbot.addWidget(sheet)
    before = {one: one.sizeHint() for one in sheet.findChildren(QAbstractButton)}
    theme.set_scale(1.5)
    for one, size in before.items():
        assert one.sizeHint().height() > size.height(), one.accessibleName()
    assert font("body").pixelSize() == 21


def test_a_menu_has_no_black_corners_and_actions_that_can_be_pressed(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    with qtbot.waitExposed(window):
        window.show()
    menu = Menu("Session", window)
    actions = [menu.add("Rename"), menu.add("Delete", bad=True)]
    menu.popup(window.mapToGlobal(QPoint(80, 60)))
    qtbot.waitUntil(menu.isVisible)
    for action in actions:
        assert menu.actionGeometry(action).height() >= 32
    for choice in ("light", "dark"):
        theme.choose(choice)
        QApplication.processEvents()
        picture = menu.grab().toImage()
        corner = picture.pixelColor(0, 0)
        # Nothing is there, or what is behind it.
        assert corner.alpha() == 0 or corner == theme.color("canvas")
    if not menu.testAttribute(Qt.WidgetAttribute.WA_TranslucentBackground):
        assert not menu.mask().contains(QPoint(0, 0))
        assert menu.mask().contains(menu.rect().center())
    menu.close()


@pytest.mark.parametrize("width", [1024, 1280, 1920])
def test_a_bars_centre_is_the_windows_while_the_title_has_room(qtbot: QtBot, width: int) -> None:
    bar = TopBar("Busy shops, missing profit", "Profitability, today")
    middle = Segmented("View", [("a", "Debrief"), ("b", "Review")])
    bar.set_center(middle)
    qtbot.addWidget(bar)
    bar.resize(width, bar.height())
    bar.show()
    assert abs(middle.geometry().center().x() - width / 2) <= 1


def test_a_long_title_moves_the_centre_before_it_is_cut(qtbot: QtBot) -> None:
    """And it never keeps the window from getting smaller."""
    title = "From the stockroom to the warehouse, and back again by way of the shop"
    bar = TopBar(title, "Market entry, today")
    middle = Segmented("View", [("a", "Debrief"), ("b", "Review")])
    bar.set_center(middle)
    qtbot.addWidget(bar)
    bar.resize(900, bar.height())
    bar.show()
    (words,) = [one for one in bar.findChildren(Text) if one.text() == title]
    assert words.width() >= words.sizeHint().width()
    assert middle.geometry().right() <= 900 - 32
    assert bar.minimumSizeHint().width() < 500


def test_a_pane_keeps_its_width_when_there_comes_to_be_more_than_fits(qtbot: QtBot) -> None:
    pane = Pane()
    part = QWidget()
    part.setFixedHeight(100)
    pane.column.addWidget(part)
    qtbot.addWidget(pane)
    pane.resize(400, 300)
    pane.show()
    before = part.width()
    part.setFixedHeight(1000)
    qtbot.waitUntil(pane.verticalScrollBar().isVisible)
    assert part.width() == before


def test_a_pane_scrolls_only_when_its_words_do_not_fit_at_its_width(qtbot: QtBot) -> None:
    """What they would need in a narrower column does not count."""
    pane = Pane()
    for _ in range(4):
        pane.column.addWidget(Text("Words that take one line where there is room. " * 2, wrap=True))
    pane.column.addStretch(1)
    qtbot.addWidget(pane)
    pane.resize(1000, 180)
    pane.show()
    assert pane.verticalScrollBar().maximum() == 0
    pane.resize(300, 180)
    assert pane.verticalScrollBar().maximum() > 0
