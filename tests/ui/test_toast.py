"""The toast: undo within its time, and time enough for whoever reads it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.toast import STAYS_MS, Toast

pytestmark = pytest.mark.usefixtures("look")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(900, 600)
    QVBoxLayout(made).addWidget(Button("Delete comment"))
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_undo_undoes_once_and_closes_it(qtbot: QtBot, window: QWidget) -> None:
    toast = Toast.over(window, "Comment at 14:32 deleted")
    with qtbot.waitSignals([toast.undone, toast.closed]):
        qtbot.mouseClick(toast.undo_button(), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.findChildren(Toast))


def test_it_goes_by_itself(qtbot: QtBot, window: QWidget) -> None:
    toast = Toast.over(window, "Comment at 14:32 deleted")
    with (
        qtbot.waitSignal(toast.closed, timeout=STAYS_MS + 5000),
        qtbot.assertNotEmitted(toast.undone),
    ):
        pass


def test_its_clock_stands_while_it_is_hovered_or_has_the_focus(
    qtbot: QtBot, window: QWidget
) -> None:
    toast = Toast.over(window, "Comment at 14:32 deleted")
    at = QPointF(5, 5)
    assert not toast.is_waiting()
    QApplication.sendEvent(toast, QEnterEvent(at, at, at))
    assert toast.is_waiting()
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    assert not toast.is_waiting()
    toast.undo_button().setFocus()
    assert toast.is_waiting()


def test_the_focus_returns_to_where_it_came_from(qtbot: QtBot, window: QWidget) -> None:
    source = window.findChildren(Button)[0]
    source.setFocus()
    toast = Toast.over(window, "Comment at 14:32 deleted")
    toast.undo_button().setFocus()
    qtbot.keyClick(toast.undo_button(), Qt.Key.Key_Space)
    assert window.focusWidget() is source


def test_a_new_one_takes_the_place_of_the_old(qtbot: QtBot, window: QWidget) -> None:
    old = Toast.over(window, "First")
    with qtbot.waitSignal(old.closed):
        Toast.over(window, "Second")
    qtbot.waitUntil(lambda: len(window.findChildren(Toast)) == 1)


def test_it_stays_at_the_bottom_when_the_window_grows(qtbot: QtBot, window: QWidget) -> None:
    toast = Toast.over(window, "Comment at 14:32 deleted")
    window.resize(1000, 700)
    qtbot.waitUntil(lambda: toast.geometry().bottom() > 650)
    assert abs(toast.geometry().center().x() - 500) <= 1
