"""Review: listen again, read along, click a line to hear it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from interview_desktop.domain.transcript import Caption
from interview_desktop.ui.theme import theme
from interview_desktop.ui.view_models.room import clock
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.lines import Line, Pane
from interview_desktop.ui.widgets.text import Rule, Text

Peaks = tuple[NDArray[np.float32], NDArray[np.float32]]


class Waveform(QWidget):
    """Two lanes: candidate above, interviewer below; a press goes there.

    Signals:
        pressed: 0 to 1 of the width.
    """

    pressed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(132)
        self.setAccessibleName("Recording")
        self._peaks: Peaks | None = None
        self._part = 0.0
        theme.changed.connect(self.update)

    def show_peaks(self, peaks: Peaks) -> None:
        """The sound's outline."""
        self._peaks = peaks
        self.update()

    def show_part(self, part: float) -> None:
        """The playhead, 0 to 1."""
        if abs(part - self._part) * self.width() >= 0.5:
            self._part = part
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        self.pressed.emit(max(0.0, min(1.0, event.position().x() / max(1, self.width()))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Lanes and playhead."""
        painter = QPainter(self)
        tokens = theme.tokens
        if self._peaks is not None:
            for lane, (peaks, color) in enumerate(
                zip(self._peaks, (tokens.accent, tokens.they), strict=True)
            ):
                self._lane(painter, peaks, QColor(color), 36 + lane * 62)
        x = self._part * self.width()
        painter.fillRect(QRectF(x, 4, 2, self.height() - 8), QColor(tokens.accent))

    def _lane(
        self, painter: QPainter, peaks: NDArray[np.float32], color: QColor, middle: float
    ) -> None:
        columns = self.width() // 3
        picked = np.linspace(0, len(peaks) - 1, columns).astype(int)
        for index, peak in enumerate(peaks[picked]):
            color.setAlphaF(1.0 if index < self._part * columns else 0.45)
            half = max(1.0, float(peak) * 44)
            top = QPointF(index * 3, middle - half)
            painter.fillRect(QRectF(top.x(), top.y(), 2, 2 * half), color)


class ReviewView(QWidget):
    """One session.

    Signals:
        back: leave.
        toggled: play or pause.
        sought: a position in milliseconds; it plays from there.
    """

    back = Signal()
    toggled = Signal()
    sought = Signal(int)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._duration_ms = 0
        self._lines: list[tuple[Caption, Line]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 12, 32, 16)
        column.setSpacing(12)
        top = QHBoxLayout()
        back = Button("Back", "quiet")
        back.clicked.connect(self.back)
        top.addWidget(back)
        top.addWidget(Text(title, "subhead"))
        top.addStretch(1)
        column.addLayout(top)
        column.addWidget(Rule())
        self._waveform = Waveform()
        self._waveform.pressed.connect(
            lambda part: self.sought.emit(round(part * self._duration_ms))
        )
        column.addWidget(self._waveform)
        row = QHBoxLayout()
        self._time = Text("0:00", "timer")
        self._length = Text("Loading the sound…", "small", "ink3")
        self._play = Button("Play", "primary", 40)
        self._play.clicked.connect(self.toggled)
        self._play.setEnabled(False)
        for part in (self._time, self._length):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._play)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(Rule())
        column.addWidget(Text("Transcript", "heading"))
        column.addWidget(
            Text(
                "Your words are a rough draft by the offline recogniser. The sound is exact. "
                "Press a line to hear it.",
                "small",
                "ink3",
                wrap=True,
            )
        )
        self._pane = Pane()
        self._pane.column.setContentsMargins(0, 0, 0, 0)
        self._pane.column.addStretch(1)
        column.addWidget(self._pane, 1)

    def show_captions(self, captions: Sequence[Caption]) -> None:
        """The transcript."""
        if not captions:
            self._pane.column.insertWidget(0, Text("Nothing was said.", "body", "ink3"))
        for index, caption in enumerate(captions):
            line = Line(caption)
            line.pressed.connect(self.sought)
            self._lines.append((caption, line))
            self._pane.column.insertWidget(index, line)

    def show_sound(self, duration_ms: int, peaks: Peaks | None) -> None:
        """The sound is loaded."""
        self._duration_ms = duration_ms
        self._length.setText(f"of {clock(duration_ms)}")
        self._play.setEnabled(True)
        if peaks is not None:
            self._waveform.show_peaks(peaks)

    def show_error(self, sentence: str) -> None:
        """The sound cannot be played."""
        self._length.setText(sentence)

    def show_position(self, ms: int, playing: bool) -> None:
        """Polled 30 times a second."""
        self._time.setText(clock(ms))
        self._play.setText("Pause" if playing else "Play")
        self._play.setAccessibleName(self._play.text())
        self._waveform.show_part(ms / self._duration_ms if self._duration_ms else 0.0)
        for caption, line in self._lines:
            line.show_current(caption.start_ms <= ms < max(caption.end_ms, caption.start_ms + 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays."""
        if event.key() == Qt.Key.Key_Space and self._play.isEnabled():
            self.toggled.emit()
        else:
            super().keyPressEvent(event)
