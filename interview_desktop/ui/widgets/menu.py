"""A menu in the look, with icons, checks and a word at the right."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.widgets.button import RADIUS, paint_box
from interview_desktop.ui.widgets.text import Align, draw_text

ICON = 16
INSET = 5


class Menu(QMenu):
    """Actions in a floating box; opens without waiting, `triggered` of the action tells.

    Thread: the window's thread.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._icons: dict[QAction, str] = {}
        self._bad: set[QAction] = set()
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        # An X server without a compositor would show what is translucent as black.
        self._opaque = QGuiApplication.platformName() == "xcb"
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground, not self._opaque)
        self.setFont(font("label"))

    def add(
        self, text: str, icon: str | None = None, *, shortcut: str = "", bad: bool = False
    ) -> QAction:
        """Append an action.

        Args:
            text: its words.
            icon: name of an icon before them.
            shortcut: the key that does the same.
            bad: it takes something away.
        """
        action = self.addAction(text)
        if icon is not None:
            self._icons[action] = icon
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        if bad:
            self._bad.add(action)
        return action

    def open_below(self, control: QWidget) -> None:
        """Open under a control, as wide as it at least."""
        self.setFont(font("label"))
        self.setMinimumWidth(control.width())
        self.popup(control.mapToGlobal(QPoint(0, control.height() + px(4))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Opaque it is cut to its shape."""
        super().resizeEvent(event)
        if self._opaque:
            shape = QPainterPath()
            shape.addRoundedRect(QRectF(self.rect()), RADIUS - 1, RADIUS - 1)
            self.setMask(QRegion(shape.toFillPolygon().toPolygon()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Box and actions."""
        painter = QPainter(self)
        if self._opaque:
            painter.fillRect(self.rect(), theme.color("canvas"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_box(painter, QRectF(self.rect()), "surface", "line2", RADIUS)
        for action in self.actions():
            box = QRectF(self.actionGeometry(action))
            if action.isSeparator():
                y = math.floor(box.center().y())
                left, width = px(INSET), self.width() - 2 * px(INSET)
                painter.fillRect(QRectF(left, y, width, 1), theme.color("line"))
            elif not box.isEmpty():
                self._paint_action(painter, action, box)

    def _paint_action(self, painter: QPainter, action: QAction, box: QRectF) -> None:
        if action is self.activeAction() and action.isEnabled():
            paint_box(painter, box, "hover", None, 6)
        color = "bad" if action in self._bad else "ink"
        if not action.isEnabled():
            color = "disabled"
        x = box.x() + px(10)
        size = px(ICON)
        marked = any(one.isCheckable() for one in self.actions()) or self._icons
        if marked:
            icon = "check" if action.isChecked() else self._icons.get(action)
            if icon is not None:
                draw_icon(painter, icon, QRectF(x, box.y(), size, box.height()), color)
            x += size + px(8)
        painter.setFont(font("label"))
        painter.setPen(QPen(theme.color(color)))
        place = QRectF(x, box.y(), box.right() - x - px(8), box.height())
        painter.drawText(place, Align.AlignVCenter, action.text())
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        if keys:
            right = box.right() - px(10)
            top = box.center().y() - px(10)
            at = (x, top, right - x)
            draw_text(painter, keys, "small", "ink2", at, align=Align.AlignRight)
