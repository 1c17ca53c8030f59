"""The focus ring: it follows the keyboard, not the mouse, and stays outside the control."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.field import Field
from interview_desktop.ui.widgets.focus_ring import FocusRing
from interview_desktop.ui.widgets.segmented import Segmented

pytestmark = pytest.mark.usefixtures("look")
Key = Qt.Key


class Page(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.first, self.second = Button("First"), Button("Second")
        self.field = Field("Search")
        self.times = Segmented("Time", [("30", "30 s"), ("60", "60 s")])
        for widget in (self.first, self.second, self.field, self.times):
            self.column.addWidget(widget)
        self.ring = FocusRing(self)


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    made = Page()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.first.setFocus()
    return made


def test_tab_brings_it_and_the_mouse_does_not(qtbot: QtBot, page: Page) -> None:
    qtbot.keyClick(page.first, Key.Key_Tab)
    assert page.ring.target() is page.second
    qtbot.mouseClick(page.first, Qt.MouseButton.LeftButton)
    page.first.setFocus(Qt.FocusReason.MouseFocusReason)
    assert page.ring.target() is None
    qtbot.keyClick(page.first, Key.Key_Tab)
    assert page.ring.target() is page.second


def test_it_goes_outside_the_control_and_moves_with_it(qtbot: QtBot, page: Page) -> None:
    qtbot.keyClick(page.first, Key.Key_Tab)
    box = QRect(page.second.mapTo(page, QPoint(0, 0)), page.second.size())
    assert page.ring.geometry() == box.adjusted(-4, -4, 4, 4)
    page.column.insertSpacing(0, 40)
    qtbot.waitUntil(lambda: page.ring.geometry().top() >= box.top() + 20)


def test_a_field_shows_the_focus_itself_and_segments_have_it_around_all(
    qtbot: QtBot, page: Page
) -> None:
    qtbot.keyClick(page.first, Key.Key_Tab)
    qtbot.keyClick(page.second, Key.Key_Tab)
    assert page.focusWidget() is page.field.edit and page.ring.target() is None
    qtbot.keyClick(page.field.edit, Key.Key_Tab)
    assert page.ring.target() is page.times


def test_it_goes_with_a_control_that_is_hidden_or_removed(qtbot: QtBot, page: Page) -> None:
    qtbot.keyClick(page.first, Key.Key_Tab)
    page.second.hide()
    assert page.ring.target() is not page.second
    page.second.show()
    page.second.setFocus(Qt.FocusReason.TabFocusReason)
    assert page.ring.target() is page.second
    page.second.deleteLater()
    qtbot.waitUntil(lambda: len(page.findChildren(Button)) == 1)
    page.first.setFocus(Qt.FocusReason.TabFocusReason)
    assert page.ring.target() is page.first


def test_a_page_that_holds_the_focus_for_its_keys_is_not_marked(qtbot: QtBot, page: Page) -> None:
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    qtbot.keyClick(page.first, Key.Key_Tab)
    page.setFocus()
    assert page.ring.target() is None
