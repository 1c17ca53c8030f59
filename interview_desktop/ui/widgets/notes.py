"""The candidate's notes."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QPalette,
    QTextBlockFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextEdit, QVBoxLayout, QWidget

from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.widgets.text import Text

NoteState = Literal["saved", "saving", "unsaved"]
_WORDS: dict[NoteState, str] = {
    "saved": "Saved",
    "saving": "Saving…",
    "unsaved": "Not saved yet",
}
_LINE = 22


class NotesEdit(QTextEdit):
    """Plain text with the look's line height, which a QPlainTextEdit cannot have.

    Signals:
        edited: the text, after each change by the person.
        left: Escape was pressed.
    """

    edited = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        # Each paragraph goes its own way: a line in Hebrew runs from the right.
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDefaultTextOption(option)
        # Tab goes on to the controls, as everywhere in the room.
        self.setTabChangesFocus(True)
        self._quiet = False
        self.textChanged.connect(self._on_change)
        theme.changed.connect(self.follow)
        self.follow()

    def show_text(self, text: str) -> None:
        """Put a text in without telling that it was edited; the cursor stands at its end."""
        self._quiet = True
        self.setPlainText(text)
        self.follow()
        self.document().clearUndoRedoStacks()
        self.moveCursor(QTextCursor.MoveOperation.End)
        self._quiet = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def follow(self) -> None:
        """Font, line height and colours of the theme."""
        before, self._quiet = self._quiet, True
        face = font("body")
        # Inter would turn "->" into an arrow: notes stay as typed.
        face.setFeature(QFont.Tag("calt"), 0)
        face.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
        self.setFont(face)
        self.document().setDefaultFont(face)
        form = QTextBlockFormat()
        fixed = QTextBlockFormat.LineHeightTypes.FixedHeight
        form.setLineHeight(px(_LINE), fixed.value)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(form)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(Qt.GlobalColor.transparent))
        palette.setColor(QPalette.ColorRole.Text, theme.color("ink"))
        palette.setColor(QPalette.ColorRole.PlaceholderText, theme.color("ink3"))
        self.setPalette(palette)
        self._quiet = before

    def _on_change(self) -> None:
        if not self._quiet:
            self.edited.emit(self.toPlainText())


class Notes(QWidget):
    """Heading, state, text, footer; the ground is the caller's.

    Signals:
        changed: the whole text, after each edit.
        left: Escape was pressed in the field.
    """

    changed = Signal(str)
    left = Signal()

    def __init__(
        self,
        footer: str = "Kept with the session.",
        parent: QWidget | None = None,
        *,
        heading: bool = True,
    ) -> None:
        super().__init__(parent)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        top = QHBoxLayout()
        title = Text("Notes", "heading")
        title.setVisible(heading)
        top.addWidget(title, 1)
        self._state = Text("", "caption", "ink3")
        top.addWidget(self._state)
        column.addLayout(top)
        self.edit = NotesEdit()
        self.edit.setAccessibleName("Notes")
        self.edit.setPlaceholderText("What you write down stays here during the interview.")
        self.edit.edited.connect(self.changed)
        self.edit.left.connect(self.left)
        column.addWidget(self.edit, 1)
        self._footer = Text(footer, "caption", "ink3", wrap=True)
        self._footer.setVisible(bool(footer))
        column.addWidget(self._footer)
        self.show_state("saved")
        self._follow()
        theme.changed.connect(self._follow)

    def show_text(self, text: str) -> None:
        """Put the kept notes in."""
        self.edit.show_text(text)

    def text(self) -> str:
        """The notes as they stand."""
        return self.edit.toPlainText()

    def show_state(self, state: NoteState) -> None:
        """Whether the notes are on disk."""
        self._state.setText(_WORDS[state])
        self._state.set_color("warn" if state == "unsaved" else "ink3")

    def state_words(self) -> str:
        """The word that stands there."""
        return self._state.text()

    def _follow(self) -> None:
        self._column.setSpacing(px(12))
