"""The number that was heard: right, or changed by hand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from interview_desktop.domain.numbers import LONGEST, parse_typed, shown_number
from interview_desktop.ui.announce import announce
from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.text import Text

UNREADABLE = "That is not one number yet. Write it like 4,800 warehouses, 1.2 billion or 12 %."


class NumberHeard(QWidget):
    """ "Heard / 4,800 warehouses" with Right and Change.

    Change turns it into a field for number and unit: Enter confirms, Escape restores.

    Signals:
        confirmed: the text, the value in full, the unit.
    """

    confirmed = Signal(str, float, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._value, self._unit = "", 0.0, ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._outer = outer = QVBoxLayout(self)
        self._row = row = QHBoxLayout()
        self._words = QStackedWidget()
        self._words.addWidget(self._reading())
        self._words.addWidget(self._editing())
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row.addWidget(self._words, 1)
        self.right = Button("Right", "secondary", 36, "check")
        self.right.clicked.connect(self._on_right)
        self.change = Button("Change", "quiet", 36)
        self.change.clicked.connect(self._on_change)
        row.addWidget(self.right)
        row.addWidget(self.change)
        outer.addLayout(row)
        self._error = Text(UNREADABLE, "caption", "bad", wrap=True)
        self._error.hide()
        outer.addWidget(self._error)
        theme.changed.connect(self._follow)
        self._follow()

    def show_number(self, text: str, value: float, unit: str) -> None:
        """Show what was heard; a change that is being typed is left alone.

        Args:
            text: the words as heard.
            value: the number in full.
            unit: its unit.
        """
        changed = (text, value, unit) != (self._text, self._value, self._unit)
        self._text, self._value, self._unit = text, value, unit
        shown = shown_number(value, unit)
        self._number.setText(shown)
        self._number.setAccessibleName(f"Heard, {shown}")
        self.right.setAccessibleName(f"Right, {shown}")
        self.change.setAccessibleName(f"Change {shown}")
        if changed and self.isVisible():
            announce(self, f"I heard {shown}. Right?")

    def editing(self) -> bool:
        """Whether the field is open."""
        return self._words.currentIndex() == 1

    def error(self) -> str:
        """What the field says of what was typed; empty when it can be read."""
        return "" if self._error.isHidden() else self._error.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape restores; the frame follows the focus."""
        if watched is self.edit:
            if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
                self.update()
            elif (
                isinstance(event, QKeyEvent)
                and event.type() is QEvent.Type.KeyPress
                and event.key() == Qt.Key.Key_Escape
            ):
                self._close()
                return True
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        token, width = "line2", 1.0
        if self.editing():
            token = "bad" if self.error() else "accent" if self.edit.hasFocus() else "control"
            width = 1.0 if token == "control" else 2.0
        painter.setPen(QPen(theme.color(token), width))
        painter.setBrush(theme.color("surface"))
        half = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 8, 8)

    def _reading(self) -> QWidget:
        area = QWidget()
        column = QVBoxLayout(area)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Text("Heard", "caption", "ink2"))
        self._number = _Figure()
        column.addWidget(self._number)
        return area

    def _editing(self) -> QWidget:
        area = QWidget()
        column = QVBoxLayout(area)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Text("Number and unit", "caption", "ink2"))
        self.edit = QLineEdit()
        self.edit.setFrame(False)
        self.edit.setMaxLength(LONGEST)
        self.edit.setTextMargins(-2, 0, 0, 0)
        self.edit.setAccessibleName("Number and unit")
        self.edit.setAccessibleDescription("Enter confirms, Escape keeps what was heard")
        self.edit.returnPressed.connect(self._confirm)
        self.edit.textEdited.connect(self._clear_error)
        self.edit.installEventFilter(self)
        column.addWidget(self.edit)
        return area

    def _on_right(self) -> None:
        if self.editing():
            self._confirm()
        else:
            self.confirmed.emit(self._text, self._value, self._unit)

    def _on_change(self) -> None:
        if self.editing():
            self._close()
            return
        self.edit.setText(shown_number(self._value, self._unit).replace("\u00a0", " "))
        self._words.setCurrentIndex(1)
        self._name_buttons("Confirm", "Keep")
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.selectAll()
        self.update()

    def _confirm(self) -> None:
        typed = parse_typed(self.edit.text())
        if typed is None:
            self._error.show()
            announce(self.edit, UNREADABLE)
            self.update()
            return
        self._close()
        self.show_number(typed.text, typed.value, typed.unit)
        self.confirmed.emit(typed.text, typed.value, typed.unit)

    def _close(self) -> None:
        had_focus = self.edit.hasFocus()
        self._clear_error()
        self._words.setCurrentIndex(0)
        self._name_buttons("Right", "Change")
        self.show_number(self._text, self._value, self._unit)
        if had_focus:
            self.change.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def _name_buttons(self, right: str, change: str) -> None:
        for button, words in ((self.right, right), (self.change, change)):
            button.setText(words)
            button.setAccessibleName(words)
            button.updateGeometry()

    def _clear_error(self) -> None:
        self._error.hide()
        self.update()

    def _follow(self) -> None:
        self._outer.setContentsMargins(px(16), px(8), px(12), px(8))
        self._outer.setSpacing(px(4))
        self._row.setSpacing(px(8))
        face = font("heading")
        face.setWeight(face.Weight.Medium)
        face.setFeature(QFont.Tag("calt"), 0)
        self._number.setFont(face)
        self.edit.setFont(face)
        for part in (self._number, self.edit):
            part.setFixedHeight(px(26))
        self._words.setFixedHeight(px(16) + px(26) + 1)
        palette = self.edit.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(Qt.GlobalColor.transparent))
        self.edit.setPalette(palette)
        self.update()


class _Figure(Text):
    """One line that is elided at its end rather than cut."""

    def __init__(self) -> None:
        super().__init__("", "heading", "ink")
        # As large as a heading; what it says is the value.
        self.accessible_role = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The text, elided."""
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(theme.color("ink"))
        room = QFontMetricsF(self.font())
        words = room.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, words)
