"""The notes of an interview, after it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from interview_desktop.ui.layout import layout_for
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.widgets.late_text import LateText
from interview_desktop.ui.widgets.message import Message
from interview_desktop.ui.widgets.notes import Notes, NoteState

# A measure that reads well.
WIDEST = 680


class SessionNotesView(QWidget):
    """What was written during the interview; it can be gone on with.

    Signals:
        changed: the whole text, after each edit.
        retry: Try again was pressed.
    """

    changed = Signal(str)
    retry = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Notes")
        outer = QHBoxLayout(self)
        outer.setSpacing(0)
        outer.addStretch(1)
        self._area = QWidget()
        column = QVBoxLayout(self._area)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._problem = Message("bad", "", "Try again")
        self._problem.acted.connect(self.retry)
        self._problem.hide()
        column.addWidget(self._problem)
        self._gap = QWidget()
        self._gap.setFixedHeight(px(16))
        self._gap.hide()
        column.addWidget(self._gap)
        self._loading = LateText("Loading…")
        column.addWidget(self._loading)
        self._notes = Notes("Kept with the session. Only you see them.")
        self._notes.edit.setPlaceholderText(
            "Nothing was written down during the interview. Write what you want to remember."
        )
        self._notes.changed.connect(self.changed)
        self._notes.hide()
        column.addWidget(self._notes, 1)
        column.addStretch(0)
        outer.addWidget(self._area, 1000)
        outer.addStretch(1)
        self._outer = outer
        theme.changed.connect(self._fit)

    def show_loading(self) -> None:
        """The notes are on their way; notes that are there stay."""
        self._problem.hide()
        self._gap.hide()
        if self._notes.isHidden():
            self._loading.begin()

    def show_error(self, sentence: str) -> None:
        """The notes could not be read or saved: why, and what is safe."""
        self._loading.end()
        self._problem.tell("bad", sentence, "Try again")
        self._problem.show()
        self._gap.show()

    def show_text(self, text: str) -> None:
        """The notes; a text that is just being typed is never replaced by the same one."""
        self._loading.end()
        self._problem.hide()
        self._gap.hide()
        self._notes.show()
        if text != self._notes.text():
            self._notes.show_text(text)

    def text(self) -> str:
        """The notes as they stand."""
        return self._notes.text()

    def show_state(self, state: NoteState) -> None:
        """Whether they are on disk."""
        self._notes.show_state(state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Margins follow the window."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        window = self.window()
        layout = layout_for(window.width(), window.height(), theme.scale)
        side = px(layout.margin)
        self._outer.setContentsMargins(side, px(layout.page_top), side, px(24))
        self._area.setMaximumWidth(px(WIDEST))
