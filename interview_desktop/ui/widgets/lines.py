"""Lines of the conversation: captions in the room, a transcript to click in Review."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from interview_desktop.domain.transcript import Caption
from interview_desktop.ui.theme import theme
from interview_desktop.ui.view_models.room import clock
from interview_desktop.ui.widgets.captions import NAMES, Captions
from interview_desktop.ui.widgets.scroll import Pane
from interview_desktop.ui.widgets.text import Text

__all__ = ["NAMES", "Captions", "Line", "Pane"]


class Line(QWidget):
    """One line of a transcript: time, speaker, words; a press plays it.

    Signals:
        pressed: the line's beginning in milliseconds.
    """

    pressed = Signal(int)

    def __init__(self, caption: Caption, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = caption
        self._current = False
        mine = caption.speaker == "candidate"
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        top = Qt.AlignmentFlag.AlignTop
        when = Text(clock(caption.start_ms), "small", "accent")
        when.setFixedWidth(44)
        who = Text(NAMES[caption.speaker], "small", "accent" if mine else "ink2")
        who.setFixedWidth(84)
        row.addWidget(when, 0, top)
        row.addWidget(who, 0, top)
        row.addWidget(Text(caption.text, "body", "ink", wrap=True), 1)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(
            f"{NAMES[caption.speaker]} at {clock(caption.start_ms)}: {caption.text}"
        )

    def show_current(self, current: bool) -> None:
        """Mark the line that sounds now."""
        if current != self._current:
            self._current = current
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The soft ground of the current or focused line."""
        if self._current or self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft" if self._current else "hover"))
            painter.drawRoundedRect(self.rect(), 8, 8)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Play from here."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit(self._caption.start_ms)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter plays from here."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pressed.emit(self._caption.start_ms)
        else:
            super().keyPressEvent(event)
