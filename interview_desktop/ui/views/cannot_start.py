"""Instead of Home, where nothing can be kept: why, what to do, and the way on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from interview_desktop.ui.theme import px
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.text import Text


class CannotStartView(QWidget):
    """Why the app cannot keep anything, what to do, and the way on.

    Signals:
        again: the person has done something about it.
    """

    again = Signal()

    def __init__(self, sentence: str, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._details = details
        column = QVBoxLayout(self)
        column.setContentsMargins(px(48), px(40), px(48), px(40))
        column.setSpacing(px(8))
        column.addWidget(Text("The app cannot keep an interview here", "title", wrap=True))
        column.addSpacing(px(4))
        words = Text(sentence, "read", "ink", wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.setMaximumWidth(px(680))
        column.addWidget(words)
        column.addSpacing(px(16))
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self._again = Button("Try again", "primary", 40)
        self._again.clicked.connect(self.again)
        self._copy = Button("Copy details", "quiet", 40)
        self._copy.clicked.connect(self._copy_details)
        row.addWidget(self._again)
        row.addWidget(self._copy)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self.setFocusProxy(self._again)

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(self._details)
        self._copy.setText("Copied")
