"""A line of text in a painted frame."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from interview_desktop.ui.theme import font, theme

HEIGHT = 36
LONGEST = 400


class Field(QWidget):
    """A real line edit; Enter hands the text over and empties it, Escape leaves it.

    Signals:
        submitted: the text, never empty.
        left: Escape was pressed.
    """

    submitted = Signal(str)
    left = Signal()

    def __init__(self, name: str, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(11, 0, 11, 0)
        self.edit = QLineEdit()
        self.edit.setFrame(False)
        self.edit.setFont(font("body"))
        self.edit.setMaxLength(LONGEST)
        self.edit.setPlaceholderText(placeholder)
        self.edit.setAccessibleName(name)
        self.edit.returnPressed.connect(self._submit)
        self.edit.installEventFilter(self)
        self.setFocusProxy(self.edit)
        row.addWidget(self.edit)
        self._follow()
        theme.changed.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape leaves; the frame follows the focus."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        elif (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            self.left.emit()
            return True
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The frame: 2 px accent in focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.tokens
        focus = self.edit.hasFocus()
        painter.setPen(QPen(QColor(tokens.accent if focus else tokens.control), 2 if focus else 1))
        painter.setBrush(QColor(tokens.surface if self.isEnabled() else tokens.sunken))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def _submit(self) -> None:
        text = self.edit.text().strip()
        if text:
            self.edit.clear()
            self.submitted.emit(text)

    def _follow(self) -> None:
        palette = self.edit.palette()
        # The frame is painted here: the edit's own ground would cover it.
        palette.setColor(QPalette.ColorRole.Base, QColor(Qt.GlobalColor.transparent))
        self.edit.setPalette(palette)
        self.update()
