"""The product's mark: a disc with five bars."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from interview_desktop.ui.theme import px, theme

SIZE = 26
# Of the disc's size.
_BARS = (0.16, 0.36, 0.50, 0.30, 0.16)
_PITCH, _WIDTH = 0.125, 0.062


class Mark(QWidget):
    """The mark as a small picture; it says nothing to a screen reader, the name stands beside."""

    def __init__(self, size: int = SIZE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._follow)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(px(self._size), px(self._size))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Disc and bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_mark(painter, QRectF(self.rect()))

    def _follow(self) -> None:
        self.updateGeometry()
        self.update()


def paint_mark(painter: QPainter, box: QRectF) -> None:
    """Paint the mark into a square."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("ink"))
    painter.drawEllipse(box)
    painter.setBrush(theme.color("canvas"))
    size = box.width()
    for index, height in enumerate(_BARS):
        middle = box.center() + QPointF((index - 2) * _PITCH * size, 0)
        bar = QRectF(0, 0, _WIDTH * size, height * size)
        bar.moveCenter(middle)
        painter.drawRoundedRect(bar, bar.width() / 2, bar.width() / 2)
