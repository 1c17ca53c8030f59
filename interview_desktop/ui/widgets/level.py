"""The microphone's level: segments, a held peak, a word."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.view_models.meters import LevelClass, Meter, advanced, level_class

SEGMENTS, COMPACT_SEGMENTS = 16, 10
_WARNING = 2
_WIDTH, _HEIGHT, _PITCH = 5.0, 6.0, 6.5


class LevelMeter(QLabel):
    """Sixteen segments, ten when compact; the last two advise.

    For a screen reader it is a label whose name changes with the class of the level only.
    """

    def __init__(self, *, compact: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meter = Meter()
        self._shown = (0, 0)
        self._class = LevelClass.SILENT
        self._since = QElapsedTimer()
        self.setAccessibleName(f"Microphone level, {self._class}")
        self.set_compact(compact)
        theme.changed.connect(self._follow)

    def set_compact(self, compact: bool) -> None:
        """Ten segments instead of sixteen."""
        self._segments = COMPACT_SEGMENTS if compact else SEGMENTS
        self._follow()

    def show_level(self, dbfs: float, dt_ms: float | None = None) -> LevelClass:
        """Move the meter and tell the word; polled 30 times a second.

        Args:
            dbfs: the level now.
            dt_ms: since the last call; None measures it.
        """
        if dt_ms is None:
            dt_ms = float(self._since.restart()) if self._since.isValid() else 1000.0
            if not self._since.isValid():
                self._since.start()
        self._meter = advanced(self._meter, dbfs, dt_ms)
        shown = (self._lit(self._meter.level), self._lit(self._meter.peak))
        if shown != self._shown:
            self._shown = shown
            self.update()
        word = level_class(self._meter)
        if word != self._class:
            self._class = word
            self.setAccessibleName(f"Microphone level, {word}")
        return word

    def lit(self) -> tuple[int, int]:
        """How many segments are lit, and up to which the peak is held."""
        return self._shown

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The segments."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        lit, peak = self._shown
        width, height, pitch = px(_WIDTH), px(_HEIGHT), theme.scale * _PITCH
        for index in range(self._segments):
            strong = theme.color("warn" if index >= self._segments - _WARNING else "accent")
            if index == peak - 1 and index >= lit:
                strong.setAlphaF(0.55)
            elif index >= lit:
                strong = theme.color("line2")
            painter.setBrush(strong)
            painter.drawRoundedRect(QRectF(index * pitch, 1, width, height), 1, 1)

    def _lit(self, part: float) -> int:
        return round(part * self._segments)

    def _follow(self) -> None:
        self.setFixedSize(round(self._segments * _PITCH * theme.scale), px(_HEIGHT) + 2)
        self._shown = (self._lit(self._meter.level), self._lit(self._meter.peak))
        self.update()
