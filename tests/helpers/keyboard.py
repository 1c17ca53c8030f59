"""The window as somebody without a mouse uses it: keys, and where the focus goes."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QLineEdit,
    QTextEdit,
    QWidget,
)

from interview_desktop.ui.main_window import MainWindow
from interview_desktop.ui.widgets.focus_ring import FocusRing

Key = Qt.Key
MOST_STOPS = 80
# These show the focus themselves, by their frame, their caret or their current cell.
MARKED = (QLineEdit, QTextEdit, QAbstractItemView)


class Keyboard:
    """Sends keys to the native window, as the system does.

    Thread: the window's thread.
    """

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        (self._ring,) = window.findChildren(FocusRing)

    def press(self, key: Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Press and release a key; a menu or a dialog that is open gets it first."""
        popup = QApplication.activePopupWidget()
        target = (popup or self.window).windowHandle()
        assert target is not None
        QTest.keyClick(target, key, modifier or Qt.KeyboardModifier.NoModifier)
        QApplication.processEvents()

    def write(self, words: str) -> None:
        """Type letters."""
        QTest.keyClicks(self.focus(), words)

    def focus(self) -> QWidget:
        """What has the focus; it must be in the window and be seen."""
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the focus"
        assert self.window.isAncestorOf(widget), f"{told(widget)} is not in the window"
        # What scrolls is covered by its viewport.
        seen = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
        assert not seen.visibleRegion().isEmpty(), f"{told(widget)} is out of sight"
        return widget

    def is_marked(self, widget: QWidget) -> bool:
        """Whether it can be seen that `widget` has the focus."""
        target = self._ring.target()
        around = target is not None and (target is widget or target.isAncestorOf(widget))
        return around or isinstance(widget, MARKED)

    def stops(self) -> list[QWidget]:
        """Tab once round: where it stops, in order, beginning at the first control."""
        found: list[QWidget] = []
        for _ in range(MOST_STOPS):
            self.press(Key.Key_Tab)
            widget = self.focus()
            if found and widget is found[0]:
                return found
            assert widget not in found, f"trapped: {[told(one) for one in (*found, widget)]}"
            if found or isinstance(widget, MARKED) or self.is_marked(widget):
                found.append(widget)
        raise AssertionError(f"Tab does not come round: {[told(one) for one in found]}")

    def go_to(self, name: str) -> QWidget:
        """Tab until the focus is on what begins with that accessible name."""
        seen = []
        for _ in range(MOST_STOPS):
            widget = self.focus()
            if widget.accessibleName().startswith(name):
                return widget
            seen.append(told(widget))
            self.press(Key.Key_Tab)
        raise AssertionError(f"Tab leads to no {name!r}: {seen}")


def tab_round(window: QWidget) -> list[QWidget]:
    """Where Tab stops in any active window, from the first stop on until it comes again."""
    found: list[QWidget] = []
    handle = window.windowHandle()
    assert handle is not None
    for _ in range(MOST_STOPS):
        QTest.keyClick(handle, Key.Key_Tab)
        widget = QApplication.focusWidget()
        assert widget is not None and window.isAncestorOf(widget), "the focus is lost"
        if widget in found:
            assert widget is found[0], f"trapped: {[told(one) for one in (*found, widget)]}"
            return found
        found.append(widget)
    raise AssertionError(f"Tab does not come round: {[told(one) for one in found]}")


def told(widget: QWidget) -> str:
    """A widget in a failure's message."""
    return f"{type(widget).__name__} {widget.accessibleName()!r}"


def place(widget: QWidget, beside: QWidget, window: QWidget) -> QRect:
    """Where it lies in the window: in a pane that `beside` is not in, where that pane lies;
    in one that both are in, where it would lie if nothing were scrolled."""
    seen, at = widget, QPoint(0, 0)
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        area = parent.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
            if area.isAncestorOf(beside):
                at += QPoint(area.horizontalScrollBar().value(), area.verticalScrollBar().value())
            else:
                seen, at = area, QPoint(0, 0)
        parent = parent.parentWidget()
    return QRect(seen.mapTo(window, QPoint(0, 0)) + at, seen.size())


def against_reading(stops: list[QWidget], window: QWidget) -> list[str]:
    """Pairs in which what comes later stands above in its column, or before in its line.

    A round has no beginning: it is read from where it has the fewest such pairs.
    """
    wrong = {
        (one, other) for one in stops for other in stops if _is_before(other, one, window)
    }  # fmt: skip
    rounds = [[*stops[at:], *stops[:at]] for at in range(len(stops))]
    faults = [
        [
            f"{told(other)} comes after {told(one)}"
            for at, one in enumerate(round_)
            for other in round_[at + 1 :]
            if (one, other) in wrong
        ]
        for round_ in rounds
    ]
    return min(faults, key=len, default=[])


def _is_before(one: QWidget, other: QWidget, window: QWidget) -> bool:
    """Whether `one` stands wholly above `other` in a column, or before it in a line."""
    a, b = place(other, one, window), place(one, other, window)
    beside = b.top() <= a.bottom() and a.top() <= b.bottom()
    over = b.left() <= a.right() and a.left() <= b.right()
    return (over and b.bottom() < a.top()) or (beside and b.right() < a.left())


def reachable(window: QWidget) -> list[QWidget]:
    """Everything that can be seen and that Tab should stop at."""
    return [
        one
        for one in window.findChildren(QWidget)
        if one.isVisible()
        and one.isEnabled()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.focusProxy() is None
        and (isinstance(one, (QAbstractButton, *MARKED)) or hasattr(one, "focus_radius"))
    ]
