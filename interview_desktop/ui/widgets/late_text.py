"""Words that only appear when something takes longer than a person notices."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from interview_desktop.ui.widgets.page import LOADING_AFTER_MS
from interview_desktop.ui.widgets.text import Text


class LateText(Text):
    """ "Loading…" in the place of what is awaited: hidden until `begin`, and 200 ms longer."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(words, "body", "ink3", wrap=True, parent=parent)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(LOADING_AFTER_MS)
        self._patience.timeout.connect(self.show)
        self.hide()

    def begin(self) -> None:
        """It is awaited."""
        self._patience.start()

    def end(self) -> None:
        """It is there, or will not come."""
        self._patience.stop()
        self.hide()
