"""A filter to switch on and off."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.widgets.button import Pressable, paint_box
from interview_desktop.ui.widgets.text import text_width

HEIGHT = 28


class Chip(Pressable):
    """A filter; chosen it is filled with ink. `toggled` and `clicked` as on any button."""

    focus_radius = HEIGHT // 2

    def __init__(self, text: str, chosen: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setCheckable(True)
        self.setChecked(chosen)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The words and their padding."""
        return QSize(text_width(self.text(), "label") + 2 * px(12), px(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Outlined, or filled."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill: str | None
        border: str | None
        if not self.isEnabled():
            fill, border, text = None, "line", "disabled"
        elif self.isChecked():
            fill, border, text = "ink", None, "canvas"
        elif self.isDown():
            fill, border, text = "press", "control", "ink"
        elif self.underMouse():
            fill, border, text = "hover", "control", "ink"
        else:
            fill, border, text = None, "line2", "ink2"
        paint_box(painter, QRectF(self.rect()), fill, border, self.height() / 2)
        painter.setPen(theme.color(text))
        painter.setFont(font("label"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
