"""The waveform's marks as a list: for a screen reader always, for the eye while it has focus."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.view_models.waveform import Marker, marker_line, spoken_time


class MarkerList(QListWidget):
    """Questions, thinking, hints and comments by time; Enter goes there.

    Out of focus it is one pixel: there for assistive technology and the Tab key only.

    Signals:
        sought: a mark's position in milliseconds.
    """

    sought = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._area = QRect()
        self.setAccessibleName("Marks in the recording")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.itemActivated.connect(self._go)
        self.itemClicked.connect(self._go)
        self.place(QRect(0, 0, 1, 1))

    def show_markers(self, markers: Sequence[Marker]) -> None:
        """Fill the list."""
        self.clear()
        for marker in markers:
            item = QListWidgetItem(marker_line(marker))
            item.setData(Qt.ItemDataRole.UserRole, marker.at_ms)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole,
                f"{marker.words}, at {spoken_time(marker.at_ms)}",
            )
            item.setSizeHint(QSize(0, px(26)))
            self.addItem(item)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if markers else Qt.FocusPolicy.NoFocus)

    def place(self, area: QRect) -> None:
        """Where it may stand when it is seen."""
        self._area = area
        if self.hasFocus():
            width = min(area.width(), px(300))
            self.setGeometry(QRect(area.right() + 1 - width, 0, width, area.height()))
            self.viewport().setAutoFillBackground(True)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        else:
            self.setGeometry(QRect(0, 0, 1, 1))
            self.viewport().setAutoFillBackground(False)
            # Not even one pixel of it.
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Seen now."""
        super().focusInEvent(event)
        self.setFont(font("small"))
        self.place(self._area)
        if self.currentRow() < 0:
            self.setCurrentRow(0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Out of the way again."""
        super().focusOutEvent(event)
        self.place(self._area)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes there; Space and letters are the screen's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self.currentItem()
            if item is not None:
                self._go(item)
        elif event.text().strip() or event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The list, framed; nothing while it is one pixel."""
        if self.width() <= 1:
            return
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(theme.color("control"))
        painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))

    def _go(self, item: QListWidgetItem) -> None:
        self.sought.emit(int(item.data(Qt.ItemDataRole.UserRole)))
