"""The ring timer: it empties with the time, then counts up."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from interview_desktop.ui.theme import font, px, theme

DIAMETER, _STROKE = 60, 4


class Ring(QLabel):
    """Sixty pixels: at rest the chosen seconds, running what is left, then "+12".

    Time over is no error: the ring stays empty and the number is ink.
    """

    def __init__(self, diameter: int = DIAMETER, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._diameter = diameter
        self._total: int | None = 60
        self._elapsed = 0
        self._running = False
        theme.changed.connect(self._follow)
        self._follow()

    def show_time(self, total: int | None, elapsed: int = 0, *, running: bool = False) -> None:
        """Show a second; repaints only when it is another one.

        Args:
            total: the chosen seconds, None for open.
            elapsed: seconds since the start.
            running: whether the time runs.
        """
        if (total, elapsed, running) != (self._total, self._elapsed, self._running):
            self._total, self._elapsed, self._running = total, elapsed, running
            self.setAccessibleName(self.spoken())
            self.update()

    def left(self) -> int | None:
        """Seconds left, negative when over; None for open."""
        return None if self._total is None else self._total - self._elapsed

    def figure(self) -> str:
        """What stands in the ring."""
        left = self.left()
        if not self._running:
            return "Open" if self._total is None else str(self._total)
        if left is None:
            return f"{self._elapsed // 60}:{self._elapsed % 60:02}"
        return str(left) if left >= 0 else f"+{-left}"

    def spoken(self) -> str:
        """What a screen reader says of it."""
        left = self.left()
        if not self._running:
            return "Thinking, open" if left is None else f"Thinking, {self._total} seconds"
        if left is None:
            return f"Thinking for {self._elapsed} seconds"
        return f"Thinking, {left} seconds left" if left >= 0 else f"Thinking, {-left} seconds over"

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Track, arc, figure."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        stroke = _STROKE * theme.scale
        inset = stroke / 2 + 1
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.setPen(QPen(theme.color("line2"), stroke))
        painter.drawEllipse(box)
        left = self.left()
        if self._running and left is not None and left > 0 and self._total:
            cap = Qt.PenCapStyle.RoundCap
            pen = QPen(theme.color("accent"), stroke, Qt.PenStyle.SolidLine, cap)
            painter.setPen(pen)
            painter.drawArc(box, 90 * 16, round(360 * 16 * min(1.0, left / self._total)))
        figure = self.figure()
        # Four signs ("Open", "1:04") need the smaller style to stand inside the ring.
        face = font("timer" if len(figure) <= 3 else "label")
        face.setFeature(QFont.Tag("tnum"), 1)
        painter.setFont(face)
        painter.setPen(theme.color("ink" if self.isEnabled() else "disabled"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, figure)

    def _follow(self) -> None:
        self.setFixedSize(px(self._diameter), px(self._diameter))
        self.setAccessibleName(self.spoken())
        self.update()
