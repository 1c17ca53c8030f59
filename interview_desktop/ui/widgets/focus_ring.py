"""The ring around what has the keyboard's focus; one over each window, outside the control."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QApplication,
    QWidget,
)
from shiboken6 import isValid

from interview_desktop.ui.theme import theme

WIDTH = 2
AWAY = 2
_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_GEOMETRY = (
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.ParentChange,
)


class FocusRing(QWidget):
    """Follows the focus in `window`; seen only when the keyboard brought it there.

    It goes around buttons and sliders, and around what says how: `focus_radius` (its own corner),
    `focus_margin` (how far away), `focus_target` (another widget to surround). Fields mark the
    focus themselves, pages that hold it only for their keys are not marked.

    Thread: the window's thread.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._focus: QWidget | None = None
        self._by_keys = False
        self._handled = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        window.installEventFilter(self)
        self._watch_native()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._moved)
        theme.changed.connect(self._place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Learn how the focus came, and where its widget is."""
        kind = event.type()
        if kind == QEvent.Type.KeyPress:
            self._by_keys = True
        elif kind in (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin):
            self._by_keys = False
            self.hide()
        elif isinstance(event, QFocusEvent) and kind == QEvent.Type.FocusOut:
            # What takes the focus away says how the next widget gets it.
            if event.reason() in _BY_KEYS:
                self._by_keys = True
            elif event.reason() is Qt.FocusReason.MouseFocusReason:
                self._by_keys = False
        elif kind in _GEOMETRY:
            if watched is self.window() and kind == QEvent.Type.Show:
                self._watch_native()
            self._place()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ring, cut where a scrolling pane ends."""
        target = self._target
        if target is None or not isValid(target):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self._visible(target).translated(-self.pos()))
        painter.setPen(QPen(theme.color("accent"), WIDTH))
        radius = float(getattr(target, "focus_radius", 8)) + AWAY + WIDTH / 2
        radius = min(radius, self.height() / 2 - 1)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)

    def target(self) -> QWidget | None:
        """What the ring goes around, when it can be seen."""
        return self._target if self.isVisible() else None

    def _watch_native(self) -> None:
        handle = self.window().windowHandle()
        if handle is not None and not self._handled:
            self._handled = True
            handle.installEventFilter(self)

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        for one in self._watched:
            if isValid(one):
                one.removeEventFilter(self)
        self._watched = []
        self._target = self._focus = None
        if new is None or not self._is_ours(new):
            self.hide()
            return
        self._focus = new
        self._target = _ring_target(new)
        walk: QWidget | None = new
        while walk is not None and walk is not self.window():
            walk.installEventFilter(self)
            self._watched.append(walk)
            walk = walk.parentWidget()
        self._place()

    def _is_ours(self, widget: QWidget) -> bool:
        return widget.window() is self.window()

    def _place(self) -> None:
        target = self._target
        if target is None or not isValid(target):
            self.hide()
            return
        if not self._by_keys or not target.isVisible():
            self.hide()
            return
        away = int(getattr(target, "focus_margin", AWAY)) + WIDTH
        at = target.mapTo(self.window(), QPoint(0, 0))
        self.setGeometry(QRect(at, target.size()).adjusted(-away, -away, away, away))
        self.raise_()
        self.show()
        self.update()

    def _visible(self, target: QWidget) -> QRect:
        """The part of the window in which `target` can be seen."""
        shown = self.window().rect()
        parent = target.parentWidget()
        while parent is not None and parent is not self.window():
            area = parent.parentWidget()
            if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
                shown &= QRect(parent.mapTo(self.window(), QPoint(0, 0)), parent.size())
            parent = parent.parentWidget()
        return shown


def _ring_target(widget: QWidget) -> QWidget | None:
    """What the ring surrounds for a focus widget; None where the widget shows it itself."""
    named = getattr(widget, "focus_target", None)
    if isinstance(named, QWidget):
        return named
    if hasattr(widget, "focus_radius"):
        return widget
    # A page may hold the focus for its keys: nothing of it is being pointed at.
    return widget if isinstance(widget, (QAbstractButton, QAbstractSlider)) else None
