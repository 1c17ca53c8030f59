"""The bar at the room's bottom: controls, the question whether to end, what is always there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSpacerItem, QStackedWidget, QVBoxLayout, QWidget

from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.view_models.room import LAST_HINT, RoomState
from interview_desktop.ui.view_models.room_words import (
    connection,
    hint_words,
    privacy,
    recording,
)
from interview_desktop.ui.views.room_control import Control
from interview_desktop.ui.views.room_microphone import Microphone
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.connection import Connection
from interview_desktop.ui.widgets.text import Text
from interview_desktop.ui.widgets.thinking import ThinkingBlock

HEIGHT, COMPACT_HEIGHT = 120, 80
_WHOLE_LABELS_FROM = 1260
_WHOLE_MICROPHONE_FROM = 800
_END = "End now? Everything so far is kept."
_HINTS = tuple(hint_words(level) for level in range(LAST_HINT + 1))


class RoomBar(QWidget):
    """Microphone, Thinking, hint, repeat, exhibit, done, end; below it the quiet line.

    Signals:
        hint, repeat, exhibit, done: the candidate's controls.
        ended: End interview was pressed.
        kept: Keep going was pressed, or Escape.
    """

    hint = Signal()
    repeat = Signal()
    exhibit = Signal()
    done = Signal()
    ended = Signal()
    kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._compact = self._narrow = False
        self._number = 0
        self._column = QVBoxLayout(self)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._controls())
        self._pages.addWidget(self._ending())
        self._column.addWidget(self._pages, 1)
        self._foot = QHBoxLayout()
        self._dot = _Dot()
        self._privacy = Text("", "caption", "ink2", lines=1)
        self.connection = Connection()
        self._foot.addWidget(self._dot)
        self._foot.addWidget(self._privacy, 1)
        self._foot.addWidget(self.connection)
        self._column.addLayout(self._foot)
        theme.changed.connect(self._follow)
        self._follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Before anything is squeezed, labels shorten."""
        super().resizeEvent(event)
        self._shorten()

    def set_compact(self, compact: bool) -> None:
        """One row of 44 pixels, shorter words."""
        self._compact = compact
        self.microphone.set_compact(compact)
        self.thinking.set_compact(compact)
        self.connection.set_compact(compact)
        for control in (self.hint_button, self.repeat_button):
            control.set_compact(compact)
        self.exhibit_button.setVisible(not compact)
        self._follow()

    def show_state(self, state: RoomState) -> None:
        """What can be pressed now, and the quiet line."""
        used, (place, count) = state.hints_used, state.exhibit_place
        self.hint_button.tell("hint", "Hint", hint_words(used), f"Hint, {hint_words(used).lower()}")
        self.hint_button.setEnabled(state.live and used < LAST_HINT)
        self.repeat_button.setEnabled(state.live)
        words = f"{place} of {count}" if place else "None yet"
        self.exhibit_button.tell("exhibit", "Exhibit", words)
        self.exhibit_button.setEnabled(place > 0)
        self.thinking.setEnabled(state.live)
        self.done_button.setEnabled(state.live and state.question is not None)
        number = state.question.number if state.question is not None else 1
        if number != self._number:
            self._number = number
            self._name_done()
        self._privacy.setText(privacy(state, compact=self._compact))
        self._dot.setVisible(recording(state))
        self.show_time(state)

    def show_time(self, state: RoomState) -> None:
        """What changes with each second."""
        if state.thinking:
            self.thinking.show_running(state.thinking_s, state.thinking_elapsed_s)
        else:
            self.thinking.show_rest()
        shown = connection(state)
        self.connection.setVisible(shown is not None)
        if shown is not None:
            self.connection.show_connection(*shown)

    def ask_to_end(self) -> None:
        """ "End now?" in place of the controls."""
        if not self.asking():
            self._pages.setCurrentIndex(1)
            self.keep_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def keep_going(self) -> None:
        """The controls again."""
        self._pages.setCurrentIndex(0)

    def asking(self) -> bool:
        """Whether it asks to end."""
        return self._pages.currentIndex() == 1

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape keeps going."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            self.kept.emit()
            return True
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The hairline above."""
        QPainter(self).fillRect(0, 0, self.width(), 1, theme.color("line"))

    def _controls(self) -> QWidget:
        area = QWidget()
        self._row = QHBoxLayout(area)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.microphone = Microphone()
        self.thinking = ThinkingBlock()
        self.hint_button = Control("hint", "Hint", _HINTS[0], words=_HINTS, key="H")
        self.hint_button.clicked.connect(self.hint)
        self.repeat_button = Control("repeat", "Repeat", "Question", key="R")
        self.repeat_button.clicked.connect(self.repeat)
        self.exhibit_button = Control(
            "exhibit", "Exhibit", "None yet", words=("None yet",), key="E"
        )
        self.exhibit_button.clicked.connect(self.exhibit)
        self.done_button = Button("Done", "secondary", 40, "check")
        self.done_button.clicked.connect(self.done)
        self.end_button = Button("End", "danger-quiet", 40)
        self.end_button.setToolTip("End the interview")
        self._row.addWidget(self.microphone)
        self._row.addStretch(1)
        for part in (self.thinking, self.hint_button, self.repeat_button, self.exhibit_button):
            self._row.addWidget(part)
        self._row.addStretch(1)
        self._row.addWidget(self.done_button)
        self._row.addWidget(self.end_button)
        return area

    def _ending(self) -> QWidget:
        area = QWidget()
        row = QHBoxLayout(area)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(Text(_END, "strong", lines=1))
        self._ending_gap = QSpacerItem(0, 0)
        row.addItem(self._ending_gap)
        self._ending_row = row
        self.keep_button = Button("Keep going", "secondary", 40)
        self.keep_button.clicked.connect(self.kept)
        self.finish_button = Button("End interview", "danger", 40)
        self.finish_button.clicked.connect(self.ended)
        for button in (self.keep_button, self.finish_button):
            button.installEventFilter(self)
            row.addWidget(button)
        return area

    def _shorten(self) -> None:
        self.microphone.set_brief(self._compact and self.width() < px(_WHOLE_MICROPHONE_FROM))
        narrow = self._compact or self.width() < px(_WHOLE_LABELS_FROM)
        if narrow != self._narrow:
            self._narrow = narrow
            self._name_done()

    def _name_done(self) -> None:
        whole = f"Done with question {self._number}"
        self.done_button.setText("Done" if self._narrow else whole)
        self.done_button.setAccessibleName(whole)
        self.done_button.setToolTip(f"{whole} (D)")

    def _follow(self) -> None:
        compact = self._compact
        self.setFixedHeight(px(COMPACT_HEIGHT if compact else HEIGHT))
        side, top, bottom = (24, 8, 8) if compact else (32, 10, 12)
        # The outer controls' hover bleeds into the margin: their words keep to its edge.
        left, right = (8, 10) if compact else (12, 10)
        self._column.setContentsMargins(px(side - left), px(top), px(side - right), px(bottom))
        for row in (self._foot, self._ending_row):
            row.setContentsMargins(px(left), 0, px(right), 0)
        self._column.setSpacing(px(4 if compact else 6))
        self._row.setSpacing(px(5 if compact else 8))
        self._ending_row.setSpacing(px(12))
        self._ending_gap.changeSize(px(12), 0)
        self._foot.setSpacing(px(8))
        for button in (self.done_button, self.end_button, self.keep_button, self.finish_button):
            button.setMinimumHeight(px(44 if compact else 40))
        self.thinking.stop.setMinimumHeight(px(40))
        self._shorten()
        self.update()


class _Dot(QWidget):
    """Red while the sound is kept; the words beside it say so too."""

    def __init__(self) -> None:
        super().__init__()
        theme.changed.connect(self._follow)
        self._follow()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A disc."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("bad"))
        side = px(7)
        painter.drawEllipse(QRectF(0, (self.height() - side) / 2, side, side))

    def _follow(self) -> None:
        self.setFixedSize(px(7), px(16))
        self.update()
